/* The retry decision, without clock, network or chance. */
#include "check.h"
#include "net/retry.h"

static void
kinds(void)
{
	CHECK(retry_kind_of_status(200) == RETRY_NEVER);
	CHECK(retry_kind_of_status(301) == RETRY_NEVER);
	CHECK(retry_kind_of_status(404) == RETRY_NEVER);
	CHECK(retry_kind_of_status(412) == RETRY_NEVER);
	CHECK(retry_kind_of_status(501) == RETRY_NEVER);
	CHECK(retry_kind_of_status(429) == RETRY_THROTTLED);
	CHECK(retry_kind_of_status(500) == RETRY_TRANSIENT);
	CHECK(retry_kind_of_status(503) == RETRY_TRANSIENT);
	CHECK(retry_kind_of_status(0) == RETRY_TRANSIENT);
	CHECK(retry_kind_of_status(408) == RETRY_TIMEOUT);
}

static void
back_off(void)
{
	struct retry_policy p = RETRY_POLICY_STANDARD;

	CHECK(retry_delay_ms(&p, 1, RETRY_TRANSIENT, -1, 0.5) == 500);
	CHECK(retry_delay_ms(&p, 2, RETRY_TRANSIENT, -1, 0.5) == 1000);
	CHECK(retry_delay_ms(&p, 3, RETRY_TRANSIENT, -1, 0.5) == -1); /* three attempts in all */
	CHECK(retry_delay_ms(&p, 1, RETRY_TRANSIENT, -1, 0) == 0);
	CHECK(retry_delay_ms(&p, 1, RETRY_NEVER, -1, 0.5) == -1);
	p.max_attempts = 1000;
	CHECK(retry_delay_ms(&p, 5, RETRY_TRANSIENT, -1, 0.5) == 8000);
	CHECK(retry_delay_ms(&p, 6, RETRY_TRANSIENT, -1, 0.5) == 10000); /* 20 s is the cap */
	CHECK(retry_delay_ms(&p, 900, RETRY_TRANSIENT, -1, 0.5) == 10000);
}

/* What the service wants fewer of is asked for longer; what has no connection is not. */
static void
throttled(void)
{
	struct retry_policy p = RETRY_POLICY_STANDARD;

	CHECK(retry_delay_ms(&p, 9, RETRY_THROTTLED, -1, 0.5) == 10000);
	CHECK(retry_delay_ms(&p, 10, RETRY_THROTTLED, -1, 0.5) == -1);
	CHECK(retry_delay_ms(&p, 3, RETRY_THROTTLED, 1, 0.5) == -1);
	CHECK(retry_delay_ms(&p, 3, RETRY_UNSENT, -1, 0.5) == -1);
	p.max_attempts = 12;
	CHECK(retry_delay_ms(&p, 11, RETRY_THROTTLED, -1, 0) == 0);
	p.max_attempts = 1;
	CHECK(retry_delay_ms(&p, 1, RETRY_THROTTLED, -1, 0.5) == -1);
}

static void
retry_after(void)
{
	struct retry_policy p = RETRY_POLICY_STANDARD;

	CHECK(retry_delay_ms(&p, 1, RETRY_THROTTLED, 7, 0.1) == 7000);
	CHECK(retry_delay_ms(&p, 1, RETRY_THROTTLED, 0, 0.9) == 0);
	CHECK(retry_delay_ms(&p, 1, RETRY_THROTTLED, 300, 0.9) == 300000);
	CHECK(retry_delay_ms(&p, 1, RETRY_THROTTLED, 301, 0.9) == -1);
	CHECK(p.budget == 485); /* what is refused costs nothing */
}

static void
budget(void)
{
	struct retry_policy p = RETRY_POLICY_STANDARD;
	int n = 0;

	retry_refill(&p, 1);
	CHECK(p.budget == 500);
	while (retry_delay_ms(&p, 1, RETRY_TRANSIENT, -1, 0.5) >= 0)
		n++;
	CHECK(n == 100);
	retry_refill(&p, 1);
	CHECK(p.budget == 1);
	retry_refill(&p, 2);
	CHECK(p.budget == 6);
	CHECK(retry_delay_ms(&p, 1, RETRY_TIMEOUT, -1, 0.5) == -1); /* a timeout costs 10 */
	CHECK(retry_delay_ms(&p, 1, RETRY_TRANSIENT, -1, 0.5) == 500);
}

int
main(void)
{
	kinds();
	back_off();
	throttled();
	retry_after();
	budget();
	return check_done();
}
