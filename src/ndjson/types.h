/* Whether one JSON value may be loaded into one column: BigQuery's rules as one table of functions.
 */
#ifndef NDJSON_TYPES_H
#define NDJSON_TYPES_H

#include "base/buf.h"
#include "ndjson/schema.h"

#include <stddef.h>

enum value_kind {
	VALUE_STRING,
	VALUE_INTEGER, /* a number without fraction and exponent */
	VALUE_FLOAT,
	VALUE_BOOLEAN,
	VALUE_NULL,
	VALUE_OBJECT,
	VALUE_ARRAY
};

/* A value as it stands in valid JSON: a string without its quotes, its escapes as they are. What
 * follows text is readable and no part of a number. */
struct value {
	enum value_kind kind;
	const char *text;
	size_t len;
};

enum verdict {
	VALUE_FITS,
	VALUE_RESPELLED, /* fits as types_spell writes it */
	VALUE_WRONG_TYPE,
	VALUE_BAD_FORM,
	VALUE_OUT_OF_RANGE,
	VALUE_TOO_LONG
};

/* types_check(f, v, scratch): whether v (not null) may be loaded into a column of f's type,
 * whatever f's mode; the objects of a RECORD, whose keys have columns of their own, are not for this
 * function. scratch holds a string without its escapes where that is needed. */
enum verdict types_check(const struct schema_field *f, const struct value *v, struct buf *scratch);

/* types_spell(out, f, v): append v, whose verdict was VALUE_RESPELLED, as JSON that means the same
 * in a column of f's type and that every reading of BigQuery's rules takes: what is no string as
 * its source text in a string, an integer, boolean, date or time in its plain form. */
void types_spell(struct buf *out, const struct schema_field *f, const struct value *v);

/* types_expected(f, verdict, out, size): what the column takes, for a message about a value with
 * that verdict: "INTEGER", "DATE (YYYY-MM-DD)", "STRING of at most 7 characters". */
void types_expected(const struct schema_field *f, enum verdict verdict, char *out, size_t size);

/* types_kind_name(kind): "STRING", "INTEGER", "FLOAT", "BOOLEAN", "null", "OBJECT", "ARRAY". */
const char *types_kind_name(enum value_kind kind);

#endif
