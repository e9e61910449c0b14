/* The problems of one record, told in words. */
#ifndef NDJSON_FIT_PROBLEM_H
#define NDJSON_FIT_PROBLEM_H

#include "ndjson/fit.h"
#include "ndjson/types.h"

#include <stddef.h>

/* One step from the record down to a value: a key as it stands in JSON, or an index. */
struct fit_step {
	const char *key; /* NULL: index counts */
	size_t len, index;
};

/* A table's RECORDs nest 15 deep, a RANGE below the last, an index after each key. */
#define FIT_MAX_STEPS (2 * (SCHEMA_MAX_DEPTH + 3))

struct fit_problems {
	struct fit_problem list[FIT_MAX_PROBLEMS];
	size_t n, more;
	struct fit_step step[FIT_MAX_STEPS];
	size_t depth;
};

/* Each adds a problem at the place that step[0 .. depth-1] names.
 * problem_value: expected (as types_expected says, prefix before it) but v was found.
 * problem_missing: the column f must be there. problem_unknown: the key is in no schema.
 * problem_twice: the key leads to column, where the key first (first_len bytes) went before.
 * problem_taken: the record has the column in which unknown fields are to be gathered. */
void problem_value(
    struct fit_problems *p, const char *reason, const char *expected, const struct value *v);
void problem_missing(struct fit_problems *p, const struct schema_field *f);
void problem_unknown(struct fit_problems *p);
void problem_twice(
    struct fit_problems *p, const struct schema_field *f, const struct fit_step *first);
void problem_taken(struct fit_problems *p, const struct schema_field *f);

#endif
