/* A role by the token of an identity provider (EKS IAM roles for service accounts): "Assume role
 * credential provider", AWS_WEB_IDENTITY_TOKEN_FILE (AWS SDKs and Tools Reference Guide). */
#ifndef AWS_WEB_IDENTITY_H
#define AWS_WEB_IDENTITY_H

#include "aws/sts.h"

/* aws_web_identity(x, role, file, c, e): the token is read from file anew each time, since who gave it
 * replaces it. 0, or -1 with EX_NOPERM for a file that is not there, can't be read or holds no
 * token, else as sts_with_web_identity. */
int aws_web_identity(struct aws_chain *x, const struct sts_role *role, const char *file,
    struct aws_credentials *c, struct err *e);

/* aws_read_token(file, max, what, out, e): the text of a file of at most max bytes, without the line end
 * behind it; -1 with EX_NOPERM. To be wiped. */
int aws_read_token(const char *file, size_t max, const char *what, struct buf *out, struct err *e);

#endif
