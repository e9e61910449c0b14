/* One retry policy for all HTTP: AWS SDKs "standard" mode (AWS SDKs and Tools Reference Guide,
 * "Retry behavior"): 3 attempts by default, exponential back-off with full jitter, cap 20 s, a token
 * bucket of 500 that retries draw on (5 a retry, 10 after a timeout) and successes refill. Pure:
 * randomness and times are arguments. */
#ifndef NET_RETRY_H
#define NET_RETRY_H

struct retry_policy {
	int max_attempts;  /* the first try included */
	int max_throttled; /* of these where the service wants fewer requests, and names no time */
	long base_ms, cap_ms;
	double budget; /* tokens left of 500; shared by the calls of one client */
};

enum retry_kind {
	RETRY_NEVER,     /* success, or refused for good */
	RETRY_TRANSIENT, /* 500 502 503 504, connection lost: only when the request is idempotent */
	RETRY_THROTTLED, /* 429, 503 SlowDown, rateLimitExceeded: nothing was done, always safe */
	RETRY_TIMEOUT,   /* no answer in time: only when the request is idempotent */
	RETRY_UNSENT     /* no connection, so no request: always safe */
};

/* The defaults: AWS_MAX_ATTEMPTS in the environment is the caller's to put in. */
#define RETRY_POLICY_STANDARD                                                             \
	{                                                                                 \
		.max_attempts = 3, .max_throttled = 10, .base_ms = 1000, .cap_ms = 20000, \
		.budget = 500                                                             \
	}

/* retry_kind(status): what an HTTP status alone says; status 0 is "no complete answer" (TRANSIENT). */
enum retry_kind retry_kind_of_status(long status);

/* retry_delay_ms(policy, attempt, kind, retry_after_s, random): milliseconds to wait before attempt (1 is the
 * first retry), or -1 when attempts or budget are spent. Draws on the budget. retry_after_s < 0 means the
 * server named none; a named one is kept to, at most 300 s, else -1. random is in [0, 1).
 * RETRY_THROTTLED without a named time has max_throttled attempts when that is more, unless
 * max_attempts is 1: there the rate is lowered (net/pace.h) rather than the work given up. */
long retry_delay_ms(struct retry_policy *policy, int attempt, enum retry_kind kind,
    long retry_after_s, double random);

/* retry_refill(policy, attempts): a call succeeded after attempts tries. */
void retry_refill(struct retry_policy *policy, int attempts);

#endif
