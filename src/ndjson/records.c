#include "ndjson/records.h"

#include <stdlib.h>

struct records {
	struct record_rules rules;
	record_sink *sink;
	void *arg;
	const char *source;
	struct lines *lines;
	struct scanner *scanner;
};

/* The record line->p[from..to): hand it out with what the scan found, cap and all. */
static int
hand_out(struct records *r, const struct line *line, size_t from, size_t to,
	 const struct scanned *found, struct err *e)
{
	struct record rec = {
	    .p = line->p + from,
	    .len = to - from,
	    .source = r->source,
	    .line = line->number,
	    .offset = line->offset + from,
	    .column = line->column + from + 1,
	    .part = line->part,
	    .fault = found->fault,
	    .value = found->value,
	    .value_len = found->value_len,
	    .value_escaped = found->value_escaped,
	};

	if (rec.len > r->rules.max_line || rec.part != LINE_WHOLE)
		rec.fault = (struct scan_fault){REJECT_TOO_LONG, NULL, NULL};
	return r->sink(r->arg, &rec, e);
}

static size_t
without_space(const char *p, size_t from, size_t to)
{
	while (to > from && (p[to - 1] == ' ' || p[to - 1] == '\t' || p[to - 1] == '\r'))
		to--;
	return to;
}

/* Each record of a line, or of the part of it that holds whole records. */
static int
take_line(void *arg, const struct line *line, struct err *e)
{
	struct records *r = arg;
	const char *end = line->p + line->len, *p = line->p;
	struct scanned found = {0};

	if (line->part != LINE_WHOLE)
		return hand_out(r, line, 0, line->len, &found, e);
	while (text_space(p, end) < end) {
		const char *next, *to = end;

		scanner_scan(r->scanner, p, end, &found);
		if (found.valid) {
			next = text_space(found.end, end);
			if (next < end)
				to = found.end;
		} else {
			struct glue glue = {0};

			next = glue_next(&glue, p, end);
			if (next == NULL)
				next = end;
			else
				to = line->p + without_space(line->p, (size_t)(p - line->p),
							     (size_t)(next - line->p));
		}
		if (hand_out(r, line, (size_t)(p - line->p), (size_t)(to - line->p), &found, e) !=
		    0)
			return -1;
		p = next;
	}
	return 0;
}

struct records *
records_new(const struct record_rules *rules, record_sink *sink, void *arg)
{
	struct records *r = xcalloc(1, sizeof *r);

	r->rules = *rules;
	r->sink = sink;
	r->arg = arg;
	r->lines = lines_new(rules->max_line, take_line, r);
	r->scanner = scanner_new(rules->key, rules->max_depth, rules->trust);
	return r;
}

void
records_free(struct records *r)
{
	if (r == NULL)
		return;
	lines_free(r->lines);
	scanner_free(r->scanner);
	free(r);
}

void
records_begin(struct records *r, const char *source)
{
	r->source = source;
}

int
records_feed(struct records *r, const char *p, size_t n, struct err *e)
{
	return lines_feed(r->lines, p, n, e);
}

int
records_end(struct records *r, struct err *e)
{
	return lines_end(r->lines, e);
}

void
record_detail(struct buf *out, const struct record *rec)
{
	const struct scan_fault *f = &rec->fault;
	const char *end = rec->p + rec->len;

	if (f->at == NULL || f->reason == REJECT_TOO_LONG)
		return;
	buf_addf(out, "column %llu",
		 (unsigned long long)(rec->column + (uint64_t)(f->at - rec->p)));
	if (f->expected == NULL)
		return;
	buf_addf(out, ": expected %s, found ", f->expected);
	if (f->at >= end)
		buf_adds(out, "the end of the record");
	else if (*f->at > 0x20 && *f->at < 0x7f)
		buf_addf(out, "'%c'", *f->at);
	else
		buf_addf(out, "byte 0x%02X", (unsigned char)*f->at);
}
