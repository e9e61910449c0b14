/* Bytes from one thread to another through a buffer of fixed size. */
#ifndef NDJSON_RING_H
#define NDJSON_RING_H

#include "base/err.h"

#include <stddef.h>

struct ring;

/* ring_new(size): size in bytes, a power of two. Ended with ring_free when no thread uses it. */
struct ring *ring_new(size_t size);
void ring_free(struct ring *r);

/* ring_put(r, p, n): all n bytes, waiting while there is no room. -1 once ring_stop was called. */
int ring_put(struct ring *r, const void *p, size_t n);

/* ring_end(r, e): nothing more is put; an error, when e is not NULL, is got behind the last byte.
 */
void ring_end(struct ring *r, const struct err *e);

/* ring_get(r, p, n, e): up to n > 0 bytes, waiting for the first: how many; 0 behind the last. -1
 * with what ring_end was given. */
ptrdiff_t ring_get(struct ring *r, void *p, size_t n, struct err *e);

/* ring_stop(r): nothing more is got. */
void ring_stop(struct ring *r);

#endif
