#include "aws/web_identity.h"
#include "base/env.h"
#include "base/io.h"

#include <string.h>

#define MAX_TOKEN 20000 /* of WebIdentityToken, by the API's page */

int
aws_read_token(const char *file, size_t max, const char *what, struct buf *out, struct err *e)
{
	if (io_slurp(file, max, out, e) != 0) {
		e->code = EX_NOPERM;
		return err_prefix(e, "%s", what);
	}
	while (out->len > 0 && strchr("\r\n", out->data[out->len - 1]) != NULL)
		out->data[--out->len] = '\0';
	if (out->len == 0)
		return err_set(e, EX_NOPERM, "%s: %s is empty, expected a token", what, file);
	if (strlen(out->data) != out->len || strpbrk(out->data, "\r\n") != NULL)
		return err_set(
		    e, EX_NOPERM, "%s: %s holds more than one line, expected a token", what, file);
	return 0;
}

int
aws_web_identity(struct aws_chain *x, const struct sts_role *role, const char *file,
    struct aws_credentials *c, struct err *e)
{
	struct buf token = {0};
	int rc = aws_read_token(file, MAX_TOKEN, "the web identity token", &token, e);

	if (rc == 0)
		rc = sts_with_web_identity(x, role, token.data, c, e);
	if (rc == 0)
		buf_addf(&x->source, "web identity (%s)", role->arn);
	buf_wipe(&token);
	return rc;
}

int
aws_from_web_identity(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	const char *file = env_value("AWS_WEB_IDENTITY_TOKEN_FILE");
	struct sts_role role = {
	    .arn = env_value("AWS_ROLE_ARN"), .session_name = env_value("AWS_ROLE_SESSION_NAME")};

	if (file == NULL)
		return 0;
	if (role.arn == NULL)
		return err_set(e, EX_NOPERM,
		    "AWS_WEB_IDENTITY_TOKEN_FILE is set without AWS_ROLE_ARN, the role to assume");
	return aws_web_identity(x, &role, file, c, e) == 0 ? 1 : -1;
}
