/* ndfit: make each record fit a BigQuery schema, or say exactly why it does not. */
#include "base/buf.h"
#include "base/crew.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/signals.h"
#include "base/tsv.h"
#include "ndjson/fit.h"
#include "ndjson/fit_files.h"
#include "ndjson/schema.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_THREADS = 256 };

struct options {
	const char *schema, *map, *output, *rejects, *rejected, *manifest;
	struct fit_options fit;
	int check, progress;
	uint64_t threads, max_line; /* -, bytes */
};

/* What is read into and written; ended with work_end. */
struct work {
	const struct options *opt;
	struct schema *schema;
	struct fit *fit;
	struct outfile rejects;
	struct record_file fitted, rejected;
	struct fit_run run;
};

/* The schema, the MAP and the files to write. */
static int
work_begin(struct work *w, struct err *e)
{
	const struct options *o = w->opt;

	w->schema = schema_load(o->schema, e);
	w->fit = w->schema != NULL ? fit_new(w->schema, o->map, e) : NULL;
	if (w->fit == NULL)
		return -1;
	if (fit_choose(w->fit, &o->fit, e) != 0)
		return err_prefix(e, "%s", o->schema);
	if (o->rejects != NULL && outfile_open(&w->rejects, o->rejects, e) != 0)
		return -1;
	if (o->rejected != NULL && record_file_open(&w->rejected, o->rejected, e) != 0)
		return -1;
	if (!o->check && record_file_open(&w->fitted, o->output, e) != 0)
		return -1;
	w->run.fit = w->fit;
	w->run.report = report_new(o->rejects != NULL ? &w->rejects : NULL);
	w->run.fitted = o->check ? NULL : &w->fitted;
	w->run.rejected = o->rejected != NULL ? &w->rejected : NULL;
	return 0;
}

/* Everything was read: let the files appear. */
static int
work_commit(struct work *w, struct err *e)
{
	const struct options *o = w->opt;

	if (report_finish(w->run.report, w->run.records, e) != 0 ||
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
	report_free(w->run.report);
	fit_free(w->fit);
	schema_free(w->schema);
}

/* A file that is not there is told before hours are read. */
static int
check_sources(char *const *file, struct err *e)
{
	for (; *file != NULL; file++)
		if (strcmp(*file, "-") != 0 && access(*file, R_OK) != 0)
			return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, *file);
	return 0;
}

static int
read_sources(struct work *w, char *const *file, struct err *e)
{
	static const char *const counts[PROGRESS_COUNTS] = {"records", "rejects"};
	static char stdin_name[] = "-";
	static char *const only_stdin[] = {stdin_name, NULL};
	int rc;

	if (*file == NULL)
		file = only_stdin;
	if (check_sources(file, e) != 0)
		return -1;
	w->run.progress = progress_start(w->opt->progress, counts);
	rc = fit_files(&w->run, file, (unsigned)w->opt->threads, e);
	progress_stop(w->run.progress);
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
	unsigned long long refused = w->run.refused, records = w->run.records;

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
	if (o->fit.drop_unknown && o->fit.collect != NULL)
		opt_usage(prog, "--drop-unknown and --collect-unknown exclude each other");
	if (o->max_line < 2)
		opt_usage(prog, "--max-line must leave room for a record");
	if (o->threads < 1 || o->threads > MOST_THREADS)
		opt_usage(prog, "-j takes 1 to %d threads", MOST_THREADS);
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
	    {0, "compact", OPT_FLAG, &o.fit.compact, NULL,
		"squeeze objects and arrays that become strings"},
	    {0, "null-as-missing", OPT_FLAG, &o.fit.null_as_missing, NULL,
		"leave out what is null"},
	    {0, "drop-unknown", OPT_FLAG, &o.fit.drop_unknown, NULL,
		"leave out fields that are not in the schema"},
	    {0, "collect-unknown", OPT_STRING, &o.fit.collect, "COLUMN",
		"gather them there, as JSON text"},
	    {'j', "threads", OPT_NUMBER, &o.threads, "N", "threads (as many as CPUs are granted)"},
	    {0, "progress", OPT_FLAG, &o.progress, NULL, "tell how far it is, also to no terminal"},
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
	o.threads = crew_cpus() < MOST_THREADS ? crew_cpus() : MOST_THREADS;
	first = opt_parse(&prog, argc, argv);
	check_options(&prog, &o);
	sigemptyset(&held);
	/* Files that are begun are to be removed before a signal ends the program. */
	if (o.output != NULL || o.rejects != NULL || o.rejected != NULL)
		rc = (wake_fd = signals_hold(&held, &e)) >= 0 ? 0 : -1;
	w.run.wake_fd = wake_fd;
	w.run.rules = (struct record_rules){.max_line = o.max_line, .max_depth = SCAN_MAX_DEPTH};
	if (rc == 0)
		rc = bitscan_asked(&w.run.rules.scan, &e);
	if (rc == 0)
		rc = work_begin(&w, &e);
	if (rc == 0)
		rc = read_sources(&w, argv + first, &e);
	if (rc == 0)
		rc = work_commit(&w, &e);
	if (rc == 0)
		code = conclude(&w);
	work_end(&w);
	signals_release(&held, wake_fd); /* one that came ends the program here */
	return msg_finish(rc == 0 ? code : msg_fail(&e));
}
