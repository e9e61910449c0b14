/* Objects of a store, read ahead of whoever takes them and written to standard output in order.
 *
 * One thread lists the objects; up to `jobs` threads fetch them, a large one range by range; one or
 * two decode them (ndjson/codec.h) and write. What is fetched next is always the earliest that is
 * still missing, and its memory is reserved before it is asked for: so memory is bounded, the
 * object whose turn it is never waits for room that later ones hold, and a slow reader slows the
 * fetching. What comes out does not depend on the number of threads. */
#ifndef NDJSON_AHEAD_H
#define NDJSON_AHEAD_H

#include "base/err.h"
#include "base/buf.h"
#include "base/progress.h"

#include <stddef.h>
#include <stdint.h>

enum { AHEAD_JOBS = 64 }; /* the most */

/* AHEAD_MEMORY(jobs): bytes that wait for their turn, at most: more of them for more jobs. */
#define AHEAD_MEMORY(jobs) (((jobs) <= 8 ? 10UL : (jobs) >= 20 ? 24UL : 5UL * (jobs) / 4) << 20)

struct ahead;

/* Takes n bytes of what is fetched, on any thread; only copies. */
typedef int ahead_sink(void *ctx, const void *p, size_t n, struct err *e);

/* The store. list runs on a thread of its own, fetch and open on several at once, the others on one
 * at a time for an object. */
struct ahead_source {
	/* Tell every object in order by ahead_add, and return -1 when that does. -1 with e: told
	 * after the objects before it were written. */
	int (*list)(void *arg, struct ahead *a, struct err *e);

	/* Called once when the work fails, to end the requests under way; or NULL. */
	void (*stop)(void *arg);

	/* Requests that were repeated until now, for progress; or NULL. */
	uint64_t (*retries)(void *arg);
	void *arg; /* of these three */

	/* Fetch the bytes from (inclusive) to to (exclusive). A whole object's bytes are to be
	 * verified here. EX_TEMPFAIL after all bytes came says that they are damaged: they are
	 * fetched anew, up to three times in all. e names the object. */
	int (*fetch)(
	    void *object, uint64_t from, uint64_t to, ahead_sink *sink, void *ctx, struct err *e);

	/* Before the first range of an object that is fetched in several is asked for: whether the
	 * whole has a checksum, 1 or 0, or -1 with e, which names the object. */
	int (*open)(void *object, struct err *e);

	/* Of an object with a checksum: its bytes in order, and, when they all came, whether they
	 * are right: -1 with e, which names the object. */
	void (*add)(void *object, const void *p, size_t n);
	int (*verify)(void *object, struct err *e);

	/* Append the name for messages: "s3://logs/a.json". */
	void (*name)(const void *object, struct buf *out);
	void (*free)(void *object);
};

/* How much of everything. For tests; the usual: AHEAD_MEMORY. */
struct ahead_sizes {
	size_t slab;    /* bytes that are reserved at once */
	size_t range;   /* bytes of a range: slabs */
	size_t whole;   /* bytes of the largest object that is fetched in one; at least a range */
	size_t memory;  /* bytes fetched, or decoded before their turn: more than whole */
	size_t objects; /* told and not yet written */
};

struct ahead_options {
	unsigned jobs;     /* 1 to AHEAD_JOBS requests for objects at a time */
	unsigned decoders; /* threads that decode and write, 1 or 2; 0: as there are CPUs */
	int undecoded;     /* write the bytes as they are stored, and no newlines */
	int refuse_markup; /* an object whose text begins with '<' is EX_DATAERR: an error page */
	int fd;
	const struct ahead_sizes *sizes; /* NULL: the usual */
	struct progress *progress;       /* bytes as stored, objects, retries; or NULL */
};

/* ahead_add(a, object, size, e): the next object is of size bytes; it is freed by the source's free
 * in any case. Waits while enough are told. -1 when the work has ended. */
int ahead_add(struct ahead *a, void *object, uint64_t size, struct err *e);

/* ahead_run(source, options, e): everything, until all is written; no thread is left behind. -1 with
 * the first failure in the order of the objects, after what stands before its place was written:
 * that of list, of fetch or verify, EX_DATAERR for an object that can't be decoded ("gs://b/o: gzip
 * stream ends early at byte 12 (object is 12 bytes)"), EX_IOERR for standard output. Of an object
 * that was fetched in one and failed nothing is written; of a larger one, the ranges before. */
int ahead_run(
    const struct ahead_source *source, const struct ahead_options *options, struct err *e);

#endif
