#include "aws/chain.h"
#include "aws/profile.h"

#include <stdlib.h>
#include <string.h>

enum { ACCESS_KEY, SECRET_KEY, TOKEN, KEYS };

const char *
aws_env(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? s : NULL;
}

void
aws_wipe(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

void
aws_credentials_free(struct aws_credentials *c)
{
	aws_wipe(c->access_key);
	aws_wipe(c->secret_key);
	aws_wipe(c->token);
	*c = (struct aws_credentials){0};
}

static int
from_environment(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	const char *key = aws_env("AWS_ACCESS_KEY_ID"), *secret = aws_env("AWS_SECRET_ACCESS_KEY");
	const char *token = aws_env("AWS_SESSION_TOKEN");

	buf_adds(&x->where, "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)");
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
	return 1;
}

/* The profile in the config file: "[profile x]"; the default one may be "[default]" too. As
 * profile_read. */
static int
read_config(const struct aws_chain *x, struct profile_setting *settings, size_t n, struct err *e)
{
	struct buf section = {0};
	int rc, plain = 0;

	buf_addf(&section, "profile %s", x->profile);
	rc = profile_read(x->config_file, section.data, settings, n, e);
	if (rc >= 0 && strcmp(x->profile, "default") == 0)
		plain = profile_read(x->config_file, x->profile, settings, n, e);
	buf_free(&section);
	return rc < 0 || plain < 0 ? -1 : rc | plain;
}

/* The profile's keys: of the credentials file, or else of the config file; never a key of one with
 * the secret or the token of the other. 1 when the profile is in one of them, 0, or -1 with e. */
static int
read_profile(const struct aws_chain *x, struct profile_setting *settings, struct err *e)
{
	int in_credentials = profile_read(x->credentials_file, x->profile, settings, KEYS, e),
	    in_config;

	if (in_credentials < 0)
		return -1;
	if (settings[ACCESS_KEY].value != NULL || settings[SECRET_KEY].value != NULL)
		return 1;
	in_config = read_config(x, settings, KEYS, e);
	return in_config < 0 ? -1 : in_credentials | in_config;
}

static int
from_files(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	struct profile_setting s[KEYS] = {
	    [ACCESS_KEY] = {"aws_access_key_id", NULL},
	    [SECRET_KEY] = {"aws_secret_access_key", NULL},
	    [TOKEN] = {"aws_session_token", NULL},
	};
	int rc = read_profile(x, s, e);

	buf_addf(&x->where, ", profile '%s' in %s and %s", x->profile, x->credentials_file,
	    x->config_file);
	if (rc == 0 && x->named)
		rc = err_set(e, EX_NOPERM,
		    "AWS_PROFILE names '%s', which is neither in %s nor in %s", x->profile,
		    x->credentials_file, x->config_file);
	if (rc > 0 && (s[ACCESS_KEY].value == NULL) != (s[SECRET_KEY].value == NULL))
		rc = err_set(e, EX_NOPERM,
		    "profile '%s' has %s without the other half, in %s and %s", x->profile,
		    s[ACCESS_KEY].value != NULL ? s[ACCESS_KEY].name : s[SECRET_KEY].name,
		    x->credentials_file, x->config_file);
	if (rc > 0 && s[ACCESS_KEY].value == NULL)
		rc = 0;
	if (rc <= 0) {
		for (size_t i = 0; i < KEYS; i++)
			aws_wipe(s[i].value);
		return rc;
	}
	c->access_key = s[ACCESS_KEY].value;
	c->secret_key = s[SECRET_KEY].value;
	c->token = s[TOKEN].value;
	buf_addf(&x->source, "profile '%s'", x->profile);
	return 1;
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
    from_environment,
    from_files,
};

/* The region stands apart from the keys: keys of the environment go with a region of the profile.
 */
int
aws_chain_region(struct aws_chain *x, char **region, struct err *e)
{
	struct profile_setting setting = {"region", NULL};
	const char *name = aws_env("AWS_REGION");
	int rc;

	*region = NULL;
	if (name == NULL)
		name = aws_env("AWS_DEFAULT_REGION");
	if (name != NULL) {
		*region = xstrdup(name);
		return 0;
	}
	rc = read_config(x, &setting, 1, e);
	if (rc >= 0)
		rc = profile_read(x->credentials_file, x->profile, &setting, 1, e);
	*region = setting.value;
	return rc < 0 ? -1 : 0;
}

static char *
place_of(const char *variable, const char *file)
{
	const char *given = aws_env(variable), *home = aws_env("HOME");
	struct buf path = {0};

	if (given != NULL)
		return xstrdup(given);
	buf_addf(&path, "%s/.aws/%s", home != NULL ? home : "", file);
	return buf_take(&path);
}

void
aws_chain_init(struct aws_chain *x, struct aws_auth *auth, struct http *h)
{
	const char *profile = aws_env("AWS_PROFILE");

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

int
aws_chain_load(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	int rc = 0;

	*c = (struct aws_credentials){0};
	for (size_t i = 0; i < sizeof providers / sizeof *providers && rc == 0; i++)
		rc = providers[i](x, c, e);
	if (rc == 0)
		rc = err_set(e, EX_NOPERM, "no AWS credentials: looked in %s", x->where.data);
	if (rc < 0 || check_all(c, e) == 0)
		return rc < 0 ? -1 : 0;
	aws_credentials_free(c);
	return -1;
}
