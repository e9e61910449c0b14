/* How many rows of an hour tables hold, counted by one query for up to BQ_COUNT_TABLES tables. */
#ifndef GCP_BQ_COUNT_H
#define GCP_BQ_COUNT_H

#include "base/err.h"
#include "base/name.h"
#include "gcp/bq.h"

#include <stddef.h>
#include <stdint.h>

/* Well below "Quotas and limits", Query jobs: 1,000 tables referenced by a query. */
#define BQ_COUNT_TABLES 100

/* bq_count(b, table, n, column, hour, rows, e): rows[i] of table[i] whose column is the hour; the
 * tables must be there. n is at most BQ_COUNT_TABLES. -1: EX_CONFIG when the query is refused (no
 * such column), else as bq_call. */
int bq_count(struct bq *b, const struct bq_table *const *table, size_t n, const char *column,
    const struct hour *hour, uint64_t *rows, struct err *e);

#endif
