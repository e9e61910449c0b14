#include "ndjson/pile_heap.h"

#include <string.h>

static int
is_larger(const struct pile *a, const struct pile *b)
{
	size_t n = a->type_len < b->type_len ? a->type_len : b->type_len;
	int order;

	if (a->last->bytes != b->last->bytes)
		return a->last->bytes > b->last->bytes;
	order = memcmp(a->type, b->type, n);
	return order != 0 ? order < 0 : a->type_len < b->type_len;
}

static void
place(struct pile_heap *h, size_t i, struct pile *pile)
{
	h->pile[i] = pile;
	pile->rank = i + 1;
}

/* Put pile at i or above. */
static void
rise(struct pile_heap *h, size_t i, struct pile *pile)
{
	while (i > 0 && is_larger(pile, h->pile[(i - 1) / 2])) {
		place(h, i, h->pile[(i - 1) / 2]);
		i = (i - 1) / 2;
	}
	place(h, i, pile);
}

/* Put pile at i or below. */
static void
sink(struct pile_heap *h, size_t i, struct pile *pile)
{
	for (size_t child = 2 * i + 1; child < h->n; child = 2 * i + 1) {
		if (child + 1 < h->n && is_larger(h->pile[child + 1], h->pile[child]))
			child++;
		if (!is_larger(h->pile[child], pile))
			break;
		place(h, i, h->pile[child]);
		i = child;
	}
	place(h, i, pile);
}

void
pile_heap_grew(struct pile_heap *h, struct pile *pile)
{
	if (pile->rank > 0) {
		rise(h, pile->rank - 1, pile);
		return;
	}
	if (h->n == h->cap) {
		h->cap = h->cap > 0 ? h->cap * 2 : 64;
		h->pile = xrealloc(h->pile, h->cap * sizeof *h->pile);
	}
	h->n++;
	rise(h, h->n - 1, pile);
}

void
pile_heap_remove(struct pile_heap *h, struct pile *pile)
{
	size_t i = pile->rank;
	struct pile *moved;

	if (i-- == 0)
		return;
	pile->rank = 0;
	moved = h->pile[--h->n];
	if (moved == pile)
		return;
	if (i > 0 && is_larger(moved, h->pile[(i - 1) / 2]))
		rise(h, i, moved);
	else
		sink(h, i, moved);
}
