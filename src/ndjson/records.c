#include "ndjson/records.h"

#include <stdlib.h>
#include <string.h>

struct records {
	struct record_rules rules;
	record_sink *sink;
	void *arg;
	const char *source;
	struct lines *lines;
	struct scanner *scanner;
	struct scanner *finder; /* of nested keys in records that are known to be good */
	struct bitscan_rules fast;
	struct bitscan_found found;
	struct record good; /* the record of found that was handed out last */
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

/* Whether an entire line is a record taken on trust, as the fast scan takes it. Of a line that may
 * have been cut, nothing is: where it is cut depends on where blocks begin. */
static int
is_trusted(struct records *r, const struct line *line, struct scanned *out)
{
	const char *p = line->p, *end = p + line->len;
	bitscan_backend *scan = r->rules.scan != NULL ? r->rules.scan : bitscan_c;
	const struct bitscan_record *found = &r->found.record[0];

	if (!line->entire || !r->rules.trust)
		return 0;
	r->fast.trust = 1;
	if (!bitscan_trusts(&r->fast) || scan(&r->fast, p, end, &r->found) != end)
		return 0;
	*out = (struct scanned){.valid = 1,
	    .end = end,
	    .value = found->value,
	    .value_len = found->value_len,
	    .value_escaped = found->value_escaped};
	out->fault.at = found->value[-1] == '"' ? found->value - 1 : found->value;
	return 1;
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

		if (p > line->p || !is_trusted(r, line, &found))
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

static int
is_nested(const struct key *key)
{
	return key != NULL && key->n > 1;
}

/* A name with a quote has no plain spelling, which is all that the fast scan looks for. */
static int
is_always_escaped(const struct key *key)
{
	return key != NULL && key->n == 1 && memchr(key->token->name, '"', key->token->len) != NULL;
}

/* The place of the found record's first byte in its line, from 1. The first on a line begins with
 * it; of a line that goes on from the block before, place is where. */
static uint64_t
column_of(const struct records *r, const struct bitscan_record *good, const struct line *place)
{
	if (good > r->found.record && good[-1].line == good->line)
		return r->good.column + (uint64_t)(good->p - good[-1].p);
	return good->line > 0 ? 1 : place->column + 1;
}

/* Hand out a record that was found in block. */
static int
hand_found(struct records *r, const struct bitscan_record *good, const char *block,
    const struct line *place, struct err *e)
{
	struct record *rec = &r->good; /* the rest of it never changes */
	struct scanned found;

	rec->p = good->p;
	rec->len = good->len;
	rec->line = place->number + good->line;
	rec->offset = place->offset + (uint64_t)(good->p - block);
	rec->column = column_of(r, good, place);
	rec->value = good->value;
	rec->value_len = good->value_len;
	rec->value_escaped = good->value_escaped;
	if (rec->value != NULL)
		rec->fault.at = rec->value[-1] == '"' ? rec->value - 1 : rec->value;
	if (r->finder != NULL) {
		scanner_scan(r->finder, rec->p, rec->p + rec->len, &found);
		if (found.fault.reason != REJECT_NONE)
			scanner_scan(r->scanner, rec->p, rec->p + rec->len, &found);
		rec->fault = found.fault;
		rec->value = found.value;
		rec->value_len = found.value_len;
		rec->value_escaped = found.value_escaped;
	}
	return r->sink(r->arg, rec, e);
}

/* Whole lines: hand out their records up to the first that is not plainly good; where that is, or
 * end; NULL on an error. */
static const char *
take_good(struct records *r, const char *p, const char *end, struct err *e)
{
	do {
		struct line place = lines_place(r->lines);
		const char *stop;

		r->fast.trust =
		    r->rules.trust && place.column == 0; /* entire lines, see is_trusted */
		stop = r->rules.scan(&r->fast, p, end, &r->found);
		for (size_t i = 0; i < r->found.n; i++)
			if (hand_found(r, &r->found.record[i], p, &place, e) != 0)
				return NULL;
		lines_skip(r->lines, p, (size_t)(stop - p), r->found.lines);
		p = stop;
	} while (p < end && r->found.n == BITSCAN_MOST);
	return p;
}

struct records *
records_new(const struct record_rules *rules, record_sink *sink, void *arg)
{
	struct records *r = xcalloc(1, sizeof *r);

	r->rules = *rules;
	r->fast = (struct bitscan_rules){
	    .max_line = rules->max_line, .max_depth = rules->max_depth, .trust = rules->trust};
	if (rules->key != NULL && rules->key->n == 1) {
		r->fast.name = rules->key->token->name;
		r->fast.name_len = rules->key->token->len;
	}
	r->sink = sink;
	r->arg = arg;
	r->lines = lines_new(rules->max_line, take_line, r);
	r->scanner = scanner_new(rules->key, rules->max_depth, rules->trust);
	if (is_always_escaped(rules->key))
		r->rules.scan = NULL;
	if (is_nested(rules->key))
		r->finder = scanner_new(rules->key, rules->max_depth, 1);
	return r;
}

void
records_free(struct records *r)
{
	if (r == NULL)
		return;
	lines_free(r->lines);
	scanner_free(r->scanner);
	scanner_free(r->finder);
	free(r);
}

void
records_begin(struct records *r, const char *source)
{
	r->source = source;
	r->good = (struct record){.source = source, .part = LINE_WHOLE};
}

void
records_place(struct records *r, uint64_t line, uint64_t offset)
{
	lines_begin_at(r->lines, line, offset);
}

int
records_feed(struct records *r, const char *p, size_t n, struct err *e)
{
	const char *end = p + n;

	while (p < end) {
		const char *lf = NULL;

		if (r->rules.scan != NULL && !lines_begun(r->lines))
			lf = memrchr(p, '\n', (size_t)(end - p));
		if (lf != NULL) {
			p = take_good(r, p, lf + 1, e);
			if (p == NULL)
				return -1;
		}
		if (p == end)
			break;
		lf = memchr(p, '\n', (size_t)(end - p));
		n = (size_t)((lf != NULL && r->rules.scan != NULL ? lf + 1 : end) - p);
		if (lines_feed(r->lines, p, n, e) != 0)
			return -1;
		p += n;
	}
	return 0;
}

int
records_end(struct records *r, struct err *e)
{
	return lines_end(r->lines, e);
}

uint64_t
records_lines(const struct records *r)
{
	return lines_place(r->lines).number - 1;
}

void
record_detail(struct buf *out, const struct record *rec)
{
	const struct scan_fault *f = &rec->fault;
	const char *end = rec->p + rec->len;

	if (f->at == NULL || f->reason == REJECT_TOO_LONG)
		return;
	buf_addf(
	    out, "column %llu", (unsigned long long)(rec->column + (uint64_t)(f->at - rec->p)));
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
