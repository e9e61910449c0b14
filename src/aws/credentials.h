/* Who asks AWS, and in which region: "Standardized credential providers" (AWS SDKs and Tools
 * Reference Guide). Providers are asked in the order of one table; the first that has something
 * decides. */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "base/err.h"

struct aws_credentials {
	char *access_key, *secret_key;
	char *token;  /* session token, or NULL */
	char *region; /* what environment or profile name, or NULL */
};

/* aws_credentials_load(c, e): from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN;
 * else from the profile AWS_PROFILE ("default") of AWS_SHARED_CREDENTIALS_FILE (~/.aws/credentials)
 * and AWS_CONFIG_FILE (~/.aws/config). The region is AWS_REGION, AWS_DEFAULT_REGION or the
 * profile's. -1 with EX_NOPERM naming where it looked when there are none, or half of a pair;
 * EX_CONFIG for a malformed file. */
int aws_credentials_load(struct aws_credentials *c, struct err *e);

/* aws_credentials_free(c): wipe and free. */
void aws_credentials_free(struct aws_credentials *c);

#endif
