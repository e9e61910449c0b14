#include "gcp/token.h"
#include "gcp/token_fetch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A token is renewed so long before its end that a request begun with it can finish ... */
#define MARGIN_S 300
#define DEFAULT_METADATA_HOST "metadata.google.internal"

struct gcp_auth {
	pthread_mutex_t lock;      /* held while a token is fetched, so that one thread does */
	struct service_account sa; /* sa.path is NULL: the metadata server */
	int none;                  /* an emulator without credentials */
	char *scopes, *metadata_host;
	struct buf line; /* "Authorization: Bearer ...", empty before the first */
	time_t renew;    /* on the monotonic clock, seconds */
};

static const char *
environment(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && s[0] != '\0' ? s : NULL;
}

struct gcp_auth *
gcp_auth_new(const char *scopes, const char *emulator, struct err *e)
{
	const char *file = environment("GOOGLE_APPLICATION_CREDENTIALS");
	const char *host = environment("GCE_METADATA_HOST");
	struct gcp_auth *auth = xcalloc(1, sizeof *auth);

	if (file != NULL && service_account_read(file, &auth->sa, e) != 0) {
		free(auth);
		return NULL;
	}
	pthread_mutex_init(&auth->lock, NULL);
	auth->none = file == NULL && host == NULL && emulator != NULL && emulator[0] != '\0';
	auth->scopes = xstrdup(scopes);
	auth->metadata_host = xstrdup(host != NULL ? host : DEFAULT_METADATA_HOST);
	return auth;
}

void
gcp_auth_free(struct gcp_auth *auth)
{
	if (auth == NULL)
		return;
	pthread_mutex_destroy(&auth->lock);
	service_account_free(&auth->sa);
	free(auth->scopes);
	free(auth->metadata_host);
	buf_wipe(&auth->line);
	free(auth);
}

static time_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

/* ... and a token that lives for less than twice the margin, for half its life. */
static time_t
margin(uint64_t seconds)
{
	return (time_t)(seconds < (uint64_t)2 * MARGIN_S ? seconds / 2 : MARGIN_S);
}

static int
fetch(struct gcp_auth *auth, struct http *h, struct err *e)
{
	struct token t = {0};
	time_t asked = monotonic();
	int rc = auth->sa.path != NULL ? token_by_key(&auth->sa, auth->scopes, h, &t, e)
				       : token_from_metadata(auth->metadata_host, h, &t, e);

	if (rc == 0) {
		buf_wipe(&auth->line);
		buf_reserve(
		    &auth->line, t.text.len + 32); /* it must not be left behind by growing */
		buf_addf(&auth->line, "Authorization: Bearer %s", t.text.data);
		if (t.seconds > UINT32_MAX)
			t.seconds = UINT32_MAX;
		auth->renew = asked + (time_t)t.seconds - margin(t.seconds);
	}
	buf_wipe(&t.text);
	return rc;
}

int
gcp_auth_header(struct gcp_auth *auth, struct http *h, struct buf *line, struct err *e)
{
	int rc = 0;

	buf_clear(line);
	if (auth->none)
		return 0;
	pthread_mutex_lock(&auth->lock);
	if (auth->line.len == 0 || monotonic() >= auth->renew)
		rc = fetch(auth, h, e);
	if (rc == 0) {
		buf_reserve(line, auth->line.len);
		buf_add(line, auth->line.data, auth->line.len);
	}
	pthread_mutex_unlock(&auth->lock);
	return rc;
}

void
gcp_auth_refresh(struct gcp_auth *auth, const struct buf *line)
{
	pthread_mutex_lock(&auth->lock);
	if (auth->line.len == line->len && line->len > 0 &&
	    memcmp(auth->line.data, line->data, line->len) == 0)
		auth->renew = 0;
	pthread_mutex_unlock(&auth->lock);
}

/* A request with one more header: the token's. */
struct carried {
	struct gcp_auth *auth;
	struct http *h;
	struct buf line;
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
	struct carried c = {.auth = auth, .h = h, .own = given->n_header};
	struct http_request req = *given;
	int rc;

	req.header = xcalloc(c.own + 1, sizeof *req.header);
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
gcp_base_url(struct buf *out, const char *emulator, const char *real)
{
	const char *base = emulator != NULL && emulator[0] != '\0' ? emulator : real;

	if (strstr(base, "://") == NULL)
		buf_adds(out, "http://");
	buf_adds(out, base);
	while (out->len > 0 && out->data[out->len - 1] == '/')
		out->data[--out->len] = '\0';
}
