/* What records come to, as text that two ways of reading the same bytes can be compared by. */
#ifndef UNIT_TOLD_H
#define UNIT_TOLD_H

#include "base/buf.h"
#include "ndjson/records.h"

#include <stdlib.h>
#include <string.h>

struct told {
	struct buf text;
	size_t n;  /* records */
	int begun; /* amid a record longer than the cap */
};

/* A record_sink. The parts of a record that is longer than the cap are told as one, since how many
 * there are is the reader's affair. */
static int
tell(void *arg, const struct record *rec, struct err *e)
{
	struct told *told = arg;

	(void)e;
	if (!told->begun) {
		told->n++;
		buf_addf(&told->text, "%llu:%llu:%llu %s <", (unsigned long long)rec->line,
		    (unsigned long long)rec->offset, (unsigned long long)rec->column,
		    reject_name(rec->fault.reason));
	}
	buf_add(&told->text, rec->p, rec->len);
	told->begun = rec->part == LINE_BEGINS || rec->part == LINE_GOES_ON;
	if (told->begun)
		return 0;
	buf_adds(&told->text, "> ");
	if (rec->fault.reason == REJECT_NONE && rec->value != NULL) {
		buf_addf(&told->text, "%d:", rec->value_escaped);
		buf_add(&told->text, rec->value, rec->value_len);
	}
	record_detail(&told->text, rec);
	buf_addc(&told->text, '\n');
	return 0;
}

/* p[0..n) as one source, fed in pieces of so many bytes. */
static struct told
told_records(const struct record_rules *rules, const char *p, size_t n, size_t piece)
{
	struct told told = {0};
	struct records *r = records_new(rules, tell, &told);
	struct err e;
	int rc = 0;

	records_begin(r, "text");
	for (size_t at = 0; at < n && rc == 0; at += piece)
		rc = records_feed(r, p + at, n - at < piece ? n - at : piece, &e);
	if (rc != 0 || records_end(r, &e) != 0)
		abort();
	records_free(r);
	return told;
}

static int
told_alike(const struct told *a, const struct told *b)
{
	return a->text.len == b->text.len &&
	       (a->text.len == 0 || memcmp(a->text.data, b->text.data, a->text.len) == 0);
}

#endif
