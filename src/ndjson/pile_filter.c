/* Records gathered by type in memory, in parts that are piped to commands.
 *
 * A part is handed off when it is full (part_size), when all parts that are being gathered take
 * half of the memory (then the one with most bytes, of several the first by its type), and at the
 * end. All of this depends on the records alone, so that parts are the same whatever the number of
 * threads or the size of blocks. What is handed off takes memory until its command has ended: where
 * there is none left, the thread that adds waits, or pipes what no other thread has taken yet.
 *
 * A record longer than a quarter of the memory is a part of its own, piped from where it was read.
 * A record that comes in pieces, for the quarantine, may be spread over parts: the first counts it
 * as a row. */
#include "ndjson/pile_in.h"

#include <stdlib.h>
#include <string.h>

void
pile_filter_init(struct piles *ps)
{
	pile_writers_command(&ps->writers, ps->plan.command,
	    ps->plan.named ? ps->plan.template : NULL, ps->plan.wake_fd);
	ps->own = piles_hand(ps);
}

/* Whether a part is being gathered. */
static int
is_gathering(const struct pile *pile)
{
	return pile->last->handed == 0;
}

static void
hand_off(struct piles *ps, struct pile *pile, const char *p, size_t n)
{
	struct part *part = pile->last;

	pile_heap_remove(&ps->largest, pile);
	ps->pending -= part->memory;
	pile_writers_hold(&ps->writers, part->memory);
	pile_hand_off(ps, pile, (struct pile_write){.p = p, .n = n, .last = 1});
}

void
pile_filter_rest(struct piles *ps, struct pile *pile)
{
	if (is_gathering(pile))
		hand_off(ps, pile, NULL, 0);
}

/* The memory of the next chunk of a part that holds so many bytes: what all take depends on their
 * bytes alone, and is at most twice those beside the least chunk. */
static size_t
chunk_size(uint64_t bytes)
{
	return bytes < CHUNK_LEAST ? CHUNK_LEAST : bytes > CHUNK_MOST ? CHUNK_MOST : (size_t)bytes;
}

/* The memory that n more bytes take. */
static size_t
growth(const struct part *part, size_t n)
{
	size_t room = part->end != NULL ? part->end->cap - part->end->len : 0, more = 0;
	uint64_t bytes = part->bytes;

	while (n > room) {
		size_t size;

		n -= room;
		bytes += room;
		size = chunk_size(bytes);
		more += size;
		room = size - sizeof(struct chunk);
	}
	return more;
}

/* Hand off parts until so much more memory is within the half for those being gathered; a part of
 * the pile is being gathered after. */
static void
make_room(struct piles *ps, struct pile *pile, size_t n)
{
	while (ps->largest.n > 0 && ps->pending + growth(pile->last, n) > ps->plan.memory / 2) {
		hand_off(ps, ps->largest.pile[0], NULL, 0);
		if (!is_gathering(pile))
			pile_begin_part(pile);
	}
}

/* Another chunk of the last part, once there is memory. */
static int
add_chunk(struct piles *ps, struct pile *pile, struct err *e)
{
	struct part *part = pile->last;
	size_t size = chunk_size(part->bytes);
	struct chunk *k;

	while (
	    !pile_writers_fit(&ps->writers, ps->pending + size, ps->plan.memory, ps->due == NULL)) {
		struct pile_write *w = ps->due;

		if (w == NULL)
			break; /* a write has failed: it is told below */
		ps->due = w->next;
		if (ps->due == NULL)
			ps->end = &ps->due;
		w->next = NULL;
		pile_hand_take(ps->own, w);
		if (pile_hand_write(ps->own, e) != 0)
			return -1;
	}
	if (pile_writers_failed(&ps->writers, e))
		return -1;
	k = xmalloc(size);
	*k = (struct chunk){.cap = size - sizeof *k};
	if (part->end != NULL)
		part->end->next = k;
	else
		part->chunk = k;
	part->end = k;
	part->memory += size;
	ps->pending += size;
	return 0;
}

static int
append(struct piles *ps, struct pile *pile, const char *p, size_t n, struct err *e)
{
	while (n > 0) {
		struct chunk *k = pile->last->end;
		size_t piece;

		if (k == NULL || k->len == k->cap) {
			make_room(ps, pile, 1);
			if (add_chunk(ps, pile, e) != 0)
				return -1;
			k = pile->last->end;
		}
		piece = n < k->cap - k->len ? n : k->cap - k->len;
		memcpy(k->data + k->len, p, piece);
		k->len += piece;
		pile->last->bytes += piece;
		pile_heap_grew(&ps->largest, pile);
		p += piece;
		n -= piece;
	}
	return 0;
}

/* A part of its own, which is not copied. */
static void
add_long(struct piles *ps, struct pile *pile, const char *p, size_t n)
{
	if (pile->last->bytes > 0) {
		hand_off(ps, pile, NULL, 0);
		pile_begin_part(pile);
	}
	pile->last->rows = 1;
	pile->last->bytes = n + 1;
	hand_off(ps, pile, p, n);
}

int
pile_filter(struct piles *ps, struct pile *pile, const char *p, size_t n, enum line_part part,
    struct err *e)
{
	int begins = part == LINE_WHOLE || part == LINE_BEGINS;
	uint64_t most = ps->plan.part_size;

	if (begins && most > 0 && pile->last->bytes > 0 && is_gathering(pile) &&
	    (part == LINE_BEGINS || pile->last->bytes + n + 1 > most))
		hand_off(ps, pile, NULL, 0);
	if (!is_gathering(pile))
		pile_begin_part(pile);
	if (part == LINE_WHOLE && n + 1 > ps->plan.memory / 4) {
		add_long(ps, pile, p, n);
		return 0;
	}
	if (begins)
		make_room(ps, pile, part == LINE_WHOLE ? n + 1 : 1);
	pile->last->rows += (uint64_t)begins;
	if (append(ps, pile, p, n, e) != 0)
		return -1;
	return part == LINE_WHOLE || part == LINE_ENDS ? append(ps, pile, "\n", 1, e) : 0;
}
