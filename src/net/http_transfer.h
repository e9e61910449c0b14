/* One attempt at a request as its bytes come and go: what is kept of the answer, and under which
 * limits. Between http.c and its callers' sinks and sources; knows no network. */
#ifndef NET_HTTP_TRANSFER_H
#define NET_HTTP_TRANSFER_H

#include "net/http.h"
#include "net/http_flow.h"

struct transfer {
	const struct http_request *req;
	struct http_response *res;
	struct err *e;
	struct http_flow *flow; /* of all transfers; NULL: neither limited nor counted */
	long total_ms;          /* its limit; 0: none */
	uint64_t sent;          /* offset in the request's body */
	int held;               /* it waits until the limit on the rate lets bytes move */
	int refused;            /* a limit, a sink or a source ended the attempt: e says why */
};

/* transfer_header(t, line, n): take one line of the answer's head, its status line included. A head
 * that begins anew (after 100 Continue) replaces the one before. -1 beyond 256 KiB
 * (EX_UNAVAILABLE). */
int transfer_header(struct transfer *t, const char *line, size_t n);

/* transfer_hold(t): whether no byte may move now; then t is held, until held is taken back. */
int transfer_hold(struct transfer *t);

/* transfer_body(t, p, n): take bytes of the answer's body: to the sink, or gathered up to the
 * request's limit; of other than 2xx the first 64 KiB are gathered and the rest is dropped. -1 with
 * e. */
int transfer_body(struct transfer *t, const void *p, size_t n);

/* transfer_send(t, p, n): fill p with the next at most n bytes of the request's body; their count,
 * 0 at its end, -1 with e (EX_IOERR when a source ends before body_len). */
ssize_t transfer_send(struct transfer *t, void *p, size_t n);

/* transfer_fail(t, why, code): e for an attempt without an answer, "host: why". Scheme, user, path
 * and query are left out: the host alone is never a secret. Returns -1. */
int transfer_fail(struct transfer *t, const char *why, int code);

/* transfer_done(t): a whole answer came. -1 with e when it is none of a service (EX_UNAVAILABLE). */
int transfer_done(struct transfer *t);

/* transfer_late(t, deadline_s, status): as transfer_fail, for a deadline that was reached, after an
 * answer of that status (0: none): EX_TEMPFAIL. */
int transfer_late(struct transfer *t, long deadline_s, long status);

#endif
