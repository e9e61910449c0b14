#include "aws/profile_settings.h"
#include "aws/profile.h"

#include <stdlib.h>
#include <string.h>

static const char *const names[AWS_SETTINGS] = {
    [SETTING_ROLE_ARN] = "role_arn",
    [SETTING_SOURCE_PROFILE] = "source_profile",
    [SETTING_CREDENTIAL_SOURCE] = "credential_source",
    [SETTING_SESSION_NAME] = "role_session_name",
    [SETTING_EXTERNAL_ID] = "external_id",
    [SETTING_DURATION] = "duration_seconds",
    [SETTING_MFA] = "mfa_serial",
    [SETTING_TOKEN_FILE] = "web_identity_token_file",
    [SETTING_PROCESS] = "credential_process",
    [SETTING_SSO_SESSION] = "sso_session",
    [SETTING_SSO_START_URL] = "sso_start_url",
    [SETTING_SSO_REGION] = "sso_region",
    [SETTING_SSO_ACCOUNT] = "sso_account_id",
    [SETTING_SSO_ROLE] = "sso_role_name",
    [SETTING_REGION] = "region",
    [SETTING_STS_ENDPOINTS] = "sts_regional_endpoints",
};

static const char *const key_names[AWS_KEYS] = {
    "aws_access_key_id", "aws_secret_access_key", "aws_session_token"};

const char *
aws_setting_name(enum aws_setting i)
{
	return names[i];
}

/* Both readings of one file's section: the settings, and the keys. */
struct sections {
	struct profile_setting setting[AWS_SETTINGS], credentials[AWS_KEYS], config[AWS_KEYS];
};

static int
read_section(const char *path, const char *section, struct sections *s,
    struct profile_setting *keys, struct err *e)
{
	int there = profile_read(path, section, s->setting, AWS_SETTINGS, e);

	return there <= 0 ? there : profile_read(path, section, keys, AWS_KEYS, e);
}

/* In the config file the section is "[profile x]"; the default one may be "[default]" too. */
static int
read_files(const struct aws_chain *x, const char *name, struct sections *s, struct err *e)
{
	int there = read_section(x->credentials_file, name, s, s->credentials, e), rc, plain = 0;
	struct buf section = {0};

	if (there < 0)
		return -1;
	buf_addf(&section, "profile %s", name);
	rc = read_section(x->config_file, section.data, s, s->config, e);
	buf_free(&section);
	if (rc >= 0 && strcmp(name, "default") == 0)
		plain = read_section(x->config_file, name, s, s->config, e);
	return rc < 0 || plain < 0 ? -1 : there | rc | plain;
}

/* The value, now the caller's; an empty one is none. */
static char *
take(struct profile_setting *s)
{
	char *value = s->value;

	s->value = NULL;
	if (value == NULL || value[0] != '\0')
		return value;
	free(value);
	return NULL;
}

int
aws_profile_load(const struct aws_chain *x, const char *name, struct aws_profile *p, struct err *e)
{
	struct sections s = {0};
	int there;

	*p = (struct aws_profile){.name = name};
	for (size_t i = 0; i < AWS_SETTINGS; i++)
		s.setting[i].name = names[i];
	for (size_t i = 0; i < AWS_KEYS; i++)
		s.credentials[i].name = s.config[i].name = key_names[i];
	there = read_files(x, name, &s, e);
	for (size_t i = 0; i < AWS_SETTINGS; i++)
		p->value[i] = take(&s.setting[i]);
	for (size_t i = 0; i < AWS_KEYS; i++) {
		p->credentials[i] = take(&s.credentials[i]);
		p->config[i] = take(&s.config[i]);
	}
	p->there = there > 0;
	return there < 0 ? -1 : 0;
}

void
aws_profile_free(struct aws_profile *p)
{
	for (size_t i = 0; i < AWS_SETTINGS; i++)
		aws_wipe(p->value[i]);
	for (size_t i = 0; i < AWS_KEYS; i++) {
		aws_wipe(p->credentials[i]);
		aws_wipe(p->config[i]);
	}
	*p = (struct aws_profile){0};
}

int
aws_profile_has_keys(const struct aws_profile *p)
{
	return p->credentials[KEY_ACCESS] != NULL || p->credentials[KEY_SECRET] != NULL ||
	       p->config[KEY_ACCESS] != NULL || p->config[KEY_SECRET] != NULL;
}
