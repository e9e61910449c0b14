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

static uint64_t
load(const char *p, size_t n)
{
	uint64_t w = 0;

	memcpy(&w, p, n);
	return w;
}

/* The first eight bytes of a type and the last: together with its length they are all of it, up to
 * 16 bytes. Those of a short one are put together from two that may overlap. */
static void
load_ends(const char *type, size_t len, uint64_t *head, uint64_t *tail)
{
	*head = *tail = 0;
	if (len >= 8) {
		*head = load(type, 8);
		*tail = load(type + len - 8, 8);
	} else if (len >= 4) {
		*head = load(type, 4);
		*tail = load(type + len - 4, 4);
	} else if (len > 0) {
		*head = (unsigned char)type[0];
		*tail = load(&type[len / 2], 1) << 8 | load(&type[len - 1], 1);
	}
}

/* After wyhash. The seeds are secret: types come from whoever writes logs, and many of one hash
 * would make every record probe them all. */
static uint64_t
hash_type(const uint64_t seed[2], const char *type, size_t len, uint64_t head, uint64_t tail)
{
	uint64_t h = seed[0] ^ len ^ head;

	for (size_t i = 8; i + 8 < len; i += 8)
		h = fold(h, seed[1]) ^ load(type + i, 8);
	return fold(h, tail ^ seed[1]);
}

static int
is_type(const struct pile *pile, const char *type, size_t len, uint64_t head, uint64_t tail)
{
	return pile->head == head && pile->tail == tail && pile->type_len == len &&
	       (len <= 16 || memcmp(pile->type + 8, type + 8, len - 16) == 0);
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

	bigger.cap = t->cap > 0 ? t->cap * 2 : FIRST_CAP;
	bigger.slot = xcalloc(bigger.cap, sizeof *bigger.slot);
	for (size_t i = 0; i < t->cap; i++) {
		size_t to = t->slot[i].hash & (bigger.cap - 1);

		if (t->slot[i].pile == NULL)
			continue;
		while (bigger.slot[to].pile != NULL)
			to = (to + 1) & (bigger.cap - 1);
		bigger.slot[to] = t->slot[i];
	}
	free(t->slot);
	*t = bigger;
}

static struct pile *
pile_new(struct pile_table *t, const char *type, size_t len)
{
	struct pile *pile = xcalloc(1, sizeof *pile);

	pile->type = xstrndup(type, len);
	pile->type_len = len;
	load_ends(type, len, &pile->head, &pile->tail);
	if (t->last != NULL)
		t->last->next = pile;
	else
		t->first = pile;
	t->last = pile;
	t->n++;
	return pile;
}

struct pile *
pile_find(struct pile_table *t, const char *type, size_t len)
{
	uint64_t head, tail, hash;
	struct pile_slot *slot;

	if (t->cap == 0)
		seed(t->seed);
	if (t->n * 2 >= t->cap)
		grow(t);
	load_ends(type, len, &head, &tail);
	hash = hash_type(t->seed, type, len, head, tail);
	for (size_t i = hash;; i++) {
		slot = &t->slot[i & (t->cap - 1)];
		if (slot->pile == NULL)
			break;
		if (slot->hash == hash && is_type(slot->pile, type, len, head, tail))
			return slot->pile;
	}
	*slot = (struct pile_slot){hash, pile_new(t, type, len)};
	return slot->pile;
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
