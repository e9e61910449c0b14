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
	char *key; /* "PLACE: KIND" */
	struct record_place first;
	uint64_t count;
	struct group *newer; /* in the order of their first example */
	UT_hash_handle hh;
};

struct fit_report {
	struct outfile *out;
	struct group *groups; /* uthash's table */
	struct group *oldest, *newest;
	size_t n;
	int ungrouped; /* some problems belong to no group */
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

int
report_line(struct fit_report *r, const struct record_place *at, const char *reason,
    const char *detail, struct err *e)
{
	if (r->out == NULL)
		return 0;
	tsv_adds(&r->lines, at->source);
	tsv_addu(&r->lines, at->line);
	tsv_addu(&r->lines, at->offset);
	tsv_adds(&r->lines, reason);
	tsv_adds(&r->lines, detail);
	buf_addc(&r->lines, '\n');
	return r->lines.len >= LINES_BUFFER ? flush_lines(r, e) : 0;
}

static struct group *
add_group(struct fit_report *r, const char *key, const struct record_place *at)
{
	struct group *g = xcalloc(1, sizeof *g);

	g->key = xstrdup(key);
	g->first = *at;
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
count_problem(struct fit_report *r, const struct record_place *at, const char *key, const char *detail)
{
	struct group *g;

	HASH_FIND_STR(r->groups, key, g);
	if (g == NULL && r->n < REPORT_MAX_GROUPS) {
		g = add_group(r, key, at);
		if (r->n <= REPORT_MAX_EXAMPLES)
			msg_warn("%s:%llu: %s", at->source, (unsigned long long)at->line, detail);
	}
	if (g != NULL)
		g->count++;
	else
		r->ungrouped = 1;
}

int
report_problem(struct fit_report *r, const struct record_place *at, const struct fit_problem *b,
    struct err *e)
{
	char key[sizeof b->place + sizeof b->kind + 2], detail[sizeof b->path + sizeof b->what + 2];

	snprintf(key, sizeof key, "%s: %s", b->place, b->kind);
	snprintf(detail, sizeof detail, "%s: %s", b->path, b->what);
	count_problem(r, at, key, detail);
	return report_line(r, at, b->reason, detail, e);
}

int
report_record(struct fit_report *r, const struct record_place *at, const char *reason,
    const char *detail, struct err *e)
{
	char text[256];

	snprintf(text, sizeof text, "%s: %s", reason, detail);
	count_problem(r, at, reason, text);
	return report_line(r, at, reason, detail, e);
}

static void
tell_counts(const struct fit_report *r)
{
	size_t told = 0;

	for (const struct group *g = r->oldest; g != NULL && told < REPORT_MAX_EXAMPLES; g = g->newer) {
		told++;
		if (g->count > 1)
			msg_warn("%llu times %s (first %s:%llu)", (unsigned long long)g->count, g->key,
			    g->first.source, (unsigned long long)g->first.line);
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
