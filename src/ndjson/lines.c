#include "ndjson/lines.h"
#include "base/buf.h"
#include "ndjson/scan_text.h"

#include <stdlib.h>
#include <string.h>

enum { GLUE_FROM = 256 << 10, KEEP_ALLOCATED = 1 << 20, SPACE_HELD = 64 << 10 };

static const char bom[] = "\xef\xbb\xbf";

enum { BOM_BYTES = 3 };

struct lines {
	line_sink *sink;
	void *arg;
	uint64_t cap;
	struct buf rest;  /* the begun line, what is not handed out of it */
	struct glue glue; /* state behind rest[0..glued) */
	size_t glued;
	uint64_t number; /* of the begun line, from 1 */
	uint64_t offset; /* of the first byte that is not handed out */
	uint64_t column; /* of it in its line */
	int over;        /* inside a record longer than the cap */
};

const char *
glue_next(struct glue *g, const char *p, const char *end)
{
	for (; p < end && !g->lost; p++) {
		char c = *p;

		if (g->in_string) {
			if (g->escape)
				g->escape = 0;
			else if (c == '\\')
				g->escape = 1;
			else if (c == '"')
				g->in_string = 0;
			continue;
		}
		if (c == '{' && g->closed) {
			g->closed = 0;
			return p;
		}
		if (g->closed && c != ' ' && c != '\t' && c != '\r')
			g->closed = 0;
		if (c == '"') {
			g->in_string = 1;
		} else if (c == '{' || c == '[') {
			g->depth++;
		} else if (c == '}' || c == ']') {
			if (g->depth == 0)
				g->lost = 1;
			else
				g->closed = --g->depth == 0 && c == '}';
		}
	}
	return NULL;
}

struct lines *
lines_new(uint64_t cap, line_sink *sink, void *arg)
{
	struct lines *l = xcalloc(1, sizeof *l);

	l->sink = sink;
	l->arg = arg;
	l->cap = cap;
	l->number = 1;
	return l;
}

void
lines_free(struct lines *l)
{
	if (l == NULL)
		return;
	buf_free(&l->rest);
	free(l);
}

/* Hand out p[0..n), the first bytes that are not; the len of them without what separates them from
 * the next. ends: the line ends with them. */
static int
hand_out(struct lines *l, const char *p, size_t n, size_t len, enum line_part part, int ends,
    struct err *e)
{
	struct line line = {p, len, l->number, l->offset, l->column, part, 0};

	line.entire = l->column == 0 && ends;
	if (l->column == 0 && len >= BOM_BYTES && memcmp(p, bom, BOM_BYTES) == 0) {
		line.p += BOM_BYTES;
		line.len -= BOM_BYTES;
		line.offset += BOM_BYTES;
		line.column += BOM_BYTES;
	}
	l->offset += n;
	l->column += n;
	return l->sink(l->arg, &line, e);
}

/* Remove the first n bytes of rest, which were handed out. */
static void
drop(struct lines *l, size_t n)
{
	l->rest.len -= n;
	if (l->rest.len > 0)
		memmove(l->rest.data, l->rest.data + n, l->rest.len);
	if (l->rest.len == 0 && l->rest.cap > KEEP_ALLOCATED)
		buf_free(&l->rest);
}

static size_t
without_cr(const char *p, size_t n)
{
	return n > 0 && p[n - 1] == '\r' ? n - 1 : n;
}

static size_t
without_space(const char *p, size_t n)
{
	while (n > 0 && (p[n - 1] == ' ' || p[n - 1] == '\t' || p[n - 1] == '\r'))
		n--;
	return n;
}

/* The begun line has ended: p[0..n) is all that was not handed out; skip is the length of the LF.
 */
static int
end_line(struct lines *l, const char *p, size_t n, size_t skip, struct err *e)
{
	int rc = hand_out(l, p, n + skip, without_cr(p, n), l->over ? LINE_ENDS : LINE_WHOLE, 1, e);

	l->number++;
	l->column = 0;
	l->over = 0;
	l->glue = (struct glue){0};
	l->glued = 0;
	return rc;
}

/* rest has grown long without a line feed: hand out the records that end in it, then what is over
 * the cap. White space at its end is held back, since it may turn out to separate. */
static int
relieve(struct lines *l, struct err *e)
{
	const char *end = l->rest.data + l->rest.len, *p = l->rest.data + l->glued, *cut,
		   *last = NULL;
	enum line_part part = l->over ? LINE_ENDS : LINE_WHOLE;
	size_t n;

	while ((cut = glue_next(&l->glue, p, end)) != NULL) {
		last = p = cut;
		if (l->over)
			break;
	}
	if (last != NULL) {
		n = (size_t)(last - l->rest.data);
		l->over = 0;
		if (hand_out(l, l->rest.data, n, without_space(l->rest.data, n), part, 0, e) != 0)
			return -1;
		drop(l, n);
		l->glued = part == LINE_ENDS ? 0 : l->rest.len;
		return part == LINE_ENDS ? relieve(l, e) : 0;
	}
	l->glued = l->rest.len;
	n = without_space(l->rest.data, l->rest.len);
	if (l->rest.len - n > SPACE_HELD)
		n = without_cr(l->rest.data, l->rest.len);
	if (!l->over && n <= l->cap + BOM_BYTES)
		return 0;
	part = l->over ? LINE_GOES_ON : LINE_BEGINS;
	l->over = 1;
	if (hand_out(l, l->rest.data, n, n, part, 0, e) != 0)
		return -1;
	drop(l, n);
	l->glued = l->rest.len;
	return 0;
}

void
lines_begin_at(struct lines *l, uint64_t number, uint64_t offset)
{
	l->number = number;
	l->offset = offset;
}

int
lines_begun(const struct lines *l)
{
	return l->rest.len > 0 || l->over;
}

struct line
lines_place(const struct lines *l)
{
	return (struct line){.number = l->number, .offset = l->offset, .column = l->column};
}

void
lines_skip(struct lines *l, const char *p, size_t n, uint64_t lines)
{
	const char *lf = lines > 0 ? memrchr(p, '\n', n) : NULL;

	l->number += lines;
	l->offset += n;
	l->column = lf != NULL ? (uint64_t)(p + n - lf - 1) : l->column + n;
}

int
lines_feed(struct lines *l, const char *p, size_t n, struct err *e)
{
	const char *end = p + n, *lf;

	while (p < end && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		int rc;

		if (l->rest.len == 0 && !l->over) {
			rc = end_line(l, p, (size_t)(lf - p), 1, e);
		} else {
			buf_add(&l->rest, p, (size_t)(lf - p));
			rc = l->over ? relieve(l, e) : 0;
			if (rc == 0)
				rc = end_line(l, l->rest.data, l->rest.len, 1, e);
			drop(l, l->rest.len);
		}
		if (rc != 0)
			return -1;
		p = lf + 1;
	}
	if (p == end)
		return 0;
	buf_add(&l->rest, p, (size_t)(end - p));
	if (l->rest.len < GLUE_FROM && l->rest.len <= l->cap && !l->over)
		return 0;
	return relieve(l, e);
}

int
lines_end(struct lines *l, struct err *e)
{
	int rc = 0;

	if (l->over)
		rc = relieve(l, e);
	if (rc == 0 && (l->rest.len > 0 || l->over))
		rc = end_line(l, l->rest.data, l->rest.len, 0, e);
	drop(l, l->rest.len);
	l->number = 1;
	l->offset = l->column = 0;
	return rc;
}
