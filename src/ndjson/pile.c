#include "ndjson/pile.h"
#include "base/crew.h"
#include "base/tsv.h"
#include "ndjson/pile_name.h"
#include "ndjson/pile_write.h"

#include <stdlib.h>
#include <string.h>

enum { PLAIN_MOST = 64 << 10, PACKED_MOST = 256 << 10, ALL_MOST = 8 << 20 };

struct piles {
	struct pile_files files;
	struct pile_writers writers;
	uint64_t part_size;
	int has_type;
	struct pile_table table;
	size_t pending;                /* bytes pending of all piles */
	struct pile_write *due, **end; /* handed off, but not taken: oldest first */
	struct pile *settling;         /* the next for piles_settle */
	int wake_fd;
};

struct piles *
piles_new(const char *template, uint64_t part_size, struct err *e)
{
	struct piles *ps;

	if (pile_name_check(template, part_size, e) != 0)
		return NULL;
	ps = xcalloc(1, sizeof *ps);
	pile_files_init(&ps->files, template);
	pile_writers_init(&ps->writers, &ps->files,
			  ps->files.kind == CODEC_PLAIN ? PLAIN_MOST : PACKED_MOST);
	ps->part_size = part_size;
	ps->has_type = strstr(template, "{type}") != NULL;
	ps->end = &ps->due;
	return ps;
}

static void
drop_due(struct piles *ps)
{
	struct pile_hand *hand = piles_hand(ps);

	piles_take(ps, hand);
	pile_hand_free(hand);
}

void
piles_free(struct piles *ps)
{
	if (ps == NULL)
		return;
	drop_due(ps);
	pile_table_free(&ps->table);
	pile_writers_free(&ps->writers);
	pile_files_free(&ps->files);
	free(ps);
}

void
piles_protect(struct piles *ps, const char *path, const char *what)
{
	pile_files_protect(&ps->files, path, what);
}

struct pile_hand *
piles_hand(struct piles *ps)
{
	return pile_hand_new(&ps->writers);
}

void
piles_take(struct piles *ps, struct pile_hand *h)
{
	pile_hand_take(h, ps->due);
	ps->due = NULL;
	ps->end = &ps->due;
}

/* Hand off a write for the last part, its last one when last. */
static int
hand_off(struct piles *ps, struct pile *pile, struct pile_write write, struct err *e)
{
	struct part *part = pile->last;
	struct pile_write *w = xmalloc(sizeof *w);

	*w = write;
	w->part = part;
	w->at = part->at;
	w->number = part->handed++;
	part->at += w->n;
	*ps->end = w;
	ps->end = &w->next;
	return part->file.path == NULL ? pile_file_open(&ps->files, pile, part, e) : 0;
}

/* Hand off what is pending of the last part; nothing follows when last. */
static int
flush(struct piles *ps, struct pile *pile, int last, struct err *e)
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
		if (flush(ps, pile, 0, e) != 0)
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
	buf_reserve(&pile->pending, want - 1 - pile->pending.len);
}

/* Buffers are handed off full, so that files are written by whole pages. */
static int
append(struct piles *ps, struct pile *pile, const char *p, size_t n, struct err *e)
{
	pile->last->bytes += n;
	while (n > 0) {
		size_t room = ps->writers.most - pile->pending.len, some = n < room ? n : room;

		reserve(ps, pile, some);
		memcpy(pile->pending.data + pile->pending.len, p, some);
		pile->pending.len += some;
		ps->pending += some;
		p += some;
		n -= some;
		if (some == room && flush(ps, pile, 0, e) != 0)
			return -1;
	}
	return ps->pending > ALL_MOST ? flush_all(ps, e) : 0;
}

static void
begin_part(struct pile *pile)
{
	struct part *part = xcalloc(1, sizeof *part);

	part->file.fd = -1;
	part->number = pile->last != NULL ? pile->last->number + 1 : 0;
	if (pile->last != NULL)
		pile->last->next = part;
	else
		pile->first = part;
	pile->last = part;
}

int
piles_add(struct piles *ps, const char *type, size_t type_len, const char *p, size_t n,
	  enum line_part part, struct err *e)
{
	int made, begins = part == LINE_WHOLE || part == LINE_BEGINS;
	struct pile *pile = pile_find(&ps->table, type, type_len, &made);

	if (made && ps->table.n > 1 && !ps->has_type)
		return err_set(e, EX_USAGE,
			       "template '%s': there is more than one type, and no {type} to tell "
			       "their files apart",
			       ps->files.template);
	if (made)
		begin_part(pile);
	if (begins && ps->part_size > 0 && pile->last->bytes > 0 &&
	    (part == LINE_BEGINS || pile->last->bytes + n + 1 > ps->part_size)) {
		if (flush(ps, pile, 1, e) != 0)
			return -1;
		begin_part(pile);
	}
	pile->last->rows += (uint64_t)begins;
	if (n > 0 && append(ps, pile, p, n, e) != 0)
		return -1;
	return part == LINE_WHOLE || part == LINE_ENDS ? append(ps, pile, "\n", 1, e) : 0;
}

static void *
new_hand(void *piles)
{
	return piles_hand(piles);
}

static void
free_hand(void *hand)
{
	pile_hand_free(hand);
}

/* Crew step: hand off the rest of the next pile. */
static int
take_rest(void *piles, void *hand, struct err *e)
{
	struct piles *ps = piles;

	struct pile *pile = ps->settling;

	if (pile == NULL)
		return CREW_NONE;
	if (io_woken(ps->wake_fd))
		return err_set(e, EX_TEMPFAIL, "interrupted before any file was complete");
	ps->settling = pile->next;
	if (flush(ps, pile, 1, e) != 0)
		return -1;
	piles_take(ps, hand);
	return CREW_PIECE;
}

static int
write_rest(void *piles, void *hand, struct err *e)
{
	(void)piles;
	return pile_hand_write(hand, e);
}

static int
give_nothing(void *piles, void *hand, struct err *e)
{
	(void)piles, (void)hand, (void)e;
	return 0;
}

int
piles_settle(struct piles *ps, unsigned threads, int wake_fd, struct err *e)
{
	const struct crew crew = {.threads = threads,
				  .arg = ps,
				  .hand_new = new_hand,
				  .hand_free = free_hand,
				  .take = take_rest,
				  .work = write_rest,
				  .give = give_nothing};

	ps->wake_fd = wake_fd;
	ps->settling = ps->table.first;
	return crew_run(&crew, e);
}

static int
same_directory(const char *a, const char *b)
{
	const char *end = strrchr(a, '/'), *other = strrchr(b, '/');

	if (end == NULL || other == NULL)
		return end == other;
	return end - a == other - b && memcmp(a, b, (size_t)(end - a)) == 0;
}

int
piles_appear(struct piles *ps, struct err *e)
{
	const char *synced = NULL;

	for (struct pile *pile = ps->table.first; pile != NULL; pile = pile->next)
		for (struct part *p = pile->first; p != NULL; p = p->next)
			if (outfile_appear(&p->file, e) != 0)
				return -1;
	for (struct pile *pile = ps->table.first; pile != NULL; pile = pile->next)
		for (struct part *p = pile->first; p != NULL; p = p->next)
			if (synced == NULL || !same_directory(p->file.path, synced))
				io_sync_parent(synced = p->file.path);
	return 0;
}

static int
print_row(const struct pile *pile, const struct part *part, struct buf *row, FILE *out)
{
	buf_clear(row);
	tsv_add(row, pile->type, pile->type_len);
	buf_addf(row, "\t%llu", (unsigned long long)part->rows); /* the type may be empty */
	tsv_addu(row, part->bytes);
	tsv_adds(row, part->file.path);
	buf_addc(row, '\n');
	return fwrite(row->data, 1, row->len, out) == row->len ? 0 : -1;
}

int
piles_list(const struct piles *ps, FILE *out)
{
	struct pile **sorted = pile_sort(&ps->table);
	struct buf row = {0};
	int rc = 0;

	for (size_t i = 0; i < ps->table.n; i++)
		for (struct part *p = sorted[i]->first; p != NULL && rc == 0; p = p->next)
			rc = print_row(sorted[i], p, &row, out);
	if (rc == 0 && fflush(out) != 0)
		rc = -1;
	buf_free(&row);
	free(sorted);
	return rc;
}
