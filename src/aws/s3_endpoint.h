/* Where a bucket is asked: host and path, pure. Source: "Methods for accessing a general purpose
 * bucket" (Amazon S3 User Guide), virtual-hosted and path style. */
#ifndef AWS_S3_ENDPOINT_H
#define AWS_S3_ENDPOINT_H

#include "base/err.h"

enum s3_style {
	S3_STYLE_AUTO,
	S3_STYLE_PATH,   /* https://host/bucket/key */
	S3_STYLE_VIRTUAL /* https://bucket.host/key */
};

struct s3_endpoint {
	char *origin; /* "https://host[:port]": what stands before the path in the URL */
	char *host;   /* value of the Host header */
	char *base; /* not encoded path before "/key": "" or "/bucket", behind the endpoint's own */
};

/* s3_endpoint(given, style, region, bucket, out, e): given is a URL ("http://127.0.0.1:9000") or
 * NULL for AWS itself in that region. AUTO is virtual-hosted, but path style where a host can't
 * have the bucket in front: an IP address, a name without dots ("localhost"), an endpoint with a
 * path of its own, a bucket name with dots under TLS (no wildcard certificate covers it) or with
 * bytes a host name can't have. -1 with EX_USAGE when given is no http(s) URL, or when the region
 * or (virtual-hosted) the bucket can't be part of a host name. out is to be freed. */
int s3_endpoint(const char *given, enum s3_style style, const char *region, const char *bucket,
    struct s3_endpoint *out, struct err *e);
void s3_endpoint_free(struct s3_endpoint *p);

#endif
