/* The tables of a schema: how a column is found by its name. */
#include "ndjson/schema.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* FNV-1a over bytes with bit 5 set: letters of either case meet, and what else meets is told apart
 * by the comparison. */
static size_t
folded_hash(const char *s, size_t len)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ ((unsigned char)s[i] | 0x20u)) * 1099511628211u;
	return (size_t)(h ^ h >> 32);
}

static int
same_name(const struct schema_field *f, const char *name, size_t len)
{
	return f->name_len == len &&
	       (memcmp(f->name, name, len) == 0 || strncasecmp(f->name, name, len) == 0);
}

void
schema_index(struct schema_table *t, size_t i)
{
	size_t at = folded_hash(t->field[i].name, t->field[i].name_len) & t->mask;

	while (t->slot[at] != 0)
		at = (at + 1) & t->mask;
	t->slot[at] = (uint32_t)i + 1;
}

const struct schema_field *
schema_find(const struct schema_table *t, const char *name, size_t len)
{
	size_t at = folded_hash(name, len) & t->mask;

	for (; t->slot[at] != 0; at = (at + 1) & t->mask)
		if (same_name(&t->field[t->slot[at] - 1], name, len))
			return &t->field[t->slot[at] - 1];
	return NULL;
}

static void
free_table(struct schema_table *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < t->n; i++) {
		free(t->field[i].name);
		free_table(t->field[i].sub);
	}
	free(t->field);
	free(t->slot);
	free(t);
}

void
schema_free(struct schema *s)
{
	if (s == NULL)
		return;
	free_table(s->top);
	free(s);
}
