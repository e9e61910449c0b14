#include "aws/chain.h"
#include "base/env.h"

int
aws_from_environment(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	const char *key = env_value("AWS_ACCESS_KEY_ID"),
		   *secret = env_value("AWS_SECRET_ACCESS_KEY");
	const char *token = env_value("AWS_SESSION_TOKEN");

	aws_looked(x, "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)");
	if (key == NULL && secret == NULL)
		return 0;
	if (key == NULL || secret == NULL)
		return err_set(e, EX_NOPERM, "%s is set without %s",
		    key != NULL ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY",
		    key != NULL ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID");
	c->access_key = xstrdup(key);
	c->secret_key = xstrdup(secret);
	if (token != NULL)
		c->token = xstrdup(token);
	buf_adds(&x->source, "the environment");
	if (x->named)
		buf_adds(&x->source, ", which goes before AWS_PROFILE");
	return 1;
}
