#include "net/http_multi.h"
#include "base/buf.h"
#include "base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#define POLL_MS 1000
#define MOST_IDLE 64

/* A transfer under way. */
struct attempt {
	CURL *easy;
	struct transfer *transfer;
	CURLcode code;
	int added, done;
	pthread_cond_t wake; /* done, or the lead is to be taken */
	struct attempt *next;
};

struct multi {
	pthread_mutex_t lock; /* for all below; not held while bytes move */
	CURLM *curl;
	struct http_flow *flow;
	int led;     /* a thread drives the transfers */
	int polling; /* and sleeps until bytes move, or it is woken */
	int added;   /* attempts that libcurl has not yet */
	int stopped;
	pthread_cond_t stop; /* stopped was set */
	struct attempt *attempts;
	CURL *idle[MOST_IDLE];
	size_t n_idle;
	struct attempt **held; /* the leader's: who waits for the limit on the rate */
	size_t room_held, turn;
};

struct multi *
multi_new(struct http_flow *flow)
{
	pthread_condattr_t attr;
	struct multi *m;

	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return NULL;
	m = xcalloc(1, sizeof *m);
	m->flow = flow;
	m->curl = curl_multi_init();
	if (m->curl == NULL) {
		curl_global_cleanup();
		free(m);
		return NULL;
	}
	/* By itself it keeps four times as many as are under way at the moment. */
	(void)curl_multi_setopt(m->curl, CURLMOPT_MAXCONNECTS, (long)MOST_IDLE);
	pthread_mutex_init(&m->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&m->stop, &attr);
	pthread_condattr_destroy(&attr);
	return m;
}

void
multi_free(struct multi *m)
{
	if (m == NULL)
		return;
	while (m->n_idle > 0)
		curl_easy_cleanup(m->idle[--m->n_idle]);
	curl_multi_cleanup(m->curl);
	curl_global_cleanup();
	pthread_cond_destroy(&m->stop);
	pthread_mutex_destroy(&m->lock);
	free(m->held);
	free(m);
}

/* An attempt's end, told to whoever waits for it. The lock is held. */
static void
end(struct attempt *a, CURLcode code)
{
	a->code = code;
	a->done = 1;
	pthread_cond_signal(&a->wake);
}

/* Hand new attempts to libcurl. The lock is held. */
static void
add_attempts(struct multi *m)
{
	for (struct attempt *a = m->attempts; a != NULL && m->added > 0; a = a->next) {
		if (a->added)
			continue;
		a->added = 1;
		m->added--;
		if (m->stopped)
			end(a, CURLE_ABORTED_BY_CALLBACK);
		else if (curl_multi_add_handle(m->curl, a->easy) != CURLM_OK)
			end(a, CURLE_OUT_OF_MEMORY);
	}
}

/* Nothing is waited for any more. The lock is held. */
static void
abandon(struct multi *m)
{
	for (struct attempt *a = m->attempts; a != NULL; a = a->next) {
		if (!a->added || a->done)
			continue;
		curl_multi_remove_handle(m->curl, a->easy);
		end(a, CURLE_ABORTED_BY_CALLBACK);
	}
}

/* Take what is done from libcurl, and wake whoever waits for it. The lock is held. */
static void
take_done(struct multi *m)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(m->curl, &left)) != NULL) {
		CURLcode code = msg->data.result; /* msg goes with the handle */
		CURL *easy = msg->easy_handle;
		struct attempt *a = NULL;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &a);
		curl_multi_remove_handle(m->curl, easy);
		end(a, code);
	}
}

/* Note who is held, for the leader to go on with when the lock is open. The lock is held. */
static size_t
find_held(struct multi *m)
{
	size_t n = 0;

	for (struct attempt *a = m->attempts; a != NULL; a = a->next) {
		if (a->done || !a->transfer->held)
			continue;
		if (n == m->room_held) {
			m->room_held = m->room_held > 0 ? m->room_held * 2 : 16;
			m->held = xrealloc(m->held, m->room_held * sizeof(struct attempt *));
		}
		m->held[n++] = a;
	}
	return n;
}

/* Let those held go on, each in its turn, while the limit on the rate lets bytes move. */
static void
go_on(struct multi *m, size_t n)
{
	for (size_t i = 0; i < n && flow_wait_ms(m->flow) == 0; i++) {
		struct attempt *a = m->held[m->turn++ % n];
		CURLcode code;

		a->transfer->held = 0;
		code = curl_easy_pause(a->easy, CURLPAUSE_CONT);
		if (code == CURLE_OK)
			continue;
		pthread_mutex_lock(&m->lock);
		curl_multi_remove_handle(m->curl, a->easy);
		end(a, code);
		pthread_mutex_unlock(&m->lock);
	}
}

/* Drive all transfers until own is done. The lock is held, but not while bytes move. */
static void
lead(struct multi *m, const struct attempt *own)
{
	int running;

	m->led = 1;
	for (;;) {
		size_t n_held;

		add_attempts(m);
		n_held = find_held(m);
		pthread_mutex_unlock(&m->lock);
		go_on(m, n_held);
		curl_multi_perform(m->curl, &running);
		pthread_mutex_lock(&m->lock);
		take_done(m);
		if (m->stopped)
			abandon(m);
		if (own->done)
			break;
		if (m->added > 0)
			continue;
		m->polling = 1;
		pthread_mutex_unlock(&m->lock);
		curl_multi_poll(m->curl, NULL, 0, (int)flow_poll_ms(m->flow, POLL_MS), NULL);
		pthread_mutex_lock(&m->lock);
		m->polling = 0;
	}
	m->led = 0;
	for (struct attempt *a = m->attempts; a != NULL; a = a->next)
		if (!a->done) {
			pthread_cond_signal(&a->wake);
			break;
		}
}

/* Put the attempt to those under way, and wait for its end. The lock is held. */
static void
wait_for(struct multi *m, struct attempt *a)
{
	struct attempt **at = &m->attempts;

	while (*at != NULL)
		at = &(*at)->next;
	*at = a;
	m->added++;
	if (m->polling)
		curl_multi_wakeup(m->curl);
	while (!a->done) {
		if (!m->led)
			lead(m, a);
		else
			pthread_cond_wait(&a->wake, &m->lock);
	}
	for (at = &m->attempts; *at != a;)
		at = &(*at)->next;
	*at = a->next;
}

CURLcode
multi_perform(struct multi *m, CURL *easy, struct transfer *t)
{
	struct attempt a = {.easy = easy, .transfer = t, .code = CURLE_OUT_OF_MEMORY};

	if (curl_easy_setopt(easy, CURLOPT_PRIVATE, &a) != CURLE_OK)
		return a.code;
	pthread_cond_init(&a.wake, NULL);
	pthread_mutex_lock(&m->lock);
	wait_for(m, &a);
	pthread_mutex_unlock(&m->lock);
	pthread_cond_destroy(&a.wake);
	return a.code;
}

void
multi_stop(struct multi *m)
{
	pthread_mutex_lock(&m->lock);
	m->stopped = 1;
	pthread_cond_broadcast(&m->stop);
	if (m->polling)
		curl_multi_wakeup(m->curl);
	pthread_mutex_unlock(&m->lock);
}

int
multi_sleep(struct multi *m, uint64_t ms)
{
	uint64_t until_ms = clock_ms() + ms;
	const struct timespec until = {
	    .tv_sec = (time_t)(until_ms / 1000), .tv_nsec = (long)(until_ms % 1000 * 1000000)};
	int stopped;

	pthread_mutex_lock(&m->lock);
	while (!m->stopped && pthread_cond_timedwait(&m->stop, &m->lock, &until) != ETIMEDOUT)
		;
	stopped = m->stopped;
	pthread_mutex_unlock(&m->lock);
	return stopped ? -1 : 0;
}

CURL *
multi_easy(struct multi *m)
{
	CURL *easy = NULL;

	pthread_mutex_lock(&m->lock);
	if (m->n_idle > 0)
		easy = m->idle[--m->n_idle];
	pthread_mutex_unlock(&m->lock);
	return easy != NULL ? easy : curl_easy_init();
}

void
multi_put_back(struct multi *m, CURL *easy)
{
	curl_easy_reset(easy); /* it must not keep what points here */
	pthread_mutex_lock(&m->lock);
	if (m->n_idle < MOST_IDLE) {
		m->idle[m->n_idle++] = easy;
		easy = NULL;
	}
	pthread_mutex_unlock(&m->lock);
	curl_easy_cleanup(easy);
}
