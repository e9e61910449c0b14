#include "ndjson/fit_guess.h"

#include <stdlib.h>

enum { SLOTS = 2 * GUESS_NODES };

void
guesses_init(struct guesses *g)
{
	g->node = xcalloc(GUESS_NODES, sizeof *g->node);
	g->slot = xcalloc(SLOTS, sizeof *g->slot);
	g->n = 1;
	g->at = 0;
}

void
guesses_free(struct guesses *g)
{
	free(g->node);
	free(g->slot);
}

/* Where the node is, or would be. */
static uint32_t *
place(struct guesses *g, const struct fit_level *l, const char *key, size_t len)
{
	uint64_t h = 14695981039346656037u ^ g->at;
	size_t at;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)key[i]) * 1099511628211u;
	for (at = (h ^ h >> 32) % SLOTS; g->slot[at] != 0; at = (at + 1) % SLOTS) {
		const struct guess *n = &g->node[g->slot[at]];

		if (n->before == g->at && n->level == l && n->len == len &&
		    memcmp(n->spelling, key, len) == 0)
			break;
	}
	return &g->slot[at];
}

void
guesses_learn(struct guesses *g, const struct fit_level *l, const char *key, size_t len,
    const struct schema_field *field, int renamed)
{
	uint32_t *slot;

	if (len + 1 > GUESS_SPELLING) {
		g->at = 0;
		return;
	}
	slot = place(g, l, key, len + 1);
	if (*slot == 0 && g->n == GUESS_NODES) {
		g->at = 0;
		return;
	}
	if (*slot == 0) {
		struct guess *n = &g->node[g->n];

		*n = (struct guess){.level = l,
		    .field = field,
		    .len = (uint32_t)len + 1,
		    .before = g->at,
		    .renamed = renamed != 0};
		memcpy(n->spelling, key, len + 1);
		*slot = g->n++;
	}
	g->node[g->at].next = *slot;
	g->at = *slot;
}
