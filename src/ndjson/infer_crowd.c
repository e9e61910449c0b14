/* The cap on paths: what is dropped when there are too many. */
#include "ndjson/infer_tree_in.h"

#include <stddef.h>

/* n and all below it are not kept; tree_settle frees them. */
static void
drop(struct tree *t, struct node *n)
{
	struct infer_path *c, *next;

	if (n->path.element != NULL)
		drop(t, node_of(n->path.element));
	for (c = n->path.child; c != NULL; c = next) {
		next = c->next;
		drop(t, node_of(c));
	}
	n->path.element = n->path.child = NULL;
	n->path.next = t->dropped != NULL ? &t->dropped->path : NULL;
	t->dropped = n;
}

void
tree_cut(struct tree *t, struct node *n, unsigned limit)
{
	struct infer_path *c, *next;

	if (n->rank < limit) {
		if (n->path.element != NULL)
			tree_cut(t, node_of(n->path.element), limit);
		for (c = n->path.child; c != NULL; c = c->next)
			tree_cut(t, node_of(c), limit);
		return;
	}
	if (n->path.element != NULL || n->path.child != NULL)
		n->path.cut = 1;
	if (n->path.element != NULL)
		drop(t, node_of(n->path.element));
	for (c = n->path.child; c != NULL; c = next) {
		next = c->next;
		drop(t, node_of(c));
	}
	n->path.element = n->path.child = NULL;
}

size_t
tree_weight(const struct tree *t, const struct subtree *s)
{
	return s->crowded || s->held > t->share ? t->share : s->held;
}

int
tree_crowd(struct tree *t, struct node *key)
{
	struct subtree *s = key->subtree;
	unsigned limit = s->limit;

	if (s->held <= t->share && !s->crowded)
		return 0;
	s->crowded = 1;
	while (s->held > t->share) {
		s->held -= s->nodes[s->limit];
		s->nodes[s->limit--] = 0;
	}
	if (s->limit == limit)
		return 0;
	tree_cut(t, key, s->limit);
	return 1;
}

int
tree_lower_share(struct tree *t)
{
	int changed = 0;

	while (t->sum > t->max && t->share > 0) {
		t->share /= 2;
		t->sum = t->keys;
		for (struct infer_path *c = t->top->path.child; c != NULL; c = c->next) {
			changed |= tree_crowd(t, node_of(c));
			t->sum += tree_weight(t, node_of(c)->subtree);
		}
	}
	return changed;
}
