/* A growable byte buffer. Zero-initialised is empty; data is NUL-terminated once anything was
 * added (the NUL is not counted in len). Memory that cannot be had ends the program with
 * EX_TEMPFAIL: every buffer here is small or capped by its caller. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stddef.h>

struct buf {
	char *data;
	size_t len, cap; /* bytes */
};

/* buf_reserve(b, extra): room for extra more bytes (and a NUL) after len. */
void buf_reserve(struct buf *b, size_t extra);
void buf_add(struct buf *b, const void *data, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* buf_clear(b): length 0, memory kept. */
void buf_clear(struct buf *b);

/* buf_take(b): the NUL-terminated bytes, now the caller's to free(3); b is empty after. */
char *buf_take(struct buf *b);

void buf_free(struct buf *b);

/* buf_wipe(b): as buf_free, the bytes overwritten first: for secrets. */
void buf_wipe(struct buf *b);

/* xmalloc and friends: never NULL; out of memory ends the program with EX_TEMPFAIL. */
void *xmalloc(size_t n);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *p, size_t n);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t n);

#endif
