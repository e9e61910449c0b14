/* One struct http a program: its retry budget, deadline and counts, and one attempt at a request. */
#include "net/http.h"
#include "base/clock.h"
#include "net/http_easy.h"
#include "net/http_hosts.h"
#include "net/http_multi.h"

#include <limits.h>
#include <pthread.h>
#include <stdlib.h>

#define MOST_NAP_MS 250

struct http {
	struct multi *multi;
	struct http_flow flow;
	struct http_hosts *hosts;
	struct http_limits limits;
	long deadline_s; /* 0: none; set before threads start, as the limits are */
	uint64_t deadline_ms;
	pthread_mutex_t lock; /* for what follows */
	struct retry_policy policy;
	struct http_counters counters; /* bytes apart */
};

struct http *
http_new(struct err *e)
{
	struct http *h = xcalloc(1, sizeof *h);

	if (http_limits_read(&h->limits, &h->policy, e) != 0) {
		free(h);
		return NULL;
	}
	h->multi = multi_new(&h->flow);
	if (h->multi == NULL) {
		free(h);
		err_set(e, EX_SOFTWARE, "libcurl does not start");
		return NULL;
	}
	h->hosts = http_hosts_new(h->policy.base_ms);
	pthread_mutex_init(&h->lock, NULL);
	return h;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	multi_free(h->multi);
	http_hosts_free(h->hosts);
	pthread_mutex_destroy(&h->lock);
	free(h);
}

struct retry_policy *
http_policy(struct http *h)
{
	return &h->policy;
}

void
http_set_deadline(struct http *h, long seconds)
{
	h->deadline_s = seconds;
	h->deadline_ms = seconds > 0 ? clock_ms() + (uint64_t)seconds * 1000 : 0;
}

long
http_left_ms(const struct http *h)
{
	uint64_t now = clock_ms();

	if (h->deadline_ms == 0)
		return LONG_MAX;
	return now < h->deadline_ms ? (long)(h->deadline_ms - now) : 0;
}

long
http_deadline_s(const struct http *h)
{
	return h->deadline_s;
}

void
http_stop(struct http *h)
{
	multi_stop(h->multi);
}

int
http_sleep(struct http *h, uint64_t ms)
{
	return multi_sleep(h->multi, ms);
}

void
http_limit_rate(struct http *h, uint64_t bytes_per_s)
{
	flow_limit(&h->flow, bytes_per_s);
}

void
http_counters(struct http *h, struct http_counters *out)
{
	pthread_mutex_lock(&h->lock);
	*out = h->counters;
	pthread_mutex_unlock(&h->lock);
	out->sent = atomic_load_explicit(&h->flow.sent, memory_order_relaxed);
	out->received = atomic_load_explicit(&h->flow.received, memory_order_relaxed);
}

long
http_delay_ms(struct http *h, int attempt, enum retry_kind kind, long retry_after_s, double random)
{
	long ms;

	pthread_mutex_lock(&h->lock);
	ms = retry_delay_ms(&h->policy, attempt, kind, retry_after_s, random);
	h->counters.retries += ms >= 0;
	pthread_mutex_unlock(&h->lock);
	return ms;
}

void
http_refill(struct http *h, int attempts)
{
	pthread_mutex_lock(&h->lock);
	retry_refill(&h->policy, attempts);
	pthread_mutex_unlock(&h->lock);
}

void
http_throttled(struct http *h, const char *url, uint64_t sent_ms)
{
	http_hosts_answer(h->hosts, url, sent_ms, 1);
	pthread_mutex_lock(&h->lock);
	h->counters.throttled++;
	pthread_mutex_unlock(&h->lock);
}

/* Count an attempt. */
static void
count(struct http *h, CURL *easy)
{
	long connections = 0;

	curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connections);
	pthread_mutex_lock(&h->lock);
	h->counters.requests++;
	h->counters.connections += (uint64_t)connections;
	pthread_mutex_unlock(&h->lock);
}

/* Try it once, and what that means; why: libcurl's words for a failure. */
static struct http_outcome
attempt_once(struct http *h, struct transfer *t, struct curl_slist *headers, char *why)
{
	struct http_outcome o = {
	    CURLE_OUT_OF_MEMORY, EX_TEMPFAIL, RETRY_TRANSIENT, "out of memory"};
	CURL *easy = multi_easy(h->multi);
	CURLcode code = CURLE_OUT_OF_MEMORY;

	if (easy == NULL)
		return o;
	if (http_easy_set(easy, &h->limits, t, headers, why) == 0)
		code = multi_perform(h->multi, easy, t);
	if (code == CURLE_OK && t->refused) /* of bytes that libcurl held back */
		code = CURLE_WRITE_ERROR;
	if (code == CURLE_OK && !t->head_ended) {
		code = CURLE_PARTIAL_FILE;
		snprintf(why, CURL_ERROR_SIZE, "the answer ends inside its head");
	}
	count(h, easy);
	o = http_easy_outcome(easy, code, why);
	multi_put_back(h->multi, easy);
	return o;
}

/* Wait until a request to url's host may go, by the pace; -1 when that is after the deadline. */
static int
take_turn(struct http *h, const char *url)
{
	uint64_t wait;

	while ((wait = http_hosts_turn(h->hosts, url)) > 0) {
		if (wait >= (uint64_t)http_left_ms(h))
			return -1;
		/* The rate may rise meanwhile. */
		if (http_sleep(h, wait < MOST_NAP_MS ? wait : MOST_NAP_MS) != 0)
			break;
	}
	return 0;
}

int
http_once(struct http *h, const struct http_request *req, struct http_response *res, struct err *e)
{
	struct transfer t = {.req = req, .res = res, .e = e, .flow = &h->flow};
	long left, total = http_limits_total_ms(&h->limits, req->total_ms);
	char why[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers;
	struct http_outcome o;
	uint64_t sent_ms;

	*res = (struct http_response){.lost = RETRY_TIMEOUT};
	if (http_left_ms(h) == 0 || take_turn(h, req->url) != 0)
		return transfer_late(&t, h->deadline_s, 0);
	left = http_left_ms(h);
	left += left == 0; /* 0 would be no limit */
	t.total_ms = h->deadline_s > 0 && (total == 0 || left < total) ? left : total;
	res->lost = RETRY_NEVER;
	headers = http_easy_headers(req, e);
	if (headers == NULL)
		return -1;
	sent_ms = clock_ms();
	o = attempt_once(h, &t, headers, why);
	http_easy_headers_free(headers);
	if (o.code == CURLE_OK) {
		if (res->status == 429 || res->status == 503)
			http_throttled(h, req->url, sent_ms);
		else
			http_hosts_answer(h->hosts, req->url, sent_ms, 0);
		if (transfer_done(&t) == 0)
			return 0;
	}
	res->status = 0;
	res->lost = t.refused ? RETRY_NEVER : o.lost;
	if (t.refused)
		return -1;
	if (o.code == CURLE_OPERATION_TIMEDOUT && http_left_ms(h) == 0)
		return transfer_late(&t, h->deadline_s, 0);
	return transfer_fail(&t, o.words, o.exit);
}
