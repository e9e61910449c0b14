/* The schema of a BigQuery table or view as a schema file would have it. */
#ifndef GCP_BQ_SCHEMA_H
#define GCP_BQ_SCHEMA_H

#include "base/err.h"
#include "gcp/bq.h"
#include "ndjson/column.h"

/* bq_schema_read(b, t, out, e): the columns of t, in the table's order, into the empty *out, the
 * caller's to columns_free. Pseudo-columns (_PARTITIONTIME) are no columns of a schema. A view's are
 * those that a query of it would have now, by a dry run; those of its definition are told by
 * BigQuery as they were when it was made. They are taken, and a warning told, when the view is in
 * legacy SQL or the dry run is refused. What a schema file can't say is told as a notice: that t is
 * a view or an external table, and its partitions.
 * 1; 0 when t is not there; -1 as bq_call, and EX_DATAERR when t has no columns or its schema is
 * none that can be loaded into. */
int bq_schema_read(struct bq *b, const struct bq_table *t, struct columns *out, struct err *e);

#endif
