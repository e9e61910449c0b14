/* TEMP into the origin table for one folder hour, in one transaction that may be repeated
 * ("Multi-statement transactions": an error without a handler rolls it back; "Multi-statement
 * queries": the script's result is that of its last SELECT; "System variables": @@row_count). */
#ifndef GCP_BQ_STAMP_H
#define GCP_BQ_STAMP_H

#include "base/err.h"
#include "base/name.h"
#include "gcp/bq.h"
#include "gcp/bq_script.h"

#include <stddef.h>
#include <stdint.h>

struct bq_stamp {
	const struct bq_table *temp, *origin;
	const struct hour *hour;
	const char *type; /* len bytes, UTF-8: for the audit row */
	size_t len;
	const char *column; /* of the folder hour */
	const char *zone;   /* or NULL */
	const struct bq_epoch *epoch;
	size_t n_epochs;
	const char *user_select, *user_name; /* the user's SELECT and its file's name, or NULL */
	uint64_t rows;                       /* that TEMP must hold; UINT64_MAX: not known */
};

struct bq_stamped {
	uint64_t deleted, inserted;
};

/* bq_stamp(b, s, done, e): check TEMP against s->rows; find the columns by a dry run; create the
 * origin table (partitioned by HOUR on the folder hour) or add the nullable columns it lacks;
 * create _etl_audit beside it when missing; run the script of bq_stamp_script. A script that
 * BigQuery aborted for a concurrent update, or that its backend lost, is run again as a whole,
 * eight times at most: it deletes before it inserts. Each has an id of its own, so that a reload
 * runs again, and a request without an answer is looked up by that id. 0 with what was deleted and
 * inserted. -1, and the origin's rows are as before: EX_NOINPUT: TEMP is not there; EX_DIFFER: TEMP
 * does not hold s->rows, or not all its rows were inserted; EX_CONFIG: the SELECT is refused, the
 * zone is none that BigQuery knows, or the columns do not fit the table; else as bq_call and
 * bq_code. */
int bq_stamp(struct bq *b, const struct bq_stamp *s, struct bq_stamped *done, struct err *e);

#endif
