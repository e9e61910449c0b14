#include "ndjson/ring.h"
#include "base/buf.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS = 4 }; /* of the buffer, each filled at once */

struct ring {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	size_t size;
	uint64_t put, got; /* bytes so far */
	int ended, stopped, failed;
	struct err e;
	char *data;
};

struct ring *
ring_new(size_t size)
{
	struct ring *r = xcalloc(1, sizeof *r);

	r->size = size;
	r->data = xmalloc(size);
	pthread_mutex_init(&r->lock, NULL);
	pthread_cond_init(&r->changed, NULL);
	return r;
}

void
ring_free(struct ring *r)
{
	pthread_cond_destroy(&r->changed);
	pthread_mutex_destroy(&r->lock);
	free(r->data);
	free(r);
}

/* The longest run from position at that does not wrap, most bytes at the most. */
static size_t
run(const struct ring *r, uint64_t at, size_t most)
{
	size_t straight = r->size - (size_t)(at & (r->size - 1));

	return straight < most ? straight : most;
}

/* A part of the buffer, up to where it wraps: large enough that what each call of a decoder costs beside
 * decoding is little, small enough that the reader can begin. When there is no such room most of the buffer
 * is full, so that the reader does not wait for this side. */
void *
ring_room(struct ring *r, size_t *n)
{
	size_t at, most = r->size / PARTS;

	pthread_mutex_lock(&r->lock);
	at = (size_t)(r->put & (r->size - 1));
	*n = most - at % most;
	while (r->size - (size_t)(r->put - r->got) < *n && !r->stopped)
		pthread_cond_wait(&r->changed, &r->lock);
	if (r->stopped)
		*n = 0;
	pthread_mutex_unlock(&r->lock);
	return *n > 0 ? r->data + at : NULL;
}

void
ring_fill(struct ring *r, size_t n)
{
	pthread_mutex_lock(&r->lock);
	r->put += n;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

void
ring_end(struct ring *r, const struct err *e)
{
	pthread_mutex_lock(&r->lock);
	r->ended = 1;
	r->failed = e != NULL;
	if (e != NULL)
		r->e = *e;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}

ptrdiff_t
ring_get(struct ring *r, void *p, size_t n, struct err *e)
{
	size_t some;

	pthread_mutex_lock(&r->lock);
	while (r->put == r->got && !r->ended)
		pthread_cond_wait(&r->changed, &r->lock);
	some = (size_t)(r->put - r->got);
	some = run(r, r->got, some < n ? some : n);
	if (some == 0 && r->failed) {
		*e = r->e;
		pthread_mutex_unlock(&r->lock);
		return -1;
	}
	pthread_mutex_unlock(&r->lock);
	memcpy(p, r->data + (r->got & (r->size - 1)), some);
	pthread_mutex_lock(&r->lock);
	r->got += some;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
	return (ptrdiff_t)some;
}

void
ring_stop(struct ring *r)
{
	pthread_mutex_lock(&r->lock);
	r->stopped = 1;
	pthread_cond_broadcast(&r->changed);
	pthread_mutex_unlock(&r->lock);
}
