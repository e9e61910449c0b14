/* AWS STS: temporary credentials of a role. Sources: AssumeRole, AssumeRoleWithWebIdentity, "Common
 * errors" (AWS Security Token Service API Reference); "AWS STS Regional endpoints" (AWS SDKs and
 * Tools Reference Guide). The endpoint is AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL; else the
 * region's, or the global one without a region and as AWS_STS_REGIONAL_ENDPOINTS=legacy says. */
#ifndef AWS_STS_H
#define AWS_STS_H

#include "aws/chain.h"

struct sts_role {
	const char *arn;
	const char *session_name;           /* NULL: made up */
	const char *external_id, *duration; /* NULL: none */
	const char *endpoints;              /* the profile's sts_regional_endpoints, or NULL */
};

/* sts_assume_role(x, role, source, c, e): signed by source, under the retry policy; a clock that is
 * off is corrected once. -1 with EX_NOPERM when it is refused, EX_CONFIG when STS calls a setting
 * malformed, EX_TEMPFAIL when STS does not answer; the text begins with the role. */
int sts_assume_role(struct aws_chain *x, const struct sts_role *role,
    const struct aws_credentials *source, struct aws_credentials *c, struct err *e);

/* sts_with_web_identity(x, role, token, c, e): the same by an identity provider's token, unsigned. */
int sts_with_web_identity(struct aws_chain *x, const struct sts_role *role, const char *token,
    struct aws_credentials *c, struct err *e);

#endif
