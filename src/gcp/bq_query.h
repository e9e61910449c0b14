/* BigQuery queries: checked by a dry run, run as jobs, their rows read (BigQuery REST reference,
 * "JobConfigurationQuery", "jobs.getQueryResults"). */
#ifndef GCP_BQ_QUERY_H
#define GCP_BQ_QUERY_H

#include "base/buf.h"
#include "base/err.h"
#include "gcp/bq.h"

#include <stddef.h>
#include <stdint.h>

struct bq_param {
	const char *name, *value; /* a named STRING parameter; value is UTF-8, len bytes */
	size_t len;
};

/* bq_query_config(out, sql, param, n, dry_run): append the configuration of a GoogleSQL query job
 * as JSON. Pure. */
void bq_query_config(
    struct buf *out, const char *sql, const struct bq_param *param, size_t n, int dry_run);

/* bq_query_columns(b, sql, what, answer, e): what columns the single SELECT sql would give, without
 * running it. 0 with the dry run's answer in *answer (the caller's to yajl_tree_free), its columns
 * at statistics.query.schema.fields. what is the place for messages. -1: EX_CONFIG when sql is
 * refused or is no single SELECT, else as bq_call. */
int bq_query_columns(
    struct bq *b, const char *sql, const char *what, yajl_val *answer, struct err *e);

/* bq_query_rows(b, id, answer, e): the rows of a DONE query job, at most 10,000 in one answer; of a
 * script, those of its last SELECT. 0 with *answer (the caller's to yajl_tree_free). -1 as bq_call.
 */
int bq_query_rows(struct bq *b, const char *id, yajl_val *answer, struct err *e);

/* bq_query_u64(answer, row, column, out): one INT64 of such an answer. 0, or -1 when it is not
 * there, NULL or no whole number. */
int bq_query_u64(yajl_val answer, size_t row, size_t column, uint64_t *out);

#endif
