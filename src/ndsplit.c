/* ndsplit: NDJSON to one file per value of a key, each record byte for byte. */
#include "base/crew.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "ndjson/key.h"
#include "ndjson/pile.h"
#include "ndjson/split.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { DEEPEST = 1000000 };

struct options {
	const char *key, *template, *rejects;
	uint64_t part_size, max_line, max_depth, threads; /* bytes, bytes, levels */
	int trust;
};

/* Signals that end the program are held until a read would wait, so that it can remove what it has
 * begun and then die of them; those that the caller ignores stay ignored. A file that outgrows
 * ulimit -f is a write error like a full disk. */
static int
hold_signals(sigset_t *held)
{
	static const int deadly[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};
	struct sigaction now;

	sigemptyset(held);
	for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
		if (sigaction(deadly[i], NULL, &now) == 0 && now.sa_handler != SIG_IGN)
			sigaddset(held, deadly[i]);
	sigprocmask(SIG_BLOCK, held, NULL);
	signal(SIGXFSZ, SIG_IGN);
	return signalfd(-1, held, SFD_CLOEXEC);
}

/* A file that is not there is told before hours are read; and no output may replace one. */
static int
check_sources(char **file, struct piles *piles, struct err *e)
{
	for (; *file != NULL; file++) {
		if (strcmp(*file, "-") == 0)
			continue;
		if (access(*file, R_OK) != 0)
			return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, *file);
		piles_protect(piles, *file, "an input too");
	}
	return 0;
}

/* All is read: bring every file to the disk, then let them appear, then say so. */
static int
finish(struct split *split, unsigned threads, int wake_fd, struct err *e)
{
	if (split_finish(split, e) != 0 || piles_settle(split->piles, threads, wake_fd, e) != 0)
		return -1;
	if (split->report != NULL && outfile_settle(split->report, e) != 0)
		return -1;
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

/* Split all of the files; the exit code. */
static int
run(const struct options *o, const struct key *key, char **file, struct piles *piles)
{
	static char stdin_name[] = "-";
	char *only_stdin[] = {stdin_name, NULL};
	struct outfile report = {.fd = -1};
	struct record_rules rules = {key, o->max_line, (size_t)o->max_depth, o->trust,
				     bitscan_choose(getenv("NDJSON_SIMD"))};
	struct split split = {.piles = piles,
			      .key = o->key,
			      .max_line = o->max_line,
			      .max_depth = (size_t)o->max_depth,
			      .report = o->rejects != NULL ? &report : NULL};
	sigset_t held;
	struct err e;
	int wake_fd = hold_signals(&held), code;
	int rc = check_sources(file, piles, &e);

	if (rc == 0 && o->rejects != NULL) {
		rc = outfile_open(&report, o->rejects, &e);
		piles_protect(piles, o->rejects, "the report of --rejects");
	}
	if (rc == 0)
		rc = split_files(&split, &rules, *file != NULL ? file : only_stdin, (unsigned)o->threads,
				 wake_fd, &e);
	if (rc == 0)
		rc = finish(&split, (unsigned)o->threads, wake_fd, &e);
	outfile_abort(&report);
	piles_free(piles);
	sigprocmask(SIG_UNBLOCK, &held, NULL); /* dies here when one is pending */
	code = rc == 0 ? judge(&split, &e) : msg_fail(&e);
	close(wake_fd);
	split_free(&split);
	return code;
}

int
main(int argc, char **argv)
{
	struct options o = {
	    .template = "{type}.ndjson", .max_line = RECORD_MAX_LINE, .max_depth = SCAN_MAX_DEPTH};
	const struct opt table[] = {
	    {'k', "key", OPT_STRING, &o.key, "KEY", "top-level name, or /a/b for a nested one"},
	    {'o', "output", OPT_STRING, &o.template, "TEMPLATE", "file names ({type}.ndjson)"},
	    {0, "part-size", OPT_SIZE, &o.part_size, "N",
	     "most bytes a part, with {part} in TEMPLATE"},
	    {0, "rejects", OPT_STRING, &o.rejects, "FILE", "report of the records set aside"},
	    {'j', "threads", OPT_NUMBER, &o.threads, "N", "threads (as many as CPUs are granted)"},
	    {0, "trust", OPT_FLAG, &o.trust, NULL, "look only for the key: no grammar, no UTF-8"},
	    {0, "max-line", OPT_SIZE, &o.max_line, "N", "longest record in bytes (100M)"},
	    {0, "max-depth", OPT_NUMBER, &o.max_depth, "N", "deepest nesting (500)"},
	};
	const struct opt_program program = {"Splits NDJSON into one file per value of a key.",
					    "-k KEY [FILE ...]", table,
					    sizeof table / sizeof table[0]};
	int first, code;
	struct piles *piles;
	struct key key;
	struct err e;

	io_hold_standard();
	first = opt_parse(&program, argc, argv);
	if (o.key == NULL)
		opt_usage(&program, "the key that holds the type is missing");
	if (o.max_depth < 1 || o.max_depth > DEEPEST)
		opt_usage(&program, "--max-depth takes 1 to %d", DEEPEST);
	if (o.max_line < 2)
		opt_usage(&program, "--max-line takes at least 2 bytes");
	if (o.threads == 0)
		o.threads = crew_cpus();
	if (key_compile(o.key, &key, &e) != 0)
		return msg_finish(msg_fail(&e));
	piles = piles_new(o.template, o.part_size, &e);
	if (piles == NULL)
		code = msg_fail(&e);
	else
		code = run(&o, &key, argv + first, piles);
	key_free(&key);
	return msg_finish(code);
}
