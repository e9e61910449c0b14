#include "net/http_limits.h"
#include "base/num.h"

#include <stdlib.h>
#include <string.h>

#define MOST 86400

/* A number of the environment; n stays as it is when there is none. */
static int
env_number(const char *name, uint64_t least, long *n, struct err *e)
{
	const char *s = getenv(name);
	uint64_t given;

	if (s == NULL || s[0] == '\0')
		return 0;
	if (num_u64(s, strlen(s), &given) != 0 || given < least || given > MOST)
		return err_set(e, EX_USAGE, "%s is '%.40s', expected a number from %d to %d", name,
		    s, (int)least, MOST);
	*n = (long)given;
	return 0;
}

int
http_limits_read(struct http_limits *l, struct retry_policy *policy, struct err *e)
{
	*l = (struct http_limits){.connect_s = 10, .low_speed_s = 60};
	*policy = (struct retry_policy)RETRY_POLICY_STANDARD;
	if (env_number("HTTP_CONNECT_S", 1, &l->connect_s, e) != 0 ||
	    env_number("HTTP_LOW_SPEED_S", 1, &l->low_speed_s, e) != 0 ||
	    env_number("HTTP_TOTAL_S", 1, &l->total_s, e) != 0)
		return -1;
	return env_number("HOURTOOLS_RETRY_BASE_MS", 0, &policy->base_ms, e);
}

long
http_limits_total_ms(const struct http_limits *l, long request_ms)
{
	long given = l->total_s * 1000;

	return given > 0 && (request_ms == 0 || given < request_ms) ? given : request_ms;
}
