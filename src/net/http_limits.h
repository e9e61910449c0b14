/* How long a request may take, as the environment says. */
#ifndef NET_HTTP_LIMITS_H
#define NET_HTTP_LIMITS_H

#include "base/err.h"
#include "net/retry.h"

struct http_limits {
	long connect_s;   /* a connection with its TLS */
	long low_speed_s; /* below 1 byte/s */
	long total_s;     /* one request, retries apart; 0: what the request says */
};

/* http_limits_read(l, policy, e): HTTP_CONNECT_S (10), HTTP_LOW_SPEED_S (60), HTTP_TOTAL_S (none),
 * and HOURTOOLS_RETRY_BASE_MS into the policy, which is standard otherwise. -1 with EX_USAGE when
 * one of them is not a number from 1 (the last: 0) to 86400. */
int http_limits_read(struct http_limits *l, struct retry_policy *policy, struct err *e);

/* http_limits_total_ms(l, request_ms): the shorter of the request's limit and the environment's; 0
 * is none. */
long http_limits_total_ms(const struct http_limits *l, long request_ms);

#endif
