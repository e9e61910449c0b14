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
#define MAX_CHUNK (1024UL * 1024 * 1024)
#define UNSAID UINT64_MAX
#define MAX_DEADLINE 1000000000L /* seconds */

static struct options {
	uint64_t jobs, chunk, rows, bytes, rate, deadline;
	const char *type, *hour;
	int mirror, prune, progress;
	struct gcs_plan plan;
} options = {.jobs = 4, .chunk = UNSAID, .rows = GCS_ROWS_UNKNOWN, .bytes = GCS_SIZE_UNKNOWN};

static const struct opt table[] = {
    {'j', "jobs", OPT_NUMBER, &options.jobs, "N", "upload N files at a time (default 4)"},
    {'n', "dry-run", OPT_FLAG, &options.plan.dry_run, NULL, "only tell what would be done"},
    {'z', "gzip", OPT_FLAG, &options.plan.gzip, NULL, "compress on the way; names end in .gz"},
    {0, "mirror", OPT_FLAG, &options.mirror, NULL,
	"remove other objects beside those of the manifest"},
    {0, "prune", OPT_FLAG, &options.prune, NULL,
	"upload nothing: remove other objects beside those of a put manifest"},
    {0, "hour", OPT_STRING, &options.hour, "HOUR", "for {hour} and the metadata: YYYY/MM/DD/HH"},
    {0, "type", OPT_STRING, &options.type, "TYPE",
	"write a put manifest's line for one FILE, of this type"},
    {0, "rows", OPT_NUMBER, &options.rows, "N", "the records of one FILE"},
    {0, "bytes", OPT_NUMBER, &options.bytes, "N", "store one FILE only if it has N bytes"},
    {0, "content-type", OPT_STRING, &options.plan.manner.content_type, "TYPE",
	"instead of what the name says"},
    {0, "cache-control", OPT_STRING, &options.plan.manner.cache_control, "TEXT", "of new objects"},
    {0, "storage-class", OPT_STRING, &options.plan.manner.storage_class, "CLASS", "of new objects"},
    {0, "kms-key", OPT_STRING, &options.plan.manner.kms_key, "NAME",
	"the Cloud KMS key of new objects"},
    {0, "chunk-size", OPT_SIZE, &options.chunk, "SIZE",
	"bytes of a chunk (default 32M of a file, 8M of a stream)"},
    {0, "limit-rate", OPT_SIZE, &options.rate, "SIZE", "send at most SIZE bytes a second"},
    {0, "deadline", OPT_NUMBER, &options.deadline, "SECONDS", "give up after so long"},
    {0, "progress", OPT_FLAG, &options.progress, NULL, "tell how far it is, also to no terminal"},
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
print_item(const char *type, size_t type_len, const struct gcs_item *item)
{
	static const char *const words[] = {
	    [GCS_KEPT] = "keep", [GCS_CREATED] = "create", [GCS_REPLACED] = "replace"};
	const char *first = words[item->done];
	size_t len = strlen(first);
	char *url = gcs_what(item->bucket, item->name);
	struct buf line = {0};

	if (options.plan.dry_run) {
		tsv_adds(&line, url);
	} else {
		first = type;
		len = type_len;
		tsv_addu(&line, item->rows);
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
	if (options.plan.dry_run) {
		tsv_adds(&line, "remove");
		tsv_adds(&line, url);
		puts(line.data);
	} else {
		msg_info("%s: removed, the manifest does not name it", url);
	}
	buf_free(&line);
	free(url);
}

/* Tell progress from now on; size 0 or GCS_SIZE_UNKNOWN: not known. */
static struct progress *
begin_progress(uint64_t size)
{
	static const char *const counts[PROGRESS_COUNTS] = {"objects", "retries"};
	struct gcs_tally *t = options.plan.tally;

	t->size = size != GCS_SIZE_UNKNOWN ? size : 0;
	t->progress = progress_start(options.progress, counts);
	return t->progress;
}

/* All items, with the progress told. */
static int
put_all(struct gcs *g, struct gcs_item *item, size_t n, uint64_t size, struct err *e)
{
	struct progress *progress = begin_progress(size);
	int rc;

	gcs_survey(g, item, n);
	rc = gcs_batch(g, &options.plan, item, n, (size_t)options.jobs, e);
	progress_stop(progress);
	return rc;
}

/* The rows of the manifest on standard input; with --prune it is a put manifest, and there is nothing to
 * upload. Nothing is printed unless all of them are there. */
static int
put_manifest(struct gcs *g, const struct gcs_naming *naming, struct err *e)
{
	const char *name = "standard input";
	int removes = options.mirror || options.prune, rc;
	struct gcs_manifest m;

	rc = options.prune ? gcs_put_manifest_read(&m, stdin, name, e)
			   : gcs_manifest_read(&m, stdin, name, naming, e);
	if (rc == 0 && removes)
		rc = gcs_mirror_check(m.item, m.n, name, e);
	if (rc == 0 && m.n == 0)
		msg_info("%s: the manifest is empty: nothing to upload", name);
	if (rc == 0 && !options.prune)
		rc = put_all(g, m.item, m.n, m.size, e);
	if (rc == 0 && removes)
		rc = gcs_mirror(g, m.item, m.n, options.plan.dry_run, tell_removed, NULL, e);
	for (size_t i = 0; rc == 0 && !options.prune && i < m.n; i++)
		print_item(m.row[i].type, m.row[i].type_len, &m.item[i]);
	gcs_manifest_free(&m);
	return rc;
}

static int
put_stdin(struct gcs *g, struct gcs_item *item, struct err *e)
{
	struct progress *progress = begin_progress(options.bytes);
	struct gcs_upload as = gcs_upload_of(&options.plan, item);
	struct gcs_stream s;
	int rc = gcs_stream_open(&s, &as, options.plan.gzip, options.bytes, e);

	if (rc == 0)
		rc = gcs_put_item(g, &options.plan, &s.upload, item, e);
	gcs_stream_close(&s);
	progress_stop(progress);
	return rc;
}

/* One FILE, or standard input. */
static int
put_one(struct gcs *g, const char *path, const struct gcs_naming *naming, struct err *e)
{
	struct buf name = {0};
	struct gcs_item item = {.path = path,
	    .bucket = naming->to->bucket,
	    .rows = options.rows,
	    .size = options.bytes};
	size_t type_len = options.type != NULL ? strlen(options.type) : 0;
	int rc = gcs_object_name(&name, naming, options.type, type_len, path, e);

	item.name = name.data;
	if (rc == 0)
		rc = strcmp(path, "-") == 0 ? put_stdin(g, &item, e)
					    : put_all(g, &item, 1, gcs_file_size(path), e);
	if (rc == 0 && (options.plan.dry_run || options.type != NULL))
		print_item(options.type, type_len, &item);
	gcs_object_free(&item.object);
	buf_free(&name);
	return rc;
}

/* What goes into a header must be a line of text. */
static void
check_text(const char *option, const char *text)
{
	for (const char *p = text; p != NULL && *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			opt_usage(&program, "--%s takes a line of text", option);
}

static void
check_options(int operands)
{
	static const struct gcs_manner none;
	static struct hour hour;
	struct err e;

	if (options.jobs < 1 || options.jobs > MAX_JOBS)
		opt_usage(&program, "--jobs takes 1 to %d", MAX_JOBS);
	options.plan.file_chunk = options.chunk != UNSAID ? (size_t)options.chunk : GCS_FILE_CHUNK;
	options.plan.chunk = options.chunk != UNSAID ? (size_t)options.chunk : GCS_CHUNK;
	if (options.plan.chunk < GCS_QUANTUM || options.plan.chunk > MAX_CHUNK ||
	    options.plan.chunk % GCS_QUANTUM != 0)
		opt_usage(&program, "--chunk-size takes a multiple of 256K up to 1G");
	if (options.deadline > MAX_DEADLINE)
		opt_usage(&program, "--deadline takes up to %ld seconds", MAX_DEADLINE);
	if (options.hour != NULL && hour_parse(options.hour, &hour, &e) != 0)
		opt_usage(&program, "--hour: %s", e.text);
	options.plan.manner.hour = options.hour != NULL ? hour.path : NULL;
	if (operands == 2 && options.mirror)
		opt_usage(&program, "--mirror needs a manifest, not one file");
	if (options.prune && (options.plan.gzip || options.chunk != UNSAID ||
				 memcmp(&options.plan.manner, &none, sizeof none) != 0))
		opt_usage(&program, "--prune uploads nothing: it takes no option of uploads");
	if (operands != 2 && (options.type != NULL || options.rows != GCS_ROWS_UNKNOWN ||
				 options.bytes != GCS_SIZE_UNKNOWN))
		opt_usage(&program, "--type, --rows and --bytes are of one FILE");
	if (options.type != NULL && options.rows == GCS_ROWS_UNKNOWN)
		opt_usage(&program, "--type needs --rows");
	check_text("content-type", options.plan.manner.content_type);
	check_text("cache-control", options.plan.manner.cache_control);
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
	if (url_parse(text, "gs", &to, &e) != 0)
		opt_usage(&program, "%s", e.text);
	if (text[len - 1] == '*')
		opt_usage(&program, "'%s': an upload needs a name, not a pattern", text);
	if (n == 2 && to.prefix && strcmp(operand[0], "-") == 0)
		opt_usage(&program, "'%s': standard input needs the name of an object", text);
	return to;
}

int
main(int argc, char **argv)
{
	struct gcs_naming naming;
	struct gcs_tally tally = {0};
	struct http *http;
	struct gcp_auth *auth = NULL;
	struct gcs *g = NULL;
	struct url to;
	struct err e;
	int first, rc = -1;

	io_hold_standard();
	first = opt_parse(&program, argc, argv);
	to = destination(argc - first, argv + first);
	check_options(argc - first);
	naming = (struct gcs_naming){
	    .to = &to, .hour = options.plan.manner.hour, .gzip = options.plan.gzip};
	http = http_new(&e);
	if (http != NULL) {
		http_set_deadline(http, (long)options.deadline);
		http_limit_rate(http, options.rate);
		tally.http = http;
		options.plan.tally = &tally;
		auth = gcs_auth_new(&e);
	}
	if (auth != NULL)
		g = gcs_new(http, auth);
	if (g != NULL)
		rc = argc - first == 2 ? put_one(g, argv[first], &naming, &e)
				       : put_manifest(g, &naming, &e);
	gcs_free(g);
	gcp_auth_free(auth);
	http_free(http);
	url_free(&to);
	return msg_finish(rc == 0 ? 0 : msg_fail(&e));
}
