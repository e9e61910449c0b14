/* The limit on bytes a second, without a clock. */
#include "check.h"
#include "net/rate.h"

static void
debts(void)
{
	struct rate r = {0};

	CHECK(rate_wait_ms(&r, 5) == 0); /* no limit */
	rate_spend(&r, 1000000);
	CHECK(rate_wait_ms(&r, 5) == 0);
	rate_set(&r, 1000, 10);
	CHECK(rate_wait_ms(&r, 10) == 0);
	rate_spend(&r, 3000);
	CHECK(rate_wait_ms(&r, 10) == 3001 && rate_wait_ms(&r, 1010) == 2001);
	CHECK(rate_wait_ms(&r, 3009) == 2 && rate_wait_ms(&r, 3010) == 0);
}

/* Whatever the pieces, what moves in the long run is the rate; a rest saves up an eighth of a second. */
static void
mean(void)
{
	struct rate r;
	uint64_t now = 0, moved = 0;

	rate_set(&r, 1 << 20, 0);
	for (int i = 0; now < 100000; i++) {
		uint64_t n = (uint64_t)(i % 7 + 1) * 1000;

		now += rate_wait_ms(&r, now);
		rate_spend(&r, n);
		moved += n;
	}
	CHECK(moved > 99.9 * (1 << 20) && moved < 100.1 * (1 << 20));
	now += 3600000;
	moved = 0;
	for (uint64_t until = now + 1000; (now += rate_wait_ms(&r, now)) < until; moved += 1024)
		rate_spend(&r, 1024);
	CHECK(moved > 1.12 * (1 << 20) && moved < 1.13 * (1 << 20));
}

static void
pieces(void)
{
	CHECK(rate_piece(0, 4096) == 4096 && rate_piece(1 << 30, 4096) == 4096);
	CHECK(rate_piece(16384, 4096) == 2048 && rate_piece(1, 4096) == 1024);
}

int
main(void)
{
	debts();
	mean();
	pieces();
	return check_done();
}
