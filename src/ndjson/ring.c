#include "ndjson/ring.h"
#include "base/buf.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

int
ring_put(struct ring *r, const void *p, size_t n)
{
	const char *c = p;
	int stopped;

	pthread_mutex_lock(&r->lock);
	while (n > 0 && !r->stopped) {
		size_t room = r->size - (size_t)(r->put - r->got);
		size_t some = run(r, r->put, room < n ? room : n);

		if (some == 0) {
			pthread_cond_wait(&r->changed, &r->lock);
			continue;
		}
		pthread_mutex_unlock(&r->lock);
		memcpy(r->data + (r->put & (r->size - 1)), c, some);
		c += some;
		n -= some;
		pthread_mutex_lock(&r->lock);
		r->put += some;
		pthread_cond_broadcast(&r->changed);
	}
	stopped = r->stopped;
	pthread_mutex_unlock(&r->lock);
	return stopped ? -1 : 0;
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
