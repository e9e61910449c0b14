/* How far a long work is: bytes, rate, counts, time left, told on stderr while it goes on.
 *
 * On a terminal it is one line, rewritten in place below all messages, from a second on; at the end
 * nothing is left of it. Elsewhere, when it is asked for, it is a message now and then, under
 * LOG_FORMAT=json with its figures as members. */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

enum { PROGRESS_COUNTS = 2, PROGRESS_SAMPLES = 32 };

/* What the work has come to. */
struct progress_state {
	uint64_t done, size;               /* bytes; size 0: not known */
	const char *name[PROGRESS_COUNTS]; /* of what is counted beside, "types"; NULL: none */
	uint64_t count[PROGRESS_COUNTS];
};

/* What was done when, of late. All zero at first. */
struct progress_rate {
	struct {
		uint64_t ms, done;
	} sample[PROGRESS_SAMPLES];
	size_t n; /* ever taken */
};

/* progress_sample(r, ms, done): so many bytes were done ms milliseconds after the start; at even
 * steps, the first one at 0. */
void progress_sample(struct progress_rate *r, uint64_t ms, uint64_t done);

/* progress_text(out, state, r): append "1.2 GiB of 4.8 GiB (25%), 393 MiB/s, 20 types, 3 rejects,
 * 9 s left". The rate is that of the samples, the time left is told when size is known and
 * something was done of late; counts of 0 are left out. */
void progress_text(
    struct buf *out, const struct progress_state *state, const struct progress_rate *r);

/* progress_members(out, state, r): append the same as members of a JSON object, counts of 0 too:
 * "bytes":5,"size":10,"bytes_per_second":2,"seconds_left":3,"types":1; size and seconds_left only
 * when they are known. */
void progress_members(
    struct buf *out, const struct progress_state *state, const struct progress_rate *r);

struct progress;

/* progress_start(asked, names): tell progress from now on, by a thread of its own; NULL when nobody
 * wants it: under -q; unless asked, when stderr is no terminal that can rewrite a line or messages
 * are JSON. To be called with signals held as in the other threads. Ended with progress_stop,
 * before the last messages. */
struct progress *progress_start(int asked, const char *const names[PROGRESS_COUNTS]);
void progress_stop(struct progress *p);

/* progress_bytes(p, done, size), progress_count(p, i, n): by any thread; p may be NULL. */
void progress_bytes(struct progress *p, uint64_t done, uint64_t size);
void progress_count(struct progress *p, int i, uint64_t n);

#endif
