/* Records gathered by type into writes to files. */
#include "ndjson/pile_in.h"

#include <string.h>

enum { ALL_MOST = 8 << 20 };

/* Hand off a write, and begin the file of the part when it is the first. */
static int
hand_off(struct piles *ps, struct pile *pile, struct pile_write write, struct err *e)
{
	struct part *part = pile->last;

	pile_hand_off(ps, pile, write);
	return part->file.path == NULL ? pile_file_open(&ps->files, pile, part, e) : 0;
}

int
pile_flush(struct piles *ps, struct pile *pile, int last, struct err *e)
{
	struct buf *b = &pile->pending;
	struct pile_write write = {.own = b->data,
	    .p = b->data,
	    .n = b->len,
	    .last = (char)last,
	    .full = b->cap == ps->writers.most + 1};

	if (b->len == 0 && !last)
		return 0;
	ps->pending -= b->len;
	*b = (struct buf){0};
	if (write.full && !last)
		b->data = pile_spare(&ps->writers);
	if (b->data != NULL)
		b->cap = ps->writers.most + 1;
	return hand_off(ps, pile, write, e);
}

static int
flush_all(struct piles *ps, struct err *e)
{
	for (struct pile *pile = ps->table.first; pile != NULL; pile = pile->next)
		if (pile_flush(ps, pile, 0, e) != 0)
			return -1;
	return 0;
}

/* Room for n more pending bytes; buffers grow by doubling up to full size and a NUL. */
static void
reserve(struct piles *ps, struct pile *pile, size_t n)
{
	size_t want = pile->pending.len + n + 1, cap = pile->pending.cap;

	if (want <= cap)
		return;
	if (cap * 2 > want)
		want = cap * 2;
	if (want > ps->writers.most + 1)
		want = ps->writers.most + 1;
	pile->pending.data = xrealloc(pile->pending.data, want);
	pile->pending.cap = want;
}

/* Buffers are handed off full, so that files are written by whole pages; what would fill more than one
 * is written from where it is. */
static int
append(struct piles *ps, struct pile *pile, const char *p, size_t n, struct err *e)
{
	pile->last->bytes += n;
	while (n > 0 && !ps->plan.dry_run) {
		size_t room = ps->writers.most - pile->pending.len, some = n < room ? n : room;

		if (pile->pending.len == 0 && n > ps->writers.most) {
			some = n - n % ps->writers.most;
			if (hand_off(ps, pile, (struct pile_write){.p = p, .n = some}, e) != 0)
				return -1;
			p += some;
			n -= some;
			continue;
		}
		reserve(ps, pile, some);
		memcpy(pile->pending.data + pile->pending.len, p, some);
		pile->pending.len += some;
		ps->pending += some;
		p += some;
		n -= some;
		if (some == room && pile_flush(ps, pile, 0, e) != 0)
			return -1;
	}
	return 0;
}

/* A record, or a part of one, whatever its length. */
static int
gather(struct piles *ps, struct pile *pile, const char *p, size_t n, enum line_part part,
    struct err *e)
{
	int begins = part == LINE_WHOLE || part == LINE_BEGINS;
	uint64_t most = ps->plan.part_size;

	if (begins && most > 0 && pile->last->bytes > 0 &&
	    (part == LINE_BEGINS || pile->last->bytes + n + 1 > most)) {
		if (!ps->plan.dry_run && pile_flush(ps, pile, 1, e) != 0)
			return -1;
		pile_begin_part(pile);
	}
	pile->last->rows += (uint64_t)begins;
	if (append(ps, pile, p, n, e) != 0)
		return -1;
	if ((part == LINE_WHOLE || part == LINE_ENDS) && append(ps, pile, "\n", 1, e) != 0)
		return -1;
	return ps->pending > ALL_MOST ? flush_all(ps, e) : 0;
}

/* Most records fit in the buffer that there is: what gather does with them comes to this. */
int
pile_gather(struct piles *ps, struct pile *pile, const char *p, size_t n, enum line_part part,
    struct err *e)
{
	struct buf *b = &pile->pending;
	struct part *last = pile->last;
	uint64_t most = ps->plan.part_size;

	if (part != LINE_WHOLE || b->cap - b->len < n + 3 || (most > 0 && last->bytes + n >= most))
		return gather(ps, pile, p, n, part, e);
	memcpy(b->data + b->len, p, n);
	b->data[b->len + n] = '\n';
	b->len += n + 1;
	last->rows++;
	last->bytes += n + 1;
	ps->pending += n + 1;
	return ps->pending > ALL_MOST ? flush_all(ps, e) : 0;
}
