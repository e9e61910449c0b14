#include "gcp/bq_count.h"
#include "base/json.h"
#include "gcp/bq_job.h"
#include "gcp/bq_query.h"
#include "gcp/bq_script.h"

#include <string.h>

/* Run the query under a new id and wait: its id in *id. Counting again never hurts. */
static int
run(struct bq *b, const char *sql, struct buf *id, struct err *e)
{
	struct buf config = {0}, text = {0};
	const char *reason = NULL;
	yajl_val job = NULL;
	int rc = -1;

	if (bq_job_new_id(id, "count", e) != 0)
		return -1;
	bq_query_config(&config, sql, NULL, 0, 0);
	if (bq_job_start(b, id->data, &config, &job, e) == BQ_REFUSED)
		reason = b->reason;
	else if ((rc = bq_job_wait(b, &job, e)) == 0 && (reason = bq_job_reason(job)) != NULL) {
		bq_job_error(job, 0, &text);
		rc = err_set(e, bq_code(reason, 0), "%s", text.data);
	}
	/* jobs.insert refuses a query that it can't analyse, or makes a job that fails. */
	if (rc != 0 && reason != NULL && strcmp(reason, "invalidQuery") == 0)
		e->code = EX_CONFIG;
	yajl_tree_free(job);
	buf_free(&config);
	buf_free(&text);
	return rc;
}

int
bq_count(struct bq *b, const struct bq_table *const *table, size_t n, const char *column,
    const struct hour *hour, uint64_t *rows, struct err *e)
{
	struct buf sql = {0}, id = {0};
	yajl_val answer = NULL;
	uint64_t place;
	int rc;

	bq_count_query(&sql, table, n, column, hour);
	rc = run(b, sql.data, &id, e);
	if (rc == 0)
		rc = bq_query_rows(b, id.data, &answer, e);
	for (size_t i = 0; rc == 0 && i < n; i++)
		if (bq_query_u64(answer, i, 0, &place) != 0 || place != i ||
		    bq_query_u64(answer, i, 1, &rows[i]) != 0)
			rc = err_set(e, EX_UNAVAILABLE,
			    "job %s: done, but it does not tell the rows of %s", id.data,
			    table[i]->table);
	yajl_tree_free(answer);
	buf_free(&sql);
	buf_free(&id);
	return rc;
}
