#include "gcp/bq_query.h"
#include "base/json.h"
#include "gcp/bq_job.h"
#include "gcp/bq_json.h"

#include <string.h>

void
bq_query_config(
    struct buf *out, const char *sql, const struct bq_param *param, size_t n, int dry_run)
{
	buf_adds(out, "{\"query\":{\"query\":");
	json_quotes(out, sql);
	buf_adds(out, ",\"useLegacySql\":false");
	if (n > 0)
		buf_adds(out, ",\"parameterMode\":\"NAMED\",\"queryParameters\":[");
	for (size_t i = 0; i < n; i++) {
		buf_adds(out, i > 0 ? ",{" : "{");
		bq_json_member(out, "name", param[i].name);
		buf_adds(
		    out, ",\"parameterType\":{\"type\":\"STRING\"},\"parameterValue\":{\"value\":");
		json_quote(out, param[i].value, param[i].len);
		buf_adds(out, "}}");
	}
	buf_adds(out, n > 0 ? "]}" : "}");
	buf_addf(out, "%s}", dry_run ? ",\"dryRun\":true" : "");
}

/* A dry run makes no job, so it has no id to find it by. */
static int
dry_run(
    struct bq *b, const char *sql, const char *what, yajl_val *answer, long *status, struct err *e)
{
	struct buf path = {0}, body = {0}, config = {0};
	struct bq_request r = {.method = "POST", .body = &body, .what = what};
	int rc;

	bq_query_config(&config, sql, NULL, 0, 1);
	buf_adds(&body, "{\"jobReference\":{");
	bq_json_member(&body, "projectId", b->project);
	bq_json_member(&body, "location", b->location);
	buf_addf(&body, "},\"configuration\":%s}", config.data);
	buf_addf(&path, "/projects/%s/jobs", b->project);
	r.path = path.data;
	rc = bq_call(b, &r, answer, status, e);
	buf_free(&path);
	buf_free(&body);
	buf_free(&config);
	return rc;
}

int
bq_query_columns(struct bq *b, const char *sql, const char *what, yajl_val *answer, struct err *e)
{
	const char *kind;
	long status;
	size_t n;

	if (dry_run(b, sql, what, answer, &status, e) != 0) {
		if (status == 400 || status == 404)
			e->code = EX_CONFIG;
		return -1;
	}
	kind = json_string(*answer, "statistics.query.statementType");
	if (kind != NULL && strcmp(kind, "SELECT") != 0)
		err_set(e, EX_CONFIG, "%s: found %s, expected one SELECT statement", what, kind);
	else if (json_array(*answer, "statistics.query.schema.fields", &n) == NULL)
		err_set(e, EX_UNAVAILABLE, "%s: the dry run told no columns", what);
	else
		return 0;
	yajl_tree_free(*answer);
	*answer = NULL;
	return -1;
}

int
bq_query_rows(struct bq *b, const char *id, yajl_val *answer, struct err *e)
{
	struct buf path = {0}, what = {0};
	struct bq_request r = {.method = "GET"};
	long status;
	int rc;

	buf_addf(&path, "/projects/%s/queries/%s?maxResults=10000", b->project, id);
	if (b->location != NULL)
		buf_addf(&path, "&location=%s", b->location);
	buf_addf(&what, "job %s", id);
	r.path = path.data;
	r.what = what.data;
	rc = bq_call(b, &r, answer, &status, e);
	buf_free(&path);
	buf_free(&what);
	return rc;
}

int
bq_query_u64(yajl_val answer, size_t row, size_t column, uint64_t *out)
{
	size_t rows, columns;
	yajl_val *r = json_array(answer, "rows", &rows), *c;

	if (row >= rows)
		return -1;
	c = json_array(r[row], "f", &columns);
	return column < columns ? json_u64(c[column], "v", out) : -1;
}
