/* BigQuery tables of any name, and all tables of a dataset (BigQuery REST reference, "tables.get",
 * "tables.list"). */
#ifndef GCP_BQ_TABLES_H
#define GCP_BQ_TABLES_H

#include "base/err.h"
#include "gcp/bq.h"

#include <stddef.h>

/* bq_tables_parse(spec, project, t, e): the operand for a table, as bq_table_parse has it but with
 * table names of any script and with blanks ("Table naming"), or for a dataset: "project:dataset",
 * "dataset", and either with a dot behind, also "project.dataset."; then t->table is NULL. project
 * is for a spec that names none, and may be NULL. -1 with EX_USAGE, t then empty. The caller frees
 * t. */
int bq_tables_parse(const char *spec, const char *project, struct bq_table *t, struct err *e);

/* bq_tables_get(b, t, table, e): 1 and the parts of the resource of t that tell its columns, its type
 * and its partitions in *table (the caller's to yajl_tree_free), 0 when the table is not there, -1
 * as bq_call. Numbers of rows and bytes, which take BigQuery longer, are not asked for. */
int bq_tables_get(struct bq *b, const struct bq_table *t, yajl_val *table, struct err *e);

/* bq_tables_list(b, dataset, name, n, e): the names of what tables.list tells of a dataset (its
 * project and dataset are looked at), by bytes, each once: tables and views of any kind. 0 with *name
 * and its *n strings the caller's to bq_tables_free; -1 as bq_call. */
int bq_tables_list(
    struct bq *b, const struct bq_table *dataset, char ***name, size_t *n, struct err *e);
void bq_tables_free(char **name, size_t n);

#endif
