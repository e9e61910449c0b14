#include "net/http_flow.h"
#include "base/clock.h"

void
flow_limit(struct http_flow *f, uint64_t bytes_per_s)
{
	f->bytes_per_s = bytes_per_s;
	rate_set(&f->rate, bytes_per_s, clock_ms());
}

uint64_t
flow_wait_ms(struct http_flow *f)
{
	return f->bytes_per_s == 0 ? 0 : rate_wait_ms(&f->rate, clock_ms());
}

uint64_t
flow_poll_ms(struct http_flow *f, uint64_t most)
{
	uint64_t wait = flow_wait_ms(f);

	return wait > 0 && wait < most ? wait : most;
}

void
flow_sent(struct http_flow *f, uint64_t n)
{
	rate_spend(&f->rate, n);
	atomic_fetch_add_explicit(&f->sent, n, memory_order_relaxed);
}

void
flow_received(struct http_flow *f, uint64_t n)
{
	rate_spend(&f->rate, n);
	atomic_fetch_add_explicit(&f->received, n, memory_order_relaxed);
}
