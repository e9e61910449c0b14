/* One libcurl multi handle for all threads. Of the threads that wait for their answers one, the
 * leader, drives the transfers of all; when its own is done another one leads. So a program of one
 * thread has no other, and none waits for a thread that has no request under way. */
#include "net/http.h"
#include "net/http_easy.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define POLL_MS 1000
#define MOST_IDLE 64

/* A request under way. */
struct attempt {
	struct transfer transfer;
	CURL *easy;
	CURLcode code;
	char why[CURL_ERROR_SIZE]; /* libcurl's words for the failure */
	int added, done;
	pthread_cond_t wake; /* done, or the lead is to be taken */
	struct attempt *next;
};

struct http {
	pthread_mutex_t lock; /* for all below; not held while bytes move */
	CURLM *multi;
	int led; /* a thread drives the transfers */
	struct attempt *attempts;
	CURL *idle[MOST_IDLE];
	size_t n_idle;
	struct retry_policy policy;
	struct http_limits limits;
};

struct http *
http_new(struct err *e)
{
	struct http *h = xcalloc(1, sizeof *h);

	if (http_limits_read(&h->limits, &h->policy, e) != 0) {
		free(h);
		return NULL;
	}
	pthread_mutex_init(&h->lock, NULL);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
		h->multi = curl_multi_init();
		if (h->multi != NULL)
			return h;
		curl_global_cleanup();
	}
	pthread_mutex_destroy(&h->lock);
	free(h);
	err_set(e, EX_SOFTWARE, "libcurl does not start");
	return NULL;
}

void
http_free(struct http *h)
{
	if (h == NULL)
		return;
	while (h->n_idle > 0)
		curl_easy_cleanup(h->idle[--h->n_idle]);
	curl_multi_cleanup(h->multi);
	curl_global_cleanup();
	pthread_mutex_destroy(&h->lock);
	free(h);
}

struct retry_policy *
http_policy(struct http *h)
{
	return &h->policy;
}

long
http_delay_ms(struct http *h, int attempt, enum retry_kind kind, long retry_after_s, double random)
{
	long ms;

	pthread_mutex_lock(&h->lock);
	ms = retry_delay_ms(&h->policy, attempt, kind, retry_after_s, random);
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

/* Hand new attempts to libcurl. The lock is held. */
static void
add_attempts(struct http *h)
{
	for (struct attempt *a = h->attempts; a != NULL; a = a->next) {
		if (a->added)
			continue;
		a->added = 1;
		if (curl_multi_add_handle(h->multi, a->easy) == CURLM_OK)
			continue;
		a->code = CURLE_OUT_OF_MEMORY;
		a->done = 1;
		pthread_cond_signal(&a->wake);
	}
}

/* Take what is done from libcurl, and wake whoever waits for it. The lock is held. */
static void
take_done(struct http *h)
{
	CURLMsg *m;
	int left;

	while ((m = curl_multi_info_read(h->multi, &left)) != NULL) {
		CURLcode code = m->data.result; /* m goes with the handle */
		CURL *easy = m->easy_handle;
		struct attempt *a = NULL;

		if (m->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &a);
		curl_multi_remove_handle(h->multi, easy);
		a->code = code;
		a->done = 1;
		pthread_cond_signal(&a->wake);
	}
}

/* Drive all transfers until own is done. The lock is held, but not while bytes move. */
static void
lead(struct http *h, const struct attempt *own)
{
	int running;

	h->led = 1;
	for (;;) {
		add_attempts(h);
		pthread_mutex_unlock(&h->lock);
		curl_multi_perform(h->multi, &running);
		pthread_mutex_lock(&h->lock);
		take_done(h);
		if (own->done)
			break;
		pthread_mutex_unlock(&h->lock);
		curl_multi_poll(h->multi, NULL, 0, POLL_MS, NULL);
		pthread_mutex_lock(&h->lock);
	}
	h->led = 0;
	for (struct attempt *a = h->attempts; a != NULL; a = a->next)
		if (!a->done) {
			pthread_cond_signal(&a->wake);
			break;
		}
}

/* Put the attempt to those under way, and wait for its end. The lock is held. */
static void
perform(struct http *h, struct attempt *a)
{
	struct attempt **at = &h->attempts;

	while (*at != NULL)
		at = &(*at)->next;
	*at = a;
	if (h->led)
		curl_multi_wakeup(h->multi);
	while (!a->done) {
		if (!h->led)
			lead(h, a);
		else
			pthread_cond_wait(&a->wake, &h->lock);
	}
	for (at = &h->attempts; *at != a;)
		at = &(*at)->next;
	*at = a->next;
}

/* An easy handle, used before or new; NULL when there is no memory. */
static CURL *
take_easy(struct http *h)
{
	CURL *easy = NULL;

	pthread_mutex_lock(&h->lock);
	if (h->n_idle > 0)
		easy = h->idle[--h->n_idle];
	pthread_mutex_unlock(&h->lock);
	return easy != NULL ? easy : curl_easy_init();
}

static void
put_back(struct http *h, CURL *easy)
{
	curl_easy_reset(easy); /* it must not keep what points here */
	pthread_mutex_lock(&h->lock);
	if (h->n_idle < MOST_IDLE) {
		h->idle[h->n_idle++] = easy;
		easy = NULL;
	}
	pthread_mutex_unlock(&h->lock);
	curl_easy_cleanup(easy);
}

/* Try it once: a->code, and what that means. */
static struct http_outcome
attempt_once(struct http *h, struct attempt *a, struct curl_slist *headers)
{
	struct http_outcome o = {CURLE_OUT_OF_MEMORY, EX_TEMPFAIL, RETRY_TRANSIENT};

	a->code = CURLE_OUT_OF_MEMORY;
	a->easy = take_easy(h);
	if (a->easy == NULL)
		return o;
	pthread_cond_init(&a->wake, NULL);
	if (http_easy_set(a->easy, &h->limits, &a->transfer, headers, a->why) == 0 &&
	    curl_easy_setopt(a->easy, CURLOPT_PRIVATE, a) == CURLE_OK) {
		pthread_mutex_lock(&h->lock);
		perform(h, a);
		pthread_mutex_unlock(&h->lock);
	}
	if (a->code == CURLE_OK && !a->transfer.head_ended) {
		a->code = CURLE_PARTIAL_FILE;
		snprintf(a->why, sizeof a->why, "the answer ends inside its head");
	}
	o = http_easy_outcome(a->easy, a->code);
	put_back(h, a->easy);
	pthread_cond_destroy(&a->wake);
	return o;
}

int
http_once(struct http *h, const struct http_request *req, struct http_response *res, struct err *e)
{
	struct attempt a = {.transfer = {.req = req, .res = res, .e = e}};
	struct curl_slist *headers = http_easy_headers(req, e);
	struct http_outcome o;

	*res = (struct http_response){0};
	if (headers == NULL)
		return -1;
	o = attempt_once(h, &a, headers);
	http_easy_headers_free(headers);
	if (a.code == CURLE_OK) {
		buf_reserve(&res->body, 0);
		res->body.data[res->body.len] = '\0';
		return 0;
	}
	res->status = 0;
	res->lost = a.transfer.refused ? RETRY_NEVER : o.lost;
	return a.transfer.refused
		   ? -1
		   : transfer_fail(&a.transfer, http_easy_words(a.why, a.code), o.exit);
}
