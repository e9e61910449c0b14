#include "aws/credentials.h"
#include "aws/profile.h"
#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

/* Where the shared files are, and the profile asked for. */
struct place {
	char *credentials, *config;
	const char *profile;
	int named; /* by AWS_PROFILE: it must be there */
};

enum { ACCESS_KEY, SECRET_KEY, TOKEN, KEYS };

/* A provider: 1 when it gave credentials, 0 when it has none, -1 with e. What it looked at is added
 * to where for the message that says there are none. */
struct provider {
	int (*load)(
	    const struct place *p, struct aws_credentials *c, struct buf *where, struct err *e);
};

/* The variable's value, or NULL when unset or empty. */
static const char *
env(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? s : NULL;
}

static void
wipe(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
	free(s);
}

void
aws_credentials_free(struct aws_credentials *c)
{
	wipe(c->access_key);
	wipe(c->secret_key);
	wipe(c->token);
	free(c->region);
	*c = (struct aws_credentials){0};
}

static int
from_environment(const struct place *p, struct aws_credentials *c, struct buf *where, struct err *e)
{
	const char *key = env("AWS_ACCESS_KEY_ID"), *secret = env("AWS_SECRET_ACCESS_KEY");
	const char *token = env("AWS_SESSION_TOKEN");

	(void)p;
	buf_adds(where, "the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY)");
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
	return 1;
}

/* The profile in the config file: "[profile x]"; the default one may be "[default]" too. As
 * profile_read. */
static int
read_config(const struct place *p, struct profile_setting *settings, size_t n, struct err *e)
{
	struct buf section = {0};
	int rc, plain = 0;

	buf_addf(&section, "profile %s", p->profile);
	rc = profile_read(p->config, section.data, settings, n, e);
	if (rc >= 0 && strcmp(p->profile, "default") == 0)
		plain = profile_read(p->config, p->profile, settings, n, e);
	buf_free(&section);
	return rc < 0 || plain < 0 ? -1 : rc | plain;
}

/* The profile's keys: of the credentials file, or else of the config file; never a key of one with
 * the secret or the token of the other. 1 when the profile is in one of them, 0, or -1 with e. */
static int
read_profile(const struct place *p, struct profile_setting *settings, struct err *e)
{
	int in_credentials = profile_read(p->credentials, p->profile, settings, KEYS, e), in_config;

	if (in_credentials < 0)
		return -1;
	if (settings[ACCESS_KEY].value != NULL || settings[SECRET_KEY].value != NULL)
		return 1;
	in_config = read_config(p, settings, KEYS, e);
	return in_config < 0 ? -1 : in_credentials | in_config;
}

static int
from_files(const struct place *p, struct aws_credentials *c, struct buf *where, struct err *e)
{
	struct profile_setting s[KEYS] = {
	    [ACCESS_KEY] = {"aws_access_key_id", NULL},
	    [SECRET_KEY] = {"aws_secret_access_key", NULL},
	    [TOKEN] = {"aws_session_token", NULL},
	};
	int rc = read_profile(p, s, e);

	buf_addf(where, ", profile '%s' in %s and %s", p->profile, p->credentials, p->config);
	if (rc == 0 && p->named)
		rc = err_set(e, EX_NOPERM,
		    "AWS_PROFILE names '%s', which is neither in %s nor in %s", p->profile,
		    p->credentials, p->config);
	if (rc > 0 && (s[ACCESS_KEY].value == NULL) != (s[SECRET_KEY].value == NULL))
		rc = err_set(e, EX_NOPERM,
		    "profile '%s' has %s without the other half, in %s and %s", p->profile,
		    s[ACCESS_KEY].value != NULL ? s[ACCESS_KEY].name : s[SECRET_KEY].name,
		    p->credentials, p->config);
	if (rc > 0 && s[ACCESS_KEY].value == NULL)
		rc = 0;
	if (rc <= 0) {
		for (size_t i = 0; i < KEYS; i++)
			wipe(s[i].value);
		return rc;
	}
	c->access_key = s[ACCESS_KEY].value;
	c->secret_key = s[SECRET_KEY].value;
	c->token = s[TOKEN].value;
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

static const struct provider providers[] = {
    {from_environment},
    {from_files},
};

/* The region stands apart from the keys: keys of the environment go with a region of the profile.
 */
static int
find_region(const struct place *p, struct aws_credentials *c, struct err *e)
{
	struct profile_setting region = {"region", NULL};
	const char *name = env("AWS_REGION");
	int rc;

	if (name == NULL)
		name = env("AWS_DEFAULT_REGION");
	if (name != NULL) {
		c->region = xstrdup(name);
		return 0;
	}
	rc = read_config(p, &region, 1, e);
	if (rc >= 0)
		rc = profile_read(p->credentials, p->profile, &region, 1, e);
	c->region = region.value;
	return rc < 0 ? -1 : 0;
}

static char *
place_of(const char *variable, const char *file)
{
	const char *given = env(variable), *home = env("HOME");
	struct buf path = {0};

	if (given != NULL)
		return xstrdup(given);
	buf_addf(&path, "%s/.aws/%s", home != NULL ? home : "", file);
	return buf_take(&path);
}

int
aws_credentials_load(struct aws_credentials *c, struct err *e)
{
	const char *profile = env("AWS_PROFILE");
	struct place p = {
	    .credentials = place_of("AWS_SHARED_CREDENTIALS_FILE", "credentials"),
	    .config = place_of("AWS_CONFIG_FILE", "config"),
	    .profile = profile != NULL ? profile : "default",
	    .named = profile != NULL,
	};
	struct buf where = {0};
	int rc = 0;

	*c = (struct aws_credentials){0};
	for (size_t i = 0; i < sizeof providers / sizeof *providers && rc == 0; i++)
		rc = providers[i].load(&p, c, &where, e);
	if (rc == 0)
		rc = err_set(e, EX_NOPERM, "no AWS credentials: looked in %s", where.data);
	else if (rc > 0)
		rc = check_all(c, e) == 0 ? find_region(&p, c, e) : -1;
	if (rc != 0)
		aws_credentials_free(c);
	buf_free(&where);
	free(p.credentials);
	free(p.config);
	return rc;
}
