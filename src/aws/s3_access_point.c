#include "aws/s3_access_point.h"

#include <stdio.h>
#include <string.h>

static const char name_bytes[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

/* A field up to ':' copied; where it goes on, or NULL when it does not fit. */
static const char *
field(const char *p, char *out, size_t size)
{
	size_t n = strcspn(p, ":");

	if (p[n] != ':' || n >= size)
		return NULL;
	memcpy(out, p, n);
	out[n] = '\0';
	return p + n + 1;
}

static int
is_point(const char *arn, struct s3_access_point *out)
{
	static const char kind[] = "accesspoint";
	char partition[16], service[16];
	const char *p = field(arn + 4, partition, sizeof partition);
	size_t n;

	if (p == NULL || (p = field(p, service, sizeof service)) == NULL ||
	    (p = field(p, out->region, sizeof out->region)) == NULL ||
	    (p = field(p, out->account, sizeof out->account)) == NULL)
		return 0;
	if (strcmp(service, "s3") != 0 || strncmp(partition, "aws", 3) != 0 ||
	    strncmp(p, kind, sizeof kind - 1) != 0)
		return 0;
	p += sizeof kind;
	n = strspn(p, name_bytes);
	if ((p[-1] != '/' && p[-1] != ':') || n == 0 || p[n] != '\0' || n >= sizeof out->name)
		return 0;
	memcpy(out->name, p, n + 1);
	return out->region[0] != '\0' && out->region[strspn(out->region, name_bytes)] == '\0' &&
	       strlen(out->account) == 12 && strspn(out->account, "0123456789") == 12;
}

int
s3_access_point(const char *bucket, struct s3_access_point *out, struct err *e)
{
	if (strncmp(bucket, "arn:", 4) != 0)
		return 0;
	if (is_point(bucket, out))
		return 1;
	return err_set(e, EX_USAGE,
	    "'%s': expected the ARN of an access point, arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME",
	    bucket);
}
