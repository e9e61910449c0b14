/* Columns of tables as REST schema fields: what a table must gain so that rows fit, and why it
 * can't. Pure (BigQuery REST reference, "TableFieldSchema"; "Modify table schemas"; "Conversion
 * rules", coercion). */
#ifndef GCP_BQ_FIELDS_H
#define GCP_BQ_FIELDS_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <yajl/yajl_tree.h>

/* A list of fields as it stands in a parsed answer. */
struct bq_fields {
	yajl_val *field;
	size_t n;
};

/* bq_fields_at(v, path): the fields at a dotted path of v; empty when absent. Live with v. */
struct bq_fields bq_fields_at(yajl_val v, const char *path);

/* bq_fields_find(fields, name): the field of that name, case ignored as BigQuery does, or NULL. */
yajl_val bq_fields_find(const struct bq_fields *fields, const char *name);

/* bq_fields_create(out, rows, column): append the JSON array of fields of a new table for rows and
 * the TIMESTAMP column of the folder hour. No column is REQUIRED, so that it may be absent later.
 */
void bq_fields_create(struct buf *out, const struct bq_fields *rows, const char *column);

/* bq_fields_widen(out, table, rows, column, e): what the schema of table must be so that rows and
 * the hour column fit in. 1 with the JSON array appended to out when columns are added, 0 when
 * nothing is missing, -1 with EX_CONFIG and every obstacle in words: a type that does not fit (only
 * INTEGER into NUMERIC or BIGNUMERIC and NUMERIC into BIGNUMERIC lose nothing), REPEATED or not, a
 * REQUIRED column that the rows lack, a RECORD whose fields stand in another order (INSERT matches
 * them by position, so values would change places silently). */
int bq_fields_widen(struct buf *out, const struct bq_fields *table, const struct bq_fields *rows,
    const char *column, struct err *e);

#endif
