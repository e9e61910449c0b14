/* The providers of credentials and what they look at; for the files of aws/ alone.
 *
 * A provider returns 1 when it gave credentials (c, and into source where from, for -v), 0 when it
 * has none, -1 with e when what it was told to use does not work: the next one is not asked then.
 * What it looked at goes into where, for the message that says there are none. */
#ifndef AWS_CHAIN_H
#define AWS_CHAIN_H

#include "aws/credentials.h"
#include "base/buf.h"

struct aws_chain {
	struct aws_auth *auth; /* for its clock */
	struct http *http;
	char *credentials_file, *config_file;
	char *profile;
	int named; /* by AWS_PROFILE: it must be there */
	struct buf source, where;
};

typedef int aws_provider(struct aws_chain *x, struct aws_credentials *c, struct err *e);

/* aws_chain_init(x, auth, h): the files and the profile that the environment names now. */
void aws_chain_init(struct aws_chain *x, struct aws_auth *auth, struct http *h);
void aws_chain_free(struct aws_chain *x);

/* aws_chain_load(x, c, e): credentials of the first provider that has some. -1 as aws_auth_get. */
int aws_chain_load(struct aws_chain *x, struct aws_credentials *c, struct err *e);

/* aws_chain_region(x, region, e): as aws_auth_region. */
int aws_chain_region(const struct aws_chain *x, char **region, struct err *e);

/* The providers, in their order; what each reads is told in its file. */
aws_provider aws_from_environment; /* AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN */
aws_provider aws_from_web_identity; /* AWS_WEB_IDENTITY_TOKEN_FILE, AWS_ROLE_ARN */
aws_provider aws_from_profile;      /* the shared files */
aws_provider aws_from_container;    /* AWS_CONTAINER_CREDENTIALS_... */
aws_provider aws_from_imds;         /* the instance metadata service */

/* aws_looked(x, fmt, ...): add a place to where. */
void aws_looked(struct aws_chain *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* aws_wipe(s): overwrite and free; NULL too. */
void aws_wipe(char *s);

#endif
