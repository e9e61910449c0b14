/* Requests of many threads over one set of connections, against a server in this process: right bytes,
 * retries, connections kept, the deadline, the limit on the rate. */
#include "check.h"
#include "http_client.h"
#include "base/clock.h"
#include "net/http.h"

#include <limits.h>

#define THREADS 8

/* One request of a worker's; sizes from nothing to 8 MB, some answers cut, some late. */
static int
work_once(struct worker *w, unsigned i)
{
	static const unsigned size[] = {0, 1, 4096, 65536, 1000000, 8000000};
	unsigned n = size[(i * 7 + (unsigned)w->number) % 6];
	struct received r;
	struct err e;
	char path[64];

	switch ((i + (unsigned)w->number) % 5) {
	case 0:
		snprintf(path, sizeof path, "%u?wait=3", n);
		break;
	case 1:
		snprintf(path, sizeof path, "0");
		return put(w->http, path, n, &e) == 200;
	case 2:
		snprintf(path, sizeof path, "%u?cut=%u", n + 1, n);
		w->cut++;
		return get(w->http, path, &r, &e) == 0 && r.n == n && !r.wrong;
	default:
		snprintf(path, sizeof path, "%u", n);
	}
	return get(w->http, path, &r, &e) == 200 && r.n == n && !r.wrong;
}

static void *
work(void *arg)
{
	struct worker *w = arg;

	for (unsigned i = 0; i < 30; i++)
		w->bad += !work_once(w, i);
	return NULL;
}

static void
many_threads(void)
{
	struct worker w[THREADS];
	struct http_counters c;
	struct http *h = new_http();
	uint64_t connections = server_connections, requests = server_requests, cut = 0;

	http_policy(h)->budget = 500;
	for (int i = 0; i < THREADS; i++) {
		w[i] = (struct worker){.http = h, .number = i};
		CHECK(pthread_create(&w[i].thread, NULL, work, &w[i]) == 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK(w[i].bad == 0);
		cut += (uint64_t)w[i].cut;
	}
	http_counters(h, &c);
	connections = server_connections - connections;
	CHECK(c.requests == server_requests - requests && c.connections == connections);
	/* Each cut costs a connection; the others are kept. A cut before the first byte is repeated. */
	CHECK(connections <= cut * 3 + THREADS && c.requests >= THREADS * 30);
	CHECK(c.throttled == 0 && c.retries <= cut * 2);
	http_free(h);
}

static void
kept_connections(void)
{
	struct http *h = new_http();
	struct http_counters c;
	struct received r;
	struct err e;

	for (int i = 0; i < 20; i++)
		CHECK(get(h, "1000", &r, &e) == 200 && r.n == 1000);
	CHECK(put(h, "0", 300000, &e) == 200);
	CHECK(get(h, "5?status=503", &r, &e) == 503 && r.n == 0);
	http_counters(h, &c);
	CHECK(c.connections == 1 && c.requests == 24 && c.retries == 2 && c.throttled == 3);
	CHECK(c.sent == 300000 && c.received == 20 * 1000 + 3 * 5);
	http_free(h);
}

/* The limit on the whole ends a request, refuses the next, and a wait that would pass it. */
static void
deadline(void)
{
	struct http *h = new_http();
	struct received r;
	struct err e;
	char expected[96];

	CHECK(http_left_ms(h) == LONG_MAX && http_deadline_s(h) == 0);
	http_set_deadline(h, 1);
	CHECK(http_left_ms(h) > 0 && http_left_ms(h) <= 1000 && http_deadline_s(h) == 1);
	CHECK(get(h, "5", &r, &e) == 200);
	http_policy(h)->base_ms = 100000000;
	http_policy(h)->cap_ms = 100000000;
	CHECK(get(h, "5?status=503", &r, &e) == 0 && e.code == EX_TEMPFAIL);
	snprintf(expected, sizeof expected,
	    "127.0.0.1:%d: deadline of 1 s reached (--deadline) after HTTP 503", server_port);
	CHECK_STR(e.text, expected);
	CHECK(http_wait(h, 1, RETRY_TRANSIENT, 1) == -1 && http_left_ms(h) > 0);
	expected[strlen(expected) - strlen(" after HTTP 503")] = '\0';
	http_policy(h)->max_attempts = 1;
	CHECK(get(h, "5?wait=20000", &r, &e) == 0 && e.code == EX_TEMPFAIL);
	CHECK_STR(e.text, expected);
	CHECK(http_left_ms(h) == 0);
	CHECK(get(h, "5", &r, &e) == 0 && e.code == EX_TEMPFAIL);
	CHECK_STR(e.text, expected);
	http_free(h);
}

/* Two threads together keep to the limit, both ways; what is held back comes whole. */
static void *
limited(void *arg)
{
	struct worker *w = arg;
	struct received r;
	struct err e;

	w->bad = !(get(w->http, "60000", &r, &e) == 200 && r.n == 60000 && !r.wrong) ||
		 put(w->http, "0", 60000, &e) != 200;
	return NULL;
}

static void
rate(void)
{
	struct worker w[2];
	struct http *h = new_http();
	uint64_t began = clock_ms(), took;

	http_limit_rate(h, 240000); /* a second for both, less the first piece of each */
	for (int i = 0; i < 2; i++) {
		w[i] = (struct worker){.http = h};
		CHECK(pthread_create(&w[i].thread, NULL, limited, &w[i]) == 0);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(w[i].thread, NULL);
		CHECK(w[i].bad == 0);
	}
	took = clock_ms() - began;
	CHECK(took >= 850);
	http_free(h);
}

int
main(void)
{
	setenv("HOURTOOLS_RETRY_BASE_MS", "1", 1);
	setenv("no_proxy", "*", 1);
	server_start();
	kept_connections();
	many_threads();
	deadline();
	rate();
	return check_done();
}
