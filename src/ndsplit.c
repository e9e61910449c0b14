/* ndsplit: NDJSON to one file per value of a key, each record byte for byte. */
#include "base/crew.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "base/signals.h"
#include "ndjson/key.h"
#include "ndjson/pile.h"
#include "ndjson/split.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DEEPEST = 1000000, MOST_THREADS = 256, LEAST_MEMORY = 1 << 20 };

struct options {
	const char *key, *template, *rejects, *filter;
	uint64_t part_size, max_line, max_depth, threads,
	    memory; /* bytes, bytes, levels, -, bytes */
	int trust, dry_run, progress, named;
};

/* A file that is not there is told before hours are read; and no output may replace one. */
static int
check_sources(char **file, struct piles *piles, struct err *e)
{
	for (; *file != NULL; file++) {
		int is_stdin = strcmp(*file, "-") == 0;

		if (!is_stdin && access(*file, R_OK) != 0)
			return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, *file);
		piles_protect(piles, is_stdin ? "/proc/self/fd/0" : *file, "an input too");
	}
	return 0;
}

/* Begin the report of --rejects at path, which must not be an input's. */
static int
open_report(struct split *split, const char *path, struct err *e)
{
	const char *what = piles_protects(split->piles, path);

	if (what != NULL)
		return err_set(e, EX_USAGE,
		    "%s: the report of --rejects would go to the file that is %s: "
		    "expected another place",
		    path, what);
	if (outfile_open(split->report, path, e) != 0)
		return -1;
	piles_protect(split->piles, path, "the report of --rejects");
	return 0;
}

/* All is read: bring every file to the disk. */
static int
settle(struct split *split, unsigned threads, struct err *e)
{
	if (split_finish(split, e) != 0 || piles_settle(split->piles, threads, e) != 0)
		return -1;
	return split->report != NULL ? outfile_settle(split->report, e) : 0;
}

/* Let the files appear, then say so. */
static int
appear(struct split *split, struct err *e)
{
	if (piles_appear(split->piles, e) != 0)
		return -1;
	if (split->report != NULL && outfile_commit(split->report, e) != 0)
		return -1;
	if (piles_list(split->piles, stdout) == 0)
		return 0;
	clearerr(stdout); /* told here, not once more by msg_finish */
	return err_sys(e, EX_IOERR, "standard output");
}

/* What the records come to, as an exit code. */
static int
judge(const struct split *split, struct err *e)
{
	uint64_t rejected = split_rejected(split);

	split_tell(split);
	if (split->good > 0)
		return rejected > 0 ? EX_DIFFER : EX_OK;
	if (rejected > 0)
		return EX_DATAERR;
	err_set(e, EX_NOINPUT, "no records: the input is empty");
	return msg_fail(e);
}

/* What is to be split: open the report, read all, finish. */
static int
work(const struct options *o, const struct record_rules *rules, char **file, struct split *split,
    struct err *e)
{
	static const char *const counts[PROGRESS_COUNTS] = {"types", "rejects"};
	static char stdin_name[] = "-";
	static char *only_stdin[] = {stdin_name, NULL};
	unsigned threads = (unsigned)o->threads;
	int rc;

	if (*file == NULL)
		file = only_stdin;
	if (check_sources(file, split->piles, e) != 0)
		return -1;
	if (split->report != NULL && open_report(split, o->rejects, e) != 0)
		return -1;
	split->progress = progress_start(o->progress, counts);
	rc = split_files(split, rules, file, threads, e);
	if (rc == 0)
		rc = settle(split, threads, e);
	progress_stop(split->progress);
	return rc == 0 ? appear(split, e) : -1;
}

/* Split all of the files; the exit code. */
static int
run(const struct options *o, const struct key *key, char **file)
{
	struct outfile report = {.fd = -1};
	struct record_rules rules = {key, o->max_line, (size_t)o->max_depth, o->trust, NULL};
	struct split split = {.key = o->key,
	    .max_line = o->max_line,
	    .max_depth = (size_t)o->max_depth,
	    .report = o->rejects != NULL ? &report : NULL};
	struct pile_plan plan = {
	    o->template, o->part_size, o->filter, o->named, o->memory, o->dry_run, -1};
	sigset_t held;
	struct err e;
	int wake_fd = signals_hold(&held, &e), code;
	int rc = wake_fd >= 0 ? bitscan_asked(&rules.scan, &e) : -1;

	plan.wake_fd = split.wake_fd = wake_fd;
	if (rc == 0) {
		split.piles = piles_new(&plan, &e);
		rc = split.piles != NULL ? work(o, &rules, file, &split, &e) : -1;
	}
	outfile_abort(&report);
	piles_free(split.piles);
	signals_release(&held, wake_fd); /* dies here when one is pending */
	code = rc == 0 ? judge(&split, &e) : msg_fail(&e);
	split_free(&split);
	return code;
}

/* Options that contradict each other or can't be meant. */
static void
check_options(const struct opt_program *program, const struct options *o)
{
	if (o->key == NULL)
		opt_usage(program, "the key that holds the type is missing");
	if (o->max_depth < 1 || o->max_depth > DEEPEST)
		opt_usage(program, "--max-depth takes 1 to %d", DEEPEST);
	if (o->max_line < 2)
		opt_usage(program, "--max-line takes at least 2 bytes");
	if (o->threads < 1 || o->threads > MOST_THREADS)
		opt_usage(program, "-j takes 1 to %d threads", MOST_THREADS);
	if (o->rejects != NULL && strcmp(o->rejects, "-") == 0)
		opt_usage(program, "--rejects takes the name of a file, not '-'");
	if (o->filter != NULL && o->dry_run)
		opt_usage(program, "--dry-run starts no command: leave out --filter");
	if (o->filter != NULL && o->filter[strspn(o->filter, " \t\n")] == '\0')
		opt_usage(program, "--filter takes a command for the shell");
	if (o->memory != 0 && o->filter == NULL)
		opt_usage(program, "--memory is for --filter");
	if (o->memory != 0 && o->memory < LEAST_MEMORY)
		opt_usage(program, "--memory takes at least 1M");
}

int
main(int argc, char **argv)
{
	struct options o = {.max_line = RECORD_MAX_LINE, .max_depth = SCAN_MAX_DEPTH};
	const struct opt table[] = {
	    {'k', "key", OPT_STRING, &o.key, "KEY", "top-level name, or /a/b for a nested one"},
	    {'o', "output", OPT_STRING, &o.template, "TEMPLATE", "file names ({type}.ndjson)"},
	    {0, "part-size", OPT_SIZE, &o.part_size, "N",
		"most bytes a part, with {part} in TEMPLATE"},
	    {0, "filter", OPT_STRING, &o.filter, "CMD",
		"pipe each part to sh -c CMD: $TYPE, $FILE, $PART, $ROWS"},
	    {0, "memory", OPT_SIZE, &o.memory, "N", "most bytes of parts for CMD (64M)"},
	    {'n', "dry-run", OPT_FLAG, &o.dry_run, NULL,
		"only count: write nothing but the manifest"},
	    {0, "rejects", OPT_STRING, &o.rejects, "FILE", "report of the records set aside"},
	    {'j', "threads", OPT_NUMBER, &o.threads, "N", "threads (as many as CPUs are granted)"},
	    {0, "trust", OPT_FLAG, &o.trust, NULL, "look only for the key: no grammar, no UTF-8"},
	    {0, "max-line", OPT_SIZE, &o.max_line, "N", "longest record in bytes (100M)"},
	    {0, "max-depth", OPT_NUMBER, &o.max_depth, "N", "deepest nesting (500)"},
	    {0, "progress", OPT_FLAG, &o.progress, NULL, "tell how far it is, also to no terminal"},
	};
	const struct opt_program program = {"Splits NDJSON into one file per value of a key.",
	    "-k KEY [FILE ...]", table, sizeof table / sizeof table[0]};
	int first, code;
	struct key key;
	struct err e;

	io_hold_standard();
	o.threads = crew_cpus() < MOST_THREADS ? crew_cpus() : MOST_THREADS;
	first = opt_parse(&program, argc, argv);
	check_options(&program, &o);
	o.named = o.filter != NULL && o.template != NULL;
	if (o.template == NULL)
		o.template = "{type}.ndjson";
	if (o.memory == 0)
		o.memory = 64 << 20;
	if (key_compile(o.key, &key, &e) != 0)
		return msg_finish(msg_fail(&e));
	code = run(&o, &key, argv + first);
	key_free(&key);
	return msg_finish(code);
}
