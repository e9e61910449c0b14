#include "ndjson/types.h"
#include "ndjson/types_number.h"
#include "ndjson/types_rule.h"
#include "ndjson/types_text.h"

#include <stdio.h>
#include <string.h>

#define KIND(k) (1u << (k))
#define NUMBERS (KIND(VALUE_INTEGER) | KIND(VALUE_FLOAT))
#define ALL                                                                        \
	(KIND(VALUE_STRING) | NUMBERS | KIND(VALUE_BOOLEAN) | KIND(VALUE_OBJECT) | \
	    KIND(VALUE_ARRAY))

/* One row a type: what BigQuery's documentation says of loading it from JSON, where a job was seen
 * to refuse what no page speaks of, and where this reads more narrowly on purpose. Pages:
 * [J] "Loading JSON data from Cloud Storage": Limitations; Details of loading JSON data, Data types
 * [L] "Legacy SQL data types"
 * [D] "Data types": ranges, canonical formats, parameterized types, time zones
 * [C] "Conversion functions", CAST: what text a number may be cast from
 * [M] REST, "RoundingMode": what a column does with decimals beyond its scale
 * Jobs:
 * [1] viant/bqtail, tail/status/uris_test.go; googleapis/python-bigquery issues 906, 1228
 * [2] dlt-hub/dlt, test_loading_errors
 * [3] memiiso/debezium-server-bigquery, ManualTestBatchLoading
 * [4] googleapis/python-bigquery issue 2417
 * [5] r-dbi/bigrquery issue 485: null in an array, "Only optional fields can be set to NULL"; its
 *     recorded answers: a string that is no integer
 * [6] GoogleCloudPlatform/professional-services issue 318: "Multiple definition of field"
 * What is of no one type is walked in fit_*.c: null fits where the column is not REQUIRED, whose key
 * may not be missing either; REPEATED takes an array [J], none of its elements null [J] [5]; keys
 * find columns in any case, no two of an object one column [6]; keys without a column are refused
 * ([J] JSON options, unknown values). A default value never fills in ("Specify default column
 * values", Load data): it is no concern of a load that names the column.
 * Where a page leaves a spelling open, the narrower reading is taken: a record set aside can be
 * loaded later, a load that fails holds up the hour. Where a value can be spelled so that no
 * reading refuses or changes it, it is respelled. */
static const struct rule {
	unsigned kinds; /* JSON values that may be meant */
	int raw;        /* the check reads escapes itself */
	type_check *check;
	type_spell *spell;
	const char *form;  /* how it is spelled, when that says more than the type */
	const char *range; /* what is in range */
} rules[] = {
    /* [1] a number that is no string: "Could not convert value to string", an object: "JSON object
     * specified for non-record field", an array: "Array specified for non-repeated field"; so each
     * becomes a string. [D] maxLength counts characters, here of what will be stored. */
    [TYPE_STRING] = {ALL, 1, check_string, spell_text, NULL, NULL},

    /* [J] "must be encoded as Base64"; [D] maxLength counts bytes. Narrower: no page says whether
     * the URL alphabet, line breaks or missing padding are taken. */
    [TYPE_BYTES] = {KIND(VALUE_STRING), 0, check_bytes, NULL, "base64", NULL},

    /* [D] 64 bits. [J] beyond 2^53 "pass it as a string to avoid data corruption". No page speaks
     * of 1.0 and 1e3, "007" and "-0": they are written as the plain integers they are. [5] a
     * string that is no integer is refused. Narrower: "30.0", "+5", " 5". */
    [TYPE_INTEGER] = {KIND(VALUE_STRING) | NUMBERS, 0, check_integer, spell_integer, NULL,
	"64 bits, and below 2^53 where written with fraction or exponent"},

    /* [D] double precision; [C] numbers in strings, NaN, Infinity, -Infinity, inf, any case.
     * Narrower: ".5", "5.", "+1"; 1e400, which no page lets become Infinity. */
    [TYPE_FLOAT] = {KIND(VALUE_STRING) | NUMBERS, 0, check_float, NULL, NULL, "double precision"},

    /* [D] 29 digits before and 9 after the point, or as parameterized; [2] strings are taken, 30
     * digits are not. What a double would not keep becomes a string, as [J] says of integers.
     * Narrower: further decimals, which would load, but rounded [M]. */
    [TYPE_NUMERIC] = {KIND(VALUE_STRING) | NUMBERS, 0, check_decimal, spell_text, NULL,
	"precision and scale"},

    /* [D] -2^255 to 2^255 - 1 in units of the 38th decimal, or as parameterized; [2] one unit more
     * is refused. Else as NUMERIC. */
    [TYPE_BIGNUMERIC] = {KIND(VALUE_STRING) | NUMBERS, 0, check_decimal, spell_text, NULL,
	"up to 5.7896e38, at most 38 digits after the point"},

    /* [J] 1 or 0, true or false, t or f, yes or no, y or n, any case. [L] in JSON only true or
     * false, any case: so the others are written as these. */
    [TYPE_BOOLEAN] = {KIND(VALUE_STRING) | KIND(VALUE_INTEGER) | KIND(VALUE_BOOLEAN), 0,
	check_boolean, spell_boolean, NULL, NULL},

    /* [J] YYYY-MM-DD or YYYY/MM/DD, a space or T, HH:MM[:SS[.SSSSSS]], optional offset or Z; or
     * seconds since 1970, of which [L] six decimals count; in a string they are written as the
     * number. [D] years 1 to 9999; parts of one digit: written with two. [3] milliseconds are
     * refused; [J] has 1.534680695e12 as an epoch all the same, in seconds the year 50601.
     * Narrower: zones by name [D], more decimals after a date. */
    [TYPE_TIMESTAMP] = {KIND(VALUE_STRING) | NUMBERS, 0, check_timestamp, spell_timestamp,
	"YYYY-MM-DD HH:MM[:SS[.SSSSSS]] with Z or +HH:MM, or seconds since 1970",
	"seconds since 1970, years 1 to 9999"},

    /* [J] YYYY-MM-DD. [D] parts of one digit: written with two. [3] a number: "Could not convert
     * non-string JSON value". */
    [TYPE_DATE] = {KIND(VALUE_STRING), 0, check_date, spell_time, "YYYY-MM-DD", NULL},

    /* [J] HH:MM:SS[.SSSSSS]. [D] as DATE. */
    [TYPE_TIME] = {KIND(VALUE_STRING), 0, check_time, spell_time, "HH:MM:SS[.SSSSSS]", NULL},

    /* [J] YYYY-MM-DD HH:MM:SS[.SSSSSS]. [D] a T for the space; as DATE. Narrower: no zone, which
     * would have to be dropped. */
    [TYPE_DATETIME] = {KIND(VALUE_STRING), 0, check_datetime, spell_time,
	"YYYY-MM-DD HH:MM:SS[.SSSSSS]", NULL},

    /* [J] P and T always, each number may be negative, seconds to six decimals. [D] the limits. */
    [TYPE_INTERVAL] = {KIND(VALUE_STRING), 0, check_interval, NULL, "PnYnMnDTnHnMnS",
	"10000 years, 3660000 days, 87840000 hours"},

    /* [J] strings in one of three formats. Their form is looked at, not whether the points make a
     * shape. Narrower: no Z and M in WKT, for a GEOGRAPHY lies on the globe. */
    [TYPE_GEOGRAPHY] = {KIND(VALUE_STRING), 0, check_geography, NULL,
	"WKT, hexadecimal WKB or GeoJSON in a string", NULL},

    /* [J] "loaded with the raw JSON values": a string stays one, whatever its text. [D] JSON type:
     * the numbers it can store. */
    [TYPE_JSON] = {ALL, 1, check_json, NULL, NULL,
	"each number an integer of 64 bits or of double precision"},

    /* No page has a JSON form. [4] loads of {"start": ..., "end": ...} and of "[..., ...)" both end
     * in an internal error. Narrower: no value is taken; null and a missing key are. */
    [TYPE_RANGE] = {0, 1, NULL, NULL, "no JSON form is known to load: use two columns, or STRING",
	NULL},

    /* [J] objects, whose keys are checked one by one. */
    [TYPE_RECORD] = {0, 1, NULL, NULL, NULL, NULL},
};

/* The value that a string means: *v, or its text without escapes in scratch. */
static struct value
unescaped(const struct value *v, struct buf *scratch)
{
	struct value plain = *v;

	if (v->kind == VALUE_STRING && memchr(v->text, '\\', v->len) != NULL) {
		buf_clear(scratch);
		text_unescape(scratch, v->text, v->len);
		plain.text = scratch->data;
		plain.len = scratch->len;
	}
	return plain;
}

enum verdict
types_check(const struct schema_field *f, const struct value *v, struct buf *scratch)
{
	const struct rule *r = &rules[f->type];
	struct value plain;

	if ((r->kinds & KIND(v->kind)) == 0)
		return VALUE_WRONG_TYPE;
	if (r->raw || v->kind != VALUE_STRING)
		return r->check(f, v);
	plain = unescaped(v, scratch);
	return r->check(f, &plain);
}

void
types_spell(struct buf *out, const struct schema_field *f, const struct value *v)
{
	struct buf scratch = {0};
	struct value plain = unescaped(v, &scratch);

	rules[f->type].spell(out, &plain);
	buf_free(&scratch);
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
		 (f->type == TYPE_NUMERIC || f->type == TYPE_BIGNUMERIC) &&
		 f->whole_digits != BIGNUMERIC_WHOLE)
		snprintf(out, size, "%s with at most %u digits before and %u after the point", name,
		    f->whole_digits, f->fraction_digits);
	else if (verdict == VALUE_OUT_OF_RANGE)
		snprintf(out, size, "%s (%s)", name, r->range);
	else if (r->form != NULL && (verdict == VALUE_BAD_FORM || f->type == TYPE_RANGE))
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
