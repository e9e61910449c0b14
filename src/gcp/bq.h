/* The BigQuery REST API v2: one client a program, its calls and their errors. */
#ifndef GCP_BQ_H
#define GCP_BQ_H

#include "base/buf.h"
#include "base/err.h"
#include "gcp/bq_name.h"
#include "gcp/token.h"
#include "net/http.h"

#include <stdint.h>
#include <yajl/yajl_tree.h>

struct bq {
	struct http *http;
	struct gcp_auth *auth;
	char *base;         /* "https://bigquery.googleapis.com/bigquery/v2" */
	char *project;      /* jobs run, and are paid, here */
	char *location;     /* of jobs; NULL until bq_locate */
	uint64_t timeout_s; /* how long a job is waited for */
	char reason[32];    /* why the last call was refused, "" when that was not told */
};

/* bq_default_project(): BIGQUERY_PROJECT or GOOGLE_CLOUD_PROJECT from the environment, NULL when
 * neither is set. */
const char *bq_default_project(void);

/* bq_open(b, project, location, timeout_s, e): read credentials and addresses
 * (BIGQUERY_EMULATOR_HOST); nothing is sent. timeout_s is a year at most. Jobs run in
 * bq_default_project(), else in project; both may not be NULL. location may be NULL. Errors are
 * those of gcp_auth_new; EX_USAGE for a malformed location. bq_close(b) is safe on a zeroed or
 * failed b. */
int bq_open(
    struct bq *b, const char *project, const char *location, uint64_t timeout_s, struct err *e);
void bq_close(struct bq *b);

struct bq_request {
	const char *method, *path; /* path below base, encoded, e.g. "/projects/p/jobs" */
	const struct buf *body;    /* JSON, or NULL */
	const char *if_match;      /* an ETag, or NULL */
	const char *what;          /* the place, for messages */
};

/* bq_call(b, r, answer, status, e): send r under the retry policy, every request here being safe to
 * repeat: jobs have ids of ours, tables are created by name and patched to a stated schema. 0 with
 * the answer's tree, to be freed with yajl_tree_free; -1 with e and the HTTP status (0: no answer).
 * "what: reason: message" with the code of bq_code; EX_UNAVAILABLE when an answer is not JSON.
 * Throttling told in a body is retried (BigQuery, "Error messages": rateLimitExceeded comes as
 * 403). */
int bq_call(
    struct bq *b, const struct bq_request *r, yajl_val *answer, long *status, struct err *e);

/* bq_code(reason, status): what an error's reason means to a caller as an exit code; an unknown
 * reason goes by the HTTP status, 0 for the error of a job: EX_UNAVAILABLE. */
int bq_code(const char *reason, long status);

/* bq_transient(reason): non-zero when a job that failed for this reason may be run again. */
int bq_transient(const char *reason);

/* bq_locate(b, t, e): fill b->location, when it is not known, with the dataset's: jobs.get finds a
 * job outside US and EU only by its location. Errors of bq_call; a missing dataset is
 * EX_UNAVAILABLE. */
int bq_locate(struct bq *b, const struct bq_table *t, struct err *e);

#endif
