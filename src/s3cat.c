/* s3cat: S3 objects, one after the other and decompressed, to standard output; or their listing. */
#include "aws/s3.h"
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/opt.h"
#include "base/tsv.h"
#include "ndjson/codec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define OUT_BYTES (256UL * 1024)
#define PIPE_BYTES (1024 * 1024)

static struct {
	int list;
	const char *listing; /* of -m */
} options;

static const struct opt option_table[] = {
    {'l', "list", OPT_FLAG, &options.list, NULL, "print a listing instead of the objects"},
    {'m', "manifest", OPT_STRING, &options.listing, "LISTING",
	"read exactly the objects of a listing ('-': stdin)"},
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
	const char *bucket, *key; /* of the object being read; key: also the one looked for by -l */
	int looked;               /* its first byte that is no white space was seen */
	int begun;                /* a byte of it was written */
	char last;                /* byte written */
	uint64_t objects;         /* read or listed */
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
cat_object(struct cat *c, const struct s3_object *object, struct err *e)
{
	uint64_t size;

	c->key = object->key;
	c->looked = c->begun = 0;
	c->objects++;
	decoder_reset(c->decoder);
	if (s3_get(c->s3, c->bucket, object, on_compressed, c, e) != 0)
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

/* Folder markers ("2021/01/", no bytes) are not logs. */
static int
is_marker(const struct s3_object *object)
{
	return object->size == 0 && object->key[strlen(object->key) - 1] == '/';
}

/* An empty object is there, and has nothing to fetch. */
static int
cat_listed(void *ctx, const struct s3_object *object, struct err *e)
{
	struct cat *c = ctx;

	if (object->size > 0)
		return cat_object(c, object, e);
	c->objects += !is_marker(object);
	return 0;
}

static int
print_row(struct cat *c, const struct s3_object *object, struct err *e)
{
	struct buf url = {0}, line = {0};
	int rc;

	buf_addf(&url, "s3://%s/%s", c->bucket, object->key);
	tsv_add(&line, url.data, url.len);
	tsv_addu(&line, object->size);
	tsv_adds(&line, object->etag);
	tsv_adds(&line, object->modified != NULL ? object->modified : "");
	buf_addc(&line, '\n');
	rc = write_out(c, line.data, line.len, e);
	c->objects++;
	buf_free(&url);
	buf_free(&line);
	return rc;
}

static int
print_listed(void *ctx, const struct s3_object *object, struct err *e)
{
	return is_marker(object) ? 0 : print_row(ctx, object, e);
}

/* The key itself comes first of all keys that begin with it. */
static int
print_exact(void *ctx, const struct s3_object *object, struct err *e)
{
	struct cat *c = ctx;

	if (strcmp(object->key, c->key) == 0 && print_row(c, object, e) != 0)
		return -1;
	return 1;
}

static int
cat_operand(struct cat *c, const struct url *u, struct err *e)
{
	struct s3_object object = {.key = u->path, .size = S3_SIZE_UNKNOWN};
	int rc;

	c->bucket = u->bucket;
	c->key = u->path;
	c->objects = 0;
	if (options.list)
		rc = s3_list(
		    c->s3, u->bucket, u->path, u->prefix ? print_listed : print_exact, c, e);
	else if (u->prefix)
		rc = s3_list(c->s3, u->bucket, u->path, cat_listed, c, e);
	else
		rc = cat_object(c, &object, e);
	if (rc == 0 && c->objects == 0)
		rc = err_set(e, EX_NOINPUT, "s3://%s/%s: %s", u->bucket, u->path,
		    u->prefix ? "no objects there" : "no such object");
	return rc;
}

/* One row of a listing: "s3://bucket/key", the key as it is, even where it ends in '*'. */
static int
cat_row(struct cat *c, const struct tsv_reader *r, struct err *e)
{
	struct s3_object object = {.etag = r->field[2].s};
	char *bucket = r->field[0].s + 5, *slash;

	if (strncmp(r->field[0].s, "s3://", 5) != 0 || (slash = strchr(bucket, '/')) == NULL ||
	    slash == bucket || slash[1] == '\0' || strlen(r->field[0].s) != r->field[0].len)
		return err_set(e, EX_CONFIG, "%s:%llu: found '%.200s', expected s3://bucket/key",
		    r->name, (unsigned long long)r->line, r->field[0].s);
	/* It becomes a header. */
	for (const char *p = object.etag; p == object.etag || *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '"')
			return err_set(e, EX_CONFIG,
			    "%s:%llu: found '%.40s' in column 3, expected an ETag", r->name,
			    (unsigned long long)r->line, object.etag);
	*slash = '\0';
	c->bucket = bucket;
	object.key = slash + 1;
	return tsv_u64(r, 1, &object.size, e) == 0 ? cat_object(c, &object, e) : -1;
}

static int
cat_listing(struct cat *c, const char *path, struct err *e)
{
	int standard = strcmp(path, "-") == 0, rc;
	struct tsv_reader r = {
	    .in = standard ? stdin : fopen(path, "re"), .name = standard ? "standard input" : path};

	if (r.in == NULL)
		return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, path);
	while ((rc = tsv_next(&r, 3, e)) > 0)
		if (cat_row(c, &r, e) != 0)
			break;
	if (rc == 0 && c->objects == 0)
		rc = err_set(e, EX_NOINPUT, "%s: the listing names no objects", r.name);
	tsv_done(&r);
	if (!standard)
		fclose(r.in);
	return rc == 0 ? 0 : -1;
}

/* The operands, checked before, or the listing of -m. */
static int
cat_all(struct cat *c, char **operands, struct err *e)
{
	struct http *http = http_new(e);
	struct aws_auth *auth = http != NULL ? aws_auth_new(http, e) : NULL;
	struct url u;
	int rc = 0;

	c->decoder = decoder_new(on_decoded, c);
	if (auth != NULL)
		c->s3 = s3_new(http, auth, e);
	if (c->s3 == NULL)
		rc = -1;
	else if (options.listing != NULL)
		rc = cat_listing(c, options.listing, e);
	for (; rc == 0 && *operands != NULL; operands++) {
		rc = url_parse(*operands, "s3", &u, e) == 0 ? cat_operand(c, &u, e) : -1;
		url_free(&u);
	}
	s3_free(c->s3);
	aws_auth_free(auth);
	http_free(http);
	decoder_free(c->decoder);
	return rc;
}

int
main(int argc, char **argv)
{
	struct cat c = {.last = '\n'};
	struct err e = {0};
	struct url u;
	char **operands;

	io_hold_standard();
	operands = argv + opt_parse(&program, argc, argv);
	if (options.listing != NULL && (*operands != NULL || options.list))
		opt_usage(&program, "-m takes no %s", options.list ? "-l" : "operands");
	if (options.listing == NULL && *operands == NULL)
		opt_usage(&program, "expected s3://bucket/prefix/ or -m LISTING");
	for (char **p = operands; *p != NULL; p++) {
		if (url_parse(*p, "s3", &u, &e) != 0)
			opt_usage(&program, "%s", e.text);
		url_free(&u);
	}
	/* Few large writes; the pipe may refuse its size. */
	setvbuf(stdout, NULL, _IOFBF, OUT_BYTES);
	(void)fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_BYTES);
	if (cat_all(&c, operands, &e) == 0)
		return msg_finish(0);
	/* When standard output itself failed, e says so: once is enough. */
	return ferror(stdout) ? msg_fail(&e) : msg_finish(msg_fail(&e));
}
