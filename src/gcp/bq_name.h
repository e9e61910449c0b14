/* Names of BigQuery tables, columns and places: parsed, checked, quoted. Pure. */
#ifndef GCP_BQ_NAME_H
#define GCP_BQ_NAME_H

#include "base/buf.h"
#include "base/err.h"

/* The column of the folder hour unless a program is told otherwise. */
#define BQ_HOUR_COLUMN "folder_hour"

struct bq_table {
	char *project, *dataset, *table;
};

/* bq_table_parse(spec, project, t, e): "project:dataset.table", "project.dataset.table" or
 * "dataset.table" in project (may be NULL). Projects are letters, digits, '-' and, for
 * domain-scoped ones, '.' and ':'; datasets letters, digits and '_'; tables also '-' (BigQuery,
 * "Dataset naming" and "Table naming", less the letters beyond ASCII); 1,024 characters at most
 * each. -1 with EX_USAGE, t then empty. The caller frees t. */
int bq_table_parse(const char *spec, const char *project, struct bq_table *t, struct err *e);
void bq_table_free(struct bq_table *t);

/* bq_table_quote(out, t): append `project.dataset.table` in backticks, as SQL wants it. */
void bq_table_quote(struct buf *out, const struct bq_table *t);

/* bq_table_text(out, t): append project:dataset.table, as manifests and messages have it. */
void bq_table_text(struct buf *out, const struct bq_table *t);

/* bq_table_compare(s, t): an order of tables; 0 when both are the same one. */
int bq_table_compare(const struct bq_table *s, const struct bq_table *t);

/* bq_column_quote(out, name, e): append a column name in backticks. -1 with EX_DATAERR for a name
 * that holds a backtick, a backslash or a control character, or is empty or longer than 300 bytes.
 */
int bq_column_quote(struct buf *out, const char *name, struct err *e);

/* bq_column_check(name, e): what an option may name as a column: letters, digits, '_', no digit
 * first, at most 300. -1 with EX_USAGE. */
int bq_column_check(const char *name, struct err *e);

/* bq_zone_check(zone, e): a time zone as IANA names them: A-Za-z0-9_+/- after a letter. Whether it
 * exists is for BigQuery to say. -1 with EX_USAGE. */
int bq_zone_check(const char *zone, struct err *e);

/* bq_location_check(location, e): "US", "asia-northeast3". -1 with EX_USAGE. */
int bq_location_check(const char *location, struct err *e);

#endif
