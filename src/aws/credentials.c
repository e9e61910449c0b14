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

enum { ACCESS_KEY, SECRET_KEY, TOKEN, REGION, SETTINGS };

/* A provider: 1 when it gave credentials, 0 when it has none, -1 with e. What it looked at is added
 * to where for the message that says there are none. */
struct provider {
	int (*load)(const struct place *p, struct aws_credentials *c, struct buf *where, struct err *e);
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

/* The profile's settings: the credentials file's first, then the config file's. 1 when the profile
 * is in one of them, 0, or -1 with e. */
static int
read_profile(const struct place *p, struct profile_setting *settings, struct err *e)
{
	int in_credentials, in_config;
	struct buf section = {0};

	in_credentials = profile_read(p->credentials, p->profile, settings, SETTINGS, e);
	if (in_credentials < 0)
		return -1;
	buf_addf(&section, "%s%s", strcmp(p->profile, "default") == 0 ? "" : "profile ", p->profile);
	in_config = profile_read(p->config, section.data, settings, SETTINGS, e);
	buf_free(&section);
	return in_config < 0 ? -1 : in_credentials | in_config;
}

static int
from_files(const struct place *p, struct aws_credentials *c, struct buf *where, struct err *e)
{
	struct profile_setting s[SETTINGS] = {
	    [ACCESS_KEY] = {"aws_access_key_id", NULL},
	    [SECRET_KEY] = {"aws_secret_access_key", NULL},
	    [TOKEN] = {"aws_session_token", NULL},
	    [REGION] = {"region", NULL},
	};
	int rc = read_profile(p, s, e);

	buf_addf(where, ", profile '%s' in %s and %s", p->profile, p->credentials, p->config);
	if (rc == 0 && p->named)
		rc = err_set(e, EX_NOPERM, "AWS_PROFILE names '%s', which is neither in %s nor in %s",
		    p->profile, p->credentials, p->config);
	if (rc > 0 && (s[ACCESS_KEY].value == NULL) != (s[SECRET_KEY].value == NULL))
		rc = err_set(e, EX_NOPERM, "profile '%s' has %s without the other half, in %s and %s",
		    p->profile, s[ACCESS_KEY].value != NULL ? s[ACCESS_KEY].name : s[SECRET_KEY].name,
		    p->credentials, p->config);
	if (rc > 0 && s[ACCESS_KEY].value == NULL)
		rc = 0;
	if (rc <= 0) {
		for (size_t i = 0; i < SETTINGS; i++)
			wipe(s[i].value);
		return rc;
	}
	c->access_key = s[ACCESS_KEY].value;
	c->secret_key = s[SECRET_KEY].value;
	c->token = s[TOKEN].value;
	free(s[REGION].value);
	return 1;
}

static const struct provider providers[] = {
    {from_environment},
    {from_files},
};

/* The region stands apart from the keys: keys of the environment go with a region of the profile. */
static int
find_region(const struct place *p, struct aws_credentials *c, struct err *e)
{
	struct profile_setting region = {"region", NULL};
	struct buf section = {0};
	const char *name = env("AWS_REGION");
	int rc;

	if (name == NULL)
		name = env("AWS_DEFAULT_REGION");
	if (name != NULL) {
		c->region = xstrdup(name);
		return 0;
	}
	buf_addf(&section, "%s%s", strcmp(p->profile, "default") == 0 ? "" : "profile ", p->profile);
	rc = profile_read(p->config, section.data, &region, 1, e);
	if (rc >= 0)
		rc = profile_read(p->credentials, p->profile, &region, 1, e);
	buf_free(&section);
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
	if (rc > 0)
		rc = find_region(&p, c, e);
	if (rc != 0)
		aws_credentials_free(c);
	buf_free(&where);
	free(p.credentials);
	free(p.config);
	return rc;
}
