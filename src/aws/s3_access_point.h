/* A bucket named by the ARN of an access point, pure. Source: "Access points for general purpose
 * buckets", "Naming rules for access points" (Amazon S3 User Guide). */
#ifndef AWS_S3_ACCESS_POINT_H
#define AWS_S3_ACCESS_POINT_H

#include "base/err.h"

struct s3_access_point {
	char name[64], account[13], region[32];
};

/* s3_access_point(bucket, out, e): 1 for arn:aws:s3:REGION:ACCOUNT:accesspoint/NAME (or ":NAME"; any
 * partition), 0 for what is no ARN, -1 with EX_USAGE for any other ARN: multi-region, Outposts and
 * Object Lambda access points are asked and signed in ways of their own. */
int s3_access_point(const char *bucket, struct s3_access_point *out, struct err *e);

#endif
