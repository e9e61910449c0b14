/* One profile of the shared files, with what leads to credentials. A setting of the credentials file
 * goes before the same one of the config file, but keys are a pair: never a key of one file with the
 * secret or the token of the other. */
#ifndef AWS_PROFILE_SETTINGS_H
#define AWS_PROFILE_SETTINGS_H

#include "aws/chain.h"

enum aws_setting {
	SETTING_ROLE_ARN,
	SETTING_SOURCE_PROFILE,
	SETTING_CREDENTIAL_SOURCE,
	SETTING_SESSION_NAME,
	SETTING_EXTERNAL_ID,
	SETTING_DURATION,
	SETTING_MFA,
	SETTING_TOKEN_FILE,
	SETTING_PROCESS,
	SETTING_SSO_SESSION,
	SETTING_SSO_START_URL,
	SETTING_SSO_REGION,
	SETTING_SSO_ACCOUNT,
	SETTING_SSO_ROLE,
	SETTING_REGION,
	SETTING_STS_ENDPOINTS,
	AWS_SETTINGS
};

enum aws_key { KEY_ACCESS, KEY_SECRET, KEY_TOKEN, AWS_KEYS };

struct aws_profile {
	const char *name;                               /* the caller's */
	int there;                                      /* in one of the files */
	char *value[AWS_SETTINGS];                      /* NULL: not set, or empty */
	char *credentials[AWS_KEYS], *config[AWS_KEYS]; /* of each file */
};

/* aws_profile_load(x, name, p, e): -1 as profile_read. p is to be freed in both cases. */
int aws_profile_load(
    const struct aws_chain *x, const char *name, struct aws_profile *p, struct err *e);
void aws_profile_free(struct aws_profile *p);

/* aws_profile_has_keys(p): one half of a pair, at least. */
int aws_profile_has_keys(const struct aws_profile *p);

/* aws_setting_name(i): as the file has it ("role_arn"). */
const char *aws_setting_name(enum aws_setting i);

#endif
