#include "gcp/gcs_batch.h"
#include "base/msg.h"
#include "gcp/gcs_source.h"

#include <pthread.h>
#include <stdlib.h>

/* What all threads that compress hold of what they sent, in all. Bytes. */
#define PACK_WINDOWS (16UL * 1024 * 1024)

/* What the threads share, under lock. */
struct batch {
	pthread_mutex_t lock;
	struct gcs *g;
	struct gcs_plan plan;
	struct gcs_item *item;
	size_t n;
	size_t *order;        /* the items, the largest first */
	size_t first, last;   /* of these, first to last - 1 are left */
	size_t failed;        /* the first item that did, n: none yet */
	struct err *e;        /* of that one */
	unsigned next_worker; /* even ones take from the front, odd ones from the back */
};

static const char *
done_word(enum gcs_done done)
{
	static const char *const words[] = {[GCS_KEPT] = "is there already",
	    [GCS_CREATED] = "created",
	    [GCS_REPLACED] = "replaced"};

	return words[done];
}

struct gcs_upload
gcs_upload_of(const struct gcs_plan *plan, const struct gcs_item *item)
{
	return (struct gcs_upload){.bucket = item->bucket,
	    .name = item->name,
	    .manner = &plan->manner,
	    .rows = item->rows,
	    .chunk = plan->chunk,
	    .tally = plan->tally,
	    .seen = item->seen,
	    .there = item->there};
}

int
gcs_put_item(struct gcs *g, const struct gcs_plan *plan, struct gcs_upload *u,
    struct gcs_item *item, struct err *e)
{
	int done =
	    plan->dry_run ? gcs_compare(g, u, &item->object, e) : gcs_put(g, u, &item->object, e);

	if (done < 0)
		return -1;
	item->done = (enum gcs_done)done;
	gcs_tally_object(plan->tally);
	if (!plan->dry_run)
		msg_debug("gs://%s/%s: %s, generation %llu", item->bucket, item->name,
		    done_word(item->done), (unsigned long long)item->object.generation);
	return 0;
}

/* A file of another size than was said is another file. */
static int
check_size(const struct gcs_item *item, uint64_t size, struct err *e)
{
	if (item->size == GCS_SIZE_UNKNOWN || item->size == size)
		return 0;
	return err_set(e, EX_DATAERR, "%s: has %llu bytes, expected %llu: nothing was stored",
	    item->path, (unsigned long long)size, (unsigned long long)item->size);
}

static int
put_packed(struct gcs *g, const struct gcs_plan *plan, const struct gcs_upload *as,
    struct gcs_item *item, struct err *e)
{
	struct gcs_stream s;
	int rc;

	if (gcs_stream_pack(&s, as, item->path, e) != 0)
		return -1;
	rc = check_size(item, s.stamp.size, e);
	if (rc == 0)
		rc = gcs_put_item(g, plan, &s.upload, item, e);
	gcs_stream_close(&s);
	return rc;
}

int
gcs_put_path(struct gcs *g, const struct gcs_plan *plan, struct gcs_item *item, struct err *e)
{
	struct gcs_upload as = gcs_upload_of(plan, item);
	struct gcs_file f;
	int rc;

	if (plan->gzip && codec_of_path(item->path) == CODEC_PLAIN)
		return put_packed(g, plan, &as, item, e);
	as.chunk = plan->file_chunk;
	if (gcs_file_open(&f, &as, item->path, e) != 0)
		return -1;
	rc = check_size(item, f.stamp.size, e);
	if (rc == 0)
		rc = gcs_put_item(g, plan, &f.upload, item, e);
	if (rc == 0) /* what was kept needed no sending */
		gcs_tally_bytes(plan->tally, f.stamp.size - f.told);
	gcs_file_close(&f);
	return rc;
}

/* The next item to do from one end of the order, or n. */
static size_t
take_next(struct batch *b, int back)
{
	size_t i = b->n;

	pthread_mutex_lock(&b->lock);
	if (b->failed == b->n && b->first < b->last)
		i = b->order[back ? --b->last : b->first++];
	pthread_mutex_unlock(&b->lock);
	return i;
}

static void *
work(void *ctx)
{
	struct batch *b = ctx;
	struct err e;
	int back;

	pthread_mutex_lock(&b->lock);
	back = b->next_worker++ % 2;
	pthread_mutex_unlock(&b->lock);
	for (size_t i; (i = take_next(b, back)) < b->n;) {
		if (gcs_put_path(b->g, &b->plan, &b->item[i], &e) == 0)
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

/* The larger file first; of equal ones the earlier row. */
static int
by_size(const void *a, const void *b, void *ctx)
{
	const struct gcs_item *item = ctx;
	size_t i = *(const size_t *)a, k = *(const size_t *)b;

	if (item[i].size != item[k].size)
		return item[i].size > item[k].size ? -1 : 1;
	return (i > k) - (i < k);
}

/* A chunk that so many threads can hold. */
static size_t
pack_chunk(size_t chunk, size_t threads)
{
	size_t most = PACK_WINDOWS / threads / GCS_QUANTUM * GCS_QUANTUM;

	return chunk < most ? chunk : most;
}

int
gcs_batch(struct gcs *g, const struct gcs_plan *plan, struct gcs_item *item, size_t n,
    size_t threads, struct err *e)
{
	struct batch b = {
	    .g = g, .plan = *plan, .item = item, .n = n, .last = n, .failed = n, .e = e};

	if (n == 0)
		return 0;
	if (threads > n)
		threads = n;
	if (plan->gzip)
		b.plan.chunk = pack_chunk(plan->chunk, threads);
	b.order = xcalloc(n, sizeof *b.order);
	for (size_t i = 0; i < n; i++)
		b.order[i] = i;
	qsort_r(b.order, n, sizeof *b.order, by_size, item);
	pthread_mutex_init(&b.lock, NULL);
	run(&b, threads);
	pthread_mutex_destroy(&b.lock);
	free(b.order);
	return b.failed == n ? 0 : -1;
}
