/* gcscat: objects of Cloud Storage, decompressed, to standard output; or a listing of them. */
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/opt.h"
#include "base/tsv.h"
#include "gcp/gcs_read.h"
#include "ndjson/codec.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define OUT_BYTES (256UL * 1024)

static int list_only;

static const struct opt table[] = {
    {'l', "list", OPT_FLAG, &list_only, NULL, "list: URL, size, generation, crc32c, last update"},
};

static const struct opt_program program = {
    .summary = "write Cloud Storage objects, decompressed, to standard output",
    .operands = "gs://bucket/object-or-prefix/ ...",
    .options = table,
    .n = sizeof table / sizeof *table,
};

/* The output, over all objects. */
struct output {
	struct gcs *g;
	const char *bucket; /* of the objects at hand */
	const char *url;    /* of this one */
	struct decoder *decoder;
	uint64_t objects;
	int open_line; /* the last byte written was not a newline */
	int begun;     /* bytes of this object were written */
	int broken;    /* standard output takes no more */
	int damaged;   /* this object can't be decoded any further, why tells */
	struct err why;
};

static int
write_decoded(void *arg, const void *p, size_t n, struct err *e)
{
	struct output *out = arg;
	int separate = !out->begun && out->open_line;

	errno = 0;
	if ((separate && putchar('\n') == EOF) || fwrite(p, 1, n, stdout) != n) {
		out->broken = 1;
		return err_set(e, EX_IOERR, "standard output: %s",
		    errno != 0 ? strerror(errno) : "write error");
	}
	out->begun = 1;
	out->open_line = ((const char *)p)[n - 1] != '\n';
	return 0;
}

/* What can't be decoded may be so stored, or was spoilt on the way: the crc32c at the end of the
 * object tells, so the rest of its bytes is let through. */
static int
decode(void *ctx, const void *p, size_t n, struct err *e)
{
	struct output *out = ctx;

	if (out->damaged || decoder_feed(out->decoder, p, n, e) == 0)
		return 0;
	if (out->broken)
		return -1;
	out->damaged = 1;
	out->why = *e;
	return 0;
}

static int
finish(struct output *out, struct err *e)
{
	if (out->damaged)
		*e = out->why;
	else if (decoder_finish(out->decoder, e) == 0)
		return 0;
	return out->broken ? -1 : err_prefix(e, "%s", out->url);
}

static void
print_listing(const char *url, const struct gcs_object *o)
{
	struct buf line = {0};

	tsv_adds(&line, url);
	tsv_addu(&line, o->size);
	tsv_addu(&line, o->generation);
	tsv_adds(&line, o->crc32c[0] != '\0' ? o->crc32c : "-");
	tsv_adds(&line, o->updated);
	puts(line.data);
	buf_free(&line);
}

/* Folder placeholders ("2021/01/", no bytes) hold nothing that anybody wrote. */
static int
is_placeholder(const struct gcs_object *o)
{
	size_t n = strlen(o->name);

	return o->size == 0 && n > 0 && o->name[n - 1] == '/';
}

/* One object, or its line of the listing. */
static int
put_out(void *ctx, const struct gcs_object *o, struct err *e)
{
	struct output *out = ctx;
	char *url;
	int rc = 0;

	if (is_placeholder(o))
		return 0;
	url = gcs_what(out->bucket, o->name);
	out->objects++;
	out->begun = 0;
	out->damaged = 0;
	out->url = url;
	if (list_only) {
		print_listing(url, o);
	} else {
		decoder_reset(out->decoder);
		rc = gcs_read(out->g, out->bucket, o, decode, out, e);
		if (rc == 0)
			rc = finish(out, e);
	}
	free(url);
	return rc;
}

static int
put_operand(struct output *out, const struct url *u, struct err *e)
{
	struct gcs_object o;
	uint64_t before = out->objects;
	int rc;

	out->bucket = u->bucket;
	if (u->prefix) {
		rc = gcs_list(out->g, u->bucket, u->path, "", put_out, out, e);
		if (rc == 0 && out->objects == before)
			rc = err_set(
			    e, EX_NOINPUT, "gs://%s/%s: no object there (yet)", u->bucket, u->path);
		return rc;
	}
	rc = gcs_stat(out->g, u->bucket, u->path, &o, e);
	if (rc == 0)
		return err_set(
		    e, EX_NOINPUT, "gs://%s/%s: no such object (yet)", u->bucket, u->path);
	if (rc == 1)
		rc = put_out(out, &o, e);
	gcs_object_free(&o);
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

int
main(int argc, char **argv)
{
	struct output out = {0};
	struct http *http;
	struct gcp_auth *auth = NULL;
	struct url *u;
	struct err e;
	int first, n, rc = -1;

	io_hold_standard();
	first = opt_parse(&program, argc, argv);
	n = argc - first;
	u = parse_operands(n, argv + first);
	setvbuf(stdout, NULL, _IOFBF, OUT_BYTES);
	http = http_new(&e);
	if (http != NULL)
		auth = gcs_auth_new(&e);
	if (auth != NULL)
		out.g = gcs_new(http, auth);
	if (out.g != NULL) {
		out.decoder = decoder_new(write_decoded, &out);
		rc = 0;
	}
	for (int i = 0; i < n && rc == 0; i++)
		rc = put_operand(&out, &u[i], &e);
	decoder_free(out.decoder);
	gcs_free(out.g);
	gcp_auth_free(auth);
	http_free(http);
	for (int i = 0; i < n; i++)
		url_free(&u[i]);
	free(u);
	if (out.broken) /* e tells it already */
		return msg_fail(&e);
	return msg_finish(rc == 0 ? 0 : msg_fail(&e));
}
