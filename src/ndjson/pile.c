#include "ndjson/pile_in.h"
#include "ndjson/pile_name.h"

#include <stdlib.h>
#include <string.h>

enum { PLAIN_MOST = 64 << 10, PACKED_MOST = 256 << 10 };

struct piles *
piles_new(const struct pile_plan *plan, struct err *e)
{
	struct piles *ps;

	/* Parts of a command are many without being asked for. */
	if (pile_name_check(plan->template,
		plan->named             ? 1
		: plan->command != NULL ? 0
					: plan->part_size,
		e) != 0)
		return NULL;
	ps = xcalloc(1, sizeof *ps);
	ps->plan = *plan;
	pile_files_init(&ps->files, plan->template);
	pile_writers_init(
	    &ps->writers, &ps->files, ps->files.kind == CODEC_PLAIN ? PLAIN_MOST : PACKED_MOST);
	ps->has_type = plan->command != NULL || strstr(plan->template, "{type}") != NULL;
	ps->end = &ps->due;
	if (plan->command != NULL)
		pile_filter_init(ps);
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
	pile_hand_free(ps->own);
	free(ps->sorted);
	free(ps->largest.pile);
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

const char *
piles_protects(const struct piles *ps, const char *path)
{
	return pile_files_protects(&ps->files, path);
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

void
pile_begin_part(struct pile *pile)
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

void
pile_hand_off(struct piles *ps, struct pile *pile, struct pile_write write)
{
	struct part *part = pile->last;
	struct pile_write *w = xmalloc(sizeof *w);

	*w = write;
	w->pile = pile;
	w->part = part;
	w->at = part->at;
	w->number = part->handed++;
	part->at += w->n;
	*ps->end = w;
	ps->end = &w->next;
}

static int
begin_type(struct piles *ps, struct pile *pile, struct err *e)
{
	if (ps->table.n > 1 && !ps->has_type)
		return err_set(e, EX_USAGE,
		    "template '%s': there is more than one type, and no {type} to tell "
		    "their files apart",
		    ps->files.template);
	pile_begin_part(pile);
	return 0;
}

int
piles_add(struct piles *ps, const char *type, size_t type_len, const char *p, size_t n,
    enum line_part part, struct err *e)
{
	struct pile *pile = pile_find(&ps->table, type, type_len);

	if (pile->last == NULL && begin_type(ps, pile, e) != 0)
		return -1;
	if (ps->plan.command != NULL)
		return pile_filter(ps, pile, p, n, part, e);
	return pile_gather(ps, pile, p, n, part, e);
}

size_t
piles_types(const struct piles *ps)
{
	return ps->table.n;
}
