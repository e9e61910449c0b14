/* gcscat: objects of Cloud Storage, decompressed, to standard output; or a listing of them. */
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/num.h"
#include "base/opt.h"
#include "base/tsv.h"
#include "gcp/gcs_read.h"
#include "ndjson/ahead.h"
#include "net/crc32c.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIPE_BYTES (1024 * 1024)
#define JOBS 8
#define MAX_DEADLINE 1000000000UL

static struct {
	int list, progress;
	uint64_t jobs, rate, deadline;
	const char *range;
} options = {.jobs = JOBS};

static const struct opt table[] = {
    {'j', "jobs", OPT_NUMBER, &options.jobs, "N", "requests at a time, 1 to 64 (8)"},
    {'l', "list", OPT_FLAG, &options.list, NULL,
	"list: URL, size, generation, crc32c, last update"},
    {0, "range", OPT_STRING, &options.range, "FROM-TO",
	"only these bytes of one object, as stored"},
    {0, "limit-rate", OPT_SIZE, &options.rate, "SIZE", "read at most SIZE bytes a second"},
    {0, "deadline", OPT_NUMBER, &options.deadline, "SECONDS", "give up after so long"},
    {0, "progress", OPT_FLAG, &options.progress, NULL, "tell how far it is, also to no terminal"},
};

static const struct opt_program program = {
    .summary = "write Cloud Storage objects, decompressed, to standard output",
    .operands = "gs://bucket/object-or-prefix/ ...",
    .options = table,
    .n = sizeof table / sizeof *table,
};

struct cat {
	struct http *http;
	struct gcp_auth *auth;
	struct gcs *g;
	struct url *operands, *at; /* at: of the objects at hand */
	uint64_t from, to;         /* of --range; to is exclusive */
	struct ahead *ahead;       /* NULL: they are only listed */
	uint64_t objects;
};

/* An object to be read. */
struct reading {
	struct gcs *g;
	const char *bucket;
	struct gcs_object o;
	uint64_t from; /* its first byte that is wanted */
	uint32_t crc;  /* of the bytes so far */
};

static int
fetch(void *reading, uint64_t from, uint64_t to, ahead_sink *sink, void *ctx, struct err *e)
{
	struct reading *r = reading;

	return gcs_read_range(r->g, r->bucket, &r->o, r->from + from, r->from + to, sink, ctx, e);
}

static int
has_checksum(void *reading, struct err *e)
{
	(void)e;
	return options.range == NULL && ((struct reading *)reading)->o.crc32c[0] != '\0';
}

static void
add_checksum(void *reading, const void *p, size_t n)
{
	struct reading *r = reading;

	r->crc = crc32c_update(r->crc, p, n);
}

static int
verify(void *reading, struct err *e)
{
	const struct reading *r = reading;

	return gcs_read_verify(r->bucket, &r->o, r->crc, e);
}

static void
add_name(const void *reading, struct buf *out)
{
	const struct reading *r = reading;

	buf_addf(out, "gs://%s/%s", r->bucket, r->o.name);
}

static void
free_reading(void *reading)
{
	gcs_object_free(&((struct reading *)reading)->o);
	free(reading);
}

static void
stop(void *cat)
{
	http_stop(((struct cat *)cat)->http);
}

static void
print_listing(const struct cat *c, const struct gcs_object *o)
{
	char *url = gcs_what(c->at->bucket, o->name);
	struct buf line = {0};

	tsv_adds(&line, url);
	tsv_addu(&line, o->size);
	tsv_addu(&line, o->generation);
	tsv_adds(&line, o->crc32c[0] != '\0' ? o->crc32c : "-");
	tsv_adds(&line, o->updated);
	puts(line.data);
	buf_free(&line);
	free(url);
}

/* The object, or the range of it that is wanted, is to be read. */
static int
add_reading(struct cat *c, const struct gcs_object *o, struct err *e)
{
	struct reading *r;

	if (c->from > o->size || (c->from == o->size && options.range != NULL))
		return err_set(e, EX_DATAERR, "gs://%s/%s: is %llu bytes, --range begins at %llu",
		    c->at->bucket, o->name, (unsigned long long)o->size,
		    (unsigned long long)c->from);
	r = xmalloc(sizeof *r);
	*r = (struct reading){.g = c->g, .bucket = c->at->bucket, .o = *o, .from = c->from};
	r->o.name = xstrdup(o->name);
	return ahead_add(c->ahead, r, (c->to < o->size ? c->to : o->size) - c->from, e);
}

/* Folder placeholders ("2021/01/", no bytes) hold nothing that anybody wrote. */
static int
is_placeholder(const struct gcs_object *o)
{
	size_t n = strlen(o->name);

	return o->size == 0 && n > 0 && o->name[n - 1] == '/';
}

static int
take(void *cat, const struct gcs_object *o, struct err *e)
{
	struct cat *c = cat;

	if (is_placeholder(o))
		return 0;
	c->objects++;
	if (c->ahead != NULL)
		return add_reading(c, o, e);
	print_listing(c, o);
	return 0;
}

static int
take_operand(struct cat *c, struct err *e)
{
	const struct url *u = c->at;
	uint64_t before = c->objects;
	struct gcs_object o;
	int rc;

	if (u->prefix) {
		rc = gcs_list(c->g, u->bucket, u->path, "", take, c, e);
		if (rc == 0 && c->objects == before)
			rc = err_set(
			    e, EX_NOINPUT, "gs://%s/%s: no object there (yet)", u->bucket, u->path);
		return rc;
	}
	rc = gcs_stat(c->g, u->bucket, u->path, &o, e);
	if (rc == 0)
		return err_set(
		    e, EX_NOINPUT, "gs://%s/%s: no such object (yet)", u->bucket, u->path);
	if (rc == 1)
		rc = take(c, &o, e);
	gcs_object_free(&o);
	return rc;
}

/* Every object of the operands, in order. */
static int
take_all(void *cat, struct ahead *ahead, struct err *e)
{
	struct cat *c = cat;
	int rc = 0;

	c->ahead = ahead;
	for (c->at = c->operands; rc == 0 && c->at->bucket != NULL; c->at++)
		rc = take_operand(c, e);
	return rc;
}

static int
write_all(struct cat *c, struct err *e)
{
	static const char *const names[PROGRESS_COUNTS] = {"objects"};
	const struct ahead_source source = {
	    .arg = c,
	    .list = take_all,
	    .fetch = fetch,
	    .open = has_checksum,
	    .add = add_checksum,
	    .verify = verify,
	    .name = add_name,
	    .free = free_reading,
	    .stop = stop,
	};
	struct ahead_options how = {.jobs = (unsigned)options.jobs,
	    .undecoded = options.range != NULL,
	    .fd = STDOUT_FILENO,
	    .progress = progress_start(options.progress, names)};
	int rc;

	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_BYTES); /* it may refuse */
	rc = ahead_run(&source, &how, e);
	progress_stop(how.progress);
	return rc;
}

/* Every operand is looked at before the first byte is written. */
static struct url *
parse_operands(int n, char **operand)
{
	struct url *u = xcalloc((size_t)n + 1, sizeof *u);
	struct err e;

	if (n == 0)
		opt_usage(&program, "no gs:// URL to read");
	for (int i = 0; i < n; i++)
		if (url_parse(operand[i], "gs", &u[i], &e) != 0)
			opt_usage(&program, "%s", e.text);
	return u;
}

/* "FROM-TO", both included, or "FROM-". */
static void
parse_range(struct cat *c, const char *s)
{
	const char *dash = strchr(s, '-');

	if (dash == NULL || num_u64(s, (size_t)(dash - s), &c->from) != 0 ||
	    (dash[1] != '\0' && (num_u64(dash + 1, strlen(dash + 1), &c->to) != 0 ||
				    c->to < c->from || c->to++ == UINT64_MAX)))
		opt_usage(&program, "--range is '%.40s', expected FROM-TO or FROM-", s);
	if (options.list || c->operands[1].bucket != NULL || c->operands[0].prefix)
		opt_usage(&program, "--range is for one object");
}

int
main(int argc, char **argv)
{
	struct cat c = {.to = UINT64_MAX};
	struct err e;
	int first, rc = -1;

	io_hold_standard();
	first = opt_parse(&program, argc, argv);
	if (options.jobs < 1 || options.jobs > AHEAD_JOBS)
		opt_usage(&program, "-j is %llu, expected 1 to %d",
		    (unsigned long long)options.jobs, AHEAD_JOBS);
	if (options.deadline > MAX_DEADLINE)
		opt_usage(&program, "--deadline takes up to %lu seconds", MAX_DEADLINE);
	c.operands = parse_operands(argc - first, argv + first);
	if (options.range != NULL)
		parse_range(&c, options.range);
	c.http = http_new(&e);
	if (c.http != NULL) {
		http_set_deadline(c.http, (long)options.deadline);
		http_limit_rate(c.http, options.rate);
		c.auth = gcs_auth_new(&e);
	}
	if (c.auth != NULL) {
		c.g = gcs_new(c.http, c.auth);
		rc = options.list ? take_all(&c, NULL, &e) : write_all(&c, &e);
	}
	gcs_free(c.g);
	gcp_auth_free(c.auth);
	http_free(c.http);
	for (struct url *u = c.operands; u->bucket != NULL; u++)
		url_free(u);
	free(c.operands);
	return msg_finish(rc == 0 ? 0 : msg_fail(&e));
}
