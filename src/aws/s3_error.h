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
};

/* s3_error_read(res, out): what the answer says in its error document and x-amz-bucket-region.
 * Never fails: what is missing stays empty. */
void s3_error_read(const struct http_response *res, struct s3_error *out);

/* s3_error_fail(res, now, e): the sentence for a final answer other than 2xx, and the code the
 * caller ends with: EX_UNAVAILABLE for a bucket that does not exist, EX_NOINPUT for an object,
 * EX_NOPERM for keys that are refused, EX_DATAERR for an object that changed (412) or is archived,
 * EX_TEMPFAIL for throttling. A clock that is off is told in seconds against now. The caller puts
 * the URL before it. Returns -1. */
int s3_error_fail(const struct http_response *res, time_t now, struct err *e);

/* s3_error_kind(res): whether the answer may be retried; an http_classify. */
enum retry_kind s3_error_kind(const struct http_response *res);

#endif
