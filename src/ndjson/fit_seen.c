#include "ndjson/fit_seen.h"
#include "base/buf.h"

#include <stdlib.h>

static void
add_table(struct seen **seen, const struct schema_table *t)
{
	seen[t->id] = xcalloc(t->n, sizeof **seen);
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
