/* What is kept of an answer, and under which limits, without a network. */
#include "check.h"
#include "net/http_limits.h"
#include "net/http_transfer.h"

#include <stdlib.h>

static void
header(struct transfer *t, const char *line)
{
	CHECK(transfer_header(t, line, strlen(line)) == 0);
}

static void
heads(void)
{
	struct http_request req = {.url = "http://host/"};
	struct http_response res = {0};
	struct err e = {0};
	struct transfer t = {.req = &req, .res = &res, .e = &e};
	char value[16], long_line[1000];

	CHECK(http_header(&res, "A", value, sizeof value) == -1);
	header(&t, "HTTP/1.1 100 Continue\r\n");
	header(&t, "A: before\r\n");
	header(&t, "\r\n");
	header(&t, "HTTP/1.1 206 Partial Content\r\n");
	CHECK(res.status == 206 && !t.head_ended);
	CHECK(http_header(&res, "A", value, sizeof value) == -1);
	header(&t, "a:  1 \t\r\n");
	CHECK(!t.head_ended);
	header(&t, "\r\n");
	CHECK(t.head_ended);
	CHECK(http_header(&res, "A", value, sizeof value) == 1);
	CHECK_STR(value, "1");
	header(&t, "HTTP/1.1 xyz\r\n");
	CHECK(res.status == 0);
	memset(long_line, 'x', sizeof long_line);
	long_line[1] = ':';
	for (int i = 0; i < 262; i++)
		CHECK(transfer_header(&t, long_line, sizeof long_line) == 0);
	CHECK(transfer_header(&t, long_line, sizeof long_line) == -1);
	CHECK(t.refused && e.code == EX_UNAVAILABLE);
	http_response_free(&res);
}

static int
count(void *ctx, const void *data, size_t n, struct err *e)
{
	size_t *left = ctx;

	(void)data;
	if (n > *left)
		return err_set(e, EX_IOERR, "full");
	*left -= n;
	return 0;
}

static void
bodies(void)
{
	static char big[65000];
	struct http_request req = {.url = "http://host/", .max_body = 5};
	struct http_response res = {.status = 200};
	struct err e = {0};
	struct transfer t = {.req = &req, .res = &res, .e = &e};
	size_t left = 3;

	CHECK(transfer_body(&t, "abc", 3) == 0 && transfer_body(&t, "de", 2) == 0);
	CHECK_STR(res.body.data, "abcde");
	CHECK(transfer_body(&t, "f", 1) == -1 && t.refused && e.code == EX_UNAVAILABLE);
	http_response_free(&res);
	/* An error's body is cut, never refused, and never the sink's. */
	req.sink = count;
	req.sink_ctx = &left;
	t.refused = 0;
	res = (struct http_response){.status = 503};
	for (int i = 0; i < 3; i++)
		CHECK(transfer_body(&t, big, sizeof big) == 0);
	CHECK(res.body.len == 65536 && res.received == 3 * sizeof big && res.delivered == 0);
	http_response_free(&res);
	res = (struct http_response){.status = 206};
	CHECK(transfer_body(&t, "abc", 3) == 0 && left == 0 && res.delivered == 3);
	CHECK(transfer_body(&t, "d", 1) == -1 && t.refused && e.code == EX_IOERR);
	http_response_free(&res);
}

static ssize_t
short_source(void *ctx, uint64_t offset, void *p, size_t n, struct err *e)
{
	(void)ctx, (void)e;
	if (offset >= 4)
		return 0;
	n = n < 4 ? n : 4;
	memcpy(p, "abcd", n);
	return (ssize_t)n;
}

static void
requests(void)
{
	struct http_request req = {
	    .url = "https://user:secret@host:1/path?token=x", .body = "abcdef", .body_len = 6};
	struct http_response res = {0};
	struct err e = {0};
	struct transfer t = {.req = &req, .res = &res, .e = &e};
	char p[4];

	CHECK(transfer_send(&t, p, 4) == 4 && memcmp(p, "abcd", 4) == 0);
	CHECK(transfer_send(&t, p, 4) == 2 && memcmp(p, "ef", 2) == 0);
	CHECK(transfer_send(&t, p, 4) == 0 && !t.refused);
	req.source = short_source;
	t.sent = 0;
	CHECK(transfer_send(&t, p, 4) == 4);
	CHECK(transfer_send(&t, p, 4) == -1 && t.refused && e.code == EX_IOERR);
	CHECK(transfer_fail(&t, "why", EX_TEMPFAIL) == -1 && e.code == EX_TEMPFAIL);
	CHECK_STR(e.text, "host:1: why");
}

static void
fails(struct http_response *res, const char *expected)
{
	struct err e;

	CHECK(http_fail(res, "what", &e) == -1 && e.code == http_exit_code(res->status));
	CHECK_STR(e.text, expected);
}

static void
refusals(void)
{
	struct http_request req = {.url = "http://host/o?upload_id=ABC"};
	struct http_response res = {.status = 503};
	struct err e;
	struct transfer t = {.req = &req, .res = &res, .e = &e};

	fails(&res, "what: HTTP 503");
	buf_adds(&res.body, " a \n\t b\r\n");
	header(&t, "X-Amz-Id-2: two/+=\r\n");
	fails(&res, "what: HTTP 503: a b");
	header(&t, "x-amz-request-id: ONE\r\n");
	fails(&res, "what: HTTP 503: a b [request ONE two/+=]");
	buf_clear(&res.headers);
	header(&t, "X-GUploader-UploadID: ABD\r\n");
	CHECK(transfer_done(&t) == 0);
	fails(&res, "what: HTTP 503: a b [request ABD]");
	/* A session's name opens it. */
	buf_clear(&res.headers);
	header(&t, "X-GUploader-UploadID: ABC\r\n");
	CHECK(transfer_done(&t) == 0);
	fails(&res, "what: HTTP 503: a b");
	buf_clear(&res.headers);
	buf_clear(&res.body);
	buf_adds(&res.body, "\xef\xbb\xbf\n<HTML><body>x");
	fails(&res, "what: HTTP 503 with an HTML page, as from a proxy or a sign-in");
	buf_adds(&res.body, "<title> Sorry,\n later </title>");
	fails(&res, "what: HTTP 503 with an HTML page, as from a proxy or a sign-in: Sorry, later");
	CHECK(transfer_done(&t) == 0);
	res.status = 200;
	CHECK(transfer_done(&t) == -1 && e.code == EX_UNAVAILABLE && t.refused);
	CHECK_STR(e.text, "host: an HTML page came (Sorry, later), as from a proxy or a sign-in");
	http_response_free(&res);
}

static void
limits(void)
{
	static const char *const bad[] = {"0", "-1", "1s", "86401", " 1", "99999999999999999999"};
	struct retry_policy policy;
	struct http_limits l;
	struct err e;

	setenv("HTTP_LOW_SPEED_S", "", 1);
	CHECK(http_limits_read(&l, &policy, &e) == 0);
	CHECK(l.connect_s == 10 && l.low_speed_s == 60 && l.total_s == 0 && policy.base_ms == 1000);
	CHECK(http_limits_total_ms(&l, 0) == 0 && http_limits_total_ms(&l, 5) == 5);
	setenv("HTTP_TOTAL_S", "2", 1);
	setenv("HTTP_CONNECT_S", "86400", 1);
	setenv("HOURTOOLS_RETRY_BASE_MS", "0", 1);
	CHECK(http_limits_read(&l, &policy, &e) == 0);
	CHECK(l.connect_s == 86400 && policy.base_ms == 0);
	CHECK(http_limits_total_ms(&l, 0) == 2000 && http_limits_total_ms(&l, 5) == 5);
	CHECK(http_limits_total_ms(&l, 3000) == 2000);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		setenv("HTTP_TOTAL_S", bad[i], 1);
		CHECK(http_limits_read(&l, &policy, &e) == -1 && e.code == EX_USAGE);
		CHECK(strncmp(e.text, "HTTP_TOTAL_S is ", 16) == 0);
	}
}

int
main(void)
{
	heads();
	bodies();
	requests();
	refusals();
	limits();
	return check_done();
}
