/* Credentials as JSON, which each source spells in its own way. */
#ifndef AWS_CREDENTIALS_JSON_H
#define AWS_CREDENTIALS_JSON_H

#include "aws/credentials.h"

#include <stddef.h>

/* Paths of json_get. */
struct aws_json_names {
	const char *access_key, *secret_key, *token;
	const char *expiration; /* RFC 3339, or milliseconds since 1970 */
	int temporary;          /* token and expiration must be there */
};

/* "AccessKeyId", "SecretAccessKey", "Token", "Expiration": container and instance metadata. */
extern const struct aws_json_names aws_json_metadata;

/* aws_json_credentials(text, len, what, names, c, e): -1 with EX_UNAVAILABLE, the text beginning with
 * what and quoting nothing of it. text is the caller's to wipe. */
int aws_json_credentials(const char *text, size_t len, const char *what,
    const struct aws_json_names *names, struct aws_credentials *c, struct err *e);

#endif
