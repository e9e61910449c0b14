#include "ndjson/pile.h"
#include "base/tsv.h"
#include "ndjson/pile_file.h"
#include "ndjson/pile_name.h"

#include <stdlib.h>
#include <string.h>

enum { PENDING_MOST = 256 << 10, ALL_MOST = 16 << 20 };

struct piles {
	struct pile_files files;
	uint64_t part_size;
	int has_type;
	struct pile_table table;
	size_t pending; /* bytes allocated for pending records of all piles */
};

struct piles *
piles_new(const char *template, uint64_t part_size, struct err *e)
{
	struct piles *ps;

	if (pile_name_check(template, part_size, e) != 0)
		return NULL;
	ps = xcalloc(1, sizeof *ps);
	pile_files_init(&ps->files, template);
	ps->part_size = part_size;
	ps->has_type = strstr(template, "{type}") != NULL;
	return ps;
}

void
piles_free(struct piles *ps)
{
	if (ps == NULL)
		return;
	pile_table_free(&ps->table);
	pile_files_free(&ps->files);
	free(ps);
}

void
piles_protect(struct piles *ps, const char *path, const char *what)
{
	pile_files_protect(&ps->files, path, what);
}

static int
flush(struct piles *ps, struct pile *pile, struct err *e)
{
	int rc = pile_write(&ps->files, pile, pile->pending.data, pile->pending.len, e);

	pile->pending.len = 0;
	return rc;
}

static int
flush_all(struct piles *ps, struct err *e)
{
	for (struct pile *pile = ps->table.first; pile != NULL; pile = pile->next) {
		if (pile->pending.data == NULL)
			continue;
		if (flush(ps, pile, e) != 0)
			return -1;
		ps->pending -= pile->pending.cap;
		buf_free(&pile->pending);
	}
	return 0;
}

/* Room for n more pending bytes, n <= PENDING_MOST; buffers grow by doubling up to PENDING_MOST and
 * a NUL. */
static void
reserve(struct piles *ps, struct pile *pile, size_t n)
{
	size_t want = pile->pending.len + n + 1, cap = pile->pending.cap;

	if (want <= cap)
		return;
	if (cap * 2 > want)
		want = cap * 2;
	if (want > PENDING_MOST + 1)
		want = PENDING_MOST + 1;
	buf_reserve(&pile->pending, want - 1 - pile->pending.len);
	ps->pending += pile->pending.cap - cap;
}

static int
append(struct piles *ps, struct pile *pile, const char *p, size_t n, struct err *e)
{
	pile->last->bytes += n;
	if (pile->pending.len + n > PENDING_MOST && flush(ps, pile, e) != 0)
		return -1;
	if (n > PENDING_MOST)
		return pile_write(&ps->files, pile, p, n, e);
	reserve(ps, pile, n);
	memcpy(pile->pending.data + pile->pending.len, p, n);
	pile->pending.len += n;
	return ps->pending > ALL_MOST ? flush_all(ps, e) : 0;
}

/* Write what is pending of the last part, and end it. */
static int
end_part(struct piles *ps, struct pile *pile, struct err *e)
{
	return flush(ps, pile, e) != 0 ? -1 : pile_end_part(&ps->files, pile, e);
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
		pile_begin_part(pile);
	if (begins && ps->part_size > 0 && pile->last->bytes > 0 &&
	    (part == LINE_BEGINS || pile->last->bytes + n + 1 > ps->part_size)) {
		if (end_part(ps, pile, e) != 0)
			return -1;
		pile_begin_part(pile);
	}
	pile->last->rows += (uint64_t)begins;
	if (n > 0 && append(ps, pile, p, n, e) != 0)
		return -1;
	return part == LINE_WHOLE || part == LINE_ENDS ? append(ps, pile, "\n", 1, e) : 0;
}

int
piles_settle(struct piles *ps, int wake_fd, struct err *e)
{
	for (struct pile *pile = ps->table.first; pile != NULL; pile = pile->next) {
		if (io_woken(wake_fd))
			return err_set(e, EX_TEMPFAIL, "interrupted before any file was complete");
		if (end_part(ps, pile, e) != 0)
			return -1;
		buf_free(&pile->pending);
	}
	return 0;
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
