/* How S3 is asked, as the environment and the profile of the config file say. Source: "Settings
 * reference" (AWS SDKs and Tools Reference Guide): service-specific endpoints, dual-stack and FIPS
 * endpoints, retry behavior, data integrity protections. */
#ifndef AWS_S3_CONFIG_H
#define AWS_S3_CONFIG_H

#include "aws/s3_endpoint.h"
#include "base/err.h"

struct s3_config {
	struct s3_rules rules; /* given points to endpoint, or is NULL */
	char *endpoint;
	int max_attempts; /* 0: nothing said */
	int no_checksums; /* neither asked for nor compared */
};

/* s3_config_read(c, e): AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, the profile's endpoint_url (none of
 * them with AWS_IGNORE_CONFIGURED_ENDPOINT_URLS); AWS_USE_FIPS_ENDPOINT, AWS_USE_DUALSTACK_ENDPOINT,
 * AWS_MAX_ATTEMPTS, AWS_RESPONSE_CHECKSUM_VALIDATION (when_supported, when_required), each else the
 * profile's setting of that name in small letters without "aws_"; AWS_S3_ADDRESSING_STYLE (auto,
 * path, virtual). -1 with EX_USAGE for a malformed variable, EX_CONFIG for a malformed setting or
 * file, EX_NOPERM for one that can't be read. c is to be freed in both cases. */
int s3_config_read(struct s3_config *c, struct err *e);
void s3_config_free(struct s3_config *c);

#endif
