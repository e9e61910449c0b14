#include "ndjson/infer_guess.h"

#include <stdlib.h>
#include <string.h>

enum { LINKS = 4096, SLOTS = 2 * LINKS };

void
guess_begin(struct guess_chain *g)
{
	if (g->link == NULL) {
		g->link = xcalloc(LINKS, sizeof *g->link);
		g->slot = xcalloc(SLOTS, sizeof *g->slot);
		g->n = 1;
	}
	g->at = 0;
}

void
guess_forget(struct guess_chain *g)
{
	if (g->link == NULL)
		return;
	memset(g->link, 0, LINKS * sizeof *g->link);
	memset(g->slot, 0, SLOTS * sizeof *g->slot);
	g->n = 1;
	g->at = 0;
}

void
guess_learn(struct guess_chain *g, struct node *node)
{
	uint64_t h = hll_hash_number(node->hash, g->at);
	size_t at = h % SLOTS;

	if (!node->plain) { /* its spelling is not known */
		g->at = 0;
		return;
	}
	for (; g->slot[at] != 0; at = (at + 1) % SLOTS) {
		const struct guess_link *l = &g->link[g->slot[at]];

		if (l->node == node && l->before == g->at)
			break;
	}
	if (g->slot[at] == 0) {
		if (g->n == LINKS) { /* what there is more is looked up each time */
			g->at = 0;
			return;
		}
		g->link[g->n] = (struct guess_link){.node = node,
		    .parent = node->path.parent,
		    .name = node->path.name,
		    .len = (uint32_t)node->path.name_len,
		    .before = g->at};
		g->slot[at] = g->n++;
	}
	g->link[g->at].next = g->slot[at];
	g->at = g->slot[at];
}

void
guess_free(struct guess_chain *g)
{
	free(g->link);
	free(g->slot);
}
