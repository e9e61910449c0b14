/* Lines out of a stream of bytes that comes in pieces of any size, in memory bounded by the line
 * cap.
 *
 * A line ends at LF or at the end of the source; one CR before that belongs to the separator, as
 * does a byte order mark at the start of a line (files with one are concatenated). A line may hold
 * many objects glued together
 * (}{, as Firehose writes them), so a line that outgrows a piece is cut where one object ends and
 * the next begins: a 5 GB line of small objects passes like any other. Where lines are cut never
 * depends on the pieces, only whether a cut was needed. */
#ifndef NDJSON_LINES_H
#define NDJSON_LINES_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* Finds where objects that are glued together part, looking at quotes and brackets alone. All zero
 * at the start of a record. */
struct glue {
	size_t depth;
	char in_string, escape, closed, lost;
};

/* glue_next(g, p, end): the '{' that begins the next record, g then being as at its start, or NULL
 * when there is none in p[0..end): call again with the bytes that follow. When brackets close that
 * never opened, there is none in the rest of the line. */
const char *glue_next(struct glue *g, const char *p, const char *end);

enum line_part {
	LINE_WHOLE,  /* complete records */
	LINE_BEGINS, /* the first bytes of a record longer than the cap; more follows */
	LINE_GOES_ON,
	LINE_ENDS /* the last bytes of it, maybe none */
};

struct line {
	const char *p; /* without separator; lives until the sink returns */
	size_t len;
	uint64_t number; /* 1 for the first of the source */
	uint64_t offset; /* of p in the (decoded) source, from 0 */
	uint64_t column; /* of p in its line, from 0, in bytes */
	enum line_part part;
	int entire; /* from the line's first byte (behind a byte order mark) to its last */
};

/* Takes a line or a part of one. -1 with e ends the reading. */
typedef int line_sink(void *arg, const struct line *line, struct err *e);

struct lines;

/* lines_new(cap, sink, arg): cap is the longest record in bytes. Ended with lines_free. */
struct lines *lines_new(uint64_t cap, line_sink *sink, void *arg);
void lines_free(struct lines *l);

/* lines_begin_at(l, number, offset): the source begins with that line, from 1, at that offset. */
void lines_begin_at(struct lines *l, uint64_t number, uint64_t offset);

/* lines_begun(l): bytes of a line were fed that are not handed out yet. */
int lines_begun(const struct lines *l);

/* lines_place(l): where the next byte fed lies: number, offset and column are set. */
struct line lines_place(const struct lines *l);

/* lines_skip(l, p, n, lines): p[0..n), which holds so many line feeds, was handed out by others:
 * whole lines, and maybe whole records of the line that follows. Only while none is begun. */
void lines_skip(struct lines *l, const char *p, size_t n, uint64_t lines);

/* lines_feed(l, p, n, e): the next n bytes of the source. 0, or -1 with what the sink set. */
int lines_feed(struct lines *l, const char *p, size_t n, struct err *e);

/* lines_end(l, e): the source has ended; the next feed begins another. */
int lines_end(struct lines *l, struct err *e);

#endif
