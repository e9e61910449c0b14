/* Records out of a stream of NDJSON: each with its place and the verdict on it.
 *
 * A record is a line, or one of the objects glued together on it. Its bytes are its own, white
 * space around it included, except what separates it: LF or CRLF, white space between glued
 * objects, a byte order mark at the start of a line. Lines of white space alone hold no record.
 * Behind a record that is not JSON the next one begins where an object follows a closed one (see
 * glue_next), else on the next line. */
#ifndef NDJSON_RECORDS_H
#define NDJSON_RECORDS_H

#include "ndjson/bitscan.h"
#include "ndjson/lines.h"
#include "ndjson/scan.h"

struct record {
	const char *p; /* lives until the sink returns */
	size_t len;
	const char *source;  /* the name given to records_begin */
	uint64_t line;       /* from 1 */
	uint64_t offset;     /* of p in the decoded source, from 0 */
	uint64_t column;     /* of p in the line, in bytes from 1 */
	enum line_part part; /* LINE_WHOLE, or a part of a record that is REJECT_TOO_LONG */
	struct scan_fault
	    fault; /* reason REJECT_NONE: a good record; at points into p, or is NULL */
	const char
	    *value; /* at the key, when good: a string's text without quotes, else the value */
	size_t value_len;
	int value_escaped; /* see unescape() */
};

/* Takes a record. -1 with e ends the reading. */
typedef int record_sink(void *arg, const struct record *rec, struct err *e);

struct record_rules {
	const struct key *key; /* NULL: every valid object is good */
	uint64_t max_line;     /* longest record in bytes */
	size_t max_depth;      /* deepest nesting */
	int trust;             /* see scanner_new */
	bitscan_backend *scan; /* NULL: the scanner sees every record */
};

#define RECORD_MAX_LINE \
	(100u << 20) /* BigQuery's "Maximum JSON row size" is 100 MB (Quotas and limits) */

struct records;

/* records_new(rules, sink, arg): rules is copied, its key lives longer. Memory: twice 256 KiB and
 * the longest record up to the cap. Ended with records_free. */
struct records *records_new(const struct record_rules *rules, record_sink *sink, void *arg);
void records_free(struct records *r);

/* records_begin(r, source): the next bytes are those of another source; its name lives until its
 * end. */
void records_begin(struct records *r, const char *source);

/* records_place(r, line, offset): after records_begin, the source has been read so far elsewhere: the
 * next byte is the first of that line, from 1, at that offset. */
void records_place(struct records *r, uint64_t line, uint64_t offset);

/* records_feed(r, p, n, e), records_end(r, e): as lines_feed and lines_end. */
int records_feed(struct records *r, const char *p, size_t n, struct err *e);
int records_end(struct records *r, struct err *e);

/* records_lines(r): lines of the source that have ended so far. */
uint64_t records_lines(const struct records *r);

/* record_detail(out, rec): append what a report says beside the reason: "column 12: expected ':'
 * after a name, found '}'"; nothing when the reason says all. Columns count the bytes of the line
 * from 1. */
void record_detail(struct buf *out, const struct record *rec);

#endif
