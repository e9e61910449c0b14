/* One input: its bytes, decoded when they are compressed (told by the first ones). */
#ifndef NDJSON_SOURCE_H
#define NDJSON_SOURCE_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

struct source;

/* source_open(path, wake_fd, stop_fd, e): "-" is standard input. Reading ends early once one of the
 * descriptors is readable; -1 for none. NULL with EX_NOINPUT: no such file; EX_IOERR. Ended with
 * source_close, which waits for the thread that decodes. Memory: for compressed input a few MiB. */
struct source *source_open(const char *path, int wake_fd, int stop_fd, struct err *e);
void source_close(struct source *s);

/* source_name(s): "standard input" or the path. */
const char *source_name(const struct source *s);

/* source_read(s, p, n, e): up to n > 0 decoded bytes: how many; 0 at the end. -1 with EX_IOERR;
 * EX_DATAERR: the compressed stream is damaged or cut, with the byte; EX_TEMPFAIL: woken. */
ptrdiff_t source_read(struct source *s, char *p, size_t n, struct err *e);

/* source_taken(s): bytes read from the file so far, before decoding. */
uint64_t source_taken(const struct source *s);

#endif
