/* What the parts of the Cloud Storage client share: its state, URLs, sending, errors. */
#ifndef GCP_GCS_REQUEST_H
#define GCP_GCS_REQUEST_H

#include "gcp/gcs.h"
#include "net/http.h"

#include <yajl/yajl_tree.h>

struct gcs {
	struct http *http;     /* the caller's */
	struct gcp_auth *auth; /* the caller's */
	char *base;            /* "https://storage.googleapis.com" */
};

/* gcs_url(out, g, service, bucket, name): append "BASE SERVICE/storage/v1/b/BUCKET/o", and
 * "/NAME" unless name is NULL; both encoded, '/' too ("Request endpoints"). service is "" or
 * "/upload". */
void gcs_url(struct buf *out, const struct gcs *g, const char *service, const char *bucket,
    const char *name);

/* gcs_fail(res, what, e): e for an answer that refuses: "what: HTTP 403 forbidden: ..." with the
 * reason and message of its JSON, or as http_fail when it has none. Returns -1. */
int gcs_fail(const struct http_response *res, const char *what, struct err *e);

/* gcs_kind(res): which answers may be repeated ("Retry strategy"): as retry_kind_of_status, and a
 * 403 whose reason is a rate limit. */
enum retry_kind gcs_kind(const struct http_response *res);

/* gcs_no_bucket(res): whether a 404 is about the bucket rather than the object. */
int gcs_no_bucket(const struct http_response *res);

/* gcs_call(g, method, url, what, res, e): a request without a body, repeated as the policy says;
 * every one sent this way is idempotent (reads, and removals of one generation). what begins the
 * message when no answer comes. */
int gcs_call(struct gcs *g, const char *method, const char *url, const char *what,
    struct http_response *res, struct err *e);

/* gcs_object_parse(v, what, o, e): an object resource. -1 with EX_UNAVAILABLE when it lacks its
 * name, size or generation; o is empty then. */
int gcs_object_parse(yajl_val v, const char *what, struct gcs_object *o, struct err *e);

/* gcs_object_answer(res, what, o, e): as gcs_object_parse, from an answer's body. */
int gcs_object_answer(
    const struct http_response *res, const char *what, struct gcs_object *o, struct err *e);

#endif
