#include "aws/s3_config.h"
#include "base/env.h"
#include "aws/chain.h"
#include "aws/profile.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ENDPOINT, IGNORE, FIPS, DUALSTACK, ATTEMPTS, CHECKSUMS, SETTINGS };

static const char *const variables[SETTINGS] = {
    [IGNORE] = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    [FIPS] = "AWS_USE_FIPS_ENDPOINT",
    [DUALSTACK] = "AWS_USE_DUALSTACK_ENDPOINT",
    [ATTEMPTS] = "AWS_MAX_ATTEMPTS",
    [CHECKSUMS] = "AWS_RESPONSE_CHECKSUM_VALIDATION",
};

struct reading {
	struct profile_setting setting[SETTINGS]; /* of the profile */
	struct aws_chain chain;                   /* names it and its file */
	struct err *e;
};

/* The variable's value, or the profile's, or NULL. */
static const char *
value_of(const struct reading *r, int i)
{
	const char *s = variables[i] != NULL ? env_value(variables[i]) : NULL;

	return s != NULL ? s : r->setting[i].value;
}

static int
refuse(const struct reading *r, int i, const char *expected)
{
	if (env_value(variables[i]) != NULL)
		return err_set(r->e, EX_USAGE, "%s is '%.40s', expected %s", variables[i],
		    env_value(variables[i]), expected);
	return err_set(r->e, EX_CONFIG, "%s: %s of profile '%s' is '%.40s', expected %s",
	    r->chain.config_file, r->setting[i].name, r->chain.profile, r->setting[i].value,
	    expected);
}

static int
read_flag(const struct reading *r, int i, int *flag)
{
	const char *s = value_of(r, i);

	*flag = s != NULL && strcasecmp(s, "true") == 0;
	if (s == NULL || *flag || strcasecmp(s, "false") == 0)
		return 0;
	return refuse(r, i, "true or false");
}

static int
read_attempts(const struct reading *r, int *attempts)
{
	const char *s = value_of(r, ATTEMPTS);
	uint64_t n;

	if (s == NULL)
		return 0;
	if (num_u64(s, strlen(s), &n) != 0 || n < 1 || n > 1000)
		return refuse(r, ATTEMPTS, "1 to 1000");
	*attempts = (int)n;
	return 0;
}

static int
read_checksums(const struct reading *r, int *none)
{
	const char *s = value_of(r, CHECKSUMS);

	*none = s != NULL && strcasecmp(s, "when_required") == 0;
	if (s == NULL || *none || strcasecmp(s, "when_supported") == 0)
		return 0;
	return refuse(r, CHECKSUMS, "when_supported or when_required");
}

static int
read_style(enum s3_style *style, struct err *e)
{
	static const char *const names[] = {
	    [S3_STYLE_AUTO] = "auto", [S3_STYLE_PATH] = "path", [S3_STYLE_VIRTUAL] = "virtual"};
	const char *s = env_value("AWS_S3_ADDRESSING_STYLE");

	*style = S3_STYLE_AUTO;
	if (s == NULL)
		return 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(s, names[i]) != 0)
			continue;
		*style = (enum s3_style)i;
		return 0;
	}
	return err_set(
	    e, EX_USAGE, "AWS_S3_ADDRESSING_STYLE is '%.40s', expected auto, path or virtual", s);
}

static int
read_endpoint(const struct reading *r, struct s3_config *c)
{
	const char *s = env_value("AWS_ENDPOINT_URL_S3");
	int ignore;

	if (read_flag(r, IGNORE, &ignore) != 0)
		return -1;
	if (s == NULL)
		s = env_value("AWS_ENDPOINT_URL");
	if (s == NULL)
		s = r->setting[ENDPOINT].value;
	if (s != NULL && !ignore)
		c->rules.given = c->endpoint = xstrdup(s);
	return 0;
}

static int
read_all(const struct reading *r, struct s3_config *c)
{
	if (read_endpoint(r, c) != 0 || read_style(&c->rules.style, r->e) != 0 ||
	    read_flag(r, FIPS, &c->rules.fips) != 0 ||
	    read_flag(r, DUALSTACK, &c->rules.dualstack) != 0 ||
	    read_checksums(r, &c->no_checksums) != 0)
		return -1;
	return read_attempts(r, &c->max_attempts);
}

/* "[profile x]" of the config file; the default one may be "[default]" too. */
static int
read_profile(struct reading *r)
{
	struct buf section = {0};
	int rc;

	buf_addf(&section, "profile %s", r->chain.profile);
	rc = profile_read(r->chain.config_file, section.data, r->setting, SETTINGS, r->e);
	if (rc >= 0 && strcmp(r->chain.profile, "default") == 0)
		rc = profile_read(r->chain.config_file, "default", r->setting, SETTINGS, r->e);
	buf_free(&section);
	return rc < 0 ? -1 : 0;
}

int
s3_config_read(struct s3_config *c, struct err *e)
{
	struct reading r = {
	    .setting = {[ENDPOINT] = {"endpoint_url", NULL},
		[IGNORE] = {"ignore_configured_endpoint_urls", NULL},
		[FIPS] = {"use_fips_endpoint", NULL},
		[DUALSTACK] = {"use_dualstack_endpoint", NULL},
		[ATTEMPTS] = {"max_attempts", NULL},
		[CHECKSUMS] = {"response_checksum_validation", NULL}},
	    .e = e,
	};
	int rc;

	*c = (struct s3_config){0};
	aws_chain_init(&r.chain, NULL, NULL);
	rc = read_profile(&r);
	if (rc == 0)
		rc = read_all(&r, c);
	for (size_t i = 0; i < SETTINGS; i++)
		free(r.setting[i].value);
	aws_chain_free(&r.chain);
	return rc;
}

void
s3_config_free(struct s3_config *c)
{
	free(c->endpoint);
	*c = (struct s3_config){0};
}
