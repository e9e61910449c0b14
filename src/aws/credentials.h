/* Who asks AWS, where, and what time AWS thinks it is. One struct aws_auth serves all threads of a
 * program: credentials are fetched by the first that needs them, kept until five minutes before
 * they expire, and renewed by one thread while the others wait. Providers are asked in the order of
 * "Standardized credential providers" (AWS SDKs and Tools Reference Guide), see aws/chain.h. */
#ifndef AWS_CREDENTIALS_H
#define AWS_CREDENTIALS_H

#include "base/err.h"
#include "net/http.h"

#include <time.h>

struct aws_credentials {
	char *access_key, *secret_key;
	char *token;    /* session token, or NULL */
	time_t expires; /* UTC seconds by aws_auth_now's clock; 0: never, or not told */
};

/* aws_credentials_free(c): wipe and free; a zero-initialised one too. */
void aws_credentials_free(struct aws_credentials *c);

struct aws_auth;

/* aws_auth_new(h, e): nothing is read or fetched yet. h outlives it. NULL never happens today. */
struct aws_auth *aws_auth_new(struct http *h, struct err *e);
void aws_auth_free(struct aws_auth *a);

/* aws_auth_get(a, out, e): a copy of credentials that are valid now; out is to be freed. When a renewal
 * fails while those at hand still live, they are given, and it is warned once. -1 with EX_NOPERM:
 * there are none (says where it looked), half of a pair, or the service that gives them refused;
 * EX_CONFIG: a malformed file or setting (file and line named, nothing quoted that may be a
 * secret); EX_TEMPFAIL: the service that gives them does not answer. */
int aws_auth_get(struct aws_auth *a, struct aws_credentials *out, struct err *e);

/* aws_auth_expired(a, used): a service said ExpiredToken to a request signed with used: the next
 * aws_auth_get fetches anew, unless another thread already has. */
void aws_auth_expired(struct aws_auth *a, const struct aws_credentials *used);

/* aws_auth_now(a): UTC seconds to sign with: this machine's clock, corrected. */
time_t aws_auth_now(const struct aws_auth *a);

/* aws_auth_saw_date(a, service_date): what AWS's clock says now (the Date header of an answer
 * RequestTimeTooSkewed): the clock is corrected by the difference from now on. */
void aws_auth_saw_date(struct aws_auth *a, time_t service_date);

/* aws_auth_region(a, region, e): AWS_REGION, AWS_DEFAULT_REGION, or the profile's; NULL when none is
 * set. To be freed. -1 with EX_CONFIG or EX_NOPERM for a file that can't be read. */
int aws_auth_region(struct aws_auth *a, char **region, struct err *e);

/* aws_auth_source(a): where the first credentials came from ("the environment", "profile 'x'"), for -v; NULL
 * before the first aws_auth_get. Never a secret. Lives with a. */
const char *aws_auth_source(const struct aws_auth *a);

#endif
