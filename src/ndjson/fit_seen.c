#include "ndjson/fit_seen.h"

#include <stdlib.h>
#include <string.h>

static void
add_table(struct seen **seen, const struct schema_table *t)
{
	seen[t->id] = xcalloc(t->n + 1, sizeof **seen);
	for (size_t i = 0; i < t->n; i++)
		if (t->field[i].sub != NULL)
			add_table(seen, t->field[i].sub);
}

struct seen **
seen_new(const struct schema *s)
{
	struct seen **seen = xcalloc(s->tables, sizeof(struct seen *));

	add_table(seen, s->top);
	return seen;
}

void
seen_free(struct seen **seen, const struct schema *s)
{
	for (size_t i = 0; i < s->tables; i++)
		free(seen[i]);
	free(seen);
}

const struct schema_field *
seen_find(struct seen *seen, const struct fit_level *l, size_t previous, const char *key,
    size_t len, struct buf *scratch, int *renamed)
{
	struct seen *guess = &seen[seen[previous].next];
	const struct schema_field *f;

	if (len > 0 && len <= SEEN_SPELLING && memcmp(guess->spelling, key, len) == 0 &&
	    guess->spelling[len] == '\0') {
		*renamed = guess->renamed;
		return &l->table->field[guess - seen];
	}
	f = fit_level_find(l, key, len, scratch, renamed);
	if (f == NULL || len > SEEN_SPELLING)
		return f;
	guess = &seen[f - l->table->field];
	seen[previous].next = (uint32_t)(guess - seen);
	memcpy(guess->spelling, key, len);
	guess->spelling[len] = '\0';
	guess->renamed = *renamed != 0;
	return f;
}
