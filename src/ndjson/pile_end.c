/* The end of piles: what is left is written, files appear, the manifest is listed. */
#include "base/crew.h"
#include "base/tsv.h"
#include "ndjson/pile_in.h"
#include "ndjson/pile_name.h"

#include <stdlib.h>
#include <string.h>

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
	struct pile *pile;

	if (ps->settled == ps->table.n)
		return CREW_NONE;
	if (io_woken(ps->plan.wake_fd))
		return err_set(e, EX_TEMPFAIL, "interrupted before any file was complete");
	pile = ps->sorted[ps->settled++];
	if (ps->plan.command != NULL)
		pile_filter_rest(ps, pile);
	else if (pile_flush(ps, pile, 1, e) != 0)
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

/* A dry run names the files there would be. */
static int
name_all(struct piles *ps, struct err *e)
{
	for (size_t i = 0; i < ps->table.n; i++)
		for (struct part *p = ps->sorted[i]->first; p != NULL; p = p->next)
			if (pile_file_name(&ps->files, ps->sorted[i], p, e) != 0)
				return -1;
	return 0;
}

int
piles_settle(struct piles *ps, unsigned threads, struct err *e)
{
	const struct crew crew = {.threads = threads,
	    .arg = ps,
	    .hand_new = new_hand,
	    .hand_free = free_hand,
	    .take = take_rest,
	    .work = write_rest,
	    .give = give_nothing};

	ps->sorted = pile_sort(&ps->table);
	if (ps->plan.dry_run)
		return name_all(ps, e);
	if (crew_run(&crew, e) != 0)
		return -1;
	return ps->plan.command == NULL ? pile_check_case(ps, e) : 0;
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

	if (ps->plan.dry_run || ps->plan.command != NULL)
		return 0;
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

/* The file of a part, with a command the one it wrote, when that has a name. */
static void
add_path(const struct piles *ps, const struct pile *pile, const struct part *part, struct buf *row)
{
	struct buf path = {0};
	struct err never; /* the template was checked */

	if (ps->plan.named)
		(void)pile_name(
		    ps->plan.template, pile->type, pile->type_len, part->number, &path, &never);
	tsv_adds(row, path.data != NULL         ? path.data
		      : part->file.path != NULL ? part->file.path
						: "-");
	buf_free(&path);
}

static int
print_row(const struct piles *ps, const struct pile *pile, const struct part *part, struct buf *row,
    FILE *out)
{
	buf_clear(row);
	tsv_add(row, pile->type, pile->type_len);
	buf_addf(row, "\t%llu", (unsigned long long)part->rows); /* the type may be empty */
	tsv_addu(row, part->bytes);
	add_path(ps, pile, part, row);
	buf_addc(row, '\n');
	return fwrite(row->data, 1, row->len, out) == row->len ? 0 : -1;
}

int
piles_list(const struct piles *ps, FILE *out)
{
	struct buf row = {0};
	int rc = 0;

	for (size_t i = 0; i < ps->table.n; i++)
		for (struct part *p = ps->sorted[i]->first; p != NULL && rc == 0; p = p->next)
			rc = print_row(ps, ps->sorted[i], p, &row, out);
	if (rc == 0 && fflush(out) != 0)
		rc = -1;
	buf_free(&row);
	return rc;
}
