/* gcsput: files named by a split manifest, or one file, or standard input, to Cloud Storage. */
#include "base/io.h"
#include "base/msg.h"
#include "base/name.h"
#include "base/opt.h"
#include "base/tsv.h"
#include "gcp/gcs_batch.h"
#include "gcp/gcs_manifest.h"
#include "gcp/gcs_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_JOBS 64

struct options {
	uint64_t jobs;
	int mirror, prune, dry_run;
};

static struct options options = {.jobs = 4};

static const struct opt table[] = {
    {'j', "jobs", OPT_NUMBER, &options.jobs, "N", "upload N files at a time (default 4)"},
    {'n', "dry-run", OPT_FLAG, &options.dry_run, NULL, "only tell what would be done"},
    {0, "mirror", OPT_FLAG, &options.mirror, NULL,
	"remove other objects beside those of the manifest"},
    {0, "prune", OPT_FLAG, &options.prune, NULL,
	"upload nothing: remove other objects beside those of a put manifest"},
};

static const struct opt_program program = {
    .summary =
	"upload the files of a split manifest (on standard input) to gs://bucket/template, or one "
	"FILE (- is\nstandard input) to gs://bucket/object",
    .operands = "[FILE] gs://bucket/object | --prune < put",
    .options = table,
    .n = sizeof table / sizeof *table,
};

/* One line of the put manifest, or of what --dry-run tells. */
static void
print_item(const struct gcs_row *row, const struct gcs_item *item)
{
	static const char *const words[] = {
	    [GCS_KEPT] = "keep", [GCS_CREATED] = "create", [GCS_REPLACED] = "replace"};
	const char *first = words[item->done];
	size_t len = strlen(first);
	char *url = gcs_what(item->bucket, item->name);
	struct buf line = {0};

	if (options.dry_run) {
		tsv_adds(&line, url);
	} else {
		first = row->type;
		len = row->type_len;
		tsv_addu(&line, row->rows);
		tsv_adds(&line, url);
		tsv_addu(&line, item->object.generation);
		tsv_addu(&line, item->object.size);
		tsv_adds(&line, item->object.crc32c);
	}
	(void)tsv_put(stdout, first, len, &line); /* msg_finish looks */
	buf_free(&line);
	free(url);
}

static void
tell_removed(void *ctx, const char *bucket, const struct gcs_object *o)
{
	char *url = gcs_what(bucket, o->name);
	struct buf line = {0};

	(void)ctx;
	if (options.dry_run) {
		tsv_adds(&line, "remove");
		tsv_adds(&line, url);
		puts(line.data);
	} else {
		msg_info("%s: removed, the manifest does not name it", url);
	}
	buf_free(&line);
	free(url);
}

/* What --mirror would remove must be sure to be what the manifest replaces. */
static int
check_mirror(const struct gcs_manifest *m, struct err *e)
{
	if (!options.mirror && !options.prune)
		return 0;
	if (m->n == 0)
		return err_set(e, EX_DATAERR,
		    "standard input: the manifest is empty: nothing is removed "
		    "without one");
	for (size_t i = 0; i < m->n; i++)
		if (strchr(m->item[i].name, '/') == NULL)
			return err_set(e, EX_USAGE,
			    "gs://%s/%s: removal needs objects in a folder, not "
			    "in the bucket's root",
			    m->item[i].bucket, m->item[i].name);
	return 0;
}

/* The rows of the manifest on standard input. Nothing is printed unless all of them are there. */
static int
put_manifest(struct gcs *g, const struct url *to, struct err *e)
{
	struct gcs_manifest m;
	int rc = gcs_manifest_read(&m, stdin, "standard input", to, e);

	if (rc == 0)
		rc = check_mirror(&m, e);
	if (rc == 0 && m.n == 0)
		msg_info("standard input: the manifest is empty: nothing to upload");
	if (rc == 0)
		rc = gcs_batch(g, m.item, m.n, (size_t)options.jobs, options.dry_run, e);
	if (rc == 0 && options.mirror)
		rc = gcs_mirror(g, m.item, m.n, options.dry_run, tell_removed, NULL, e);
	for (size_t i = 0; rc == 0 && i < m.n; i++)
		print_item(&m.row[i], &m.item[i]);
	gcs_manifest_free(&m);
	return rc;
}

/* Beside the objects that the put manifest on standard input names. */
static int
prune(struct gcs *g, struct err *e)
{
	struct gcs_manifest m;
	int rc = gcs_put_manifest_read(&m, stdin, "standard input", e);

	if (rc == 0)
		rc = check_mirror(&m, e);
	if (rc == 0)
		rc = gcs_mirror(g, m.item, m.n, options.dry_run, tell_removed, NULL, e);
	gcs_manifest_free(&m);
	return rc;
}

static int
put_stdin(struct gcs *g, struct gcs_item *item, struct err *e)
{
	struct gcs_stream s;
	int rc;

	if (gcs_stream_open(&s, STDIN_FILENO, item->bucket, item->name, e) != 0)
		return -1;
	rc = gcs_put_item(g, &s.upload, item, options.dry_run, e);
	gcs_stream_close(&s);
	return rc;
}

/* One FILE, or standard input. */
static int
put_one(struct gcs *g, const char *path, const struct url *to, struct err *e)
{
	struct buf name = {0};
	struct gcs_item item = {.path = path, .bucket = to->bucket};
	int rc = gcs_object_name(&name, to->path, NULL, 0, path, e);

	item.name = name.data;
	if (rc == 0)
		rc = strcmp(path, "-") == 0 ? put_stdin(g, &item, e)
					    : gcs_put_path(g, &item, options.dry_run, e);
	if (rc == 0 && options.dry_run)
		print_item(NULL, &item);
	gcs_object_free(&item.object);
	buf_free(&name);
	return rc;
}

/* The destination, from the last operand; ends the program when the command makes no sense. */
static struct url
destination(int n, char **operand)
{
	const char *text = n > 0 ? operand[n - 1] : "";
	size_t len = strlen(text);
	struct url to = {0};
	struct err e;

	if (options.prune && n == 0 && !options.mirror)
		return to;
	if (options.prune)
		opt_usage(
		    &program, "--prune takes a put manifest on standard input and nothing else");
	if (n < 1 || n > 2)
		opt_usage(
		    &program, "%s", n < 1 ? "no gs:// URL to upload to" : "too many operands");
	if (options.jobs < 1 || options.jobs > MAX_JOBS)
		opt_usage(&program, "--jobs takes 1 to %d", MAX_JOBS);
	if (url_parse(text, "gs", &to, &e) != 0)
		opt_usage(&program, "%s", e.text);
	if (text[len - 1] == '*')
		opt_usage(&program, "'%s': an upload needs a name, not a pattern", text);
	if (n == 2 && options.mirror)
		opt_usage(&program, "--mirror needs a manifest, not one file");
	if (n == 2 && to.prefix && strcmp(operand[0], "-") == 0)
		opt_usage(&program, "'%s': standard input needs the name of an object", text);
	return to;
}

int
main(int argc, char **argv)
{
	struct http *http;
	struct gcp_auth *auth = NULL;
	struct gcs *g = NULL;
	struct url to;
	struct err e;
	int first, rc = -1;

	io_hold_standard();
	first = opt_parse(&program, argc, argv);
	to = destination(argc - first, argv + first);
	http = http_new(&e);
	if (http != NULL)
		auth = gcs_auth_new(&e);
	if (auth != NULL)
		g = gcs_new(http, auth);
	if (g != NULL && options.prune)
		rc = prune(g, &e);
	else if (g != NULL)
		rc =
		    argc - first == 2 ? put_one(g, argv[first], &to, &e) : put_manifest(g, &to, &e);
	gcs_free(g);
	gcp_auth_free(auth);
	http_free(http);
	url_free(&to);
	return msg_finish(rc == 0 ? 0 : msg_fail(&e));
}
