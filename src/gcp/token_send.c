#include "gcp/token.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* A request with up to two more headers: the token's, and that of who pays. */
struct carried {
	struct gcp_auth *auth;
	struct http *h;
	struct buf line;
	const char *project;
	size_t own; /* headers that are the caller's */
};

static int
put_token(void *ctx, struct http_request *req, struct err *e)
{
	struct carried *c = ctx;

	if (gcp_auth_header(c->auth, c->h, &c->line, e) != 0)
		return -1;
	req->header[c->own] = c->line.data;
	req->n_header = c->own + (c->line.len > 0);
	if (c->project != NULL)
		req->header[req->n_header++] = (char *)(uintptr_t)c->project;
	return 0;
}

/* Send once, or under the retry policy. */
static int
send_carried(struct carried *c, struct http_request *req, int once, http_classify *classify,
    struct http_response *res, struct err *e)
{
	*res = (struct http_response){0};
	if (!once)
		return http_send(c->h, req, put_token, c, classify, res, e);
	if (put_token(c, req, e) != 0)
		return -1;
	return http_once(c->h, req, res, e);
}

static int
send_with_token(struct gcp_auth *auth, struct http *h, const struct http_request *given, int once,
    http_classify *classify, struct http_response *res, struct err *e)
{
	struct carried c = {
	    .auth = auth, .h = h, .project = gcp_auth_project(auth), .own = given->n_header};
	struct http_request req = *given;
	int rc;

	req.header = xcalloc(c.own + 2, sizeof *req.header);
	if (c.own > 0)
		memcpy(req.header, given->header, c.own * sizeof *req.header);
	rc = send_carried(&c, &req, once, classify, res, e);
	if (rc == 0 && res->status == 401 && c.line.len > 0) {
		http_response_free(res);
		gcp_auth_refresh(auth, &c.line);
		rc = send_carried(&c, &req, once, classify, res, e);
	}
	free(req.header);
	buf_wipe(&c.line);
	return rc;
}

int
gcp_send(struct gcp_auth *auth, struct http *h, const struct http_request *req,
    http_classify *classify, struct http_response *res, struct err *e)
{
	return send_with_token(auth, h, req, 0, classify, res, e);
}

int
gcp_once(struct gcp_auth *auth, struct http *h, const struct http_request *req,
    struct http_response *res, struct err *e)
{
	return send_with_token(auth, h, req, 1, NULL, res, e);
}

void
gcp_base_url(struct buf *out, const char *emulator, const char *service, const char *universe)
{
	if (emulator == NULL || emulator[0] == '\0') {
		buf_addf(out, "https://%s.%s", service, universe);
		return;
	}
	if (strstr(emulator, "://") == NULL)
		buf_adds(out, "http://");
	buf_adds(out, emulator);
	while (out->len > 0 && out->data[out->len - 1] == '/')
		out->data[--out->len] = '\0';
}
