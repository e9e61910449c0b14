#include "net/retry.h"

/* AWS SDKs and Tools Reference Guide, "Retry behavior": token bucket of the standard mode. */
#define BUDGET 500.0
#define COST 5.0
#define COST_TIMEOUT 10.0
#define REFILL_UNRETRIED 1.0

#define LONGEST_RETRY_AFTER_S 300

enum retry_kind
retry_kind_of_status(long status)
{
	switch (status) {
	case 429:
		return RETRY_THROTTLED;
	case 408:
		return RETRY_TIMEOUT;
	case 0:
	case 500:
	case 502:
	case 503:
	case 504:
		return RETRY_TRANSIENT;
	default:
		return RETRY_NEVER;
	}
}

static int
most_attempts(const struct retry_policy *policy, enum retry_kind kind, long retry_after_s)
{
	int most = policy->max_attempts;

	if (kind == RETRY_THROTTLED && retry_after_s < 0 && most > 1 &&
	    policy->max_throttled > most)
		most = policy->max_throttled;
	return most;
}

long
retry_delay_ms(struct retry_policy *policy, int attempt, enum retry_kind kind, long retry_after_s,
    double random)
{
	double cost = kind == RETRY_TIMEOUT ? COST_TIMEOUT : COST;
	double ceiling = (double)policy->base_ms;

	if (kind == RETRY_NEVER || attempt >= most_attempts(policy, kind, retry_after_s) ||
	    policy->budget < cost)
		return -1;
	if (retry_after_s > LONGEST_RETRY_AFTER_S)
		return -1;
	policy->budget -= cost;
	if (retry_after_s >= 0)
		return retry_after_s * 1000;
	for (int i = 1; i < attempt && ceiling < (double)policy->cap_ms; i++)
		ceiling *= 2;
	if (ceiling > (double)policy->cap_ms)
		ceiling = (double)policy->cap_ms;
	return (long)(ceiling * random);
}

void
retry_refill(struct retry_policy *policy, int attempts)
{
	policy->budget += attempts > 1 ? COST : REFILL_UNRETRIED;
	if (policy->budget > BUDGET)
		policy->budget = BUDGET;
}
