#include "gcp/gcs_batch.h"
#include "base/msg.h"
#include "gcp/gcs_source.h"

#include <pthread.h>
#include <stdlib.h>

/* What the threads share, under lock. */
struct batch {
	pthread_mutex_t lock;
	struct gcs *g;
	struct gcs_item *item;
	size_t n, next;
	size_t failed; /* the first item that did, n: none yet */
	struct err *e; /* of that one */
	int dry_run;
};

static const char *
done_word(enum gcs_done done)
{
	static const char *const words[] = {[GCS_KEPT] = "is there already",
	    [GCS_CREATED] = "created",
	    [GCS_REPLACED] = "replaced"};

	return words[done];
}

int
gcs_put_item(struct gcs *g, struct gcs_upload *u, struct gcs_item *item, int dry_run, struct err *e)
{
	int done = dry_run ? gcs_compare(g, u, &item->object, e) : gcs_put(g, u, &item->object, e);

	if (done < 0)
		return -1;
	item->done = (enum gcs_done)done;
	if (!dry_run)
		msg_debug("gs://%s/%s: %s, generation %llu", item->bucket, item->name,
		    done_word(item->done), (unsigned long long)item->object.generation);
	return 0;
}

int
gcs_put_path(struct gcs *g, struct gcs_item *item, int dry_run, struct err *e)
{
	struct gcs_file f;
	int rc;

	if (gcs_file_open(&f, item->path, item->bucket, item->name, e) != 0)
		return -1;
	rc = gcs_put_item(g, &f.upload, item, dry_run, e);
	gcs_file_close(&f);
	return rc;
}

/* The next item to do, or n. */
static size_t
take_next(struct batch *b)
{
	size_t i;

	pthread_mutex_lock(&b->lock);
	i = b->failed == b->n && b->next < b->n ? b->next++ : b->n;
	pthread_mutex_unlock(&b->lock);
	return i;
}

static void *
work(void *ctx)
{
	struct batch *b = ctx;
	struct err e;

	for (size_t i; (i = take_next(b)) < b->n;) {
		if (gcs_put_path(b->g, &b->item[i], b->dry_run, &e) == 0)
			continue;
		pthread_mutex_lock(&b->lock);
		if (i < b->failed) {
			b->failed = i;
			*b->e = e;
		}
		pthread_mutex_unlock(&b->lock);
	}
	return NULL;
}

/* Work on as many threads, and wait for them. The first is this thread; where no more can be started
 * (memory, process limits) those there are do all. */
static void
run(struct batch *b, size_t threads)
{
	pthread_t *thread = xcalloc(threads, sizeof *thread);
	size_t started = 1;

	while (started < threads && pthread_create(&thread[started], NULL, work, b) == 0)
		started++;
	if (started < threads)
		msg_debug("%zu of %zu threads could be started", started, threads);
	work(b);
	for (size_t i = 1; i < started; i++)
		pthread_join(thread[i], NULL);
	free(thread);
}

int
gcs_batch(
    struct gcs *g, struct gcs_item *item, size_t n, size_t threads, int dry_run, struct err *e)
{
	struct batch b = {.g = g, .item = item, .n = n, .failed = n, .e = e, .dry_run = dry_run};

	pthread_mutex_init(&b.lock, NULL);
	if (n > 0)
		run(&b, threads < n ? threads : n);
	pthread_mutex_destroy(&b.lock);
	return b.failed == n ? 0 : -1;
}
