#include "ndjson/pile_table.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { FIRST_CAP = 64 };

/* The 128-bit product, folded. */
static uint64_t
fold(uint64_t a, uint64_t b)
{
	__extension__ typedef unsigned __int128 u128;
	u128 product = (u128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Eight bytes a step, after wyhash. The seeds are secret: types come from whoever writes logs, and
 * many of one hash would make every record probe them all. */
static uint64_t
hash_type(const struct pile_table *t, const char *p, size_t len)
{
	uint64_t h = t->seed[0] ^ len;

	while (len > 0) {
		size_t n = len < 8 ? len : 8;
		uint64_t w = 0;

		memcpy(&w, p, n);
		h = fold(h ^ w, t->seed[1]);
		p += n;
		len -= n;
	}
	return h;
}

static int
is_type(const struct pile *pile, const char *type, size_t len)
{
	return pile->type_len == len && memcmp(pile->type, type, len) == 0;
}

/* The slot where the type is or belongs. */
static size_t
probe(const struct pile_table *t, const char *type, size_t len, uint64_t hash)
{
	size_t i = hash & (t->cap - 1);

	while (t->slot[i] != NULL && !(t->slot[i]->hash == hash && is_type(t->slot[i], type, len)))
		i = (i + 1) & (t->cap - 1);
	return i;
}

static void
seed(uint64_t secret[2])
{
	if (getrandom(secret, 2 * sizeof secret[0], GRND_NONBLOCK) < 0)
		secret[0] = secret[1] = (uint64_t)time(NULL) * 0x9e3779b97f4a7c15u;
	secret[1] |= 1;
}

static void
grow(struct pile_table *t)
{
	struct pile_table bigger = *t;

	if (t->cap == 0)
		seed(bigger.seed);
	bigger.cap = t->cap > 0 ? t->cap * 2 : FIRST_CAP;
	bigger.slot = xcalloc(bigger.cap, sizeof *bigger.slot);
	for (size_t i = 0; i < t->cap; i++) {
		struct pile *p = t->slot[i];

		if (p != NULL)
			bigger.slot[probe(&bigger, p->type, p->type_len, p->hash)] = p;
	}
	free(t->slot);
	*t = bigger;
}

struct pile *
pile_find(struct pile_table *t, const char *type, size_t len, int *made)
{
	uint64_t hash;
	struct pile *pile;
	size_t i;

	*made = 0;
	if (t->recent != NULL && is_type(t->recent, type, len))
		return t->recent;
	if (t->n >= t->cap / 4 * 3)
		grow(t);
	hash = hash_type(t, type, len);
	i = probe(t, type, len, hash);
	if (t->slot[i] == NULL) {
		pile = xcalloc(1, sizeof *pile);
		pile->type = xstrndup(type, len);
		pile->type_len = len;
		pile->hash = hash;
		t->slot[i] = pile;
		if (t->last != NULL)
			t->last->next = pile;
		else
			t->first = pile;
		t->last = pile;
		t->n++;
		*made = 1;
	}
	return t->recent = t->slot[i];
}

static int
by_type(const void *left, const void *right)
{
	const struct pile *a = *(struct pile *const *)left, *b = *(struct pile *const *)right;
	int order = memcmp(a->type, b->type, a->type_len < b->type_len ? a->type_len : b->type_len);

	return order != 0 ? order : (a->type_len > b->type_len) - (a->type_len < b->type_len);
}

struct pile **
pile_sort(const struct pile_table *t)
{
	struct pile **all = xcalloc(t->n, sizeof *all);
	size_t n = 0;

	for (struct pile *p = t->first; p != NULL; p = p->next)
		all[n++] = p;
	qsort(all, n, sizeof *all, by_type);
	return all;
}

void
part_forget(struct part *part)
{
	struct chunk *next;

	for (struct chunk *k = part->chunk; k != NULL; k = next) {
		next = k->next;
		free(k);
	}
	part->chunk = part->end = NULL;
}

static void
pile_free(struct pile *pile)
{
	struct part *next;

	for (struct part *part = pile->first; part != NULL; part = next) {
		next = part->next;
		outfile_abort(&part->file);
		part_forget(part);
		free(part);
	}
	buf_free(&pile->pending);
	free(pile->type);
	free(pile);
}

void
pile_table_free(struct pile_table *t)
{
	struct pile *next;

	for (struct pile *p = t->first; p != NULL; p = next) {
		next = p->next;
		pile_free(p);
	}
	free(t->slot);
	*t = (struct pile_table){0};
}
