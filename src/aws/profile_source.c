/* What a profile of the shared files leads to: "Shared config and credentials files" and "Assume role
 * credential provider" (AWS SDKs and Tools Reference Guide). Of several ways in one profile the first
 * of the table below is taken, as the SDK for Python does. */
#include "aws/chain.h"
#include "aws/process.h"
#include "aws/profile_settings.h"
#include "aws/sso.h"
#include "aws/sts.h"
#include "aws/web_identity.h"

#include <string.h>
#include <strings.h>

/* The profiles on the way from the one asked for to this one. */
struct way {
	const char *profile;
	const struct way *from; /* NULL: asked for, not a source_profile */
};

static int load(
    struct aws_chain *x, const struct way *way, struct aws_credentials *c, struct err *e);

static int
check_loop(const struct way *way, const struct aws_profile *p, const char *source, struct err *e)
{
	struct buf names = {0};
	const struct way *w = way;

	if (strcmp(source, p->name) == 0 && way->from == NULL && aws_profile_has_keys(p))
		return 0; /* a role of one's own keys */
	while (w != NULL && strcmp(w->profile, source) != 0)
		w = w->from;
	if (w == NULL)
		return 0;
	buf_addf(&names, "'%s'", source);
	for (w = way; w != NULL; w = strcmp(w->profile, source) != 0 ? w->from : NULL)
		buf_addf(&names, ", of '%s'", w->profile);
	err_set(e, EX_CONFIG, "source_profile leads back to where it was: %s", names.data);
	buf_free(&names);
	return -1;
}

/* Keys from where credential_source says. */
static int
named_source(struct aws_chain *x, const char *source, struct aws_credentials *c, struct err *e)
{
	static const struct {
		const char *name;
		aws_provider *provider;
	} sources[] = {{"Environment", aws_from_environment},
	    {"Ec2InstanceMetadata", aws_from_imds}, {"EcsContainer", aws_from_container}};

	for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
		int rc;

		if (strcasecmp(source, sources[i].name) != 0)
			continue;
		rc = sources[i].provider(x, c, e);
		return rc != 0
			   ? rc
			   : err_set(e, EX_NOPERM, "credential_source %s has none: looked in %s",
				 source, x->where.data);
	}
	return err_set(e, EX_CONFIG,
	    "credential_source is '%.60s', expected Environment, Ec2InstanceMetadata or "
	    "EcsContainer",
	    source);
}

/* The keys that assume the role. */
static int
find_source(struct aws_chain *x, const struct way *way, const struct aws_profile *p,
    struct aws_credentials *c, struct err *e)
{
	const char *profile = p->value[SETTING_SOURCE_PROFILE];
	const char *source = p->value[SETTING_CREDENTIAL_SOURCE];
	struct way next = {profile, way};

	if ((profile == NULL) == (source == NULL))
		return err_set(e, EX_CONFIG, "role_arn has %s source_profile %s credential_source",
		    profile != NULL ? "both" : "neither", profile != NULL ? "and" : "nor");
	if (source != NULL) {
		buf_clear(&x->where);
		return named_source(x, source, c, e);
	}
	return check_loop(way, p, profile, e) == 0 ? load(x, &next, c, e) : -1;
}

static int
check_role(const struct aws_profile *p, struct err *e)
{
	const char *duration = p->value[SETTING_DURATION];

	if (p->value[SETTING_MFA] != NULL)
		return err_set(e, EX_CONFIG,
		    "mfa_serial asks for a code at the terminal, which can't be answered here: "
		    "take a "
		    "session token by `aws sts get-session-token`");
	if (duration != NULL && duration[strspn(duration, "0123456789")] != '\0')
		return err_set(
		    e, EX_CONFIG, "duration_seconds is '%.40s', expected a number", duration);
	return 0;
}

static struct sts_role
role_of(const struct aws_profile *p)
{
	return (struct sts_role){.arn = p->value[SETTING_ROLE_ARN],
	    .session_name = p->value[SETTING_SESSION_NAME],
	    .external_id = p->value[SETTING_EXTERNAL_ID],
	    .duration = p->value[SETTING_DURATION],
	    .endpoints = p->value[SETTING_STS_ENDPOINTS]};
}

static int
by_role(struct aws_chain *x, const struct way *way, const struct aws_profile *p,
    struct aws_credentials *c, struct err *e)
{
	struct sts_role role = role_of(p);
	struct aws_credentials source = {0};
	int own_keys = way->from != NULL && aws_profile_has_keys(p), rc;

	/* The keys of a source_profile go before its role. */
	if (role.arn == NULL || p->value[SETTING_TOKEN_FILE] != NULL || own_keys)
		return 0;
	if (check_role(p, e) != 0 || find_source(x, way, p, &source, e) < 0)
		return -1;
	rc = sts_assume_role(x, &role, &source, c, e) == 0 ? 1 : -1;
	aws_credentials_free(&source);
	if (rc > 0) {
		struct buf inner = x->source;

		x->source = (struct buf){0};
		buf_addf(&x->source, "%s by %s", role.arn, inner.data);
		buf_free(&inner);
	}
	return rc;
}

static int
by_web_identity(struct aws_chain *x, const struct way *way, const struct aws_profile *p,
    struct aws_credentials *c, struct err *e)
{
	struct sts_role role = role_of(p);

	(void)way;
	if (p->value[SETTING_TOKEN_FILE] == NULL)
		return 0;
	if (role.arn == NULL)
		return err_set(e, EX_CONFIG, "web_identity_token_file has no role_arn beside it");
	role.external_id = role.duration = NULL;
	return aws_web_identity(x, &role, p->value[SETTING_TOKEN_FILE], c, e) == 0 ? 1 : -1;
}

static int
by_sso(struct aws_chain *x, const struct way *way, const struct aws_profile *p,
    struct aws_credentials *c, struct err *e)
{
	(void)way;
	if (p->value[SETTING_SSO_ACCOUNT] == NULL && p->value[SETTING_SSO_ROLE] == NULL)
		return 0;
	if (aws_sso(x, p, c, e) != 0)
		return -1;
	buf_adds(&x->source, "IAM Identity Center");
	return 1;
}

/* A pair, moved out; 0 when there is none. */
static int
take_keys(
    struct aws_chain *x, char **keys, const char *file, struct aws_credentials *c, struct err *e)
{
	if (keys[KEY_ACCESS] == NULL && keys[KEY_SECRET] == NULL)
		return 0;
	if (keys[KEY_ACCESS] == NULL || keys[KEY_SECRET] == NULL)
		return err_set(e, EX_NOPERM, "%s without the other half, in %s",
		    keys[KEY_ACCESS] != NULL ? "aws_access_key_id" : "aws_secret_access_key", file);
	*c = (struct aws_credentials){.access_key = keys[KEY_ACCESS],
	    .secret_key = keys[KEY_SECRET],
	    .token = keys[KEY_TOKEN]};
	memset(keys, 0, AWS_KEYS * sizeof *keys);
	buf_adds(&x->source, file);
	return 1;
}

static int
by_credentials_file(struct aws_chain *x, const struct way *way, const struct aws_profile *p,
    struct aws_credentials *c, struct err *e)
{
	(void)way;
	return take_keys(x, (char **)p->credentials, x->credentials_file, c, e);
}

static int
by_process(struct aws_chain *x, const struct way *way, const struct aws_profile *p,
    struct aws_credentials *c, struct err *e)
{
	(void)way;
	if (p->value[SETTING_PROCESS] == NULL)
		return 0;
	if (aws_process(p->value[SETTING_PROCESS], c, e) != 0)
		return -1;
	buf_adds(&x->source, "its credential_process");
	return 1;
}

static int
by_config_file(struct aws_chain *x, const struct way *way, const struct aws_profile *p,
    struct aws_credentials *c, struct err *e)
{
	(void)way;
	return take_keys(x, (char **)p->config, x->config_file, c, e);
}

static int (*const ways_in[])(struct aws_chain *x, const struct way *way,
    const struct aws_profile *p, struct aws_credentials *c, struct err *e) = {
    by_role,
    by_web_identity,
    by_sso,
    by_credentials_file,
    by_process,
    by_config_file,
};

static int
not_there(const struct aws_chain *x, const struct way *way, struct err *e)
{
	if (way->from != NULL)
		return err_set(e, EX_CONFIG,
		    "profile '%s' names source_profile '%s', which is neither in %s nor in %s",
		    way->from->profile, way->profile, x->credentials_file, x->config_file);
	if (!x->named)
		return 0;
	return err_set(e, EX_NOPERM, "AWS_PROFILE names '%s', which is neither in %s nor in %s",
	    way->profile, x->credentials_file, x->config_file);
}

/* Credentials by the profile at the end of way; 0 only for the one asked for. */
static int
load(struct aws_chain *x, const struct way *way, struct aws_credentials *c, struct err *e)
{
	struct aws_profile p;
	int rc = 0;

	if (aws_profile_load(x, way->profile, &p, e) != 0) {
		aws_profile_free(&p);
		return -1;
	}
	if (!p.there) {
		aws_profile_free(&p);
		return not_there(x, way, e);
	}
	for (size_t i = 0; i < sizeof ways_in / sizeof *ways_in && rc == 0; i++)
		rc = ways_in[i](x, way, &p, c, e);
	if (rc == 0 && way->from != NULL)
		rc = err_set(e, EX_NOPERM, "it has no credentials, but is a source_profile");
	if (rc < 0)
		err_prefix(e, "profile '%s'", way->profile);
	aws_profile_free(&p);
	return rc;
}

int
aws_from_profile(struct aws_chain *x, struct aws_credentials *c, struct err *e)
{
	struct way way = {x->profile, NULL};
	struct buf inner;
	int rc = load(x, &way, c, e);

	if (rc <= 0) {
		if (rc == 0)
			aws_looked(x, "profile '%s' in %s and %s", x->profile, x->credentials_file,
			    x->config_file);
		return rc;
	}
	inner = x->source;
	x->source = (struct buf){0};
	buf_addf(&x->source, "profile '%s' (%s)", x->profile, inner.data);
	buf_free(&inner);
	return 1;
}
