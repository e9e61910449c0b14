/* Requests to the server in this process (http_server.h). */
#ifndef UNIT_HTTP_CLIENT_H
#define UNIT_HTTP_CLIENT_H

#include "check.h"
#include "http_server.h"
#include "net/http.h"

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

#endif
