/* The type of a column with its parameters, as far as they decide which values it takes. Pure
 * (BigQuery, "Data types", Parameterized data types; "Loading JSON data"; "Conversion rules"). */
#ifndef NDJSON_COLUMN_TYPE_H
#define NDJSON_COLUMN_TYPE_H

#include "base/buf.h"
#include "ndjson/column.h"

#include <stdint.h>

struct column_type {
	const char *name;         /* legacy, lives as long as its column */
	uint64_t max_length;      /* STRING: characters, BYTES: bytes; 0: any */
	uint64_t whole, fraction; /* NUMERIC, BIGNUMERIC: most digits before and after the point */
	int precise;              /* those two were stated */
	uint64_t second_digits;   /* TIMESTAMP: most after the point, 6 or 12 */
	char element[16];         /* RANGE: of what */
};

/* column_type_of(c): the type of c, whatever its mode. */
struct column_type column_type_of(const struct column *c);

int column_type_is(const struct column_type *t, const char *name);

/* column_type_same(a, b): non-zero when they take the same values. RECORDs are the same whatever
 * their fields. */
int column_type_same(const struct column_type *a, const struct column_type *b);

/* column_type_loads(a, b): non-zero when each value that fits a also fits b when it is loaded from
 * JSON as ndfit makes it fit: all is text under STRING, and any value fits JSON. Fields of RECORDs
 * are not looked at. */
int column_type_loads(const struct column_type *a, const struct column_type *b);

/* column_type_settable(a, b): non-zero when ALTER COLUMN SET DATA TYPE makes a top-level column of
 * type a one of type b. */
int column_type_settable(const struct column_type *a, const struct column_type *b);

/* column_type_text(out, t): append "INTEGER", "STRING(10)", "NUMERIC(5, 2)", "RANGE<DATE>". */
void column_type_text(struct buf *out, const struct column_type *t);

/* column_sql(out, c): append the type of c as GoogleSQL has it: "ARRAY<STRUCT<a INT64>>". */
void column_sql(struct buf *out, const struct column *c);

#endif
