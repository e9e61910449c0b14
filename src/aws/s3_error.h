/* S3's refusals: "Error responses" (Amazon S3 API Reference). */
#ifndef AWS_S3_ERROR_H
#define AWS_S3_ERROR_H

#include "base/err.h"
#include "net/http.h"

#include <time.h>

struct s3_error {
	char code[64], message[512]; /* empty when the body is no error document */
	char region[64];             /* where the bucket is, when the answer says so: [a-z0-9-]+ */
	char server_time[32];
	char storage_class[32], access_tier[32]; /* of an archived object */
};

/* s3_error_read(res, out): what the answer says in its error document and x-amz-bucket-region.
 * Never fails: what is missing stays empty. */
void s3_error_read(const struct http_response *res, struct s3_error *out);

/* What was asked, for the sentence about a refusal. */
struct s3_asked {
	const char *bucket, *key; /* key: NULL for a listing */
	const char *version;      /* or NULL */
	const char *action;       /* the permission it needs, "s3:GetObject" */
	int anonymous;            /* no credentials were sent */
	int pays;                 /* the requester offered to pay */
	time_t now;               /* by this machine's clock */
};

/* s3_error_fail(res, asked, e): the sentence for a final answer other than 2xx, with S3's code and
 * request id, and the code the caller ends with: EX_UNAVAILABLE for a bucket that does not exist and
 * an object under a customer's key (SSE-C), EX_NOINPUT for an object, EX_NOPERM for keys that are
 * refused, EX_DATAERR for an object that changed (412) or is archived, EX_TEMPFAIL for throttling.
 * The caller puts the URL before it. Returns -1. */
int s3_error_fail(const struct http_response *res, const struct s3_asked *asked, struct err *e);

/* s3_error_strange(res, e): add to e, about an answer that is none of S3's, that it is an HTML page,
 * as a proxy or a sign-in sends, and whose. Nothing when it is not. Returns -1. */
int s3_error_strange(const struct http_response *res, struct err *e);

/* s3_error_kind(res): whether the answer may be retried; an http_classify. */
enum retry_kind s3_error_kind(const struct http_response *res);

#endif
