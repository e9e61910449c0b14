/* BigQuery tables as resources: read, created, widened (BigQuery REST reference, "tables.get",
 * "tables.insert", "tables.patch"). */
#ifndef GCP_BQ_TABLE_H
#define GCP_BQ_TABLE_H

#include "base/err.h"
#include "gcp/bq.h"

/* bq_table_get(b, t, table, e): 1 and its resource in *table (the caller's to yajl_tree_free), 0
 * when the table is not there (its dataset or project missing is an error), -1 as bq_call. */
int bq_table_get(struct bq *b, const struct bq_table *t, yajl_val *table, struct err *e);

/* bq_table_create(b, t, members, e): create t with further members of its resource as JSON text
 * without braces
 * ("\"schema\":{...}"), or NULL. 0; 1 when it is there already, made by another or by a request
 * whose answer was lost, and left as it is; -1 as bq_call. */
int bq_table_create(struct bq *b, const struct bq_table *t, const char *members, struct err *e);

/* bq_table_set_fields(b, t, fields, etag, e): patch t's schema to the JSON array fields. 0; 1 and
 * nothing when t changed since etag was read, by another or by a request whose answer was lost; -1
 * as bq_call: BigQuery refuses whatever is no widening. */
int bq_table_set_fields(
    struct bq *b, const struct bq_table *t, const char *fields, const char *etag, struct err *e);

#endif
