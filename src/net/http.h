/* HTTP/1.1 and TLS requests, the only part that knows libcurl. TLS certificates are always
 * verified (SSL_CERT_FILE, SSL_CERT_DIR, HTTPS_PROXY and NO_PROXY are honoured), redirects are answers like any
 * other, bodies come as they are on the wire.
 *
 * One struct http a program; its threads share it, and may all have requests under way. Each waits
 * for its own answer; meanwhile one of them drives the transfers of all, so a sink or a source may
 * be called on another thread that is waiting here, one call at a time. They must not send requests
 * and must not wait for anything that another request has to bring. */
#ifndef NET_HTTP_H
#define NET_HTTP_H

#include "base/buf.h"
#include "base/err.h"
#include "net/retry.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct http; /* connections, and the retry budget */

/* http_new(e): reads SSL_CERT_FILE, HTTP_CONNECT_S (seconds a connection with its TLS may take, default
 * 10), HTTP_LOW_SPEED_S (seconds below 1 byte/s that end a transfer, default 60), HTTP_TOTAL_S (seconds
 * one request may take in all, default what the request says) and HOURTOOLS_RETRY_BASE_MS (base of the
 * back-off, default 1000) from the environment. NULL with EX_USAGE for a malformed one, or EX_SOFTWARE.
 * The first call of the process must be made before threads start. */
struct http *http_new(struct err *e);
void http_free(struct http *h);

/* http_set_deadline(h, seconds): the whole program's time, from now; 0: none. Every request's limit is
 * cut to what is left of it and none is begun after it: EX_TEMPFAIL "HOST: deadline of 5 s reached
 * (--deadline)". To be called before threads share h.
 * http_left_ms(h): milliseconds left, 0 when it has passed, LONG_MAX without one, for what waits
 * by itself. http_deadline_s(h): the seconds that were set, or 0. */
void http_set_deadline(struct http *h, long seconds);
long http_left_ms(const struct http *h);
long http_deadline_s(const struct http *h);

/* http_stop(h): the work has failed, nothing is waited for any more: requests under way, on whatever
 * thread, end with EX_TEMPFAIL, later ones and waits too. http_sleep(h, ms): -1 at once then. */
void http_stop(struct http *h);
int http_sleep(struct http *h, uint64_t ms);

/* http_limit_rate(h, bytes_per_s): how fast the bodies of all requests together move, sent and received,
 * on average; 0: no limit. Pieces get smaller, so that 1 KiB/s is held too. To be called before
 * threads share h. */
void http_limit_rate(struct http *h, uint64_t bytes_per_s);

/* http_counters(h, out): what was done until now, by all threads. */
struct http_counters {
	uint64_t requests;       /* attempts that came to an end */
	uint64_t retries;        /* of these, repetitions that the policy granted */
	uint64_t throttled;      /* refused for the rate of requests: 429, 503 and what says so */
	uint64_t connections;    /* made, to a proxy or a server */
	uint64_t sent, received; /* bytes of bodies, as they move */
};
void http_counters(struct http *h, struct http_counters *out);

/* Bytes of the answer's body as they come, only for 2xx; other bodies are gathered in
 * http_response.body. Return 0 to go on, -1 to end the transfer (e is then the sink's own). */
typedef int http_sink(void *ctx, const void *data, size_t n, struct err *e);

/* Bytes of the request's body: fill p with at most n bytes from offset (bytes from the start of the
 * body); return the count, or -1 with e. Called again from offset 0 on a retry, so it must be able
 * to. */
typedef ssize_t http_source(void *ctx, uint64_t offset, void *p, size_t n, struct err *e);

struct http_request {
	const char *method, *url; /* url is sent exactly as given: already encoded */
	char **header;            /* "Name: value" lines, n_header of them; the caller's */
	size_t n_header;
	const void *body; /* with body_len; or source with body_len; NULL and NULL: no body */
	http_source *source;
	void *source_ctx;
	uint64_t body_len;
	http_sink *sink; /* NULL: the body is gathered, at most max_body bytes */
	void *sink_ctx;
	size_t max_body; /* 0: 16 MiB */
	int idempotent;  /* a lost answer may be repeated: GET, HEAD, and what the caller knows to
	                        be. Without it a fresh connection is used, since a kept one that was
	                        closed meanwhile can't be told from one that took the request. */
	int ask_first;   /* when a kept connection turns out to be lost after the body was begun, it
	                        is not sent again on another one: the caller has to ask what arrived */
	const char *ca_file; /* certificates to trust instead of SSL_CERT_FILE's; NULL: those */
	int direct;          /* through no proxy, whatever the environment says */
	long total_ms; /* 0: no limit on the whole, if the environment sets none. The limits on
	                        connecting and on silence always hold */
};

struct http_response {
	long status; /* 0: no complete answer; a sink may look at it, and at headers */
	struct buf
	    headers;     /* raw "name: value\r\n" lines of the final answer, also when it was cut */
	struct buf body; /* gathered body, NUL-terminated; for other than 2xx always here (its first
	                         64 KiB) */
	uint64_t received;    /* bytes of body that came */
	uint64_t delivered;   /* of these, bytes given to the sink */
	enum retry_kind lost; /* with status 0: whether repeating could help, see retry.h */
	int secret_id;        /* the request's name stands in the URL too, as an upload's does */
};

/* http_once(h, req, res, e): one attempt. 0 when a complete answer came, whatever its status; -1
 * when none did: EX_TEMPFAIL (cut, timeout, refused connection, name not found), EX_NOPERM for a
 * certificate that does not verify or a proxy that wants credentials (a proxy's other refusals as
 * http_exit_code), EX_USAGE for a malformed URL, EX_UNAVAILABLE for a gathered body beyond max_body or
 * one of 2xx that is an HTML page (a proxy's; no service here answers so), for a server without TLS 1.2
 * and for one without HTTP, or the sink's or source's own error. Messages name the host and never the rest
 * of the URL, which may be a secret. res is to be freed in both cases. */
int http_once(
    struct http *h, const struct http_request *req, struct http_response *res, struct err *e);

/* http_send(h, req, prepare, ctx, classify, res, e): http_once under the retry policy. prepare (may
 * be NULL) is called before each attempt and sets headers that depend on time (signatures, tokens);
 * -1 from it ends the call with its e. A streamed answer (sink) of which bytes were already
 * delivered is not repeated here: the caller resumes. classify says whether an answer may be
 * retried; NULL is retry_kind_of_status of the status. RETRY_TRANSIENT and RETRY_TIMEOUT are
 * repeated only for idempotent requests. Retry-After (seconds or a date) is kept to.
 * 0 with the last answer, whatever its status (so 503 after the last attempt is 0); -1 as
 * http_once, and when the deadline leaves no time to repeat. */
typedef int http_prepare(void *ctx, struct http_request *req, struct err *e);
typedef enum retry_kind http_classify(const struct http_response *res);
int http_send(struct http *h, struct http_request *req, http_prepare *prepare, void *ctx,
    http_classify *classify, struct http_response *res, struct err *e);

/* http_policy(h): the policy http_send uses, to be changed before threads share h. */
struct retry_policy *http_policy(struct http *h);

/* http_delay_ms(h, attempt, kind, retry_after_s, random), http_refill(h, attempts): retry_delay_ms
 * and retry_refill (net/retry.h) of the budget that all threads share. */
long http_delay_ms(
    struct http *h, int attempt, enum retry_kind kind, long retry_after_s, double random);
void http_refill(struct http *h, int attempts);

/* http_throttled(h, url, sent_ms): url's host refused a request that went at sent_ms (of clock_ms) for
 * the rate of requests; http_once knows 429 and 503 by itself. After the first such refusal all
 * requests to that host go at a pace (net/pace.h), so fewer are refused. */
void http_throttled(struct http *h, const char *url, uint64_t sent_ms);

/* http_wait(h, attempt, kind, retry_after_s): wait as the policy says before attempt (1 is the first
 * retry); -1 at once when it is spent, or the deadline would pass meanwhile. retry_after_s < 0: the
 * server named none. */
int http_wait(struct http *h, int attempt, enum retry_kind kind, long retry_after_s);

/* http_header(res, name, value, size): the value of header name (any case) copied, cut at size; its
 * length, or -1 when absent. */
long http_header(const struct http_response *res, const char *name, char *value, size_t size);

/* http_retry_after(res): seconds of the Retry-After header (RFC 9110, 10.2.3), or -1. */
long http_retry_after(const struct http_response *res);

void http_response_free(struct http_response *res);

/* http_fail(res, what, e): e for a final status: 400 404 409 410 412 … EX_UNAVAILABLE, 401 403 407
 * EX_NOPERM, 408 429 and 5xx EX_TEMPFAIL; "what: HTTP 404: <first words of the body>", of an HTML page
 * its title; then as http_tell_request. Returns -1.
 * Callers whose service sends structured errors make a better sentence and use
 * http_exit_code(status) for the code. */
int http_fail(const struct http_response *res, const char *what, struct err *e);
int http_exit_code(long status);

/* http_tell_request(res, e): add " [request ID]" to e, the service's own name of the request that its
 * support asks for: x-amz-request-id with x-amz-id-2 ("Getting Amazon S3 request IDs for AWS
 * Support"), x-amzn-RequestId, X-GUploader-UploadID (Cloud Storage, "Troubleshooting"),
 * x-goog-request-id, x-slack-req-id or x-request-id; nothing when there is none, or when it is a
 * secret (of an upload session it opens the session). Returns -1. */
int http_tell_request(const struct http_response *res, struct err *e);

/* http_page(body, title, size): whether body is an HTML page; its title then, blanks squeezed, or "". */
int http_page(const struct buf *body, char *title, size_t size);

#endif
