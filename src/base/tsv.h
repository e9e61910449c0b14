/* Tab-separated manifests: \t \n \r \\ escaped, no header, one record a line
 * (hourtools-manifest(5)). */
#ifndef BASE_TSV_H
#define BASE_TSV_H

#include "base/buf.h"
#include "base/err.h"

#include <stdint.h>
#include <stdio.h>

/* tsv_add(b, s, len): s escaped, with a tab before it unless b is empty or ends a line: so an empty
 * field can't begin a line, see tsv_put. */
void tsv_add(struct buf *b, const char *s, size_t len);
void tsv_adds(struct buf *b, const char *s);
void tsv_addu(struct buf *b, uint64_t n);

/* tsv_put(out, type, len, rest): write a line: type (which may be empty), then rest, the further
 * fields as tsv_add made them. -1 when out does not take it. */
int tsv_put(FILE *out, const char *type, size_t len, const struct buf *rest);

struct tsv_field {
	char *s; /* unescaped, NUL-terminated, points into the reader's line */
	size_t len;
};

#define TSV_MAX_FIELDS 16

struct tsv_reader {
	FILE *in;         /* the caller's */
	const char *name; /* for messages */
	uint64_t line;    /* 1 for the first */
	char *text;
	size_t cap;
	struct tsv_field field[TSV_MAX_FIELDS];
	size_t n; /* fields of this line; further columns are ignored */
};

/* tsv_next(r, least, e): 1 and the next line's fields, 0 at the end, -1 when a line has fewer than
 * least fields or a bad escape (EX_CONFIG, "name:line: ..."), or reading failed (EX_IOERR). Fields
 * live until the next call. */
int tsv_next(struct tsv_reader *r, size_t least, struct err *e);

/* tsv_u64(r, i, out, e): field i as a number, or -1 with EX_CONFIG naming line and column. */
int tsv_u64(const struct tsv_reader *r, size_t i, uint64_t *out, struct err *e);

/* tsv_done(r): free what the reader holds (not in). */
void tsv_done(struct tsv_reader *r);

#endif
