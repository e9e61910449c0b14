/* What the tree of infer_tree.h is made of, for the files that work on all of it. */
#ifndef NDJSON_INFER_TREE_IN_H
#define NDJSON_INFER_TREE_IN_H

#include "ndjson/infer_tree.h"

enum { RANKS = 2 * INFER_DEPTH + 1 };

/* What lies below one key of the records. */
struct subtree {
	size_t nodes[RANKS]; /* by rank */
	size_t held;         /* their sum */
	unsigned limit;      /* the deepest rank that is looked at */
	int crowded;         /* there were more than the share */
};

struct tree {
	struct node *top;
	struct node **slot; /* open addressing by hash */
	size_t slots, used;
	size_t max;
	size_t share; /* paths below one key */
	size_t keys;  /* of the records */
	size_t sum;   /* keys, and for each the paths below it or the share: at most max */
	int overflows;
	struct node *dropped; /* chained by path.next, for tree_settle */
};

static inline struct node *
node_of(struct infer_path *p)
{
	return (struct node *)p;
}

/* tree_weight(t, s): what the paths of s count for in t->sum. */
size_t tree_weight(const struct tree *t, const struct subtree *s);

/* tree_crowd(t, key): lower the limit of key's subtree until what is held is within the share;
 * whether it was. tree_lower_share(t): halve the share until all are within max together; likewise.
 * After a change, tree_enter_all(t). */
int tree_crowd(struct tree *t, struct node *key);
int tree_lower_share(struct tree *t);

/* tree_cut(t, n, limit): drop what is deeper than that rank below n. */
void tree_cut(struct tree *t, struct node *n, unsigned limit);

/* tree_enter_all(t): make the table of slots again. */
void tree_enter_all(struct tree *t);

#endif
