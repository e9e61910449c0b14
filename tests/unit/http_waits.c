/* What HTTP waits for beside answers: a turn at the pace that a service takes, and how waits end when the
 * work is stopped; against a server in this process. */
#include "http_client.h"
#include "base/clock.h"

/* After a refusal requests go at a pace: ten of them can't be sent at once any more. A second of the
 * pace is 100 ms here. */
static void
pace(void)
{
	struct http_counters c;
	struct received r;
	struct http *h;
	struct err e;
	uint64_t began;

	setenv("HOURTOOLS_RETRY_BASE_MS", "100", 1);
	h = new_http();
	http_policy(h)->max_attempts = 1;
	CHECK(get(h, "0?status=429", &r, &e) == 429);
	began = clock_ms();
	for (int i = 0; i < 10; i++)
		CHECK((i % 2 ? put(h, "0", 10, &e) : get(h, "0", &r, &e)) == 200);
	CHECK(clock_ms() - began >= 150);
	http_counters(h, &c);
	CHECK(c.throttled == 1 && c.retries == 0 && c.requests == 11);
	http_free(h);
	/* A turn that comes after the deadline is not waited for. */
	setenv("HOURTOOLS_RETRY_BASE_MS", "86400", 1);
	h = new_http();
	http_policy(h)->max_attempts = 1;
	http_set_deadline(h, 50);
	CHECK(get(h, "0?status=503", &r, &e) == 503);
	CHECK(get(h, "0", &r, &e) == 200);
	CHECK(get(h, "0", &r, &e) == 0 && e.code == EX_TEMPFAIL);
	CHECK(strstr(e.text, "deadline of 50 s reached") != NULL && http_left_ms(h) > 0);
	http_free(h);
}

/* What waits ends at once when the work is stopped, and what comes later. */
static void *
stuck(void *arg)
{
	struct worker *w = arg;
	struct received r;
	struct err e;

	w->bad = get(w->http, "5?wait=100000", &r, &e) != 0 || e.code != EX_TEMPFAIL;
	return NULL;
}

static void *
asleep(void *arg)
{
	struct worker *w = arg;

	w->bad = http_sleep(w->http, 100000) != -1;
	return NULL;
}

static void
stop(void)
{
	struct worker w[4];
	struct http *h = new_http();
	struct received r;
	struct err e;

	for (int i = 0; i < 4; i++) {
		w[i] = (struct worker){.http = h};
		CHECK(pthread_create(&w[i].thread, NULL, i < 2 ? stuck : asleep, &w[i]) == 0);
	}
	CHECK(http_sleep(h, 10) == 0);
	http_stop(h);
	for (int i = 0; i < 4; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK(w[i].bad == 0);
	}
	CHECK(get(h, "5", &r, &e) == 0 && e.code == EX_TEMPFAIL);
	CHECK(http_wait(h, 1, RETRY_TRANSIENT, 300) == -1);
	http_free(h);
}

int
main(void)
{
	setenv("HOURTOOLS_RETRY_BASE_MS", "1", 1);
	setenv("no_proxy", "*", 1);
	server_start();
	stop();
	pace();
	return check_done();
}
