#include "gcp/bq_load.h"
#include "base/io.h"
#include "base/json.h"
#include "base/msg.h"
#include "gcp/bq_job.h"
#include "gcp/bq_json.h"
#include "gcp/bq_table.h"
#include "ndjson/schema.h"

#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_RUNS = 3, MOST_ATTEMPTS = 1000, ID_BYTES = 16 };

int
bq_load_fields(struct bq_load *l, const char *path, struct err *e)
{
	struct schema *schema = NULL;
	struct buf text = {0};
	yajl_val file = NULL, fields;
	int rc = -1;

	/* Read once: it may be a pipe. */
	if (io_slurp(path, SCHEMA_MAX_BYTES, &text, e) == 0)
		schema = schema_parse(text.data, text.len, path, e);
	if (schema != NULL)
		file = json_parse(text.data, text.len, SCHEMA_MAX_BYTES, path, e);
	if (file != NULL) {
		fields = json_get(file, "schema.fields");
		if (fields == NULL)
			fields = json_get(file, "fields");
		json_write(&l->fields, fields != NULL ? fields : file, 0);
		rc = 0;
	}
	e->code = EX_CONFIG;
	schema_free(schema);
	yajl_tree_free(file);
	buf_free(&text);
	return rc;
}

void
bq_load_config(struct buf *out, const struct bq_load *l)
{
	buf_adds(out, "{\"load\":{\"destinationTable\":{");
	bq_json_member(out, "projectId", l->table->project);
	bq_json_member(out, "datasetId", l->table->dataset);
	bq_json_member(out, "tableId", l->table->table);
	buf_adds(out,
	    "},\"sourceFormat\":\"NEWLINE_DELIMITED_JSON\","
	    "\"createDisposition\":\"CREATE_IF_NEEDED\",\"writeDisposition\":\"WRITE_TRUNCATE\","
	    "\"schema\":{\"fields\":");
	buf_add(out, l->fields.data, l->fields.len);
	buf_adds(out, "},\"sourceUris\":[");
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			buf_addc(out, ',');
		json_quotes(out, l->source[i].uri);
	}
	buf_adds(out, "]}}");
}

void
bq_load_id(struct buf *out, const struct bq_load *l)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	struct buf work = {0};

	buf_add(&work, l->hour, strlen(l->hour) + 1);
	bq_load_config(&work, l);
	for (size_t i = 0; i < l->n; i++) {
		buf_addc(&work, '\0');
		buf_adds(&work, l->source[i].generation);
	}
	SHA256((const unsigned char *)work.data, work.len, digest);
	buf_free(&work);
	buf_adds(out, "hourtools_load_");
	for (int i = 0; i < ID_BYTES; i++)
		buf_addf(out, "%02x", digest[i]);
	buf_addf(out, "_%u", l->attempt);
}

static int
make_temp(struct bq *b, const struct bq_load *l, struct err *e)
{
	struct buf members = {0};
	yajl_val there;
	int rc = bq_table_get(b, l->table, &there, e);

	if (rc == 0) {
		if (l->expires_ms > 0)
			buf_addf(&members, "\"expirationTime\":\"%llu\"",
			    (unsigned long long)l->expires_ms);
		rc = bq_table_create(b, l->table, members.data, e);
		buf_free(&members);
	}
	yajl_tree_free(there);
	return rc < 0 ? -1 : 0;
}

static uint64_t
output_rows(yajl_val job)
{
	uint64_t rows;

	return json_u64(job, "statistics.load.outputRows", &rows) == 0 ? rows : 0;
}

/* 1 when TEMP holds what the successful job put there: nothing was written to it since. */
static int
still_there(struct bq *b, const struct bq_load *l, struct err *e)
{
	uint64_t rows = 0, changed = 0, end = 0;
	yajl_val temp;
	int rc = bq_table_get(b, l->table, &temp, e);

	if (rc == 1 && (json_u64(temp, "numRows", &rows) != 0 || rows != output_rows(l->job) ||
			   json_u64(temp, "lastModifiedTime", &changed) != 0 ||
			   json_u64(l->job, "statistics.endTime", &end) != 0 || changed > end))
		rc = 0;
	yajl_tree_free(temp);
	return rc;
}

/* Start attempt l->attempt: 1 when its job is this load's, 0 when it is over and of no use. */
static int
try_attempt(struct bq *b, struct bq_load *l, struct err *e)
{
	struct buf id = {0}, config = {0};
	enum bq_start start;

	bq_load_id(&id, l);
	bq_load_config(&config, l);
	yajl_tree_free(l->job);
	start = bq_job_start(b, id.data, &config, &l->job, e);
	buf_free(&id);
	buf_free(&config);
	l->attached = start == BQ_FOUND;
	if (start == BQ_REFUSED)
		return -1;
	msg_debug("job %s: %s", bq_job_id(l->job), start == BQ_STARTED ? "started" : "found");
	if (start == BQ_STARTED || !bq_job_done(l->job))
		return 1;
	return bq_job_reason(l->job) == NULL ? still_there(b, l, e) : 0;
}

static int
next_attempt(struct bq *b, struct bq_load *l, struct err *e)
{
	int rc = 0;

	while (rc == 0) {
		if (++l->attempt > MOST_ATTEMPTS)
			return err_set(e, EX_UNAVAILABLE,
			    "%s: %d jobs for the same objects failed before", l->table->table,
			    MOST_ATTEMPTS);
		rc = try_attempt(b, l, e);
	}
	return rc < 0 ? -1 : 0;
}

int
bq_load_start(struct bq *b, struct bq_load *l, struct err *e)
{
	if (l->n > BQ_LOAD_MOST_URIS)
		return err_set(e, EX_DATAERR, "%s: %zu objects, a load job takes at most %d",
		    l->table->table, l->n, BQ_LOAD_MOST_URIS);
	if (bq_locate(b, l->table, e) != 0 || make_temp(b, l, e) != 0)
		return -1;
	return next_attempt(b, l, e);
}

static int
failed(const struct bq_load *l, struct err *e)
{
	const char *reason = bq_job_reason(l->job);
	const char *message = json_string(l->job, "status.errorResult.message");
	struct buf text = {0};
	int code = bq_code(reason, 0);

	if (strcmp(reason, "invalid") == 0)
		code = EX_DATAERR;
	else if (message != NULL && strncmp(message, "Not found: URI", 14) == 0)
		code = EX_NOINPUT;
	bq_job_error(l->job, 0, &text);
	err_set(e, code, "%s", text.data);
	buf_free(&text);
	return -1;
}

int
bq_load_finish(struct bq *b, struct bq_load *l, struct err *e)
{
	const char *reason;

	for (int attempt = 1;; attempt++) {
		if (bq_job_wait(b, &l->job, e) != 0)
			return -1;
		reason = bq_job_reason(l->job);
		if (reason == NULL)
			break;
		if (!bq_transient(reason) || attempt >= MOST_RUNS ||
		    http_wait(b->http, attempt, RETRY_THROTTLED, -1) != 0)
			return failed(l, e);
		msg_warn("job %s: %s; trying again", bq_job_id(l->job), reason);
		if (next_attempt(b, l, e) != 0)
			return -1;
	}
	l->rows = output_rows(l->job);
	return 0;
}

void
bq_load_free(struct bq_load *l)
{
	buf_free(&l->fields);
	free(l->source);
	yajl_tree_free(l->job);
	*l = (struct bq_load){0};
}
