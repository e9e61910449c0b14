#include "ndjson/infer_tree_in.h"
#include "ndjson/infer_value.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SLOTS = 256 };

static struct node *
node_new(struct node *parent)
{
	struct node *n = xcalloc(1, sizeof *n);

	if (parent == NULL)
		return n;
	n->path.parent = &parent->path;
	n->path.depth = parent->path.depth;
	n->rank = parent->rank + 1;
	n->below = parent->below != NULL ? parent->below : n;
	return n;
}

static void
node_free(struct node *n)
{
	value_free(n);
	free((void *)(uintptr_t)n->path.name);
	free(n->subtree);
	free(n);
}

static void
free_below(struct node *n)
{
	struct infer_path *c, *next;

	if (n->path.element != NULL)
		free_below(node_of(n->path.element));
	for (c = n->path.child; c != NULL; c = next) {
		next = c->next;
		free_below(node_of(c));
	}
	node_free(n);
}

struct tree *
tree_new(size_t max)
{
	struct tree *t = xcalloc(1, sizeof *t);

	t->top = node_new(NULL);
	t->slots = FIRST_SLOTS;
	t->slot = xcalloc(t->slots, sizeof(struct node *));
	t->max = t->share = max;
	return t;
}

void
tree_free(struct tree *t)
{
	if (t == NULL)
		return;
	tree_settle(t);
	free_below(t->top);
	free(t->slot);
	free(t);
}

struct node *
tree_top(const struct tree *t)
{
	return t->top;
}

size_t
tree_paths(const struct tree *t)
{
	return t->used;
}

int
tree_overflows(const struct tree *t)
{
	return t->overflows;
}

/* Enter n into the slots, of which there are enough. */
static void
enter(struct tree *t, struct node *n)
{
	size_t at = n->hash & (t->slots - 1);

	while (t->slot[at] != NULL)
		at = (at + 1) & (t->slots - 1);
	t->slot[at] = n;
	t->used++;
}

/* Enter all below n. */
static void
enter_below(struct tree *t, struct node *n)
{
	if (n->path.element != NULL) {
		enter(t, node_of(n->path.element));
		enter_below(t, node_of(n->path.element));
	}
	for (struct infer_path *c = n->path.child; c != NULL; c = c->next) {
		enter(t, node_of(c));
		enter_below(t, node_of(c));
	}
}

void
tree_enter_all(struct tree *t)
{
	memset(t->slot, 0, t->slots * sizeof(struct node *));
	t->used = 0;
	enter_below(t, t->top);
}

static void
make_room(struct tree *t)
{
	if (t->used < t->slots / 4 * 3)
		return;
	free(t->slot);
	t->slots *= 2;
	t->slot = xcalloc(t->slots, sizeof(struct node *));
	tree_enter_all(t);
}

/* n is new and linked. */
static void
count(struct tree *t, struct node *n)
{
	struct subtree *s = n->below->subtree;
	size_t before = tree_weight(t, s);
	int changed;

	if (n == n->below) {
		t->keys++;
		t->sum++;
	} else {
		s->nodes[n->rank]++;
		s->held++;
		t->sum += tree_weight(t, s) - before;
	}
	changed = tree_crowd(t, n->below);
	changed |= tree_lower_share(t);
	if (changed)
		tree_enter_all(t);
}

/* Whether parent may have paths below it; it is cut when not. */
static int
may_grow(struct tree *t, struct node *parent, unsigned depth)
{
	int may =
	    parent->below == NULL ? t->keys < t->max : parent->rank < parent->below->subtree->limit;

	if (may && depth <= INFER_DEPTH)
		return 1;
	parent->path.cut = 1;
	t->overflows |= parent->below == NULL;
	return 0;
}

/* Whether n, which was just counted, is kept. */
static struct node *
if_kept(struct node *n)
{
	return n->rank <= n->below->subtree->limit ? n : NULL;
}

static int
is_plain(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (name[i] == '"' || name[i] == '\\' || (unsigned char)name[i] < 0x20)
			return 0;
	return 1;
}

struct node *
tree_key(struct tree *t, struct node *parent, const char *name, size_t len)
{
	uint64_t hash = hll_hash(name, len, parent->hash + 1);
	struct node *n;
	char *copy;

	for (size_t at = hash & (t->slots - 1); (n = t->slot[at]) != NULL;
	     at = (at + 1) & (t->slots - 1))
		if (n->hash == hash && n->path.parent == &parent->path && n->path.name != NULL &&
		    n->path.name_len == len && memcmp(n->path.name, name, len) == 0)
			return n;
	if (!may_grow(t, parent, parent->path.depth + 1))
		return NULL;
	make_room(t);
	n = node_new(parent);
	n->hash = hash;
	n->path.name = copy = xcalloc(len + TREE_PADDING, 1);
	memcpy(copy, name, len);
	n->path.name_len = len;
	n->path.depth++;
	n->plain = is_plain(name, len);
	n->path.suggested = ~0u;
	n->path.next = parent->path.child;
	parent->path.child = &n->path;
	if (n->below == n) {
		n->subtree = xcalloc(1, sizeof *n->subtree);
		n->subtree->limit = RANKS - 1;
	}
	enter(t, n);
	count(t, n);
	return if_kept(n);
}

struct node *
tree_element(struct tree *t, struct node *parent)
{
	struct node *n;

	if (parent->path.element != NULL)
		return node_of(parent->path.element);
	if (!may_grow(t, parent, parent->path.depth))
		return NULL;
	make_room(t);
	n = node_new(parent);
	n->hash = hll_hash_number(parent->hash, 1);
	n->path.suggested = ~0u;
	parent->path.element = &n->path;
	enter(t, n);
	count(t, n);
	return if_kept(n);
}

int
tree_settle(struct tree *t)
{
	if (t->dropped == NULL)
		return 0;
	while (t->dropped != NULL) {
		struct node *n = t->dropped;

		t->dropped = n->path.next != NULL ? node_of(n->path.next) : NULL;
		node_free(n);
	}
	return 1;
}
