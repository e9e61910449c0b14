#include "net/rate.h"

#define SAVED_MS 125 /* an eighth of a second */
#define LEAST_PIECE 1024

void
rate_set(struct rate *r, uint64_t bytes_per_s, uint64_t now_ms)
{
	*r = (struct rate){.per_ms = (double)bytes_per_s / 1000, .at_ms = now_ms};
}

uint64_t
rate_wait_ms(struct rate *r, uint64_t now_ms)
{
	if (r->per_ms <= 0)
		return 0;
	r->balance += (double)(now_ms - r->at_ms) * r->per_ms;
	r->at_ms = now_ms;
	if (r->balance > r->per_ms * SAVED_MS)
		r->balance = r->per_ms * SAVED_MS;
	return r->balance >= 0 ? 0 : (uint64_t)(-r->balance / r->per_ms) + 1;
}

void
rate_spend(struct rate *r, uint64_t n)
{
	if (r->per_ms > 0)
		r->balance -= (double)n;
}

uint64_t
rate_piece(uint64_t bytes_per_s, uint64_t most)
{
	uint64_t piece = bytes_per_s / (1000 / SAVED_MS);

	if (bytes_per_s == 0 || piece > most)
		return most;
	return piece < LEAST_PIECE ? LEAST_PIECE : piece;
}
