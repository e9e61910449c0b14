/* s3cat: S3 objects, one after the other and decompressed, to standard output; or their listing. */
#include "aws/s3_objects.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/opt.h"
#include "ndjson/codec.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define OUT_BYTES (256UL * 1024)
#define PIPE_BYTES (1024 * 1024)

static struct {
	int list, requester_pays, no_sign;
	const char *listing, *version, *since, *until, *shard;
	struct opt_list globs; /* of --include and --exclude, in their order */
	struct s3_glob *glob;  /* made of them */
} options;

static const struct opt option_table[] = {
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
};

static const struct opt_program program = {
    .summary = "S3 objects, decompressed, to standard output",
    .operands = "s3://BUCKET/PREFIX/|s3://BUCKET/KEY ... | -m LISTING",
    .options = option_table,
    .n = sizeof option_table / sizeof *option_table,
};

struct cat {
	struct s3 *s3;
	struct decoder *decoder;
	const char *bucket, *key; /* of the object being read */
	int looked;               /* its first byte that is no white space was seen */
	int begun;                /* a byte of it was written */
	char last;                /* byte written */
};

static int
write_out(struct cat *c, const void *p, size_t n, struct err *e)
{
	if (fwrite(p, 1, n, stdout) != n)
		return err_sys(e, EX_IOERR, "standard output");
	c->last = ((const char *)p)[n - 1];
	return 0;
}

/* An error page stored under a log's name would end up record by record in the quarantine. Byte
 * order mark and white space may stand before. */
static int
refuse_markup(struct cat *c, const char *p, size_t n, struct err *e)
{
	static const char before[] = " \t\r\n\xef\xbb\xbf";

	for (size_t i = 0; i < n && !c->looked; i++) {
		if (memchr(before, p[i], sizeof before - 1) != NULL)
			continue;
		c->looked = 1;
		if (p[i] == '<')
			return err_set(
			    e, EX_DATAERR, "found an HTML or XML page, expected JSON lines");
	}
	return 0;
}

static int
on_decoded(void *ctx, const void *p, size_t n, struct err *e)
{
	struct cat *c = ctx;

	if (!c->looked && refuse_markup(c, p, n, e) != 0)
		return -1;
	if (!c->begun && c->last != '\n' && write_out(c, "\n", 1, e) != 0)
		return -1;
	c->begun = 1;
	return write_out(c, p, n, e);
}

/* Name the object in what the decoder said; standard output has a name of its own. */
static int
name_object(const struct cat *c, struct err *e)
{
	return ferror(stdout) ? -1 : err_prefix(e, "s3://%s/%s", c->bucket, c->key);
}

static int
on_compressed(void *ctx, const void *p, size_t n, struct err *e)
{
	struct cat *c = ctx;

	return decoder_feed(c->decoder, p, n, e) == 0 ? 0 : name_object(c, e);
}

static int
cat_object(void *ctx, const char *bucket, const struct s3_object *object, struct err *e)
{
	struct cat *c = ctx;
	uint64_t size;

	/* Just listed as empty: there is nothing to fetch. */
	if (object->size == 0 && options.listing == NULL)
		return 0;
	c->bucket = bucket;
	c->key = object->key;
	c->looked = c->begun = 0;
	decoder_reset(c->decoder);
	if (s3_get(c->s3, bucket, object, on_compressed, c, e) != 0)
		return -1;
	size = decoder_fed(c->decoder);
	if (decoder_finish(c->decoder, e) != 0) {
		size_t used = strlen(e->text);

		snprintf(e->text + used, sizeof e->text - used, " (object is %llu bytes)",
		    (unsigned long long)size);
		return name_object(c, e);
	}
	msg_debug("s3://%s/%s: %llu bytes, %s", c->bucket, c->key, (unsigned long long)size,
	    codec_name(decoder_kind(c->decoder)));
	return 0;
}

static int
print_row(void *ctx, const char *bucket, const struct s3_object *object, struct err *e)
{
	struct cat *c = ctx;
	struct buf line = {0};
	int rc;

	s3_row_add(&line, bucket, object);
	rc = write_out(c, line.data, line.len, e);
	buf_free(&line);
	return rc;
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

static int
cat_all(struct cat *c, const struct s3_objects *what, struct err *e)
{
	struct http *http = http_new(e);
	struct aws_auth *auth = NULL;
	struct s3 *s3 = NULL;
	int rc = -1;

	if (http != NULL && !options.no_sign)
		auth = aws_auth_new(http, e);
	if (auth != NULL || (http != NULL && options.no_sign))
		s3 = s3_new(http, auth, e);
	if (s3 != NULL) {
		if (options.requester_pays)
			s3_pay_requests(s3);
		c->s3 = s3;
		rc = s3_objects_each(s3, what, options.list ? print_row : cat_object, c, e);
	}
	s3_free(s3);
	aws_auth_free(auth);
	http_free(http);
	return rc;
}

static void
check_options(char **operands)
{
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
	struct cat c = {.last = '\n'};
	struct s3_objects what;
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
	/* Few large writes; the pipe may refuse its size. */
	setvbuf(stdout, NULL, _IOFBF, OUT_BYTES);
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_BYTES);
	c.decoder = decoder_new(on_decoded, &c);
	rc = cat_all(&c, &what, &e);
	decoder_free(c.decoder);
	if (rc == 0)
		return msg_finish(0);
	/* When standard output itself failed, e says so: once is enough. */
	return ferror(stdout) ? msg_fail(&e) : msg_finish(msg_fail(&e));
}
