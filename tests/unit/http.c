/* Requests of many threads over one set of connections, against a server in this process: right bytes,
 * retries, connections kept, the deadline, the limit on the rate. */
#include "check.h"
#include "http_server.h"
#include "net/clock.h"
#include "net/http.h"

#include <limits.h>

#define THREADS 8

/* A body being received: each byte must be the pattern's. */
struct received {
	uint64_t n;
	int wrong;
};

static int
on_bytes(void *ctx, const void *data, size_t n, struct err *e)
{
	struct received *r = ctx;
	const unsigned char *p = data;

	(void)e;
	for (size_t i = 0; i < n; i++)
		r->wrong |= p[i] != server_byte(r->n + i);
	r->n += n;
	return 0;
}

static ssize_t
pattern(void *ctx, uint64_t offset, void *p, size_t n, struct err *e)
{
	(void)ctx, (void)e;
	memset(p, (int)(offset & 0xff), n);
	return (ssize_t)n;
}

static char *
url_of(const char *path, char out[static 64])
{
	snprintf(out, 64, "http://127.0.0.1:%d/%s", server_port, path);
	return out;
}

/* A GET under the retry policy; its status, 0 without an answer. */
static long
get(struct http *h, const char *path, struct received *r, struct err *e)
{
	char url[64];
	struct http_request req = {.method = "GET",
	    .url = url_of(path, url),
	    .sink = on_bytes,
	    .sink_ctx = r,
	    .idempotent = 1};
	struct http_response res;
	long status;

	*r = (struct received){0};
	status = http_send(h, &req, NULL, NULL, NULL, &res, e) == 0 ? res.status : 0;
	http_response_free(&res);
	return status;
}

/* A PUT of n bytes. */
static long
put(struct http *h, const char *path, uint64_t n, struct err *e)
{
	char url[64];
	struct http_request req = {.method = "PUT",
	    .url = url_of(path, url),
	    .source = pattern,
	    .body_len = n,
	    .idempotent = 1};
	struct http_response res;
	long status = http_send(h, &req, NULL, NULL, NULL, &res, e) == 0 ? res.status : 0;

	http_response_free(&res);
	return status;
}

static struct http *
new_http(void)
{
	struct err e = {0};
	struct http *h = http_new(&e);

	if (h == NULL) {
		printf("%s\n", e.text);
		exit(1);
	}
	return h;
}

struct worker {
	struct http *http;
	int number, bad, cut;
	pthread_t thread;
};

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
		CHECK(get(h, "0", &r, &e) == 200);
	CHECK(clock_ms() - began >= 150);
	http_counters(h, &c);
	CHECK(c.throttled == 1 && c.retries == 0 && c.requests == 11);
	/* Nor would a turn be waited for that comes after the deadline. */
	for (int i = 0; i < 10; i++)
		CHECK(get(h, "0?status=429", &r, &e) == 429);
	http_free(h);
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
	pace();
	return check_done();
}
