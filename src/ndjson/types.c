#include "ndjson/types.h"
#include "ndjson/timestamp.h"
#include "ndjson/types_number.h"
#include "ndjson/types_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The integers that a double, which is all that JSON promises, tells apart. */
#define EXACT_DOUBLE 9007199254740991.0
#define EXACT_DIGITS "9007199254740991"

#define KIND(k) (1u << (k))
#define NUMBERS (KIND(VALUE_INTEGER) | KIND(VALUE_FLOAT))
#define ALL                                                                        \
	(KIND(VALUE_STRING) | NUMBERS | KIND(VALUE_BOOLEAN) | KIND(VALUE_OBJECT) | \
	    KIND(VALUE_ARRAY))

static enum verdict
check_integer(const struct schema_field *f, const struct value *v)
{
	struct decimal d;

	(void)f;
	if (v->kind == VALUE_FLOAT) {
		if (!number_read(v->text, v->len, &d) || d.fraction != 0)
			return VALUE_BAD_FORM;
		return d.whole <= 16 && fabs(strtod(v->text, NULL)) <= EXACT_DOUBLE
			   ? VALUE_RESPELLED
			   : VALUE_OUT_OF_RANGE;
	}
	if (v->kind == VALUE_STRING && !number_digits(v->text, v->len))
		return VALUE_BAD_FORM;
	if (v->len < sizeof EXACT_DIGITS - 1 ||
	    number_within(v->text, v->len, EXACT_DIGITS, EXACT_DIGITS))
		return VALUE_FITS;
	if (!number_within(v->text, v->len, "9223372036854775808", "9223372036854775807"))
		return VALUE_OUT_OF_RANGE;
	return v->kind == VALUE_INTEGER ? VALUE_RESPELLED : VALUE_FITS;
}

static enum verdict
check_float(const struct schema_field *f, const struct value *v)
{
	static const char *const names[] = {
	    "nan", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"};
	struct decimal d;

	(void)f;
	if (number_read(v->text, v->len, &d))
		return d.whole < 309 || isfinite(strtod(v->text, NULL)) ? VALUE_FITS
									: VALUE_OUT_OF_RANGE;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (v->len == strlen(names[i]) && strncasecmp(v->text, names[i], v->len) == 0)
			return VALUE_FITS;
	return VALUE_BAD_FORM;
}

static enum verdict
check_decimal(const struct schema_field *f, const struct value *v)
{
	struct decimal d;

	if (!number_read(v->text, v->len, &d))
		return VALUE_BAD_FORM;
	return d.whole <= (long)f->whole_digits && d.fraction <= (long)f->fraction_digits
		   ? VALUE_FITS
		   : VALUE_OUT_OF_RANGE;
}

static enum verdict
check_boolean(const struct schema_field *f, const struct value *v)
{
	static const char *const names[] = {
	    "true", "false", "t", "f", "yes", "no", "y", "n", "1", "0"};

	(void)f;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (v->len == strlen(names[i]) && strncasecmp(v->text, names[i], v->len) == 0)
			return VALUE_FITS;
	return VALUE_BAD_FORM;
}

static enum verdict
check_timestamp(const struct schema_field *f, const struct value *v)
{
	struct decimal d;
	double seconds;

	if (v->kind == VALUE_STRING && timestamp_valid(v->text, v->len, f->fraction_digits))
		return VALUE_FITS;
	if (!number_read(v->text, v->len, &d))
		return VALUE_BAD_FORM;
	if (d.whole <= 10) /* the years 1653 to 2286 */
		return VALUE_FITS;
	seconds = strtod(v->text, NULL);
	return seconds >= -62135596800.0 && seconds < 253402300800.0 ? VALUE_FITS
								     : VALUE_OUT_OF_RANGE;
}

static enum verdict
check_string(const struct schema_field *f, const struct value *v)
{
	enum verdict fits = v->kind == VALUE_STRING ? VALUE_FITS : VALUE_RESPELLED;
	size_t n;

	if (f->max_length == 0 || v->len <= f->max_length)
		return fits;
	n = v->kind == VALUE_STRING ? text_characters(v->text, v->len)
				    : text_points(v->text, v->len);
	return n <= f->max_length ? fits : VALUE_TOO_LONG;
}

static enum verdict
check_bytes(const struct schema_field *f, const struct value *v)
{
	size_t bytes;

	if (!text_base64(v->text, v->len, &bytes))
		return VALUE_BAD_FORM;
	return f->max_length == 0 || bytes <= f->max_length ? VALUE_FITS : VALUE_TOO_LONG;
}

#define CHECK_TEXT(name, test)                                                        \
	static enum verdict name(const struct schema_field *f, const struct value *v) \
	{                                                                             \
		(void)f;                                                              \
		return test(v->text, v->len) ? VALUE_FITS : VALUE_BAD_FORM;           \
	}

CHECK_TEXT(check_date, date_valid)
CHECK_TEXT(check_time, time_valid)
CHECK_TEXT(check_datetime, datetime_valid)
CHECK_TEXT(check_interval, interval_valid)
CHECK_TEXT(check_geography, text_geography)

static enum verdict
check_json(const struct schema_field *f, const struct value *v)
{
	(void)f;
	return v->kind == VALUE_STRING || number_json(v->text, v->len) ? VALUE_FITS
								       : VALUE_OUT_OF_RANGE;
}

/* One row a type. Pages of the BigQuery documentation:
 * [J] "Loading JSON data from Cloud Storage": Limitations; Details of loading JSON data, Data types
 * [D] "Data types": ranges, parameterized types, time zones
 * [C] "Conversion functions", CAST: what text a number may be cast from
 * and a job that was refused:
 * [R] viant/bqtail, tail/status/uris_test.go; compare googleapis/python-bigquery issue 906
 * Where a page leaves a spelling open, the narrower reading is taken: a record set aside can be
 * loaded later, a load that fails holds up the hour. Where a value can be spelled so that no
 * reading refuses it, it is respelled. */
static const struct rule {
	unsigned kinds; /* JSON values that may be meant */
	int raw;        /* the check reads escapes itself */
	enum verdict (*check)(const struct schema_field *f, const struct value *v);
	const char *form;  /* how it is spelled, when that says more than the type */
	const char *range; /* what is in range */
} rules[] = {
    /* [R] a number that is no string: "Could not convert value to string"; [J] "Loading JSON data",
     * an object that is to be kept goes into a string column; [D] maxLength counts characters */
    [TYPE_STRING] = {ALL, 1, check_string, NULL, NULL},
    /* [J] "must be encoded as Base64"; [D] maxLength counts bytes */
    [TYPE_BYTES] = {KIND(VALUE_STRING), 0, check_bytes, "base64", NULL},
    /* [D] 64 bits. [J] beyond 2^53 "pass it as a string to avoid data corruption". 1.0 and 1e3 are
     * written as the integers they are: no page allows them, and "Value: 1.0" is told of refusals
     */
    [TYPE_INTEGER] = {KIND(VALUE_STRING) | NUMBERS, 0, check_integer, NULL,
	"64 bits, and below 2^53 where written with fraction or exponent"},
    /* [D] double precision; [C] NaN, Infinity, -Infinity, inf as strings, any case */
    [TYPE_FLOAT] = {KIND(VALUE_STRING) | NUMBERS, 0, check_float, NULL, "double precision"},
    /* [D] NUMERIC: 29 digits before, 9 after the point, BIGNUMERIC 38 and 38, or as parameterized
     */
    [TYPE_NUMERIC] = {KIND(VALUE_STRING) | NUMBERS, 0, check_decimal, NULL, "precision and scale"},
    [TYPE_BIGNUMERIC] = {KIND(VALUE_STRING) | NUMBERS, 0, check_decimal, NULL,
	"precision and scale"},
    /* [J] 1 or 0, true or false, t or f, yes or no, y or n, any case */
    [TYPE_BOOLEAN] = {KIND(VALUE_STRING) | KIND(VALUE_INTEGER) | KIND(VALUE_BOOLEAN), 0,
	check_boolean, NULL, NULL},
    /* [J] date and time, optional zone; or seconds since 1970. [D] years 1 to 9999. The page also
     * shows 1.534680695e12 as an epoch, which as seconds is out of range: set aside, as
     * milliseconds belong in an INTEGER column until they are converted. */
    [TYPE_TIMESTAMP] = {KIND(VALUE_STRING) | NUMBERS, 0, check_timestamp,
	"YYYY-MM-DD HH:MM[:SS[.SSSSSS]] with Z or +HH:MM, or seconds since 1970",
	"seconds since 1970, years 1 to 9999"},
    /* [J]; a T in DATETIME: [D], DATETIME type, canonical format */
    [TYPE_DATE] = {KIND(VALUE_STRING), 0, check_date, "YYYY-MM-DD", NULL},
    [TYPE_TIME] = {KIND(VALUE_STRING), 0, check_time, "HH:MM:SS[.SSSSSS]", NULL},
    [TYPE_DATETIME] = {KIND(VALUE_STRING), 0, check_datetime, "YYYY-MM-DD HH:MM:SS[.SSSSSS]", NULL},
    [TYPE_INTERVAL] = {KIND(VALUE_STRING), 0, check_interval, "PnYnMnDTnHnMnS", NULL},
    /* [J] strings in one of three formats; the shape itself is checked by BigQuery */
    [TYPE_GEOGRAPHY] = {KIND(VALUE_STRING), 0, check_geography, "WKT, hexadecimal WKB or GeoJSON",
	NULL},
    /* [J] "loaded with the raw JSON values"; [D] JSON type: the numbers it can store */
    [TYPE_JSON] = {ALL, 1, check_json, NULL,
	"each number an integer of 64 bits or of double precision"},
    /* [J] objects, whose keys are checked one by one */
    [TYPE_RANGE] = {0, 1, NULL, NULL, NULL},
    [TYPE_RECORD] = {0, 1, NULL, NULL, NULL},
};

enum verdict
types_check(const struct schema_field *f, const struct value *v, struct buf *scratch)
{
	const struct rule *r = &rules[f->type];
	struct value plain = *v;

	if ((r->kinds & KIND(v->kind)) == 0)
		return VALUE_WRONG_TYPE;
	if (!r->raw && v->kind == VALUE_STRING && memchr(v->text, '\\', v->len) != NULL) {
		buf_clear(scratch);
		text_unescape(scratch, v->text, v->len);
		plain.text = scratch->data;
		plain.len = scratch->len;
	}
	return r->check(f, &plain);
}

void
types_spell(struct buf *out, const struct schema_field *f, const struct value *v)
{
	if (v->kind == VALUE_OBJECT || v->kind == VALUE_ARRAY)
		text_quote(out, v->text, v->len);
	else if (f->type == TYPE_INTEGER && v->kind == VALUE_FLOAT)
		buf_addf(out, "%lld", (long long)strtod(v->text, NULL));
	else {
		buf_addc(out, '"');
		buf_add(out, v->text, v->len);
		buf_addc(out, '"');
	}
}

void
types_expected(const struct schema_field *f, enum verdict verdict, char *out, size_t size)
{
	const struct rule *r = &rules[f->type];
	const char *name = schema_type_name(f->type);

	if (verdict == VALUE_TOO_LONG)
		snprintf(out, size, "%s of at most %llu %s", name,
		    (unsigned long long)f->max_length,
		    f->type == TYPE_BYTES ? "bytes" : "characters");
	else if (verdict == VALUE_OUT_OF_RANGE &&
		 (f->type == TYPE_NUMERIC || f->type == TYPE_BIGNUMERIC))
		snprintf(out, size, "%s with at most %u digits before and %u after the point", name,
		    f->whole_digits, f->fraction_digits);
	else if (verdict == VALUE_OUT_OF_RANGE)
		snprintf(out, size, "%s (%s)", name, r->range);
	else if (verdict == VALUE_BAD_FORM && r->form != NULL)
		snprintf(out, size, "%s (%s)", name, r->form);
	else
		snprintf(out, size, "%s", name);
}

const char *
types_kind_name(enum value_kind kind)
{
	static const char *const names[] = {
	    "STRING", "INTEGER", "FLOAT", "BOOLEAN", "null", "OBJECT", "ARRAY"};

	return names[kind];
}
