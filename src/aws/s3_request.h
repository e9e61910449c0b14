/* One signed request to a bucket: shared by the files of S3, not for programs. */
#ifndef AWS_S3_REQUEST_H
#define AWS_S3_REQUEST_H

#include "aws/s3.h"
#include "aws/s3_endpoint.h"
#include "aws/s3_error.h"
#include "aws/sigv4.h"

#include <stddef.h>

#define S3_MAX_HEADERS 8

struct s3_call {
	const char *method; /* NULL: GET */
	const char *bucket;
	const char *key;                /* NULL: the bucket itself */
	const struct sigv4_pair *query; /* not encoded */
	size_t n_query;
	struct sigv4_pair header[S3_MAX_HEADERS]; /* besides those of signing; all are signed */
	size_t n_header;
	http_sink *sink; /* NULL: gathered */
	void *sink_ctx;
	long total_ms; /* 0: as long as bytes come */
};

/* s3_request(s, call, res, e): signed anew for each attempt, retried, and sent once more when S3
 * names the bucket's region (which is remembered for the bucket), when the session token has expired
 * (other credentials are asked for), and when the clock is off (it is corrected by the answer's
 * Date). 0 with a complete answer of whatever status, -1 as http_send; res is to be freed in both
 * cases. */
int s3_request(struct s3 *s, const struct s3_call *call, struct http_response *res, struct err *e);

/* s3_fail(s, call, action, res, e): s3_error_fail for an answer to the call, which needs the
 * permission action ("s3:GetObject"). */
int s3_fail(const struct s3 *s, const struct s3_call *call, const char *action,
    const struct http_response *res, struct err *e);

/* What a request is made of, of the client. */
struct http *s3_http(const struct s3 *s);
struct aws_auth *s3_auth(const struct s3 *s); /* NULL: without credentials */
const struct s3_rules *s3_rules(const struct s3 *s);
int s3_requester_pays(const struct s3 *s);

/* s3_region(s, bucket): the bucket's region as far as known, to be freed. */
char *s3_region(struct s3 *s, const char *bucket);
void s3_learn_region(struct s3 *s, const char *bucket, const char *region);

/* What pins a request to one content of an object, added to a call. */
struct s3_pin {
	char match[256];              /* ETag in quotes, or empty */
	struct sigv4_pair version[1]; /* the query */
};

/* s3_pin(pin, call, object): its version in the query and If-Match with its ETag, where known. pin
 * must outlive the call. */
void s3_pin(struct s3_pin *pin, struct s3_call *call, const struct s3_object *object);

/* s3_ask_checksum(s, call): ask for the object's checksum too, unless that is not wanted: then 0. */
int s3_ask_checksum(const struct s3 *s, struct s3_call *call);

/* s3_unquote(etag): without the quotes that belong to the header's syntax. */
void s3_unquote(char *etag);

#endif
