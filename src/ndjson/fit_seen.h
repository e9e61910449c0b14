/* What walking one record after the other teaches: which keys an object had, and which key comes
 * next. */
#ifndef NDJSON_FIT_SEEN_H
#define NDJSON_FIT_SEEN_H

#include "base/buf.h"
#include "ndjson/fit_level.h"
#include "ndjson/fit_problem.h"

#include <stdint.h>

#define SEEN_SPELLING 47 /* longest key that is remembered, in bytes */

/* One column of a level, or what begins an object (the entry after the last column). */
struct seen {
	uint64_t object;     /* the last object that had the column, 0 for none */
	struct fit_step key; /* under which key there */
	uint32_t next;       /* the column whose key followed, the last time */
	unsigned char renamed;
	char spelling[SEEN_SPELLING +
		      1]; /* the key as it stood in JSON, the last time; "" for none */
};

/* seen_new(s): a table for each level of the schema, by its id. Ended with seen_free. */
struct seen **seen_new(const struct schema *s);
void seen_free(struct seen **seen, const struct schema *s);

/* seen_find(seen, l, previous, key, len, scratch, renamed): as fit_level_find; previous is the
 * index of the column (or its number, at the start of an object) before it. Logs repeat their keys
 * in order: the guess that this one follows again what it followed last time saves most lookups. */
const struct schema_field *seen_find(struct seen *seen, const struct fit_level *l, size_t previous,
    const char *key, size_t len, struct buf *scratch, int *renamed);

#endif
