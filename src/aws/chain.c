#include "aws/chain.h"
#include "base/env.h"
#include "aws/profile_settings.h"
#include "net/date.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
aws_wipe(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

void
aws_looked(struct aws_chain *x, const char *fmt, ...)
{
	char text[1024];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof text, fmt, args);
	va_end(args);
	buf_addf(&x->where, "%s%s", x->where.len > 0 ? ", " : "", text);
}

void
aws_credentials_free(struct aws_credentials *c)
{
	aws_wipe(c->access_key);
	aws_wipe(c->secret_key);
	aws_wipe(c->token);
	*c = (struct aws_credentials){0};
}

/* A line break at the end of a key is the everyday damage of secrets that come from files. The
 * value is not told. */
static int
check_text(const char *what, const char *s, struct err *e)
{
	for (; s != NULL && *s != '\0'; s++)
		if (*s <= ' ' || *s > '~')
			return err_set(e, EX_NOPERM,
			    "the AWS %s holds a blank, a line break or another "
			    "character that none has",
			    what);
	return 0;
}

static int
check_all(const struct aws_credentials *c, struct err *e)
{
	if (check_text("access key", c->access_key, e) != 0 ||
	    check_text("secret key", c->secret_key, e) != 0)
		return -1;
	return check_text("session token", c->token, e);
}

static aws_provider *const providers[] = {
    aws_from_environment,
    aws_from_web_identity,
    aws_from_profile,
    aws_from_container,
    aws_from_imds,
};

/* The region stands apart from the keys: keys of the environment go with a region of the profile.
 */
int
aws_chain_region(const struct aws_chain *x, char **region, struct err *e)
{
	const char *name = env_value("AWS_REGION");
	struct aws_profile p;
	int rc;

	*region = NULL;
	if (name == NULL)
		name = env_value("AWS_DEFAULT_REGION");
	if (name != NULL) {
		*region = xstrdup(name);
		return 0;
	}
	rc = aws_profile_load(x, x->profile, &p, e);
	*region = p.value[SETTING_REGION];
	p.value[SETTING_REGION] = NULL;
	aws_profile_free(&p);
	return rc;
}

static char *
place_of(const char *variable, const char *file)
{
	const char *given = env_value(variable), *home = env_value("HOME");
	struct buf path = {0};

	if (given != NULL)
		return xstrdup(given);
	buf_addf(&path, "%s/.aws/%s", home != NULL ? home : "", file);
	return buf_take(&path);
}

void
aws_chain_init(struct aws_chain *x, struct aws_auth *auth, struct http *h)
{
	const char *profile = env_value("AWS_PROFILE");

	*x = (struct aws_chain){
	    .auth = auth,
	    .http = h,
	    .credentials_file = place_of("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
	    .config_file = place_of("AWS_CONFIG_FILE", "config"),
	    .profile = xstrdup(profile != NULL ? profile : "default"),
	    .named = profile != NULL,
	};
}

void
aws_chain_free(struct aws_chain *x)
{
	free(x->credentials_file);
	free(x->config_file);
	free(x->profile);
	buf_free(&x->source);
	buf_free(&x->where);
}

/* What was just given must not be over; who gave it may think so by another clock. */
static int
check_life(const struct aws_chain *x, const struct aws_credentials *c, struct err *e)
{
	char end[DATE_SIZE];

	if (c->expires == 0 || c->expires > aws_auth_now(x->auth))
		return 0;
	date_rfc3339(c->expires, end);
	return err_set(e, EX_NOPERM,
	    "AWS credentials from %s ended at %s, by this machine's clock: renew them, or set the "
	    "clock",
	    x->source.data, end);
}

int
aws_chain_load(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	int rc = 0;

	*c = (struct aws_credentials){0};
	for (size_t i = 0; i < sizeof providers / sizeof *providers && rc == 0; i++)
		rc = providers[i](x, c, e);
	if (rc == 0)
		rc = err_set(e, EX_NOPERM, "no AWS credentials: looked in %s", x->where.data);
	if (rc > 0 && check_all(c, e) == 0 && check_life(x, c, e) == 0)
		return 0;
	aws_credentials_free(c);
	return -1;
}
