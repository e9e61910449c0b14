/* ndfit: make each record fit a BigQuery schema, or say exactly why it does not. */
#include "base/buf.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/signals.h"
#include "base/tsv.h"
#include "ndjson/fit.h"
#include "ndjson/fit_file.h"
#include "ndjson/fit_report.h"
#include "ndjson/reader.h"
#include "ndjson/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct options {
	const char *schema, *map, *output, *rejects, *rejected, *manifest;
	int check;
	uint64_t max_line;
};

struct work {
	const struct options *opt;
	struct schema *schema;
	struct fit *fit;
	struct fit_state *state;
	struct fit_report *report;
	struct outfile rejects;
	struct record_file fitted, rejected;
	uint64_t records, refused;
};

/* The schema, the MAP and the files to write; what was opened is work_end's to undo. */
static int
work_begin(struct work *w, struct err *e)
{
	const struct options *o = w->opt;

	w->schema = schema_load(o->schema, e);
	w->fit = w->schema != NULL ? fit_new(w->schema, o->map, e) : NULL;
	if (w->fit == NULL)
		return -1;
	w->state = fit_state_new(w->fit);
	if (o->rejects != NULL && outfile_open(&w->rejects, o->rejects, e) != 0)
		return -1;
	w->report = report_new(o->rejects != NULL ? &w->rejects : NULL);
	if (o->rejected != NULL && record_file_open(&w->rejected, o->rejected, e) != 0)
		return -1;
	return o->check ? 0 : record_file_open(&w->fitted, o->output, e);
}

/* Everything was read: let the files appear. */
static int
work_commit(struct work *w, struct err *e)
{
	const struct options *o = w->opt;

	if (report_finish(w->report, e) != 0 ||
	    (!o->check && record_file_commit(&w->fitted, e) != 0) ||
	    (o->rejected != NULL && record_file_commit(&w->rejected, e) != 0))
		return -1;
	return o->rejects != NULL ? outfile_commit(&w->rejects, e) : 0;
}

static void
work_end(struct work *w)
{
	record_file_abort(&w->fitted);
	record_file_abort(&w->rejected);
	outfile_abort(&w->rejects);
	report_free(w->report);
	fit_state_free(w->state);
	fit_free(w->fit);
	schema_free(w->schema);
}

/* A record that does not fit; its problems are in the state. */
static int
refuse(struct work *w, const struct record *rec, struct err *e)
{
	size_t n, more;
	const struct fit_problem *b = fit_problems(w->state, &n, &more);

	w->refused++;
	for (size_t i = 0; i < n; i++)
		if (report_problem(w->report, rec, &b[i], e) != 0)
			return -1;
	if (more > 0 && report_more(w->report, rec, more, e) != 0)
		return -1;
	return w->opt->rejected != NULL ? record_file_add(&w->rejected, rec->p, rec->len, e) : 0;
}

/* What is no record, or a part of one that is too long. */
static int
set_aside(struct work *w, const struct record *rec, struct err *e)
{
	int begins = rec->part == LINE_WHOLE || rec->part == LINE_BEGINS;
	int ends = rec->part == LINE_WHOLE || rec->part == LINE_ENDS;

	if (begins) {
		w->records++;
		w->refused++;
		if (report_fault(w->report, rec, e) != 0)
			return -1;
	}
	if (w->opt->rejected == NULL)
		return 0;
	return record_file_part(&w->rejected, rec->p, rec->len, ends, e);
}

static int
take_record(void *arg, const struct record *rec, struct err *e)
{
	struct work *w = arg;
	enum fit_result result;
	const char *text = rec->p;
	size_t len = rec->len;

	if (rec->fault.reason != REJECT_NONE)
		return set_aside(w, rec, e);
	result = fit_record(w->state, text, len);
	if (result == FIT_CHANGED)
		text = fit_text(w->state, &len);
	if (len > w->opt->max_line) {
		struct record grown = *rec;

		grown.fault.reason = REJECT_TOO_LONG;
		return set_aside(w, &grown, e);
	}
	w->records++;
	if (result == FIT_REFUSED)
		return refuse(w, rec, e);
	if (w->opt->check)
		return 0;
	return record_file_add(&w->fitted, text, len, e);
}

static int
read_sources(struct work *w, char **paths, int n, int wake_fd, struct err *e)
{
	const struct record_rules rules = {
	    .max_line = w->opt->max_line, .max_depth = SCAN_MAX_DEPTH};
	struct reader *r = reader_new(&rules, wake_fd, take_record, w);
	int rc = n == 0 ? reader_file(r, "-", e) : 0;

	for (int i = 0; i < n && rc == 0; i++)
		rc = reader_file(r, paths[i], e);
	reader_free(r);
	return rc;
}

static void
print_row(const char *type, const struct record_file *f, const char *origin)
{
	struct buf row = {0};

	tsv_addu(&row, f->rows);
	tsv_addu(&row, f->bytes);
	tsv_adds(&row, f->path);
	if (origin != NULL)
		tsv_adds(&row, origin);
	(void)tsv_put(stdout, type, strlen(type), &row); /* msg_finish looks */
	buf_free(&row);
}

/* What became of the records, in words and as an exit code. */
static int
conclude(const struct work *w)
{
	const struct options *o = w->opt;
	unsigned long long refused = w->refused, records = w->records;

	if (o->manifest != NULL) {
		print_row(o->manifest, &w->fitted, NULL);
		if (w->rejected.rows > 0)
			print_row("_rejected", &w->rejected, o->manifest);
	}
	if (refused == 0)
		return 0;
	if (o->check)
		msg_error("%llu of %llu records %s not fit", refused, records,
		    refused == 1 ? "does" : "do");
	else if (o->rejected == NULL)
		msg_error(
		    "%llu of %llu records %s not fit and %s left out (--rejected FILE keeps them)",
		    refused, records, refused == 1 ? "does" : "do", refused == 1 ? "is" : "are");
	else
		msg_error("%llu of %llu records %s not fit: %s", refused, records,
		    refused == 1 ? "does" : "do", o->rejected);
	return refused == records && o->rejected == NULL ? EX_DATAERR : EX_DIFFER;
}

/* Whether two files to write are one, so that the later would take the other's place; however the
 * names are spelled. */
static int
same_file(const char *a, const char *b)
{
	struct io_place x, y;

	if (a == NULL || b == NULL)
		return 0;
	return strcmp(a, b) == 0 ||
	       (io_place(a, &x) == 0 && io_place(b, &y) == 0 && io_same_place(&x, &y));
}

static void
check_options(const struct opt_program *prog, const struct options *o)
{
	if (o->schema == NULL)
		opt_usage(prog, "no schema: give -s FILE");
	if (o->check && (o->output != NULL || o->rejected != NULL || o->manifest != NULL))
		opt_usage(prog,
		    "-n writes no records: it goes neither with -o, --rejected nor --manifest");
	if (same_file(o->output, o->rejected) || same_file(o->output, o->rejects) ||
	    same_file(o->rejected, o->rejects))
		opt_usage(prog, "-o, --rejected and --rejects must be different files");
	if (o->manifest != NULL && o->output == NULL)
		opt_usage(prog, "--manifest needs -o FILE: standard output is the manifest's");
	if (o->max_line < 2)
		opt_usage(prog, "--max-line must leave room for a record");
}

int
main(int argc, char **argv)
{
	struct options o = {.max_line = RECORD_MAX_LINE};
	const struct opt options[] = {
	    {'s', "schema", OPT_STRING, &o.schema, "FILE", "the BigQuery schema, as JSON"},
	    {'m', "map", OPT_STRING, &o.map, "FILE", "rename keys: pointer TAB column"},
	    {'n', "check", OPT_FLAG, &o.check, NULL, "only check, write no records"},
	    {'o', "output", OPT_STRING, &o.output, "FILE", "write there; .gz and .zst compress"},
	    {0, "rejects", OPT_STRING, &o.rejects, "FILE",
		"a line for each problem, tab-separated"},
	    {0, "rejected", OPT_STRING, &o.rejected, "FILE", "the refused records, byte for byte"},
	    {0, "manifest", OPT_STRING, &o.manifest, "TYPE", "print the split manifest of TYPE"},
	    {0, "max-line", OPT_SIZE, &o.max_line, "SIZE", "longest record, by default 100M"},
	};
	const struct opt_program prog = {
	    "Make records fit a BigQuery schema, or say why they do not.", "[FILE ...]", options,
	    sizeof options / sizeof options[0]};
	struct work w = {.opt = &o};
	struct err e;
	sigset_t held;
	int first, wake_fd = -1, rc = 0, code = 0;

	io_hold_standard();
	first = opt_parse(&prog, argc, argv);
	check_options(&prog, &o);
	sigemptyset(&held);
	/* Files that are begun are to be removed before a signal ends the program. */
	if (o.output != NULL || o.rejects != NULL || o.rejected != NULL)
		rc = (wake_fd = signals_hold(&held, &e)) >= 0 ? 0 : -1;
	if (rc == 0)
		rc = work_begin(&w, &e);
	if (rc == 0)
		rc = read_sources(&w, argv + first, argc - first, wake_fd, &e);
	if (rc == 0)
		rc = work_commit(&w, &e);
	if (rc == 0)
		code = conclude(&w);
	work_end(&w);
	signals_release(&held, wake_fd); /* one that came ends the program here */
	return msg_finish(rc == 0 ? code : msg_fail(&e));
}
