/* Texts of many objects as one: written as they come, a newline supplied between two where one
 * lacks it. Small pieces are gathered, large ones written from where they are. */
#ifndef NDJSON_AHEAD_OUT_H
#define NDJSON_AHEAD_OUT_H

#include "base/err.h"

#include <stddef.h>

struct ahead_out {
	int fd;
	int supply;         /* newlines */
	_Atomic int broken; /* a write failed: e told it, nothing more is written */
	int begun;          /* a byte of the object at hand came */
	int open;           /* the last byte written was no newline */
	size_t kept;        /* bytes in buffer */
	char *buffer;
};

/* out_open(o, fd, supply): onto fd, which stays the caller's; without supply bytes are written as
 * they are. Ended with out_close, which writes nothing. */
void out_open(struct ahead_out *o, int fd, int supply);
void out_close(struct ahead_out *o);

/* out_next(o): what follows is of the next object. */
void out_next(struct ahead_out *o);

/* out_write(o, p, n, e): n > 0 bytes. -1 with EX_IOERR: "standard output: ...". */
int out_write(struct ahead_out *o, const void *p, size_t n, struct err *e);

/* out_flush(o, e): write what is kept; nothing once a write failed. */
int out_flush(struct ahead_out *o, struct err *e);

#endif
