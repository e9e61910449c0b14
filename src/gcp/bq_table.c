#include "gcp/bq_table.h"
#include "base/json.h"
#include "gcp/bq_json.h"

#include <string.h>

enum { THERE = 409, CHANGED = 412 };

static int
call(struct bq *b, const char *method, const struct bq_table *t, int one, const struct buf *body,
    const char *etag, yajl_val *answer, long *status, struct err *e)
{
	struct buf path = {0}, what = {0};
	struct bq_request r = {.method = method, .body = body, .if_match = etag};
	int rc;

	buf_addf(&path, "/projects/%s/datasets/%s/tables", t->project, t->dataset);
	if (one)
		buf_addf(&path, "/%s", t->table);
	bq_table_text(&what, t);
	r.path = path.data;
	r.what = what.data;
	rc = bq_call(b, &r, answer, status, e);
	buf_free(&path);
	buf_free(&what);
	return rc;
}

int
bq_table_get(struct bq *b, const struct bq_table *t, yajl_val *table, struct err *e)
{
	long status;

	if (call(b, "GET", t, 1, NULL, NULL, table, &status, e) == 0)
		return 1;
	/* "Not found: Table p:d.t", or Dataset, or Project: only the first is an answer. Google's pages
	 * show "Not found" and "Not Found", emulators write "table". */
	if (status == 404 && strcasestr(e->text, "not found: table") != NULL)
		return 0;
	return -1;
}

int
bq_table_create(struct bq *b, const struct bq_table *t, const char *members, struct err *e)
{
	struct buf body = {0};
	yajl_val answer;
	long status;
	int rc;

	buf_adds(&body, "{\"tableReference\":{");
	bq_json_member(&body, "projectId", t->project);
	bq_json_member(&body, "datasetId", t->dataset);
	bq_json_member(&body, "tableId", t->table);
	buf_addf(&body, "}%s%s}", members != NULL ? "," : "", members != NULL ? members : "");
	rc = call(b, "POST", t, 0, &body, NULL, &answer, &status, e);
	yajl_tree_free(answer);
	buf_free(&body);
	return rc != 0 && status == THERE ? 1 : rc;
}

int
bq_table_set_fields(
    struct bq *b, const struct bq_table *t, const char *fields, const char *etag, struct err *e)
{
	struct buf body = {0};
	yajl_val answer;
	long status;
	int rc;

	buf_addf(&body, "{\"schema\":{\"fields\":%s}}", fields);
	rc = call(b, "PATCH", t, 1, &body, etag, &answer, &status, e);
	yajl_tree_free(answer);
	buf_free(&body);
	return rc != 0 && status == CHANGED ? 1 : rc;
}
