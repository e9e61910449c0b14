#include "ndjson/fit_report.h"
#include "base/msg.h"
#include "base/tsv.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum { LINES_BUFFER = 64 << 10 };

/* Problems that differ only in place and value. */
struct group {
	char *key;    /* "PLACE: KIND" */
	char *source; /* of the first record */
	const char *reason;
	uint64_t line;
	uint64_t count;
	uint64_t records, newest; /* that have it; the last of them, by number */
	struct group *newer;      /* in the order of their first example */
	UT_hash_handle hh;
};

struct fit_report {
	struct outfile *out;
	struct group *groups; /* uthash's table */
	struct group *oldest, *newest;
	size_t n;
	uint64_t record;  /* the number of the one being reported, from 1 */
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

static struct group *
add_group(struct fit_report *r, const struct fit_note *n, const char *source)
{
	struct group *g = xcalloc(1, sizeof *g);

	g->key = xstrdup(n->key);
	g->source = xstrdup(source);
	g->reason = n->reason;
	g->line = n->line;
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
count_problem(struct fit_report *r, const struct fit_note *n, const char *source)
{
	struct group *g;

	HASH_FIND_STR(r->groups, n->key, g);
	if (g == NULL && r->n < REPORT_MAX_GROUPS) {
		g = add_group(r, n, source);
		if (r->n <= REPORT_MAX_EXAMPLES)
			msg_warn("%s:%llu: %s", source, (unsigned long long)n->line, n->text);
	}
	if (g == NULL) {
		r->ungrouped = 1;
		return;
	}
	g->count++;
	g->records += g->newest != r->record;
	g->newest = r->record;
}

int
report_notes(struct fit_report *r, struct fit_notes *notes, const char *source, uint64_t line,
    uint64_t offset, struct err *e)
{
	struct fit_note n;

	for (size_t at = 0; notes_next(notes, &at, &n) != 0;) {
		n.line += line;
		n.offset += offset;
		r->record += n.first != 0;
		if (n.key[0] != '\0')
			count_problem(r, &n, source);
		if (r->out == NULL)
			continue;
		tsv_adds(&r->lines, source);
		tsv_addu(&r->lines, n.line);
		tsv_addu(&r->lines, n.offset);
		tsv_adds(&r->lines, n.reason);
		tsv_adds(&r->lines, n.detail);
		buf_addc(&r->lines, '\n');
		if (r->lines.len >= LINES_BUFFER && flush_lines(r, e) != 0)
			return -1;
	}
	buf_clear(&notes->text);
	return 0;
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

/* How many bytes of "PLACE: KIND" are PLACE, where KIND has no colon. */
static int
place_len(const char *key)
{
	const char *at = key;

	for (const char *next; (next = strstr(at + 1, ": ")) != NULL;)
		at = next;
	return (int)(at - key);
}

/* Whether nearly all records have one problem that a record of another type would have. */
static void
tell_suspicion(const struct fit_report *r, uint64_t records)
{
	static const char ask[] = "is this the schema of another type?";
	const struct group *most = NULL;
	unsigned percent;

	for (const struct group *g = r->oldest; g != NULL; g = g->newer)
		if ((strcmp(g->reason, "missing") == 0 || strcmp(g->reason, "unknown") == 0 ||
			strcmp(g->reason, "type") == 0) &&
		    (most == NULL || g->records > most->records))
			most = g;
	if (most == NULL || most->records < REPORT_SUSPECT_RECORDS ||
	    most->records * 100 < records * REPORT_SUSPECT_PERCENT)
		return;
	percent = (unsigned)(most->records * 100 / records);
	if (strcmp(most->reason, "missing") == 0)
		msg_warn("%u %% of records lack %.*s: %s", percent, place_len(most->key), most->key,
		    ask);
	else if (strcmp(most->reason, "unknown") == 0)
		msg_warn("%u %% of records have %.*s, which is not in the schema: %s", percent,
		    place_len(most->key), most->key, ask);
	else
		msg_warn("%u %% of records do not fit at %s: %s", percent, most->key, ask);
}

int
report_finish(struct fit_report *r, uint64_t records, struct err *e)
{
	if (flush_lines(r, e) != 0)
		return -1;
	tell_counts(r);
	tell_suspicion(r, records);
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
		free(g->source);
		free(g);
	}
	buf_free(&r->lines);
	free(r);
}
