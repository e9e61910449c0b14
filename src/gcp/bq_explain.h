/* Why a load job refused records, in words of their own: BigQuery tells an object and the byte where a
 * row starts; here that row is read from Cloud Storage and checked by the rules of ndfit. */
#ifndef GCP_BQ_EXPLAIN_H
#define GCP_BQ_EXPLAIN_H

#include "gcp/bq_load.h"

#define BQ_EXPLAIN_MOST 100            /* rows that are looked at */
#define BQ_EXPLAIN_SHOWN 200           /* bytes of a record that are shown */
#define BQ_EXPLAIN_LONGEST (16u << 20) /* a longer record is shown, not checked */
#define BQ_EXPLAIN_COUNTED (64u << 20) /* a row behind is found by its byte, its line not counted */

/* Takes one line of an explanation: "gs://bucket/object:12: /a: expected INTEGER, found STRING
 * "12kB"", or the record's beginning. It lives until it returns. */
typedef void bq_tell(void *ctx, const char *line);

/* bq_explain(l, tell, ctx, e): explain each error of the failed job l->job whose message has the position
 * of a row in one of l's objects; 0 also when there is none. A plain object's row far from its
 * beginning is asked for by Range, every other one found by reading the object up to the last row
 * wanted. An object that is of another generation than l says is told to be. -1: EX_NOINPUT when an object is
 * gone; other errors as gcs_stat, gcs_read and decoder_feed. What was told before stands. Memory: the
 * longest line read, at most BQ_EXPLAIN_LONGEST, twice. */
int bq_explain(const struct bq_load *l, bq_tell *tell, void *ctx, struct err *e);

/* bq_explain_position(message, position): the byte after "row starting at position " in what BigQuery said,
 * 0; or -1. Pure. */
int bq_explain_position(const char *message, uint64_t *position);

#endif
