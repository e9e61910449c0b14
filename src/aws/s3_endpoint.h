/* Where a bucket is asked: host and path, pure. Sources: "Methods for accessing a general purpose
 * bucket" (virtual-hosted and path style), "Access points for general purpose buckets" (Amazon S3
 * User Guide), "Amazon Simple Storage Service endpoints and quotas" (AWS General Reference). */
#ifndef AWS_S3_ENDPOINT_H
#define AWS_S3_ENDPOINT_H

#include "base/err.h"

enum s3_style {
	S3_STYLE_AUTO,
	S3_STYLE_PATH,   /* https://host/bucket/key */
	S3_STYLE_VIRTUAL /* https://bucket.host/key */
};

struct s3_rules {
	const char *given; /* endpoint URL ("http://127.0.0.1:9000"), or NULL for AWS itself */
	enum s3_style style;
	int fips, dualstack; /* which of AWS's own endpoints */
};

struct s3_endpoint {
	char *origin; /* "https://host[:port]": what stands before the path in the URL */
	char *host;   /* value of the Host header */
	char *base; /* not encoded path before "/key": "" or "/bucket", behind the endpoint's own */
};

/* s3_endpoint(rules, region, bucket, out, e): of AWS itself in that region when no endpoint is
 * given. AUTO is virtual-hosted, but path style where a host can't have the bucket in front: an IP
 * address, a name without dots ("localhost"), an endpoint with a path of its own, a bucket name with
 * dots under TLS (no wildcard certificate covers it) or with bytes a host name can't have. A bucket
 * that is an access point's ARN is virtual-hosted as NAME-ACCOUNT always, at the access points' own
 * endpoint when none is given. -1 with EX_USAGE when given is no http(s) URL or is given together
 * with FIPS or dualstack, when the region or (virtual-hosted) the bucket can't be part of a host
 * name, or when a region has no FIPS endpoints. out is to be freed. */
int s3_endpoint(const struct s3_rules *rules, const char *region, const char *bucket,
    struct s3_endpoint *out, struct err *e);
void s3_endpoint_free(struct s3_endpoint *p);

#endif
