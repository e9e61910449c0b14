/* The origin table and the audit table beside it, made ready for the rows of an hour. */
#ifndef GCP_BQ_ORIGIN_H
#define GCP_BQ_ORIGIN_H

#include "base/err.h"
#include "gcp/bq.h"
#include "gcp/bq_fields.h"

#define BQ_AUDIT_TABLE "_etl_audit"

/* bq_origin_prepare(b, origin, rows, column, e): create origin when missing, partitioned by HOUR on
 * column, or add the nullable columns that rows have and it lacks; looked at again when another
 * stamp does the same at once. -1: EX_CONFIG as bq_fields_widen, EX_TEMPFAIL when it never settles,
 * else as bq_call. */
int bq_origin_prepare(struct bq *b, const struct bq_table *origin, const struct bq_fields *rows,
    const char *column, struct err *e);

/* bq_audit_prepare(b, audit, e): create the audit table (hour, type, rows, job, at) when missing.
 */
int bq_audit_prepare(struct bq *b, const struct bq_table *audit, struct err *e);

#endif
