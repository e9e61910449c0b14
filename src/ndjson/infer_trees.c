/* Whole trees: merged, measured, finished. */
#include "ndjson/infer_tree_in.h"
#include "ndjson/infer_value.h"

#include <stdlib.h>
#include <string.h>

/* A key of the records that another tree found to have more below it than its share. */
static void
merge_crowded(struct tree *t, struct node *key, const struct subtree *from)
{
	struct subtree *s = key->subtree;
	size_t before = tree_weight(t, s);

	if (!from->crowded)
		return;
	s->crowded = 1;
	while (s->limit > from->limit) {
		s->held -= s->nodes[s->limit];
		s->nodes[s->limit--] = 0;
	}
	tree_cut(t, key, s->limit);
	t->sum += tree_weight(t, s) - before;
	tree_lower_share(t);
	tree_enter_all(t);
}

static void
merge_node(struct tree *t, struct node *n, struct node *from)
{
	value_merge(n, from);
	if (from->path.element != NULL) {
		struct node *element = tree_element(t, n);

		if (element != NULL)
			merge_node(t, element, node_of(from->path.element));
	}
	for (struct infer_path *c = from->path.child; c != NULL; c = c->next) {
		struct node *key = tree_key(t, n, c->name, c->name_len);

		if (key != NULL && key->subtree != NULL)
			merge_crowded(t, key, node_of(c)->subtree);
		if (key != NULL)
			merge_node(t, key, node_of(c));
	}
}

void
tree_merge(struct tree *into, const struct tree *from)
{
	into->overflows |= from->overflows;
	if (from->share < into->share) {
		into->share = from->share;
		into->sum = into->keys;
		for (struct infer_path *c = into->top->path.child; c != NULL; c = c->next) {
			tree_crowd(into, node_of(c));
			into->sum += tree_weight(into, node_of(c)->subtree);
		}
		tree_enter_all(into);
	}
	merge_node(into, into->top, from->top);
	tree_settle(into);
}

static size_t
bytes_below(struct node *n)
{
	size_t bytes = sizeof *n + n->path.name_len + 32 + value_bytes(n);

	if (n->path.element != NULL)
		bytes += bytes_below(node_of(n->path.element));
	for (struct infer_path *c = n->path.child; c != NULL; c = c->next)
		bytes += bytes_below(node_of(c));
	return bytes + (n->subtree != NULL ? sizeof *n->subtree : 0);
}

size_t
tree_bytes(const struct tree *t)
{
	return bytes_below(t->top) + t->slots * sizeof(struct node *);
}

static void
resolve(struct infer_place *place, uint32_t source, uint64_t line)
{
	if ((place->line & INFER_RELATIVE) == 0)
		return;
	place->line = (place->line & ~INFER_RELATIVE) + line;
	place->source = source;
}

static void
resolve_below(struct infer_path *p, uint32_t source, uint64_t line)
{
	for (size_t i = 0; i < INFER_KINDS; i++)
		resolve(&p->first[i], source, line);
	resolve(&p->first_twice, source, line);
	if (p->element != NULL)
		resolve_below(p->element, source, line);
	for (struct infer_path *c = p->child; c != NULL; c = c->next)
		resolve_below(c, source, line);
}

void
tree_resolve(struct tree *t, uint32_t source, uint64_t line)
{
	resolve_below(&t->top->path, source, line);
}

static int
by_name(const void *a, const void *b)
{
	const struct infer_path *x = *(struct infer_path *const *)a,
				*y = *(struct infer_path *const *)b;
	size_t both = x->name_len < y->name_len ? x->name_len : y->name_len;
	int order = memcmp(x->name, y->name, both);

	return order != 0 ? order : (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static void
sort_keys(struct infer_path *p)
{
	struct infer_path **key, **end = &p->child;
	size_t n = 0;

	for (struct infer_path *c = p->child; c != NULL; c = c->next)
		n++;
	key = xcalloc(n, sizeof(struct infer_path *));
	n = 0;
	for (struct infer_path *c = p->child; c != NULL; c = c->next)
		key[n++] = c;
	if (n > 0)
		qsort(key, n, sizeof(struct infer_path *), by_name);
	for (size_t i = 0; i < n; i++) {
		*end = key[i];
		end = &key[i]->next;
	}
	*end = NULL;
	free(key);
}

static void
finish_below(struct node *n)
{
	value_finish(n);
	sort_keys(&n->path);
	if (n->path.element != NULL)
		finish_below(node_of(n->path.element));
	for (struct infer_path *c = n->path.child; c != NULL; c = c->next)
		finish_below(node_of(c));
}

void
tree_finish(struct tree *t)
{
	tree_settle(t);
	finish_below(t->top);
}
