/* Amazon S3: listing and reading, signed, under the retry policy. Sources: ListObjectsV2,
 * GetObject, "Error responses" (Amazon S3 API Reference). One struct s3 a thread; memory is one
 * page of a listing (1000 objects, at most 16 MiB, usually 0.5) and libcurl's buffers. */
#ifndef AWS_S3_H
#define AWS_S3_H

#include "base/err.h"
#include "net/http.h"

#include <stdint.h>

struct s3;

/* s3_new(http, e): http is the caller's and outlives it; credentials and region as aws/credentials.h finds them (no region: us-east-1; the
 * bucket's own is learned from S3's first answer); AWS_ENDPOINT_URL_S3 or AWS_ENDPOINT_URL;
 * AWS_MAX_ATTEMPTS; AWS_S3_ADDRESSING_STYLE (auto, path, virtual). NULL with EX_NOPERM without
 * credentials, EX_USAGE for a malformed variable. */
struct s3 *s3_new(struct http *http, struct err *e);
void s3_free(struct s3 *s);

#define S3_SIZE_UNKNOWN UINT64_MAX

struct s3_object {
	const char *key;      /* as it is, not encoded */
	uint64_t size;        /* bytes, or S3_SIZE_UNKNOWN */
	const char *etag;     /* without quotes, or NULL when not known */
	const char *modified; /* RFC 3339, or NULL */
};

/* Takes the next object, which lives until it returns. 0 to go on, 1 to end the listing, -1 with e.
 * It may read objects of the same client. */
typedef int s3_listed(void *ctx, const struct s3_object *object, struct err *e);

/* s3_list(s, bucket, prefix, listed, ctx, e): every object whose key begins with prefix, in the
 * order of the keys' bytes, page by page. -1 with what listed set, or with the codes of
 * s3_error_fail; a listing that is malformed or not in order is EX_UNAVAILABLE. Messages begin with
 * the URL. */
int s3_list(struct s3 *s, const char *bucket, const char *prefix, s3_listed *listed, void *ctx,
    struct err *e);

/* s3_get(s, bucket, object, sink, ctx, e): the object's bytes. With an ETag it is read under
 * If-Match, so that what changed is refused (EX_DATAERR). A cut connection goes on at the byte
 * reached, under the ETag of the first answer; the attempts count anew when bytes came. Length,
 * ETag and, when S3 sends one for the whole object, the checksum (aws/s3_checksum.h) are verified:
 * EX_DATAERR, EX_TEMPFAIL for a checksum that shows damage on the way, which the last byte alone
 * can tell. -1 with the sink's own e, or a message that begins with the URL. */
int s3_get(struct s3 *s, const char *bucket, const struct s3_object *object, http_sink *sink,
    void *ctx, struct err *e);

#endif
