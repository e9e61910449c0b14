/* ndschema: what NDJSON holds, as a BigQuery schema, a profile, or what changed since. */
#include "base/crew.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/signals.h"
#include "ndjson/infer_files.h"
#include "ndjson/infer_schema.h"
#include "ndjson/infer_tell.h"
#include "ndjson/profile.h"
#include "ndjson/schema_diff.h"
#include "ndjson/schema_merge.h"

#include <stdio.h>
#include <string.h>

enum { MOST_THREADS = 256, MOST_PATHS = 10000000 };

struct options {
	const char *output, *map, *diff, *sample;
	uint64_t max_paths, head, threads, max_line; /* -, records, -, bytes */
	int profile, tsv, html, merge, progress;
	struct infer_wish wish;
};

struct work {
	const struct options *opt;
	struct infer_plan plan;
	struct record_rules rules;
	struct outfile output, map;
	struct infer *in;
	struct infer_schema schema;
	int differs; /* a load under the schema of --diff could fail */
};

/* The schema to -o or standard output. */
static int
write_schema(struct work *w, const struct columns *c, struct err *e)
{
	struct buf text = {0};
	int rc = 0;

	columns_write(&text, c);
	if (w->opt->output != NULL)
		rc = outfile_write(&w->output, text.data, text.len, e);
	else
		(void)fwrite(text.data, 1, text.len, stdout); /* msg_finish looks */
	buf_free(&text);
	return rc;
}

/* Let the files appear: the schema last, since it goes with the MAP. */
static int
commit(struct work *w, struct err *e)
{
	if (w->opt->map != NULL && outfile_commit(&w->map, e) != 0)
		return -1;
	return w->opt->output != NULL ? outfile_commit(&w->output, e) : 0;
}

static int
print_profile(const struct work *w, struct err *e)
{
	if (w->opt->html)
		return profile_html(stdout, w->in, e);
	return w->opt->tsv ? profile_tsv(stdout, w->in, e) : profile_table(stdout, w->in, e);
}

/* What new would change about the schema of --diff. */
static int
compare(struct work *w, const struct columns *new, struct err *e)
{
	struct columns old = {0};
	int rc = columns_load(w->opt->diff, &old, e);

	if (rc == 0)
		rc = schema_diff(&old, new, w->opt->tsv, stdout, &w->differs, e);
	columns_free(&old);
	return rc;
}

/* Read all records and print what was asked for. */
static int
infer(struct work *w, char **file, struct err *e)
{
	static const char *const counts[PROGRESS_COUNTS] = {NULL, NULL};
	static char stdin_name[] = "-";
	static char *only_stdin[] = {stdin_name, NULL};
	const struct options *o = w->opt;
	int rc;

	if (bitscan_asked(&w->rules.scan, e) != 0)
		return -1;
	w->plan.progress = progress_start(o->progress, counts);
	w->in = infer_files(&w->plan, *file != NULL ? file : only_stdin, e);
	progress_stop(w->plan.progress);
	if (w->in == NULL)
		return -1;
	w->in->sample = infer_sample_text(&w->plan, w->in);
	if (infer_usable(w->in, e) != 0 || infer_schema(w->in, &o->wish, &w->schema, e) != 0)
		return -1;
	if (o->map != NULL && outfile_write(&w->map, w->schema.map.data, w->schema.map.len, e) != 0)
		return -1;
	rc = 0;
	if (o->diff != NULL)
		rc = compare(w, &w->schema.columns, e);
	else if (o->profile || o->html)
		rc = print_profile(w, e);
	if (rc == 0 && (o->output != NULL || (o->diff == NULL && !o->profile && !o->html)))
		rc = write_schema(w, &w->schema.columns, e);
	return rc == 0 ? commit(w, e) : -1;
}

/* --diff of two schema files. */
static int
compare_file(struct work *w, const char *path, struct err *e)
{
	struct columns new = {0};
	int rc = columns_load(path, &new, e);

	if (rc == 0)
		rc = compare(w, &new, e);
	columns_free(&new);
	return rc;
}

/* --merge: the schema that all of the files' schemas fit. */
static int
merge(struct work *w, char **file, struct err *e)
{
	struct columns all = {0};
	int rc = columns_load(*file, &all, e);

	for (file++; rc == 0 && *file != NULL; file++) {
		struct columns next = {0}, both = {0};

		rc = columns_load(*file, &next, e);
		if (rc == 0)
			rc = schema_merge(&all, &next, &both, e);
		columns_free(&next);
		columns_free(&all);
		all = both;
	}
	if (rc == 0)
		rc = write_schema(w, &all, e);
	columns_free(&all);
	return rc == 0 ? commit(w, e) : -1;
}

/* Options that contradict each other or can't be meant. */
static void
check_options(const struct opt_program *prog, const struct options *o, char **file)
{
	int profile = o->profile || o->html;

	if (o->threads < 1 || o->threads > MOST_THREADS)
		opt_usage(prog, "-j takes 1 to %d threads", MOST_THREADS);
	if (o->max_paths < 1 || o->max_paths > MOST_PATHS)
		opt_usage(prog, "--max-paths takes 1 to %d", MOST_PATHS);
	if (o->max_line < 2)
		opt_usage(prog, "--max-line must leave room for a record");
	if (o->sample != NULL && o->head > 0)
		opt_usage(prog, "--sample and --head don't go together");
	if ((o->diff != NULL) + o->merge + profile > 1)
		opt_usage(prog, "one of --profile or --html, --diff and --merge");
	if (o->html && o->tsv)
		opt_usage(prog, "one of --html and --tsv");
	if (o->tsv && o->diff == NULL && !o->profile)
		opt_usage(prog, "--tsv is for --profile and --diff");
	if (o->merge && (file[0] == NULL || file[1] == NULL))
		opt_usage(prog, "--merge takes the names of two schema files or more");
	if (o->merge && o->map != NULL)
		opt_usage(prog, "--merge reads no records: -m has no meaning with it");
	if (o->output != NULL && o->map != NULL && infer_same_file(o->output, o->map))
		opt_usage(prog, "-o and -m must be different files");
}

/* Do what was asked for; the exit code. */
static int
run(const struct options *o, char **file)
{
	struct work w = {.opt = o, .output = {.fd = -1}, .map = {.fd = -1}};
	int given = o->diff != NULL && infer_is_schema(file), code = 0, rc = 0;
	sigset_t held;
	struct err e;

	w.rules = (struct record_rules){.max_line = o->max_line, .max_depth = SCAN_MAX_DEPTH};
	w.plan = (struct infer_plan){.rules = &w.rules,
	    .threads = (unsigned)o->threads,
	    .max_paths = (size_t)o->max_paths,
	    .head = o->head,
	    .wake_fd = signals_hold(&held, &e)};
	if (w.plan.wake_fd < 0 || infer_sample(o->sample, &w.plan.sample, &e) != 0)
		rc = -1;
	if (rc == 0 && o->output != NULL)
		rc = outfile_open(&w.output, o->output, &e);
	if (rc == 0 && o->map != NULL)
		rc = outfile_open(&w.map, o->map, &e);
	if (rc == 0 && o->merge)
		rc = merge(&w, file, &e);
	else if (rc == 0 && given)
		rc = compare_file(&w, file[0], &e);
	else if (rc == 0)
		rc = infer(&w, file, &e);
	if (rc == 0 && w.in != NULL)
		code = infer_tell(w.in, &w.schema, o->map);
	if (w.differs > 0)
		code = EX_DIFFER;
	outfile_abort(&w.output);
	outfile_abort(&w.map);
	infer_schema_free(&w.schema);
	infer_free(w.in);
	signals_release(&held, w.plan.wake_fd); /* one that came ends the program here */
	return rc == 0 ? code : msg_fail(&e);
}

int
main(int argc, char **argv)
{
	struct options o = {.max_paths = INFER_PATHS, .max_line = RECORD_MAX_LINE};
	const struct opt table[] = {
	    {'o', "output", OPT_STRING, &o.output, "FILE", "write the schema there"},
	    {'m', "map", OPT_STRING, &o.map, "FILE",
		"write a MAP of the keys that get other names"},
	    {0, "profile", OPT_FLAG, &o.profile, NULL, "print what each path holds instead"},
	    {0, "html", OPT_FLAG, &o.html, NULL, "print that as a web page"},
	    {0, "diff", OPT_STRING, &o.diff, "OLD", "print what changed since that schema instead"},
	    {0, "tsv", OPT_FLAG, &o.tsv, NULL, "tab-separated --profile or --diff"},
	    {0, "merge", OPT_FLAG, &o.merge, NULL, "one schema of those in the files"},
	    {0, "required", OPT_FLAG, &o.wish.required, NULL, "REQUIRED what was always there"},
	    {0, "suggested", OPT_FLAG, &o.wish.suggested, NULL, "the types that strings parse as"},
	    {0, "json-type", OPT_FLAG, &o.wish.json, NULL, "JSON, not STRING, for mixed shapes"},
	    {0, "drop-empty", OPT_FLAG, &o.wish.drop_empty, NULL,
		"no column for what never had a value"},
	    {0, "max-paths", OPT_NUMBER, &o.max_paths, "N", "most paths told apart (10000)"},
	    {0, "sample", OPT_STRING, &o.sample, "N%", "look at so many records, by their bytes"},
	    {0, "head", OPT_NUMBER, &o.head, "N", "look at the first records only"},
	    {'j', "threads", OPT_NUMBER, &o.threads, "N", "threads (as many as CPUs are granted)"},
	    {0, "max-line", OPT_SIZE, &o.max_line, "SIZE", "longest record in bytes (100M)"},
	    {0, "progress", OPT_FLAG, &o.progress, NULL, "tell how far it is, also to no terminal"},
	};
	const struct opt_program prog = {"Infers a BigQuery schema, or a profile, from NDJSON.",
	    "[FILE ...]", table, sizeof table / sizeof table[0]};
	int first;

	io_hold_standard();
	o.threads = crew_cpus() < MOST_THREADS ? crew_cpus() : MOST_THREADS;
	first = opt_parse(&prog, argc, argv);
	check_options(&prog, &o, argv + first);
	return msg_finish(run(&o, argv + first));
}
