/* Which columns an object had, and under which keys. */
#ifndef NDJSON_FIT_SEEN_H
#define NDJSON_FIT_SEEN_H

#include "ndjson/schema.h"

#include <stdint.h>

struct seen {
	uint64_t object; /* the last object that had the column, 0 for none */
	const char *key; /* the first byte of its key there */
};

/* seen_new(s): a table for each level of the schema, by its id: one entry a column. Ended with
 * seen_free. */
struct seen **seen_new(const struct schema *s);
void seen_free(struct seen **seen, const struct schema *s);

#endif
