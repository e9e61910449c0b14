#include "ndjson/ahead_in.h"
#include "base/crew.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define KIB(n) ((size_t)(n) << 10)
#define MIB(n) ((size_t)(n) << 20)

static struct ahead_sizes
usual(unsigned jobs)
{
	return (struct ahead_sizes){.slab = KIB(64),
	    .range = MIB(2),
	    .whole = MIB(6),
	    .memory = AHEAD_MEMORY(jobs),
	    .objects = 512};
}

enum { DECODERS = 2, STACK = 1 << 20 };

struct item *
ahead_item(struct ahead *a, uint64_t i)
{
	return &a->items[i % a->sizes.objects];
}

struct err *
err_keep(const struct err *e)
{
	struct err *copy = xmalloc(sizeof *copy);

	*copy = *e;
	return copy;
}

int
ahead_memory(struct ahead *a)
{
	size_t n = a->sizes.memory / a->sizes.slab;
	void *memory;

	a->free = n;
	a->most_decoded = n - a->sizes.whole / a->sizes.slab;
	a->memory_size = n * a->sizes.slab;
	memory = mmap(NULL, a->memory_size, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED)
		return -1;
	a->memory = memory;
	a->slab = xcalloc(n, sizeof *a->slab);
	for (size_t i = n; i-- > 0;) {
		a->slab[i].data = a->memory + i * a->sizes.slab;
		a->slab[i].next = a->free_slabs;
		a->free_slabs = &a->slab[i];
	}
	return 0;
}

void
ahead_memory_free(struct ahead *a)
{
	if (a->memory != NULL)
		munmap(a->memory, a->memory_size);
	free(a->slab);
}

void
slab_take(struct ahead *a, struct slabs *to)
{
	struct slab *s = a->free_slabs;

	a->free_slabs = s->next;
	a->free--;
	s->next = NULL;
	s->n = 0;
	if (to->first == NULL)
		to->first = s;
	else
		to->last->next = s;
	to->last = s;
}

size_t
slabs_release(struct ahead *a, struct slabs *slabs)
{
	size_t n = 0;

	for (struct slab *s = slabs->first; s != NULL; s = s->next)
		n++;
	if (n > 0) {
		slabs->last->next = a->free_slabs;
		a->free_slabs = slabs->first;
	}
	*slabs = (struct slabs){0};
	a->free += n;
	if (a->hands_full > 0)
		pthread_cond_broadcast(&a->may_give);
	ahead_wake_fetcher(a);
	return n;
}

void
ahead_stop(struct ahead *a, const struct err *e)
{
	if (!a->failed)
		*a->e = *e;
	a->failed = 1;
	a->stopped = 1;
	pthread_cond_broadcast(&a->may_add);
	pthread_cond_broadcast(&a->may_fetch);
	pthread_cond_broadcast(&a->may_give);
	pthread_cond_broadcast(&a->may_take);
}

/* The next place of the ring, once it is free; NULL when the work has ended. The lock is held. */
static struct item *
new_item(struct ahead *a)
{
	struct item *it;

	while (a->told - a->turn == a->sizes.objects && !a->stopped)
		pthread_cond_wait(&a->may_add, &a->lock);
	if (a->stopped || a->no_more)
		return NULL;
	it = ahead_item(a, a->told);
	*it = (struct item){.turn = a->told == a->turn};
	it->last = &it->first;
	a->told++;
	if (a->fetchers_idle > 0 && pace_allows(a, 0))
		pthread_cond_signal(&a->may_fetch);
	if (a->hands_idle > 0 && a->turn + 1 == a->told)
		pthread_cond_broadcast(&a->may_give);
	return it;
}

int
ahead_add(struct ahead *a, void *object, uint64_t size, struct err *e)
{
	struct item *it;

	pthread_mutex_lock(&a->lock);
	it = new_item(a);
	if (it != NULL) {
		it->object = object;
		it->size = size;
		a->told_bytes += size;
	}
	pthread_mutex_unlock(&a->lock);
	if (it != NULL)
		return 0;
	a->source->free(object);
	return err_set(e, EX_TEMPFAIL, "given up");
}

/* The life of the thread that lists. */
static void *
tell(void *ahead)
{
	struct ahead *a = ahead;
	struct item *it;
	struct err e;
	int rc = a->source->list(a->source->arg, a, &e);

	pthread_mutex_lock(&a->lock);
	if (rc != 0 && (it = new_item(a)) != NULL)
		it->failed = err_keep(&e);
	a->all_told = 1;
	pthread_cond_broadcast(&a->may_fetch);
	pthread_cond_broadcast(&a->may_give);
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* Start a thread; there is none when it can't be had. */
static int
start(pthread_t *thread, void *(*life)(void *), struct ahead *a)
{
	pthread_attr_t attr;
	int rc;

	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	rc = pthread_create(thread, &attr, life, a);
	pthread_attr_destroy(&attr);
	return rc == 0 ? 1 : 0;
}

/* The threads, until all is written. One of each kind is the least. */
static int
run_threads(struct ahead *a, struct err *e)
{
	unsigned decoders = a->options->decoders, n = 0;
	pthread_t thread[AHEAD_JOBS + DECODERS + 1];

	if (decoders == 0)
		decoders = crew_cpus() < DECODERS ? crew_cpus() : DECODERS;
	n += (unsigned)start(&thread[n], tell, a);
	for (unsigned i = 0; n > 0 && i < a->options->jobs; i++)
		n += (unsigned)start(&thread[n], ahead_fetch, a);
	if (n < 2) {
		err_set(e, EX_TEMPFAIL, "no thread can be started");
		pthread_mutex_lock(&a->lock);
		ahead_stop(a, e);
		pthread_mutex_unlock(&a->lock);
	}
	for (unsigned i = 1; i < decoders; i++)
		n += (unsigned)start(&thread[n], ahead_give, a);
	ahead_give(a);
	if (a->failed && a->source->stop != NULL)
		a->source->stop(a->source->arg);
	while (n > 0)
		pthread_join(thread[--n], NULL);
	if (a->failed)
		return -1;
	return out_flush(&a->out, e);
}

/* What a failure left behind. */
static void
item_free(struct ahead *a, struct item *it)
{
	for (struct piece *p = it->first, *next; p != NULL; p = next) {
		next = p->next;
		free(p->failed);
		free(p);
	}
	free(it->failed);
	if (it->object != NULL)
		a->source->free(it->object);
}

int
ahead_run(const struct ahead_source *source, const struct ahead_options *options, struct err *e)
{
	struct ahead a = {.source = source,
	    .options = options,
	    .sizes = options->sizes != NULL ? *options->sizes : usual(options->jobs),
	    .pace.wanted = 1,
	    .pace.least_us = UINT64_MAX,
	    .e = e};
	pthread_condattr_t attr;
	int rc;

	a.items = xcalloc(a.sizes.objects, sizeof *a.items);
	pthread_mutex_init(&a.lock, NULL);
	pthread_cond_init(&a.may_add, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&a.may_fetch, &attr);
	pthread_condattr_destroy(&attr);
	pthread_cond_init(&a.may_take, NULL);
	pthread_cond_init(&a.may_give, NULL);
#ifdef M_ARENA_MAX
	(void)mallopt(M_ARENA_MAX, 1); /* the threads allocate little: not a heap for each */
#endif
	out_open(&a.out, options->fd, !options->undecoded);
	if (ahead_memory(&a) == 0)
		rc = run_threads(&a, e);
	else
		rc = err_sys(e, EX_TEMPFAIL, "memory for what is read ahead");
	for (; a.turn < a.told; a.turn++)
		item_free(&a, ahead_item(&a, a.turn));
	ahead_memory_free(&a);
	out_close(&a.out);
	pthread_cond_destroy(&a.may_add);
	pthread_cond_destroy(&a.may_fetch);
	pthread_cond_destroy(&a.may_take);
	pthread_cond_destroy(&a.may_give);
	pthread_mutex_destroy(&a.lock);
	free(a.items);
	return rc;
}
