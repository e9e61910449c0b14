/* How many threads fetch small objects at a time. A store that answers within the time a request costs
 * here anyway is asked by one thread: more of them would do nothing but wake each other. The slower it
 * answers, the more of them ask, up to all. */
#include "ndjson/ahead_in.h"

#include <time.h>

/* Each REQUEST_US that an answer takes at least are worth a thread more; that is looked at after every
 * FEW answers. When none came for STILL_MS all threads go on: one answer must not hold up all. */
enum { FEW = 16, REQUEST_US = 200, STILL_MS = 10 };

static int
is_small(const struct ahead *a, size_t length)
{
	return length <= a->sizes.slab;
}

int
pace_allows(const struct ahead *a, size_t length)
{
	return a->pace.fetching < a->pace.wanted || !is_small(a, length);
}

int
pace_unwatched(const struct ahead *a)
{
	return a->pace.wanted < a->options->jobs && !a->pace.watched;
}

static void
want(struct ahead *a, uint64_t n)
{
	a->pace.wanted = n < a->options->jobs ? (unsigned)n : a->options->jobs;
	ahead_wake_fetcher(a);
}

void
pace_ended(struct ahead *a, size_t length, uint64_t us)
{
	struct ahead_pace *p = &a->pace;

	p->fetching--;
	p->ended++;
	if (is_small(a, length) && us < p->least_us)
		p->least_us = us;
	if (p->ended % FEW != 0 || p->least_us == UINT64_MAX)
		return;
	want(a, 1 + p->least_us / REQUEST_US);
	p->least_us = UINT64_MAX;
}

/* Of those that could go on, and may not, one looks from time to time. */
static void
watch(struct ahead *a)
{
	struct ahead_pace *p = &a->pace;
	uint64_t ended = p->ended;
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += STILL_MS * 1000000L;
	until.tv_sec += until.tv_nsec / 1000000000;
	until.tv_nsec %= 1000000000;
	p->watched = 1;
	if (pthread_cond_timedwait(&a->may_fetch, &a->lock, &until) != 0 && p->ended == ended) {
		ready_wake(a);
		want(a, a->options->jobs);
	}
	p->watched = 0;
}

void
pace_wait(struct ahead *a)
{
	a->fetchers_idle++;
	if (pace_unwatched(a))
		watch(a);
	else
		pthread_cond_wait(&a->may_fetch, &a->lock);
	a->fetchers_idle--;
}
