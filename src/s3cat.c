/* s3cat: S3 objects, one after the other and decompressed, to standard output; or their listing. */
#include "aws/s3_objects.h"
#include "aws/s3_reading.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "ndjson/ahead.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define PIPE_BYTES (1024 * 1024)
#define JOBS 8
#define MAX_DEADLINE 1000000000UL

static struct {
	int list, progress, requester_pays, no_sign;
	const char *listing, *version, *since, *until, *shard;
	struct opt_list globs; /* of --include and --exclude, in their order */
	struct s3_glob *glob;  /* made of them */
	uint64_t jobs, rate, deadline;
} options = {.jobs = JOBS};

static const struct opt option_table[] = {
    {'j', "jobs", OPT_NUMBER, &options.jobs, "N", "requests at a time, 1 to 64 (8)"},
    {'l', "list", OPT_FLAG, &options.list, NULL, "print a listing instead of the objects"},
    {'m', "manifest", OPT_STRING, &options.listing, "LISTING",
	"read exactly the objects of a listing ('-': stdin)"},
    {0, "since", OPT_STRING, &options.since, "TIME", "only objects last modified then or later"},
    {0, "until", OPT_STRING, &options.until, "TIME", "only objects last modified before"},
    {0, "include", OPT_LIST, &options.globs, "GLOB", "only keys below the prefix like this"},
    {0, "exclude", OPT_LIST, &options.globs, "GLOB", "no such keys; the last that fits decides"},
    {0, "shard", OPT_STRING, &options.shard, "I/N", "the I-th of N shares of the keys"},
    {0, "version-id", OPT_STRING, &options.version, "ID", "this version of the one object"},
    {0, "requester-pays", OPT_FLAG, &options.requester_pays, NULL, "pay for the requests"},
    {0, "no-sign-request", OPT_FLAG, &options.no_sign, NULL, "look for and send no credentials"},
    {0, "limit-rate", OPT_SIZE, &options.rate, "SIZE", "read at most SIZE bytes a second"},
    {0, "deadline", OPT_NUMBER, &options.deadline, "SECONDS", "give up after so long"},
    {0, "progress", OPT_FLAG, &options.progress, NULL, "tell how far it is, also to no terminal"},
};

static const struct opt_program program = {
    .summary = "S3 objects, decompressed, to standard output",
    .operands = "s3://BUCKET/PREFIX/|s3://BUCKET/KEY ... | -m LISTING",
    .options = option_table,
    .n = sizeof option_table / sizeof *option_table,
};

struct cat {
	struct http *http;
	struct s3 *s3;
	const struct s3_objects *what;
	struct ahead *ahead; /* objects are told to */
};

/* An object is to be read. One just listed as empty is there, and has nothing to fetch. */
static int
add_object(void *ctx, const char *bucket, const struct s3_object *object, struct err *e)
{
	struct cat *c = ctx;
	struct s3_reading *r;

	if (object->size == 0 && options.listing == NULL)
		return 0;
	r = s3_reading_new(c->s3, bucket, object, e);
	return r != NULL ? ahead_add(c->ahead, r, r->object.size, e) : -1;
}

static int
add_objects(void *cat, struct ahead *ahead, struct err *e)
{
	struct cat *c = cat;

	c->ahead = ahead;
	return s3_objects_each(c->s3, c->what, add_object, c, e);
}

static void
stop(void *cat)
{
	http_stop(((struct cat *)cat)->http);
}

static uint64_t
retries(void *cat)
{
	struct http_counters n;

	http_counters(((struct cat *)cat)->http, &n);
	return n.retries;
}

static int
write_objects(struct cat *c, struct err *e)
{
	static const char *const names[PROGRESS_COUNTS] = {"objects", "retries"};
	const struct ahead_source source = {
	    .list = add_objects,
	    .stop = stop,
	    .retries = retries,
	    .arg = c,
	    .fetch = s3_reading_fetch,
	    .open = s3_reading_ask,
	    .add = s3_reading_add,
	    .verify = s3_reading_verify,
	    .name = s3_reading_name,
	    .free = s3_reading_free,
	};
	struct ahead_options how = {.jobs = (unsigned)options.jobs,
	    .refuse_markup = 1,
	    .fd = STDOUT_FILENO,
	    .progress = progress_start(options.progress, names)};
	int rc = ahead_run(&source, &how, e);

	progress_stop(how.progress);
	return rc;
}

static int
print_row(void *ctx, const char *bucket, const struct s3_object *object, struct err *e)
{
	struct buf line = {0};
	size_t wrote;

	(void)ctx;
	s3_row_add(&line, bucket, object);
	wrote = fwrite(line.data, 1, line.len, stdout);
	buf_free(&line);
	return wrote > 0 ? 0 : err_sys(e, EX_IOERR, "standard output");
}

/* The objects that the options mean. */
static int
read_selection(struct s3_objects *what, struct err *e)
{
	struct s3_select *select = &what->select;

	options.glob = xcalloc(options.globs.n + 1, sizeof *options.glob);
	for (size_t i = 0; i < options.globs.n; i++)
		options.glob[i] = (struct s3_glob){
		    options.globs.item[i], strcmp(options.globs.by[i]->name, "include") == 0};
	select->glob = options.glob;
	select->n_globs = options.globs.n;
	select->has_since = options.since != NULL;
	select->has_until = options.until != NULL;
	if (select->has_since && s3_select_time("--since", options.since, &select->since, e) != 0)
		return -1;
	if (select->has_until && s3_select_time("--until", options.until, &select->until, e) != 0)
		return -1;
	if (options.shard != NULL && s3_select_share(options.shard, select, e) != 0)
		return -1;
	return s3_objects_check(what, e);
}

static void
tell_counts(struct http *http)
{
	struct http_counters n;

	http_counters(http, &n);
	msg_debug("%" PRIu64 " requests, %" PRIu64 " of them repeated, %" PRIu64
		  " answers that ask for fewer, %" PRIu64 " connections, %" PRIu64 " bytes",
	    n.requests, n.retries, n.throttled, n.connections, n.received);
}

static int
cat_all(struct cat *c, struct err *e)
{
	struct aws_auth *auth = NULL;
	int rc = -1;

	c->http = http_new(e);
	if (c->http != NULL) {
		http_set_deadline(c->http, (long)options.deadline);
		http_limit_rate(c->http, options.rate);
	}
	if (c->http != NULL && !options.no_sign)
		auth = aws_auth_new(c->http, e);
	if (auth != NULL || (c->http != NULL && options.no_sign))
		c->s3 = s3_new(c->http, auth, e);
	if (c->s3 != NULL) {
		if (options.requester_pays)
			s3_pay_requests(c->s3);
		rc = options.list ? s3_objects_each(c->s3, c->what, print_row, c, e)
				  : write_objects(c, e);
		tell_counts(c->http);
	}
	s3_free(c->s3);
	aws_auth_free(auth);
	http_free(c->http);
	return rc;
}

static void
check_options(char **operands)
{
	if (options.jobs < 1 || options.jobs > AHEAD_JOBS)
		opt_usage(
		    &program, "-j is %" PRIu64 ", expected 1 to %d", options.jobs, AHEAD_JOBS);
	if (options.deadline > MAX_DEADLINE)
		opt_usage(&program, "--deadline takes up to %lu seconds", MAX_DEADLINE);
	if (options.listing != NULL && (*operands != NULL || options.list))
		opt_usage(&program, "-m takes no %s", options.list ? "-l" : "operands");
	if (options.listing == NULL && *operands == NULL)
		opt_usage(&program, "expected s3://bucket/prefix/ or -m LISTING");
	if (options.version != NULL && (options.list || options.listing != NULL))
		opt_usage(&program, "--version-id takes no %s", options.list ? "-l" : "-m");
	if (options.version != NULL && operands[1] != NULL)
		opt_usage(&program, "--version-id takes one object");
	if (options.requester_pays && options.no_sign)
		opt_usage(&program,
		    "--requester-pays takes no --no-sign-request: who pays is known "
		    "by the credentials");
}

int
main(int argc, char **argv)
{
	struct s3_objects what;
	struct cat c = {.what = &what};
	struct err e = {0};
	int rc;

	io_hold_standard();
	what.operands = argv + opt_parse(&program, argc, argv);
	check_options(what.operands);
	what = (struct s3_objects){.operands = what.operands,
	    .listing = options.listing,
	    .version = options.version,
	    .look_up = options.list};
	if (read_selection(&what, &e) != 0)
		opt_usage(&program, "%s", e.text);
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_BYTES); /* it may refuse */
	rc = cat_all(&c, &e);
	if (rc == 0)
		return msg_finish(0);
	/* When standard output itself failed, e says so: once is enough. */
	return ferror(stdout) ? msg_fail(&e) : msg_finish(msg_fail(&e));
}
