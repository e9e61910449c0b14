#include "net/http_transfer.h"

#include <stdio.h>
#include <string.h>

#define MAX_HEADERS (256UL * 1024)
#define MAX_BODY (16UL * 1024 * 1024)
#define MAX_ERROR_BODY (64UL * 1024)

static int
refuse(struct transfer *t)
{
	t->refused = 1;
	return -1;
}

/* "HTTP/1.1 200 OK": three digits behind the version, or 0. */
static long
read_status(const char *line, size_t n)
{
	const char *space = memchr(line, ' ', n);
	long status = 0;

	if (space == NULL || line + n - space < 4)
		return 0;
	for (int i = 1; i <= 3; i++) {
		if (space[i] < '0' || space[i] > '9')
			return 0;
		status = status * 10 + (space[i] - '0');
	}
	return status;
}

int
transfer_header(struct transfer *t, const char *line, size_t n)
{
	struct buf *headers = &t->res->headers;

	if (n >= 5 && memcmp(line, "HTTP/", 5) == 0) {
		buf_clear(headers);
		t->head_ended = 0;
		t->res->status = read_status(line, n);
		return 0;
	}
	if (n > 0 && (line[0] == '\r' || line[0] == '\n'))
		t->head_ended = 1;
	if (headers->len + n > MAX_HEADERS) {
		err_set(t->e, EX_UNAVAILABLE, "answer with more than %lu bytes of headers",
		    MAX_HEADERS);
		return refuse(t);
	}
	if (memchr(line, ':', n) != NULL)
		buf_add(headers, line, n);
	return 0;
}

int
transfer_hold(struct transfer *t)
{
	t->held = t->flow != NULL && flow_wait_ms(t->flow) > 0;
	return t->held;
}

int
transfer_body(struct transfer *t, const void *p, size_t n)
{
	const struct http_request *req = t->req;
	struct http_response *res = t->res;
	size_t room, max = req->max_body > 0 ? req->max_body : MAX_BODY;

	if (t->refused) /* libcurl may still hold bytes back */
		return -1;
	res->received += n;
	if (t->flow != NULL)
		flow_received(t->flow, n);
	if (res->status / 100 != 2) {
		room = MAX_ERROR_BODY - res->body.len;
		buf_add(&res->body, p, n < room ? n : room);
		return 0;
	}
	if (req->sink != NULL) {
		res->delivered += n;
		return req->sink(req->sink_ctx, p, n, t->e) == 0 ? 0 : refuse(t);
	}
	if (n > max - res->body.len) {
		err_set(t->e, EX_UNAVAILABLE, "answer longer than %zu bytes", max);
		return refuse(t);
	}
	buf_add(&res->body, p, n);
	return 0;
}

ssize_t
transfer_send(struct transfer *t, void *p, size_t n)
{
	const struct http_request *req = t->req;
	uint64_t left = req->body_len - t->sent;
	ssize_t got;

	if (n > left)
		n = (size_t)left;
	if (n == 0)
		return 0;
	if (req->source == NULL) {
		memcpy(p, (const char *)req->body + t->sent, n);
		got = (ssize_t)n;
	} else {
		got = req->source(req->source_ctx, t->sent, p, n, t->e);
	}
	if (got == 0)
		err_set(t->e, EX_IOERR, "request body ends at byte %llu of %llu",
		    (unsigned long long)t->sent, (unsigned long long)req->body_len);
	if (got <= 0)
		return refuse(t);
	t->sent += (uint64_t)got;
	if (t->flow != NULL)
		flow_sent(t->flow, (uint64_t)got);
	return got;
}

int
transfer_fail(struct transfer *t, const char *why, int code)
{
	const char *url = t->req->url, *host = strstr(url, "://"), *at;
	size_t n;

	host = host != NULL ? host + 3 : url;
	n = strcspn(host, "/?#");
	at = memrchr(host, '@', n);
	if (at != NULL) {
		n -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	return err_set(t->e, code, "%.*s: %s", (int)n, host, why);
}

int
transfer_done(struct transfer *t)
{
	struct http_response *res = t->res;
	char id[256], title[128], server[64], why[320];

	buf_reserve(&res->body, 0);
	res->body.data[res->body.len] = '\0';
	res->secret_id = http_header(res, "x-guploader-uploadid", id, sizeof id) > 0 &&
			 strstr(t->req->url, id) != NULL;
	if (res->status / 100 != 2 || !http_page(&res->body, title, sizeof title))
		return 0;
	if (http_header(res, "Server", server, sizeof server) <= 0)
		server[0] = '\0';
	snprintf(why, sizeof why, "an HTML page came%s%s%s%s%s, as from a proxy or a sign-in",
	    server[0] != '\0' ? " from " : "", server, title[0] != '\0' ? " (" : "", title,
	    title[0] != '\0' ? ")" : "");
	t->refused = 1;
	return transfer_fail(t, why, EX_UNAVAILABLE);
}

int
transfer_late(struct transfer *t, long deadline_s, long status)
{
	char why[96], after[32] = "";

	if (status != 0)
		snprintf(after, sizeof after, " after HTTP %ld", status);
	snprintf(why, sizeof why, "deadline of %ld s reached (--deadline)%s", deadline_s, after);
	return transfer_fail(t, why, EX_TEMPFAIL);
}
