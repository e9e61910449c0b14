/* What narrower type a string's text could be loaded as. */
#include "check.h"
#include "ndjson/types_suggest.h"

static struct buf scratch;

static unsigned
set_of(const char *text)
{
	struct value v = {VALUE_STRING, text, strlen(text)};

	return types_narrowest(&v, SUGGEST_ALL, &scratch);
}

/* The type suggested for a column of these two strings. */
static const char *
suggested(const char *a, const char *b)
{
	struct value v = {VALUE_STRING, b, strlen(b)};
	enum schema_type type;

	return types_suggested(types_narrowest(&v, set_of(a), &scratch), &type) != 0
		   ? schema_type_name(type)
		   : "none";
}

static void
test_numbers(void)
{
	CHECK_STR(suggested("12", "-3"), "INTEGER");
	CHECK_STR(suggested("9223372036854775807", "0"), "INTEGER");
	CHECK_STR(suggested("12", "1.5"), "FLOAT");
	CHECK_STR(suggested("1e400", "1.5"), "none");
	CHECK_STR(suggested("0.30000000000000004", "NaN"), "FLOAT");
	CHECK_STR(suggested("9223372036854775808", "1.5"), "NUMERIC");
	CHECK_STR(suggested("9007199254740993", "1.5"), "NUMERIC");
	CHECK_STR(suggested("0.1234567890123456789", "1"), "BIGNUMERIC");
	CHECK_STR(suggested("1234567890123456789012345678901234567890123", "1"), "none");
	CHECK_STR(suggested("12kB", "1"), "none");
	/* The zeros would be lost. */
	CHECK_STR(suggested("007", "008"), "none");
	CHECK_STR(suggested("-0", "-00.5"), "none");
	CHECK_STR(suggested("-0", "1"), "FLOAT");
	CHECK_STR(suggested("0.5", "0"), "FLOAT");
	CHECK_STR(suggested("\\u0031\\u0032", "3"), "INTEGER");
}

static void
test_others(void)
{
	CHECK_STR(suggested("true", "No"), "BOOLEAN");
	CHECK_STR(suggested("true", "1"), "BOOLEAN");
	CHECK_STR(suggested("1", "0"), "INTEGER");
	CHECK_STR(suggested("true", "maybe"), "none");
	CHECK_STR(suggested("2021-01-01", "2020-02-29"), "DATE");
	CHECK_STR(suggested("2021-02-29", "2020-02-29"), "none");
	CHECK_STR(suggested("23:59:59", "00:00:00.5"), "TIME");
	CHECK_STR(suggested("2021-01-01 00:00:00", "2021-01-01T00:00:00"), "TIMESTAMP");
	CHECK_STR(suggested("2021-01-01 00:00:00", "2021\\/01\\/01T00:00Z"), "TIMESTAMP");
	CHECK_STR(suggested("2021-01-01 00:00:00", "2021-01-01"), "none");
	CHECK_STR(suggested("1534680695", "2021-01-01T00:00:00Z"), "none");
	CHECK_STR(suggested("", "1"), "none");
	CHECK_STR(suggested("1", ""), "none");
	CHECK(set_of("") == 0 && set_of("x") == 0 && set_of("-") == 0 && set_of("+") == 0);
	CHECK(set_of("2021-01-01 00:00:00") == (SUGGEST(TYPE_TIMESTAMP) | SUGGEST(TYPE_DATETIME)));
}

/* What is suggested is what types_check takes. */
static void
test_taken(void)
{
	static const char *const texts[] = {"0", "1", "-1", "1.0", "1e3", "-1.5e-3", "1e28", "1e29",
	    "9007199254740992", "9007199254740993", "9223372036854775807", "9223372036854775808",
	    "-9223372036854775808", "-9223372036854775809", "99999999999999999999999999999",
	    "100000000000000000000000000000", "99999999999999999999999999999999999999",
	    "578960446186580977117854925043439539266.5", "578960446186580977117854925043439539267",
	    "0.000000001", "0.0000000001", "1.7976931348623157e308", "1e-320", "1e300", "inf",
	    "+inf", "-Infinity", "nan", "Nan", "t", "F", "yes", "N", "2021-1-5", "2021-01-05",
	    "1:2:3", "01:02:03.123456", "01:02:03.1234567", "2021-1-5 1:2:3", "2021/01/05 01:02",
	    "2021-01-05T01:02:03z", "2021-01-05T01:02:03 -05:00", "2021-01-05T01:02:03+14",
	    "2021-01-05T01:02:03+15", "2021-01-05T25:02:03", "0001-01-01 00:00:00+01:00",
	    "9999-12-31 23:59:59.999999"};

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		for (int t = 0; t <= TYPE_RECORD; t++) {
			struct schema_field f = {.type = (enum schema_type)t,
			    .whole_digits = t == TYPE_NUMERIC ? 29 : 38,
			    .fraction_digits = t == TYPE_NUMERIC      ? 9
					       : t == TYPE_BIGNUMERIC ? 38
								      : 6};
			struct value v = {VALUE_STRING, texts[i], strlen(texts[i])};

			if ((set_of(texts[i]) & SUGGEST(t)) != 0)
				CHECK(types_check(&f, &v, &scratch) <= VALUE_RESPELLED);
		}
}

static void
test_sets(void)
{
	struct value v = {VALUE_STRING, "12", 2};
	enum schema_type type;

	CHECK(types_narrowest(&v, 0, &scratch) == 0);
	CHECK(types_narrowest(&v, SUGGEST(TYPE_FLOAT), &scratch) == SUGGEST(TYPE_FLOAT));
	CHECK(types_narrowest(&v, SUGGEST(TYPE_DATE), &scratch) == 0);
	CHECK(types_suggested(SUGGEST_ALL, &type) == 0); /* no string was seen */
}

int
main(void)
{
	test_numbers();
	test_others();
	test_taken();
	test_sets();
	buf_free(&scratch);
	return check_done();
}
