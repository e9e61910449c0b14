#include "aws/s3_endpoint.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

/* What a bucket or a region puts into a host name can't lead to another host. */
static const char host_bytes[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";

void
s3_endpoint_free(struct s3_endpoint *p)
{
	free(p->origin);
	free(p->host);
	free(p->base);
	*p = (struct s3_endpoint){0};
}

/* Whether a host name may begin with "bucket.". */
static int
host_may_lead(const char *host, size_t host_len, const char *bucket, int tls)
{
	static const char label[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t name = host[0] == '[' ? 0 : strcspn(host, ":"), n = strspn(bucket, label);

	if (name > host_len)
		name = host_len;
	if (memchr(host, '.', name) == NULL)
		return 0; /* an IPv6 address, or a plain name */
	if (strspn(host, "0123456789.") >= name)
		return 0;
	while (!tls && bucket[n] == '.') /* one label after the other */
		n += 1 + strspn(bucket + n + 1, label);
	return bucket[n] == '\0';
}

int
s3_endpoint(const char *given, enum s3_style style, const char *region, const char *bucket,
    struct s3_endpoint *out, struct err *e)
{
	struct buf aws = {0}, b = {0};
	const char *scheme, *host, *path;
	size_t host_len, path_len;
	int tls;

	*out = (struct s3_endpoint){0};
	if (given == NULL) {
		if (region[0] == '\0' || region[strspn(region, host_bytes)] != '\0')
			return err_set(
			    e, EX_USAGE, "region '%s': expected a name such as us-east-1", region);
		buf_addf(&aws, "https://s3.%s.amazonaws.com%s", region,
		    strncmp(region, "cn-", 3) == 0 ? ".cn" : "");
		given = aws.data;
	}
	tls = strncmp(given, "https://", 8) == 0;
	scheme = tls ? "https" : "http";
	host = given + strlen(scheme) + 3;
	if ((!tls && strncmp(given, "http://", 7) != 0) || strcspn(host, "/?#@") == 0 ||
	    strpbrk(host, "?#@") != NULL) {
		buf_free(&aws);
		return err_set(
		    e, EX_USAGE, "the S3 endpoint is not of the form http[s]://host[:port]");
	}
	host_len = strcspn(host, "/");
	path = host + host_len;
	path_len = strlen(path);
	while (path_len > 0 && path[path_len - 1] == '/')
		path_len--;
	if (style == S3_STYLE_AUTO)
		style = path_len == 0 && host_may_lead(host, host_len, bucket, tls)
			    ? S3_STYLE_VIRTUAL
			    : S3_STYLE_PATH;
	if (style == S3_STYLE_VIRTUAL && bucket[strspn(bucket, host_bytes)] != '\0') {
		buf_free(&aws);
		return err_set(e, EX_USAGE,
		    "bucket '%s' can't be part of a host name; use path style", bucket);
	}
	if (style == S3_STYLE_VIRTUAL)
		buf_addf(&b, "%s.", bucket);
	buf_add(&b, host, host_len);
	out->host = buf_take(&b);
	buf_addf(&b, "%s://%s", scheme, out->host);
	out->origin = buf_take(&b);
	buf_add(&b, path, path_len);
	if (style == S3_STYLE_PATH)
		buf_addf(&b, "/%s", bucket);
	out->base = buf_take(&b);
	buf_free(&aws);
	return 0;
}
