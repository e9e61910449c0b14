/* What all transfers of a program share while their bytes move: the limit on their rate, and the count
 * of them. */
#ifndef NET_HTTP_FLOW_H
#define NET_HTTP_FLOW_H

#include "net/rate.h"

#include <stdatomic.h>

struct http_flow {
	uint64_t bytes_per_s; /* 0: no limit; set before the first transfer */
	struct rate rate;     /* of the thread that drives the transfers */
	_Atomic uint64_t sent, received;
};

/* flow_limit(f, bytes_per_s): the limit of both directions together. */
void flow_limit(struct http_flow *f, uint64_t bytes_per_s);

/* flow_wait_ms(f): 0 when bytes may move now, else the milliseconds until they may. */
uint64_t flow_wait_ms(struct http_flow *f);

/* flow_poll_ms(f, most): the milliseconds to wait for bytes, at most so many: no longer than that. */
uint64_t flow_poll_ms(struct http_flow *f, uint64_t most);

/* flow_sent(f, n), flow_received(f, n): n bytes of a body moved. */
void flow_sent(struct http_flow *f, uint64_t n);
void flow_received(struct http_flow *f, uint64_t n);

#endif
