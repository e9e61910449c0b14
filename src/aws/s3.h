/* Amazon S3: listing and reading, signed, under the retry policy. Sources: ListObjectsV2,
 * GetObject, HeadObject, GetObjectAttributes, "Error responses" (Amazon S3 API Reference). Memory
 * is one page of a listing (1000 objects, at most 16 MiB, usually 0.5) and libcurl's buffers. */
#ifndef AWS_S3_H
#define AWS_S3_H

#include "aws/credentials.h"
#include "aws/s3_checksum.h"
#include "base/err.h"
#include "net/http.h"

#include <stdint.h>

struct s3;

/* s3_new(http, auth, e): a client that threads may share, as they do http and auth, which are the
 * caller's and outlive it. auth NULL sends no credentials. The region is auth's (none: us-east-1;
 * the bucket's own is learned from S3's first answer); the rest aws/s3_config.h reads. NULL with its
 * codes, or those of aws_auth_get without credentials. The policy of http takes
 * AWS_MAX_ATTEMPTS. */
struct s3 *s3_new(struct http *http, struct aws_auth *auth, struct err *e);
void s3_free(struct s3 *s);

/* s3_pay_requests(s): the owner of the credentials pays ("Using Requester Pays buckets"); to be said
 * before the first request. */
void s3_pay_requests(struct s3 *s);

#define S3_SIZE_UNKNOWN UINT64_MAX

struct s3_object {
	const char *key;      /* as it is, not encoded */
	uint64_t size;        /* bytes, or S3_SIZE_UNKNOWN */
	const char *etag;     /* without quotes, or NULL when not known */
	const char *modified; /* RFC 3339, or NULL */
	const char *version;  /* version id to read, or NULL: the current one */
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
 * ETag, version and, where there is one, the checksum (s3_head; without an ETag that tells of parts
 * only what the answer itself has) are verified: EX_DATAERR, EX_TEMPFAIL for a checksum that shows
 * damage on the way, which the last byte alone can tell: who has not passed the bytes on may try
 * again. -1 with the sink's own e, or a message that begins with the URL. */
int s3_get(struct s3 *s, const char *bucket, const struct s3_object *object, http_sink *sink,
    void *ctx, struct err *e);

/* s3_get_range(s, bucket, object, from, to, sink, ctx, e): its bytes from and up to, not including,
 * to. The object's ETag must be known (EX_SOFTWARE): all ranges of one object are then of one
 * content. to - from bytes come, or it is an error: EX_DATAERR when the object changed, has another
 * size than object->size (unless unknown), or ends before to; EX_UNAVAILABLE for a server that
 * ignores Range. Cuts as s3_get; no checksum, which only the whole has. */
int s3_get_range(struct s3 *s, const char *bucket, const struct s3_object *object, uint64_t from,
    uint64_t to, http_sink *sink, void *ctx, struct err *e);

struct s3_info {
	uint64_t size;
	char *etag;                   /* without quotes */
	char *version;                /* NULL in a bucket without versions */
	char *storage_class;          /* "STANDARD", "GLACIER", ... */
	struct s3_checksum *checksum; /* of the whole, to be fed all its bytes in order; or NULL */
};

/* s3_head(s, bucket, object, info, e): what S3 knows of the object, under its ETag and version when
 * known. The checksum is that of the whole object; or the parts' checksum, their bounds asked for
 * (GetObjectAttributes, else a HEAD of each of at most 8 parts); or the ETag where that is an MD5
 * (aws/s3_checksum.h). Bounds that may not be asked for leave NULL. -1 with the codes of s3_get,
 * the message begins with the URL. info is to be freed when it returns 0. */
int s3_head(struct s3 *s, const char *bucket, const struct s3_object *object, struct s3_info *info,
    struct err *e);
void s3_info_free(struct s3_info *info);

#endif
