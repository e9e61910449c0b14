#include "ndjson/types.h"
#include "ndjson/timestamp.h"
#include "ndjson/types_text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define KIND(k) (1u << (k))
#define NUMBERS (KIND(VALUE_INTEGER) | KIND(VALUE_FLOAT))
#define SCALARS (KIND(VALUE_STRING) | NUMBERS | KIND(VALUE_BOOLEAN))

/* From here on not every integer is a double: what a fraction or an exponent spells may not be
 * meant. */
#define EXACT_DOUBLE 9007199254740992.0

/* A decimal numeral written out in full: significant digits on each side of its point. */
struct decimal {
	long whole, fraction;
};

/* Read -?digits[.digits][e[+-]digits] exactly; 0 when s is anything else. The exponent is cut at a
 * million, far beyond every type. */
static int
read_decimal(const char *s, size_t len, struct decimal *d)
{
	const char *p = s, *end = s + len;
	long n = 0, first = -1, last = -1, point = -1, exponent = 0, sign = 1;

	if (p < end && *p == '-')
		p++;
	for (; p < end && ((*p >= '0' && *p <= '9') || (*p == '.' && point < 0)); p++) {
		if (*p == '.') {
			point = n;
			continue;
		}
		if (*p != '0') {
			first = first < 0 ? n : first;
			last = n;
		}
		n++;
	}
	if (n == 0 || point == 0 || point == n)
		return 0;
	point = point < 0 ? n : point;
	if (p < end && (*p | 0x20) == 'e') {
		p++;
		if (p < end && (*p == '+' || *p == '-'))
			sign = *p++ == '-' ? -1 : 1;
		if (p == end)
			return 0;
		for (; p < end && *p >= '0' && *p <= '9'; p++)
			exponent = exponent < 1000000 ? exponent * 10 + (*p - '0') : exponent;
	}
	point += sign * exponent;
	d->whole = first < 0 || point <= first ? 0 : point - first;
	d->fraction = first < 0 || last < point ? 0 : last + 1 - point;
	return p == end;
}

static enum verdict
check_integer(const struct schema_field *f, const struct value *v)
{
	const char *limit = v->text[0] == '-' ? "9223372036854775808" : "9223372036854775807";
	const char *s = v->text, *end = v->text + v->len;
	struct decimal d;

	(void)f;
	if (v->kind == VALUE_FLOAT) {
		if (!read_decimal(v->text, v->len, &d) || d.fraction != 0)
			return VALUE_BAD_FORM;
		return d.whole <= 16 && fabs(strtod(v->text, NULL)) < EXACT_DOUBLE
			   ? VALUE_FITS
			   : VALUE_OUT_OF_RANGE;
	}
	if (s < end && *s == '-')
		s++;
	if (s == end)
		return VALUE_BAD_FORM;
	for (const char *c = s; c < end; c++)
		if (*c < '0' || *c > '9')
			return VALUE_BAD_FORM;
	while (s < end && *s == '0')
		s++;
	if (end - s < 19)
		return VALUE_FITS;
	return end - s == 19 && memcmp(s, limit, 19) <= 0 ? VALUE_FITS : VALUE_OUT_OF_RANGE;
}

static enum verdict
check_float(const struct schema_field *f, const struct value *v)
{
	static const char *const names[] = {"nan",      "inf",       "+inf",     "-inf",
					    "infinity", "+infinity", "-infinity"};
	struct decimal d;

	(void)f;
	if (read_decimal(v->text, v->len, &d))
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

	if (!read_decimal(v->text, v->len, &d))
		return VALUE_BAD_FORM;
	return d.whole <= (long)f->whole_digits && d.fraction <= (long)f->fraction_digits
		   ? VALUE_FITS
		   : VALUE_OUT_OF_RANGE;
}

static enum verdict
check_boolean(const struct schema_field *f, const struct value *v)
{
	static const char *const names[] = {"true", "false", "t", "f", "yes",
					    "no",   "y",     "n", "1", "0"};

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
	if (!read_decimal(v->text, v->len, &d))
		return VALUE_BAD_FORM;
	seconds = strtod(v->text, NULL);
	return seconds >= -62135596800.0 && seconds < 253402300800.0 ? VALUE_FITS
								     : VALUE_OUT_OF_RANGE;
}

static enum verdict
check_string(const struct schema_field *f, const struct value *v)
{
	if (f->max_length == 0 || v->len <= f->max_length)
		return VALUE_FITS;
	return text_characters(v->text, v->len) <= f->max_length ? VALUE_FITS : VALUE_TOO_LONG;
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

/* One row a type. Pages of the BigQuery documentation:
 * [J] "Loading JSON data from Cloud Storage": Data types, and the notes above them
 * [D] "Data types": ranges, parameterized types
 * [C] "Conversion rules": what text a number may be cast from
 * Where a page leaves a spelling open, the narrower reading is taken: a record set aside can be
 * loaded later, a load that fails holds up the hour. */
static const struct rule {
	unsigned kinds; /* JSON values that may be meant */
	int raw;        /* the check reads escapes itself */
	enum verdict (*check)(const struct schema_field *f, const struct value *v);
	const char *form;  /* how it is spelled, when that says more than the type */
	const char *range; /* what is in range */
} rules[] = {
    /* [J] any scalar is kept as its text; [D] maxLength counts characters */
    [TYPE_STRING] = {SCALARS, 1, check_string, NULL, NULL},
    /* [J] "must be encoded as Base64"; [D] maxLength counts bytes */
    [TYPE_BYTES] = {KIND(VALUE_STRING), 0, check_bytes, "base64", NULL},
    /* [D] 64 bits; [J] digits in a string, for what a double can't hold; 1.0 and 1e3 are integers
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
    /* [J] */
    [TYPE_DATE] = {KIND(VALUE_STRING), 0, check_date, "YYYY-MM-DD", NULL},
    [TYPE_TIME] = {KIND(VALUE_STRING), 0, check_time, "HH:MM:SS[.SSSSSS]", NULL},
    [TYPE_DATETIME] = {KIND(VALUE_STRING), 0, check_datetime, "YYYY-MM-DD HH:MM:SS[.SSSSSS]", NULL},
    [TYPE_INTERVAL] = {KIND(VALUE_STRING), 0, check_interval, "PnYnMnDTnHnMnS", NULL},
    /* [J] strings in one of three formats; the shape itself is checked by BigQuery */
    [TYPE_GEOGRAPHY] = {KIND(VALUE_STRING), 0, check_geography, "WKT, hexadecimal WKB or GeoJSON",
			NULL},
    /* [J] "loaded with the raw JSON values" */
    [TYPE_JSON] = {SCALARS, 1, NULL, NULL, NULL},
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
	if (r->check == NULL)
		return VALUE_FITS;
	if (!r->raw && v->kind == VALUE_STRING && memchr(v->text, '\\', v->len) != NULL) {
		buf_clear(scratch);
		text_unescape(scratch, v->text, v->len);
		plain.text = scratch->data;
		plain.len = scratch->len;
	}
	return r->check(f, &plain);
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
	static const char *const names[] = {"STRING", "INTEGER", "FLOAT", "BOOLEAN",
					    "null",   "OBJECT",  "ARRAY"};

	return names[kind];
}
