/* Make one JSON record fit a BigQuery schema, or say everything that does not fit. */
#ifndef NDJSON_FIT_H
#define NDJSON_FIT_H

#include "base/err.h"
#include "ndjson/schema.h"

#include <stddef.h>

#define FIT_MAX_PROBLEMS 20 /* of one record; more are only counted */

/* A schema and a MAP, compiled; constant afterwards, so that threads may share it. */
struct fit;

/* fit_new(schema, map, e): map is the path of a MAP file (see fit_level_map) or NULL. schema must
 * outlive the result. NULL with e as fit_level_map. */
struct fit *fit_new(const struct schema *schema, const char *map, struct err *e);
void fit_free(struct fit *f);

/* What is done beyond what every record needs; all zero is nothing. */
struct fit_options {
	int compact; /* containers under STRING lose the white space outside their strings */
	int null_as_missing; /* members that are null are left out, unless the column is REQUIRED */
	int drop_unknown;    /* fields that are not in the schema are left out */
	const char *collect; /* or gathered in this column, as fit_record says; NULL: neither */
};

/* fit_choose(f, o, e): before the first record. -1 with EX_CONFIG when the schema has no NULLABLE
 * column collect of type STRING or JSON at its top. */
int fit_choose(struct fit *f, const struct fit_options *o, struct err *e);

/* What does not fit at one place of a record. */
struct fit_problem {
	const char *reason; /* "type", "null", "missing", "unknown", "duplicate", "collision" */
	char path[256];     /* JSON Pointer with array indexes; cut with "..." */
	char place[256];    /* as path, with * for each index: equal for equal problems */
	char what[320];     /* "expected INTEGER, found STRING \"12kB\"" */
	char kind[256];     /* as what, without the value: equal for equal problems */
};

/* What checking one record after the other needs; one a thread. */
struct fit_state;
struct fit_state *fit_state_new(const struct fit *f);
void fit_state_free(struct fit_state *s);

enum fit_result {
	FIT_SAME,    /* loads as it is */
	FIT_CHANGED, /* loads as fit_text() says */
	FIT_REFUSED  /* does not load: fit_problems() */
};

/* fit_record(s, text, len): check one record, which must be valid JSON. Changes are only these:
 * - a value is respelled (types_spell), so that what is no string under a STRING column becomes its
 *   source text as a JSON string;
 * - null under a REPEATED column becomes [], which is the same to BigQuery;
 * - a key becomes the column's name where it is not that name already (ignoring case);
 * - what the options leave out goes, with a comma beside it. What they collect becomes one JSON
 *   object, the last member of the record: of top-level fields by their keys, of deeper ones, and
 *   of keys that begin with '/', by their JSON Pointers. */
enum fit_result fit_record(struct fit_state *s, const char *text, size_t len);

/* fit_text(s, len): the changed record. Lives until the next fit_record; at most 2 * its len +
 * renames. */
const char *fit_text(const struct fit_state *s, size_t *len);

/* fit_dropped(s): how many unknown fields of the record were left out, and not collected. */
size_t fit_dropped(const struct fit_state *s);

/* fit_problems(s, n, more): the problems of the record in its order, their number, and how many
 * more there were. */
const struct fit_problem *fit_problems(const struct fit_state *s, size_t *n, size_t *more);

#endif
