#include "aws/s3_endpoint.h"
#include "aws/partition.h"
#include "aws/s3_access_point.h"
#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a bucket or a region puts into a host name can't lead to another host. */
static const char host_bytes[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";

/* An endpoint's URL in pieces. */
struct given {
	const char *host, *path;
	size_t host_len, path_len;
	int tls;
};

void
s3_endpoint_free(struct s3_endpoint *p)
{
	free(p->origin);
	free(p->host);
	free(p->base);
	*p = (struct s3_endpoint){0};
}

/* Whether a name can stand in front of the host. */
static int
host_has_labels(const struct given *g)
{
	size_t name = g->host[0] == '[' ? 0 : strcspn(g->host, ":");

	if (name > g->host_len)
		name = g->host_len;
	if (memchr(g->host, '.', name) == NULL)
		return 0; /* an IPv6 address, or a plain name */
	return strspn(g->host, "0123456789.") < name;
}

/* Whether a host name may begin with "bucket.". */
static int
host_may_lead(const struct given *g, const char *bucket)
{
	static const char label[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
	size_t n = strspn(bucket, label);

	if (!host_has_labels(g))
		return 0;
	while (!g->tls && bucket[n] == '.') /* one label after the other */
		n += 1 + strspn(bucket + n + 1, label);
	return bucket[n] == '\0';
}

/* The URL of AWS's own endpoint in a region. */
static int
of_region(
    const struct s3_rules *r, const char *region, int access_point, struct buf *url, struct err *e)
{
	const struct aws_partition *p = aws_partition_of(region);

	if (region[0] == '\0' || region[strspn(region, host_bytes)] != '\0')
		return err_set(
		    e, EX_USAGE, "region '%s': expected a name such as us-east-1", region);
	if (r->fips && p->no_fips)
		return err_set(
		    e, EX_USAGE, "region '%s' has no FIPS endpoints, which are asked for", region);
	buf_addf(url, "https://%s%s%s.%s.%s", access_point ? "s3-accesspoint" : "s3",
	    r->fips ? "-fips" : "", r->dualstack ? ".dualstack" : "", region, p->domain);
	return 0;
}

static int
take_apart(const char *url, struct given *g, struct err *e)
{
	g->tls = strncmp(url, "https://", 8) == 0;
	g->host = url + (g->tls ? 8 : 7);
	if ((!g->tls && strncmp(url, "http://", 7) != 0) || strcspn(g->host, "/?#@") == 0 ||
	    strpbrk(g->host, "?#@") != NULL)
		return err_set(
		    e, EX_USAGE, "the S3 endpoint is not of the form http[s]://host[:port]");
	g->host_len = strcspn(g->host, "/");
	g->path = g->host + g->host_len;
	g->path_len = strlen(g->path);
	while (g->path_len > 0 && g->path[g->path_len - 1] == '/')
		g->path_len--;
	return 0;
}

/* lead: what stands before the host, or empty: then the bucket is the path's. */
static void
put_together(const struct given *g, const char *lead, const char *bucket, struct s3_endpoint *out)
{
	struct buf b = {0};

	buf_addf(&b, "%s%s%.*s", lead, lead[0] != '\0' ? "." : "", (int)g->host_len, g->host);
	out->host = buf_take(&b);
	buf_addf(&b, "%s://%s", g->tls ? "https" : "http", out->host);
	out->origin = buf_take(&b);
	buf_add(&b, g->path, g->path_len);
	if (lead[0] == '\0')
		buf_addf(&b, "/%s", bucket);
	out->base = buf_take(&b);
}

static int
of_bucket(const struct given *g, enum s3_style style, const char *bucket, struct s3_endpoint *out,
    struct err *e)
{
	if (style == S3_STYLE_AUTO)
		style =
		    g->path_len == 0 && host_may_lead(g, bucket) ? S3_STYLE_VIRTUAL : S3_STYLE_PATH;
	if (style == S3_STYLE_VIRTUAL && bucket[strspn(bucket, host_bytes)] != '\0')
		return err_set(e, EX_USAGE,
		    "bucket '%s' can't be part of a host name; use path style", bucket);
	put_together(g, style == S3_STYLE_VIRTUAL ? bucket : "", bucket, out);
	return 0;
}

static int
of_access_point(const struct given *g, const struct s3_access_point *point, struct s3_endpoint *out,
    struct err *e)
{
	char lead[sizeof point->name + sizeof point->account];

	if (strspn(g->host, "0123456789.") >= strcspn(g->host, ":/") || g->host[0] == '[')
		return err_set(e, EX_USAGE,
		    "an access point is asked by host name, which the address %.*s can't be part "
		    "of",
		    (int)g->host_len, g->host);
	snprintf(lead, sizeof lead, "%s-%s", point->name, point->account);
	put_together(g, lead, "", out);
	return 0;
}

int
s3_endpoint(const struct s3_rules *rules, const char *region, const char *bucket,
    struct s3_endpoint *out, struct err *e)
{
	struct s3_access_point point;
	int rc = s3_access_point(bucket, &point, e), is_point = rc > 0;
	struct buf url = {0};
	struct given g;

	*out = (struct s3_endpoint){0};
	if (rc < 0)
		return -1;
	if (rules->given == NULL)
		rc = of_region(rules, region, is_point, &url, e);
	else if (rules->fips || rules->dualstack)
		rc = err_set(e, EX_USAGE,
		    "an S3 endpoint of one's own is given, and AWS's %s one is asked for: expected "
		    "one of the two",
		    rules->fips ? "FIPS" : "dualstack");
	else
		rc = 0;
	if (rc == 0)
		rc = take_apart(rules->given != NULL ? rules->given : url.data, &g, e);
	if (rc == 0)
		rc = is_point ? of_access_point(&g, &point, out, e)
			      : of_bucket(&g, rules->style, bucket, out, e);
	buf_free(&url);
	return rc;
}
