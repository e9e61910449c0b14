/* Guesses which path comes next in a record, from the records before, as fit_guess.h does: a chain
 * of keys from the record's start, each a link that remembers the one after it the last time. */
#ifndef NDJSON_INFER_GUESS_H
#define NDJSON_INFER_GUESS_H

#include "ndjson/infer_tree.h"

struct guess_link {
	struct node *node;
	const struct infer_path *parent; /* the node's, as are the next two; kept here since the */
	const char *name;                /* node itself is seldom in the nearest cache */
	uint32_t len;
	uint32_t next;   /* the link that followed the last time */
	uint32_t before; /* the one that this follows */
};

/* All zero: nothing is known. Ended with guess_free. 200 KiB. */
struct guess_chain {
	struct guess_link *link; /* link[0] is the start of a record */
	uint32_t *slot;          /* links by before and node: open addressing, 0 is free */
	uint32_t n, at;          /* at: the link of the key before */
};

/* guess_begin(g): a record begins. guess_forget(g): nodes were freed: so is all that is known. */
void guess_begin(struct guess_chain *g);
void guess_forget(struct guess_chain *g);

/* guess_learn(g, node): the key was node's, which was not the guess. */
void guess_learn(struct guess_chain *g, struct node *node);

void guess_free(struct guess_chain *g);

/* guess_next(g): the link of the key to come, perhaps; its node may be NULL. guess_right(g): it was.
 */
static inline const struct guess_link *
guess_next(const struct guess_chain *g)
{
	return &g->link[g->link[g->at].next];
}

static inline void
guess_right(struct guess_chain *g)
{
	g->at = g->link[g->at].next;
}

#endif
