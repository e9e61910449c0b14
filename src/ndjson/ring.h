/* Bytes from one thread to another through a buffer of fixed size. */
#ifndef NDJSON_RING_H
#define NDJSON_RING_H

#include "base/err.h"

#include <stddef.h>

struct ring;

/* ring_new(size): size in bytes, a power of two. Ended with ring_free when no thread uses it. */
struct ring *ring_new(size_t size);
void ring_free(struct ring *r);

/* ring_room(r, n): where the next bytes go, *n > 0 of them, waiting until that is a good many. NULL once
 * ring_stop was called. ring_fill(r, n): n bytes from there on are filled, at most as many. */
void *ring_room(struct ring *r, size_t *n);
void ring_fill(struct ring *r, size_t n);

/* ring_end(r, e): nothing more is filled; an error, when e is not NULL, is got behind the last byte.
 */
void ring_end(struct ring *r, const struct err *e);

/* ring_get(r, p, n, e): up to n > 0 bytes, waiting for the first: how many; 0 behind the last. -1
 * with what ring_end was given. */
ptrdiff_t ring_get(struct ring *r, void *p, size_t n, struct err *e);

/* ring_stop(r): nothing more is got. */
void ring_stop(struct ring *r);

#endif
