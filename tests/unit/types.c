/* BigQuery's JSON loading rules, value by value. */
#include "check.h"
#include "ndjson/timestamp.h"
#include "ndjson/types.h"
#include "ndjson/types_text.h"

#include <stdlib.h>

static enum verdict
verdict(const struct schema_field *f, enum value_kind kind, const char *text)
{
	struct value v = {kind, text, strlen(text)};
	struct buf scratch = {0};
	enum verdict r = types_check(f, &v, &scratch);

	buf_free(&scratch);
	return r;
}

static enum verdict
of_type(enum schema_type type, enum value_kind kind, const char *text)
{
	struct schema_field f = {.type = type, .fraction_digits = 6};

	return verdict(&f, kind, text);
}

#define FITS(type, kind, text) CHECK(of_type(TYPE_##type, VALUE_##kind, text) == VALUE_FITS)
#define REFUSED(type, kind, text, why) \
	CHECK(of_type(TYPE_##type, VALUE_##kind, text) == VALUE_##why)

static void
test_integer(void)
{
	FITS(INTEGER, INTEGER, "0");
	FITS(INTEGER, INTEGER, "-0");
	FITS(INTEGER, INTEGER, "9007199254740991");
	FITS(INTEGER, STRING, "9223372036854775807");
	FITS(INTEGER, STRING, "-9223372036854775808");
	REFUSED(INTEGER, INTEGER, "9223372036854775808", OUT_OF_RANGE);
	REFUSED(INTEGER, INTEGER, "-9223372036854775809", OUT_OF_RANGE);
	REFUSED(INTEGER, INTEGER, "10000000000000000000", OUT_OF_RANGE);
	FITS(INTEGER, STRING, "12");
	FITS(INTEGER, STRING, "0");
	FITS(INTEGER, STRING, "\\u0031\\u0032");
	REFUSED(INTEGER, STRING, "12kB", BAD_FORM);
	REFUSED(INTEGER, STRING, "", BAD_FORM);
	REFUSED(INTEGER, STRING, "-", BAD_FORM);
	REFUSED(INTEGER, STRING, "1.0", BAD_FORM);
	REFUSED(INTEGER, STRING, " 1", BAD_FORM);
	REFUSED(INTEGER, STRING, "+1", BAD_FORM);
	REFUSED(INTEGER, STRING, "00009223372036854775808", OUT_OF_RANGE);
	REFUSED(INTEGER, STRING, "9223372036854775808", OUT_OF_RANGE);
	REFUSED(INTEGER, FLOAT, "9007199254740993.0", OUT_OF_RANGE);
	REFUSED(INTEGER, FLOAT, "1e19", OUT_OF_RANGE);
	REFUSED(INTEGER, FLOAT, "1e999999999999", OUT_OF_RANGE);
	REFUSED(INTEGER, FLOAT, "1.5", BAD_FORM);
	REFUSED(INTEGER, FLOAT, "1.0000000000000000001", BAD_FORM);
	REFUSED(INTEGER, FLOAT, "1e-1", BAD_FORM);
	REFUSED(INTEGER, BOOLEAN, "true", WRONG_TYPE);
}

static void
test_numbers(void)
{
	struct schema_field n = {.type = TYPE_NUMERIC, .whole_digits = 29, .fraction_digits = 9};
	struct schema_field small = {.type = TYPE_NUMERIC, .whole_digits = 3, .fraction_digits = 2};

	FITS(FLOAT, INTEGER, "1");
	FITS(FLOAT, FLOAT, "1.7976931348623157e308");
	FITS(FLOAT, FLOAT, "1e-400");
	REFUSED(FLOAT, FLOAT, "1e309", OUT_OF_RANGE);
	FITS(FLOAT, STRING, "-1.5e3");
	FITS(FLOAT, STRING, "NaN");
	FITS(FLOAT, STRING, "-Infinity");
	REFUSED(FLOAT, STRING, "1.5.2", BAD_FORM);
	REFUSED(FLOAT, STRING, ".", BAD_FORM);
	REFUSED(FLOAT, STRING, "1e", BAD_FORM);
	REFUSED(FLOAT, STRING, "0x10", BAD_FORM);
	REFUSED(FLOAT, BOOLEAN, "false", WRONG_TYPE);
	CHECK(verdict(&n, VALUE_STRING, "99999999999999999999999999999.999999999") == VALUE_FITS);
	CHECK(verdict(&n, VALUE_INTEGER, "100000000000000000000000000000") == VALUE_OUT_OF_RANGE);
	CHECK(verdict(&n, VALUE_STRING, "1e28") == VALUE_FITS);
	CHECK(verdict(&n, VALUE_STRING, "-9.876e-3") == VALUE_FITS);
	CHECK(verdict(&n, VALUE_FLOAT, "1e29") == VALUE_OUT_OF_RANGE);
	CHECK(verdict(&n, VALUE_FLOAT, "0.0000000001") == VALUE_OUT_OF_RANGE);
	CHECK(verdict(&n, VALUE_FLOAT, "0.10000000000000") == VALUE_FITS);
	CHECK(verdict(&small, VALUE_FLOAT, "999.99") == VALUE_FITS);
	CHECK(verdict(&small, VALUE_FLOAT, "000999.990") == VALUE_FITS);
	CHECK(verdict(&small, VALUE_FLOAT, "1000.0") == VALUE_OUT_OF_RANGE);
	CHECK(verdict(&small, VALUE_FLOAT, "0.001") == VALUE_OUT_OF_RANGE);
	CHECK(verdict(&small, VALUE_STRING, "abc") == VALUE_BAD_FORM);
}

static void
test_bignumeric(void)
{
	static const char *const good[] = {
	    "578960446186580977117854925043439539266.34992332820282019728792003956564819967",
	    "-578960446186580977117854925043439539266.34992332820282019728792003956564819968",
	    "5.7896044618658097711785492504343953926634992332820282019728792003956564819967E+38",
	    "000578960446186580977117854925043439539266", "5.789604e38", "1e38",
	    "499999999999999999999999999999999999999", "0.00000000000000000000000000000000000001"};
	static const char *const bad[] = {
	    "578960446186580977117854925043439539266.34992332820282019728792003956564819968",
	    "-578960446186580977117854925043439539266.34992332820282019728792003956564819969",
	    "578960446186580977117854925043439539267", "5.79e38", "600e36", "1e39",
	    "0.000000000000000000000000000000000000001"};
	struct schema_field f = {
	    .type = TYPE_BIGNUMERIC, .whole_digits = 39, .fraction_digits = 38};
	struct schema_field small = {
	    .type = TYPE_BIGNUMERIC, .whole_digits = 38, .fraction_digits = 0};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK(verdict(&f, VALUE_STRING, good[i]) == VALUE_FITS);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(verdict(&f, VALUE_STRING, bad[i]) == VALUE_OUT_OF_RANGE);
	CHECK(verdict(&small, VALUE_STRING, "1e38") == VALUE_OUT_OF_RANGE);
	CHECK(verdict(&small, VALUE_STRING, "1e37") == VALUE_FITS);
}

/* A bare number that a double might not keep becomes a string. */
static void
test_kept_decimals(void)
{
	struct schema_field n = {.type = TYPE_NUMERIC, .whole_digits = 29, .fraction_digits = 9};
	struct schema_field price = {.type = TYPE_NUMERIC, .whole_digits = 8, .fraction_digits = 2};
	struct schema_field b = {
	    .type = TYPE_BIGNUMERIC, .whole_digits = 39, .fraction_digits = 38};

	CHECK(verdict(&n, VALUE_INTEGER, "-999999999999999") == VALUE_FITS);
	CHECK(verdict(&n, VALUE_INTEGER, "1000000000000000") == VALUE_RESPELLED);
	CHECK(verdict(&n, VALUE_FLOAT, "123456.123456789") == VALUE_FITS);
	CHECK(verdict(&n, VALUE_FLOAT, "1234567.5") == VALUE_RESPELLED);
	CHECK(verdict(&n, VALUE_FLOAT, "1e28") == VALUE_RESPELLED);
	CHECK(verdict(&n, VALUE_FLOAT, "1234567.0") == VALUE_FITS);
	CHECK(verdict(&price, VALUE_FLOAT, "12345678.25") == VALUE_FITS);
	CHECK(verdict(&b, VALUE_INTEGER, "12") == VALUE_FITS);
	CHECK(verdict(&b, VALUE_FLOAT, "0.1") == VALUE_RESPELLED);
	CHECK(verdict(&b, VALUE_STRING, "0.1") == VALUE_FITS);
}

static void
test_booleans_and_text(void)
{
	struct schema_field three = {.type = TYPE_STRING, .max_length = 3};
	struct schema_field bytes = {.type = TYPE_BYTES, .max_length = 3};

	FITS(BOOLEAN, BOOLEAN, "true");
	FITS(BOOLEAN, STRING, "TRUE");
	FITS(BOOLEAN, STRING, "false");
	REFUSED(BOOLEAN, INTEGER, "2", BAD_FORM);
	REFUSED(BOOLEAN, STRING, "maybe", BAD_FORM);
	REFUSED(BOOLEAN, FLOAT, "1.0", WRONG_TYPE);
	FITS(STRING, STRING, "");
	CHECK(verdict(&three, VALUE_STRING, "h\xc3\xa9\xe2\x82\xac") == VALUE_FITS);
	CHECK(verdict(&three, VALUE_STRING, "\\n\\u00e9\\ud83d\\ude00") == VALUE_FITS);
	CHECK(verdict(&three, VALUE_STRING, "abcd") == VALUE_TOO_LONG);
	FITS(BYTES, STRING, "");
	FITS(BYTES, STRING, "aGk=");
	FITS(BYTES, STRING, "\\/\\/8=");
	REFUSED(BYTES, STRING, "aGk", BAD_FORM);
	REFUSED(BYTES, STRING, "a===", BAD_FORM);
	REFUSED(BYTES, STRING, "aG k", BAD_FORM);
	REFUSED(BYTES, INTEGER, "1234", WRONG_TYPE);
	CHECK(verdict(&bytes, VALUE_STRING, "YWJj") == VALUE_FITS);
	CHECK(verdict(&bytes, VALUE_STRING, "YWJjZA==") == VALUE_TOO_LONG);
	FITS(GEOGRAPHY, STRING, "POINT(1 2)");
	FITS(GEOGRAPHY, STRING, "multipolygon EMPTY");
	FITS(GEOGRAPHY, STRING, "Polygon ((0 0, 1.5e0 -1, +2 2, 0 0))");
	FITS(GEOGRAPHY, STRING, "GEOMETRYCOLLECTION(POINT(1 2), LINESTRING(0 0, 1 1))");
	FITS(GEOGRAPHY, STRING, "fullglobe");
	REFUSED(GEOGRAPHY, STRING, "POINT", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINTEMPTY", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINT(1 2", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINT 1 2)", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINT(1 2))", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINT(1 2)(3 4)", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINT(a b)", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINT\\u0000(1 2)", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "POINT(1 2\\u0000)", BAD_FORM);
	FITS(GEOGRAPHY, STRING, "0101000000feffffffffffef3f0000000000000040");
	FITS(GEOGRAPHY, STRING, "{ \\\"type\\\": \\\"Point\\\", \\\"coordinates\\\": [1, 2] }");
	REFUSED(GEOGRAPHY, STRING, "here", BAD_FORM);
	REFUSED(GEOGRAPHY, STRING, "", BAD_FORM);
	FITS(JSON, STRING, "x");
	FITS(JSON, BOOLEAN, "true");
	FITS(JSON, INTEGER, "18446744073709551615");
	FITS(JSON, OBJECT, "{\"18446744073709551616\":[\"1e999\",-9223372036854775808,1e-400]}");
	FITS(JSON, ARRAY, "[\"\\\"99999999999999999999\"]");
	REFUSED(JSON, INTEGER, "18446744073709551616", OUT_OF_RANGE);
	REFUSED(JSON, ARRAY, "[0,[-9223372036854775809]]", OUT_OF_RANGE);
	REFUSED(JSON, OBJECT, "{\"a\":1e309}", OUT_OF_RANGE);
}

/* What is written for a value that fits once it is respelled. */
static void
respelled(enum schema_type type, enum value_kind kind, const char *text, const char *as)
{
	struct schema_field f = {.type = type, .fraction_digits = 6};
	struct value v = {kind, text, strlen(text)};
	struct buf out = {0};

	CHECK(verdict(&f, kind, text) == VALUE_RESPELLED);
	types_spell(&out, &f, &v);
	CHECK_STR(out.data, as);
	buf_free(&out);
}

static void
test_respelling(void)
{
	struct schema_field four = {.type = TYPE_STRING, .max_length = 4};

	respelled(TYPE_STRING, VALUE_INTEGER, "12", "\"12\"");
	respelled(TYPE_STRING, VALUE_FLOAT, "1.50", "\"1.50\"");
	respelled(TYPE_STRING, VALUE_BOOLEAN, "true", "\"true\"");
	respelled(TYPE_STRING, VALUE_OBJECT, "{\"a\\n\": []}", "\"{\\\"a\\\\n\\\": []}\"");
	respelled(TYPE_STRING, VALUE_ARRAY, "[\"\xe2\x80\xa8\"]", "\"[\\\"\xe2\x80\xa8\\\"]\"");
	respelled(TYPE_INTEGER, VALUE_INTEGER, "9007199254740992", "\"9007199254740992\"");
	respelled(TYPE_INTEGER, VALUE_INTEGER, "-9223372036854775808", "\"-9223372036854775808\"");
	respelled(TYPE_INTEGER, VALUE_FLOAT, "1.0", "1");
	respelled(TYPE_INTEGER, VALUE_FLOAT, "-1e3", "-1000");
	respelled(TYPE_INTEGER, VALUE_FLOAT, "1200e-2", "12");
	respelled(TYPE_INTEGER, VALUE_FLOAT, "-0.0e9", "0");
	respelled(TYPE_INTEGER, VALUE_FLOAT, "9007199254740991.0", "9007199254740991");
	respelled(TYPE_INTEGER, VALUE_STRING, "007", "\"7\"");
	respelled(TYPE_INTEGER, VALUE_STRING, "-007", "\"-7\"");
	respelled(TYPE_INTEGER, VALUE_STRING, "-0", "\"0\"");
	respelled(TYPE_INTEGER, VALUE_STRING, "000", "\"0\"");
	respelled(TYPE_INTEGER, VALUE_STRING, "\\u0030\\u0037", "\"7\"");
	respelled(TYPE_INTEGER, VALUE_STRING, "00000000000009223372036854775807",
	    "\"9223372036854775807\"");
	respelled(TYPE_BOOLEAN, VALUE_STRING, "YES", "true");
	respelled(TYPE_BOOLEAN, VALUE_STRING, "t", "true");
	respelled(TYPE_BOOLEAN, VALUE_STRING, "1", "true");
	respelled(TYPE_BOOLEAN, VALUE_INTEGER, "1", "true");
	respelled(TYPE_BOOLEAN, VALUE_INTEGER, "0", "false");
	respelled(TYPE_BOOLEAN, VALUE_STRING, "N", "false");
	respelled(TYPE_BOOLEAN, VALUE_STRING, "F", "false");
	respelled(TYPE_TIMESTAMP, VALUE_STRING, "1534680695", "1534680695");
	respelled(TYPE_TIMESTAMP, VALUE_STRING, "-00012.50", "-12.50");
	respelled(TYPE_TIMESTAMP, VALUE_STRING, "1.534680695e9", "1.534680695e9");
	respelled(TYPE_TIMESTAMP, VALUE_STRING, "2018-8-9 1:2", "\"2018-08-09 01:02\"");
	respelled(
	    TYPE_TIMESTAMP, VALUE_STRING, "2018\\/8\\/09T1:2:3.4z", "\"2018/08/09T01:02:03.4Z\"");
	respelled(
	    TYPE_TIMESTAMP, VALUE_STRING, "2018-8-19 12:11:35-8:5", "\"2018-08-19 12:11:35-8:5\"");
	respelled(
	    TYPE_TIMESTAMP, VALUE_STRING, "2018-8-19 12:11:35 UTC", "\"2018-08-19 12:11:35 UTC\"");
	respelled(TYPE_TIMESTAMP, VALUE_STRING, "2018-08-19 12:11:35z", "\"2018-08-19 12:11:35Z\"");
	respelled(TYPE_DATE, VALUE_STRING, "2018-8-9", "\"2018-08-09\"");
	respelled(TYPE_TIME, VALUE_STRING, "1:02:3.5", "\"01:02:03.5\"");
	respelled(TYPE_DATETIME, VALUE_STRING, "2018-12-31T1:2:3", "\"2018-12-31T01:02:03\"");
	/* The text that is stored counts, in which an escape is two characters. */
	CHECK(verdict(&four, VALUE_ARRAY, "[\"\"]") == VALUE_RESPELLED);
	CHECK(verdict(&four, VALUE_ARRAY, "[1,2]") == VALUE_TOO_LONG);
	CHECK(verdict(&four, VALUE_ARRAY, "[\"\\n\"]") == VALUE_TOO_LONG);
	CHECK(verdict(&four, VALUE_INTEGER, "12345") == VALUE_TOO_LONG);
}

static void
test_times(void)
{
	static const char *const good[] = {"2018-08-19T12:11", "2018-08-19 12:11:35",
	    "2018-08-19T12:11:35.22", "2018/08/19T12:11", "2018-07-05T12:54:00 UTC",
	    "2018-08-19T07:11:35.220 -05:00", "2018-08-19T12:11:35.220Z", "2018-08-19 12:11:35+09",
	    "2018-08-19 12:11:35-8:15", "2018-08-19 12:11:35 -7", "2018-08-19 12:11:35+9:5",
	    "2020-02-29 00:00:00.123456Z", "0001-01-01 00:00:00Z", "9999-12-31 23:59:59.999999",
	    "9999-12-31 23:59:59-00:00"};
	static const char *const bad[] = {"", "2018-08-19", "12:11:35", "2018-08-19T",
	    "2018-08-19T12", "2018-008-19 12:11", "18-08-19 12:11",
	    "2018-08-19 12:", "2018-08- 19 12:11", "2018-08-19 24:00", "2018-08-19 24:00:00",
	    "2018-08-19 23:60:00", "2018-08-19 12:60", "2018-08-19 12:11:60",
	    "2018-08-19 12:11:35.", "2018-08-19 12:11:35.1234567", "2018-08-19 12:11:35 Mars",
	    "2018-08-19 12:11:35+0900", "2018-08-19 12:11:35+15", "2018-02-29 00:00",
	    "2018-00-01 00:00", "2018-08/19 12:11", "0000-01-01 00:00", "0001-01-01 00:00:00+01:00",
	    "9999-12-31 23:59:59-00:01", "2018-08-19 12:11:35  Z", "2018-08-19 12:11:35 Z",
	    "2018-08-19 12:11:35UTC", "2018-08-19t12:11:35Z", "2018-08-19 12:11:35+",
	    "2018-08-19 12:11:35+9:", "2018-08-19 12:11:35 ", "2018-08-19 12:11:35Zx"};
	struct schema_field picos = {.type = TYPE_TIMESTAMP, .fraction_digits = 12};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		FITS(TIMESTAMP, STRING, good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		REFUSED(TIMESTAMP, STRING, bad[i], BAD_FORM);
	CHECK(verdict(&picos, VALUE_STRING, "2018-08-19 12:11:35.123456789012Z") == VALUE_FITS);
	FITS(TIMESTAMP, INTEGER, "1534680695");
	FITS(TIMESTAMP, FLOAT, "1.534680695e9");
	FITS(TIMESTAMP, FLOAT, "1534680695.123456");
	FITS(TIMESTAMP, FLOAT, "1534680695.1234567");
	REFUSED(TIMESTAMP, STRING, "1534680695000", OUT_OF_RANGE);
	FITS(TIMESTAMP, INTEGER, "-62135596800");
	REFUSED(TIMESTAMP, INTEGER, "-62135596801", OUT_OF_RANGE);
	REFUSED(TIMESTAMP, INTEGER, "1534680695000", OUT_OF_RANGE);
	REFUSED(TIMESTAMP, BOOLEAN, "true", WRONG_TYPE);
	FITS(DATE, STRING, "2000-02-29");
	REFUSED(DATE, STRING, "1900-02-29", BAD_FORM);
	REFUSED(DATE, STRING, "2000/02/29", BAD_FORM);
	REFUSED(DATE, STRING, "2000-02-29 ", BAD_FORM);
	REFUSED(DATE, INTEGER, "20000229", WRONG_TYPE);
	FITS(TIME, STRING, "23:59:59.5");
	REFUSED(TIME, STRING, "23:59", BAD_FORM);
	FITS(DATETIME, STRING, "2000-02-29 01:02:03");
	FITS(DATETIME, STRING, "2000-02-29T01:02:03.123456");
	REFUSED(DATETIME, STRING, "2000-02-29T01:02:03Z", BAD_FORM);
	REFUSED(DATETIME, STRING, "2000-02-29t01:02:03", BAD_FORM);
}

static void
test_intervals(void)
{
	static const char *const good[] = {"P-10000Y0M-3660000DT-87840000H0M0S",
	    "P10000Y0M3660000DT87840000H0M0S", "P0Y0M0DT0H0M0.000001S", "P1YT1S", "P1DT", "PT-0.5S",
	    "P120000MT0S", "P9999Y12MT", "P10000Y-12MT", "PT316224000000S", "PT87839999H59M60S"};
	static const char *const bad[] = {"", "P", "PT", "P1Y", "1Y", "T1S", "1 day", "P1M1YT1S",
	    "P1Y1YT", "P1YT1D", "P1S", "P1D2H", "P1DT1M1H", "PT1.5H", "PT1.1234567S", "PT1.S",
	    "PT.5S", "P1", "P1DT1", "P1DTT1S", "P-DT1S", "P+1DT", "P1DT1Sx", "p1dt1s"};
	static const char *const beyond[] = {"P10001YT", "P10000Y1MT", "P-10000Y-1MT",
	    "P120001MT0S", "P3660001DT", "PT87840001H", "PT87840000H1S", "PT-87840000H-0.000001S",
	    "PT316224000000.000001S", "P99999999999999999999YT", "P10001Y-12MT",
	    "PT92233720368547758H", "P9223372036854775808DT"};

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		FITS(INTERVAL, STRING, good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		REFUSED(INTERVAL, STRING, bad[i], BAD_FORM);
	for (size_t i = 0; i < sizeof beyond / sizeof *beyond; i++)
		REFUSED(INTERVAL, STRING, beyond[i], OUT_OF_RANGE);
	REFUSED(INTERVAL, INTEGER, "1", WRONG_TYPE);
	REFUSED(RANGE, STRING, "[2020-01-01, 2021-01-01)", WRONG_TYPE);
	REFUSED(RANGE, OBJECT, "{\"start\":\"2020-01-01\"}", WRONG_TYPE);
}

static void
test_words(void)
{
	struct schema_field f = {.type = TYPE_STRING, .max_length = 7};
	struct buf out = {0};
	char text[200];

	types_expected(&f, VALUE_TOO_LONG, text, sizeof text);
	CHECK_STR(text, "STRING of at most 7 characters");
	f = (struct schema_field){.type = TYPE_DATE};
	types_expected(&f, VALUE_BAD_FORM, text, sizeof text);
	CHECK_STR(text, "DATE (YYYY-MM-DD)");
	types_expected(&f, VALUE_WRONG_TYPE, text, sizeof text);
	CHECK_STR(text, "DATE");
	f = (struct schema_field){.type = TYPE_NUMERIC, .whole_digits = 3, .fraction_digits = 2};
	types_expected(&f, VALUE_OUT_OF_RANGE, text, sizeof text);
	CHECK_STR(text, "NUMERIC with at most 3 digits before and 2 after the point");
	f = (struct schema_field){
	    .type = TYPE_BIGNUMERIC, .whole_digits = 39, .fraction_digits = 38};
	types_expected(&f, VALUE_OUT_OF_RANGE, text, sizeof text);
	CHECK_STR(text, "BIGNUMERIC (up to 5.7896e38, at most 38 digits after the point)");
	f = (struct schema_field){.type = TYPE_INTERVAL};
	types_expected(&f, VALUE_OUT_OF_RANGE, text, sizeof text);
	CHECK_STR(text, "INTERVAL (10000 years, 3660000 days, 87840000 hours)");
	f = (struct schema_field){.type = TYPE_RANGE};
	types_expected(&f, VALUE_WRONG_TYPE, text, sizeof text);
	CHECK_STR(text, "RANGE (no JSON form is known to load: use two columns, or STRING)");
	text_quote(&out, "{\"a\":\t\"\\n\"}", 10);
	CHECK_STR(out.data, "\"{\\\"a\\\":\\t\\\"\\\\n\\\"\"");
	buf_clear(&out);
	text_quote(&out, "\x01\r\x1f", 3);
	CHECK_STR(out.data, "\"\\u0001\\r\\u001f\"");
	buf_clear(&out);
	text_unescape(&out, "a\\t\\/\\u00e9\\ud83d\\ude00\\ud800x", 31);
	CHECK_STR(out.data, "a\t/\xc3\xa9\xf0\x9f\x98\x80\xef\xbf\xbdx");
	buf_free(&out);
}

int
main(void)
{
	test_integer();
	test_numbers();
	test_bignumeric();
	test_kept_decimals();
	test_booleans_and_text();
	test_respelling();
	test_times();
	test_intervals();
	test_words();
	return check_done();
}
