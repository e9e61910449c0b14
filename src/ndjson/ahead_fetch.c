/* The threads that fetch: each takes the earliest piece that is missing, once there is room for it. */
#include "ndjson/ahead_in.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TRIES = 3, ENOUGH_PIECES = 16, ENOUGH_BYTES = 64 << 10 };

/* The length of the next piece of an item. */
static size_t
next_length(const struct ahead *a, const struct item *it)
{
	uint64_t left = it->size - it->asked;

	if (it->size <= a->sizes.whole)
		return (size_t)it->size;
	return left < a->sizes.range ? (size_t)left : a->sizes.range;
}

static size_t
slabs_of(const struct ahead *a, size_t length)
{
	return (length + a->sizes.slab - 1) / a->sizes.slab;
}

/* Whether there is room for the next piece of an item. A hand that waits for room goes first, but not
 * before the item whose turn it is. */
static int
has_room(const struct ahead *a, const struct item *it)
{
	if (a->hands_full > 0 && a->decoded < a->most_decoded && !it->turn)
		return 0;
	return slabs_of(a, next_length(a, it)) <= a->free;
}

static int
may_take(const struct ahead *a, const struct item *it)
{
	return pace_allows(a, next_length(a, it)) && has_room(a, it);
}

/* The item whose next piece is the earliest missing, or NULL when there is none yet. */
static struct item *
next_item(struct ahead *a)
{
	while (a->take < a->told) {
		struct item *it = ahead_item(a, a->take);

		if (it->object != NULL && !it->taken)
			return it;
		a->take++;
	}
	return NULL;
}

static void
tell_hands(struct ahead *a)
{
	pthread_cond_broadcast(&a->may_take);
	pthread_cond_broadcast(&a->may_give);
}

void
ready_wake(struct ahead *a)
{
	a->ready = (struct ahead_ready){0};
	tell_hands(a);
}

void
ahead_wake_fetcher(struct ahead *a)
{
	const struct item *it;

	if (a->fetchers_idle == 0)
		return;
	it = next_item(a);
	if ((it != NULL && may_take(a, it)) || pace_unwatched(a))
		pthread_cond_signal(&a->may_fetch);
}

/* The next piece, its memory reserved; NULL when there are no more. The lock is held. */
static struct piece *
take_piece(struct ahead *a)
{
	struct item *it = NULL;
	struct piece *p;

	while (!a->stopped && !a->no_more && ((it = next_item(a)) == NULL || !may_take(a, it))) {
		if (it == NULL && a->all_told)
			return NULL;
		if (a->ready.awaited || a->ready.packed)
			ready_wake(a);
		pace_wait(a);
	}
	if (a->stopped || a->no_more)
		return NULL;
	p = xcalloc(1, sizeof *p);
	p->item = it;
	p->from = it->asked;
	p->length = next_length(a, it);
	for (size_t n = slabs_of(a, p->length); n > 0; n--)
		slab_take(a, &p->slabs);
	p->at = p->slabs.first;
	it->asked += p->length;
	it->taken = it->asked == it->size;
	a->pace.fetching++;
	*it->last = p;
	it->last = &p->next;
	ahead_wake_fetcher(a);
	return p;
}

struct filling {
	struct ahead *a;
	struct piece *p;
};

/* A store that brings another number of bytes than it was asked for. */
static int
wrong_length(const struct filling *f, const char *what, struct err *e)
{
	struct buf name = {0};

	f->a->source->name(f->p->item->object, &name);
	err_set(e, EX_UNAVAILABLE, "%s: %s bytes came than the %zu asked for", name.data, what,
	    f->p->length);
	buf_free(&name);
	return -1;
}

/* Copy what comes into the piece's memory. */
static int
fill(void *filling, const void *bytes, size_t n, struct err *e)
{
	const struct filling *f = filling;
	const size_t slab = f->a->sizes.slab;
	struct piece *p = f->p;
	const char *c = bytes;

	if (f->a->stopped)
		return err_set(e, EX_TEMPFAIL, "given up");
	if (n > p->length - p->filled)
		return wrong_length(f, "more", e);
	while (n > 0) {
		size_t room = slab - p->at->n, some = n < room ? n : room;

		memcpy(p->at->data + p->at->n, c, some);
		p->at->n += some;
		p->filled += some;
		c += some;
		n -= some;
		if (p->at->n == slab)
			p->at = p->at->next;
	}
	return 0;
}

static void
empty(struct piece *p)
{
	for (struct slab *s = p->slabs.first; s != NULL; s = s->next)
		s->n = 0;
	p->at = p->slabs.first;
	p->filled = 0;
}

static int
fetch_piece(struct ahead *a, struct piece *p, struct err *e)
{
	const struct ahead_source *source = a->source;
	struct filling f = {a, p};
	int rc = 0;

	if (p->from == 0 && p->length < p->item->size) {
		rc = source->open(p->item->object, e);
		p->item->checked = rc > 0;
		if (rc < 0)
			return -1;
	}
	for (int tries = 1;; tries++) {
		empty(p);
		rc = source->fetch(p->item->object, p->from, p->from + p->length, fill, &f, e);
		if (rc == 0 || e->code != EX_TEMPFAIL || p->filled < p->length || tries == TRIES ||
		    a->stopped)
			break;
	}
	if (rc == 0 && p->filled < p->length)
		rc = wrong_length(&f, "fewer", e);
	return rc;
}

static uint64_t
clock_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static enum codec
kind_of(const struct piece *p)
{
	const struct slab *s = p->slabs.first;

	if (s == NULL)
		return CODEC_PLAIN;
	return codec_of_magic(
	    (const unsigned char *)s->data, s->n < CODEC_MAGIC ? s->n : CODEC_MAGIC);
}

/* Give the piece to the hand that it concerns. Of small ones many are told at once, since each wakes a
 * thread: when they are enough for a write, or nothing comes for a while. The lock is held. */
static void
hand_over(struct ahead *a, struct piece *p, int rc, const struct err *e)
{
	struct item *it = p->item;
	struct ahead_ready *r = &a->ready;

	if (rc != 0) {
		p->failed = err_keep(e);
		a->no_more = 1;
		pthread_cond_broadcast(&a->may_fetch);
	} else if (p->from == 0) {
		it->kind = kind_of(p);
	}
	p->done = 1;
	r->pieces++;
	r->bytes += p->length;
	r->awaited |= it->awaited && it->first->done;
	r->packed |= a->hands_idle > 0 && p->from == 0 && it->kind != CODEC_PLAIN;
	r->wake = (r->awaited || r->packed) &&
		  (rc != 0 || r->pieces >= ENOUGH_PIECES || r->bytes >= ENOUGH_BYTES);
}

void *
ahead_fetch(void *ahead)
{
	struct ahead *a = ahead;
	struct piece *p;

	pthread_mutex_lock(&a->lock);
	while ((p = take_piece(a)) != NULL) {
		struct err e = {0};
		int rc, wake = a->ready.wake;
		size_t length = p->length;
		uint64_t from;

		if (wake)
			a->ready = (struct ahead_ready){0};
		pthread_mutex_unlock(&a->lock);
		if (wake)
			tell_hands(a);
		from = clock_us();
		rc = fetch_piece(a, p, &e);
		from = clock_us() - from;
		pthread_mutex_lock(&a->lock);
		hand_over(a, p, rc, &e);
		pace_ended(a, length, from);
	}
	ready_wake(a);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

void
ahead_taken(struct ahead *a, struct piece *p)
{
	pthread_mutex_lock(&a->lock);
	a->done_bytes += p->length;
	slabs_release(a, &p->slabs);
	progress_bytes(a->options->progress, a->done_bytes, a->all_told ? a->told_bytes : 0);
	if (a->source->retries != NULL)
		progress_count(a->options->progress, 1, a->source->retries(a->source->arg));
	pthread_mutex_unlock(&a->lock);
	free(p->failed);
	free(p);
}
