/* Records out of NDJSON files, decompressed and checked to be JSON objects. */
#ifndef NDJSON_FIT_INPUT_H
#define NDJSON_FIT_INPUT_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Where a record stands. */
struct record_place {
	const char *source; /* the operand, or "standard input" */
	uint64_t line;	    /* from 1 */
	uint64_t offset;    /* of its first byte in the decoded source, from 0 */
};

struct input_record {
	struct record_place at;
	const char *text; /* without separator; lives until the sink returns */
	size_t len;
	const char *reason; /* why it is no record to work with (reject.h's names), or NULL */
	const char *detail; /* of the reason: "expected ',' or '}' at byte 12 of the record" */
	int begins, ends;   /* one too long comes in parts: the first and the last of them */
};

/* Takes a record, or a part of one that is too long. -1 with e ends the reading. */
typedef int input_sink(void *arg, const struct input_record *r, struct err *e);

/* input_read(path, max_line, sink, arg, e): every record of a file ("-": standard input), in order. Plain, gzip or zstd
 * by its first bytes. Lines end in LF or CRLF; a byte order mark, blank lines and a missing last
 * newline are no matter, and objects glued together ("}{") come one by one. A record of more than
 * max_line bytes is never held as a whole. EX_NOINPUT: not there; EX_IOERR: unreadable; EX_DATAERR: a
 * compressed stream is damaged or ends early; or what the sink set. */
int input_read(const char *path, uint64_t max_line, input_sink *sink, void *arg, struct err *e);

#endif
