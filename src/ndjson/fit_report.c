#include "ndjson/fit_report.h"
#include "base/buf.h"
#include "base/msg.h"
#include "base/tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum { LINES_BUFFER = 64 << 10 };

/* Problems that differ only in place and value. */
struct group {
	char *key;          /* "PLACE: KIND" */
	const char *source; /* of the first record */
	uint64_t line;
	uint64_t count;
	struct group *newer; /* in the order of their first example */
	UT_hash_handle hh;
};

struct fit_report {
	struct outfile *out;
	struct group *groups; /* uthash's table */
	struct group *oldest, *newest;
	size_t n;
	int ungrouped;    /* some problems belong to no group */
	struct buf lines; /* of the manifest, not yet written */
};

struct fit_report *
report_new(struct outfile *out)
{
	struct fit_report *r = xcalloc(1, sizeof *r);

	r->out = out;
	return r;
}

static int
flush_lines(struct fit_report *r, struct err *e)
{
	int rc = r->lines.len > 0 ? outfile_write(r->out, r->lines.data, r->lines.len, e) : 0;

	buf_clear(&r->lines);
	return rc;
}

static int
report_line(struct fit_report *r, const struct record *rec, const char *reason, const char *detail,
    struct err *e)
{
	if (r->out == NULL)
		return 0;
	tsv_adds(&r->lines, rec->source);
	tsv_addu(&r->lines, rec->line);
	tsv_addu(&r->lines, rec->offset);
	tsv_adds(&r->lines, reason);
	tsv_adds(&r->lines, detail);
	buf_addc(&r->lines, '\n');
	return r->lines.len >= LINES_BUFFER ? flush_lines(r, e) : 0;
}

static struct group *
add_group(struct fit_report *r, const char *key, const struct record *rec)
{
	struct group *g = xcalloc(1, sizeof *g);

	g->key = xstrdup(key);
	g->source = rec->source;
	g->line = rec->line;
	if (r->newest != NULL)
		r->newest->newer = g;
	else
		r->oldest = g;
	r->newest = g;
	r->n++;
	HASH_ADD_KEYPTR(hh, r->groups, g->key, strlen(g->key), g);
	return g;
}

/* One more problem with this key, which reads like detail here. */
static void
count_problem(struct fit_report *r, const struct record *rec, const char *key, const char *detail)
{
	struct group *g;

	HASH_FIND_STR(r->groups, key, g);
	if (g == NULL && r->n < REPORT_MAX_GROUPS) {
		g = add_group(r, key, rec);
		if (r->n <= REPORT_MAX_EXAMPLES)
			msg_warn("%s:%llu: %s", rec->source, (unsigned long long)rec->line, detail);
	}
	if (g != NULL)
		g->count++;
	else
		r->ungrouped = 1;
}

int
report_problem(
    struct fit_report *r, const struct record *rec, const struct fit_problem *b, struct err *e)
{
	char key[sizeof b->place + sizeof b->kind + 2], detail[sizeof b->path + sizeof b->what + 2];

	snprintf(key, sizeof key, "%s: %s", b->place, b->kind);
	snprintf(detail, sizeof detail, "%s: %s", b->path, b->what);
	count_problem(r, rec, key, detail);
	return report_line(r, rec, b->reason, detail, e);
}

int
report_more(struct fit_report *r, const struct record *rec, size_t n, struct err *e)
{
	char detail[64];

	snprintf(detail, sizeof detail, "%zu more problems in this record", n);
	return report_line(r, rec, "more", detail, e);
}

int
report_fault(struct fit_report *r, const struct record *rec, struct err *e)
{
	const char *reason = reject_name(rec->fault.reason);
	struct buf detail = {0}, text = {0};
	int rc;

	buf_reserve(&detail, 1);
	record_detail(&detail, rec);
	detail.data[detail.len] = '\0';
	buf_addf(&text, "%s%s%s", reason, detail.len > 0 ? ": " : "", detail.data);
	count_problem(r, rec, reason, text.data);
	rc = report_line(r, rec, reason, detail.data, e);
	buf_free(&detail);
	buf_free(&text);
	return rc;
}

static void
tell_counts(const struct fit_report *r)
{
	size_t told = 0;

	for (const struct group *g = r->oldest; g != NULL && told < REPORT_MAX_EXAMPLES;
	     g = g->newer) {
		told++;
		if (g->count > 1)
			msg_warn("%llu times %s (first %s:%llu)", (unsigned long long)g->count,
			    g->key, g->source, (unsigned long long)g->line);
	}
	if (r->n > told || r->ungrouped)
		msg_warn("problems of %zu%s further kinds are not shown", r->n - told,
		    r->ungrouped ? " or more" : "");
}

int
report_finish(struct fit_report *r, struct err *e)
{
	if (flush_lines(r, e) != 0)
		return -1;
	tell_counts(r);
	return 0;
}

void
report_free(struct fit_report *r)
{
	struct group *g, *next;

	if (r == NULL)
		return;
	HASH_CLEAR(hh, r->groups);
	for (g = r->oldest; g != NULL; g = next) {
		next = g->newer;
		free(g->key);
		free(g);
	}
	buf_free(&r->lines);
	free(r);
}
