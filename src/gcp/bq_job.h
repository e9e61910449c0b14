/* BigQuery jobs: started under an id of ours, found again by it, waited for, their errors read
 * (BigQuery REST reference, "jobs.insert", "jobs.get", "Job"). Ids of ours are "JobReference"s:
 * letters, digits, '_' and '-', at most 1,024, and unique in a project. */
#ifndef GCP_BQ_JOB_H
#define GCP_BQ_JOB_H

#include "base/buf.h"
#include "base/err.h"
#include "gcp/bq.h"

#include <stddef.h>

enum bq_start {
	BQ_REFUSED = -1,
	BQ_STARTED, /* this call made the job */
	BQ_FOUND /* a job of this id was there: made earlier, or by a request whose answer was lost
		  */
};

/* bq_job_new_id(id, kind, e): put "hourtools_KIND_" and 128 random bits in id, for work that is
 * meant to run each time it is asked for. -1 with EX_TEMPFAIL when the system has no random
 * numbers. */
int bq_job_new_id(struct buf *id, const char *kind, struct err *e);

/* bq_job_start(b, id, configuration, job, e): insert a job with the JSON configuration in
 * b->project and b->location and put its resource in *job (the caller's to yajl_tree_free).
 * Repeating the call with the same id never runs anything twice: the service answers 409 and the
 * job is fetched. After an answer that never came the job is looked for by id before failure is
 * told. BQ_REFUSED: e as bq_call. */
enum bq_start bq_job_start(
    struct bq *b, const char *id, const struct buf *configuration, yajl_val *job, struct err *e);

/* bq_job_done(job): non-zero when its state is DONE, whether it succeeded or failed. */
int bq_job_done(yajl_val job);

/* bq_job_wait(b, job, e): fetch *job, replacing the tree, until it is DONE or b->timeout_s seconds
 * have passed: then EX_TEMPFAIL, naming the job; it goes on in BigQuery. Other errors as bq_call;
 * *job stays valid. */
int bq_job_wait(struct bq *b, yajl_val *job, struct err *e);

/* bq_poll_delay_ms(n): milliseconds to wait before poll n (0 the first): 200, half as much again
 * each time, at most 10,000. Pure. */
long bq_poll_delay_ms(unsigned n);

/* bq_pause(b, run): wait before run + 1 of a job that was aborted, run from 1: back-off with full
 * jitter of the HTTP policy, without its count of attempts. */
void bq_pause(struct bq *b, int run);

/* bq_job_id(job): its id; lives with job, "" when absent. */
const char *bq_job_id(yajl_val job);

/* bq_job_reason(job): why a DONE job failed ("invalid", "backendError", ...), or NULL when it did
 * not. */
const char *bq_job_reason(yajl_val job);

/* bq_job_error(job, i, out): clear out and put error i of a failed job in it: "reason: place:
 * message", on one line; the place is an object, where BigQuery names one. 0, or -1 when there are
 * not so many. Every entry of status.errors counts, and errorResult first when it is not among
 * them. */
int bq_job_error(yajl_val job, size_t i, struct buf *out);

/* bq_job_seconds(job): from creation to end by the service's clock. */
double bq_job_seconds(yajl_val job);

#endif
