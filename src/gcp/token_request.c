#include "gcp/token_request.h"
#include "base/json.h"
#include "net/base64.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ANSWER (64UL * 1024)
#define ROOM (64UL * 1024)
#define POST_MS 30000L

void
token_form(struct buf *form, const char *name, const char *value)
{
	if (form->cap == 0)
		buf_reserve(form, ROOM);
	else
		buf_addc(form, '&');
	buf_adds(form, name);
	buf_addc(form, '=');
	url_encode(form, value, strlen(value), "");
}

void
token_basic(const struct gcp_credentials *c, struct buf *out)
{
	const char *id = c->field[GCP_CLIENT_ID], *secret = c->field[GCP_CLIENT_SECRET];
	struct buf pair = {0};

	if (id == NULL)
		return;
	secret = secret != NULL ? secret : "";
	buf_reserve(&pair, strlen(id) + strlen(secret) + 1);
	buf_addf(&pair, "%s:%s", id, secret);
	buf_reserve(out, pair.len * 2 + 32);
	buf_adds(out, "Authorization: Basic ");
	base64_encode(out, pair.data, pair.len);
	buf_wipe(&pair);
}

void
token_url_default(struct gcp_credentials *c, const char *method)
{
	const char *universe = c->field[GCP_UNIVERSE];
	struct buf url = {0};

	if (c->field[GCP_TOKEN_URL] != NULL)
		return;
	buf_addf(&url, "https://sts.%s/v1/%s", universe != NULL ? universe : GCP_UNIVERSE_DEFAULT,
	    method);
	c->field[GCP_TOKEN_URL] = buf_take(&url);
}

int
token_post(
    const struct gcp_ask *ask, const struct token_post *p, struct http_response *res, struct err *e)
{
	struct buf type = {0};
	char *header[2];
	struct http_request req = {.method = "POST",
	    .url = p->url,
	    .header = header,
	    .body = p->body->data,
	    .body_len = p->body->len,
	    .max_body = MAX_ANSWER,
	    .total_ms = POST_MS,
	    .idempotent = 1};
	int rc;

	buf_addf(&type, "Content-Type: %s", p->type);
	header[req.n_header++] = type.data;
	if (p->authorization != NULL)
		header[req.n_header++] = (char *)(uintptr_t)p->authorization;
	rc = http_send(ask->http, &req, NULL, NULL, NULL, res, e);
	buf_free(&type);
	return rc == 0 ? 0 : err_prefix(e, "access token");
}

/* A header line is made of it. */
static int
is_token(const char *s)
{
	return s != NULL && s[0] != '\0' && s[strcspn(s, " \t\r\n")] == '\0';
}

static void
keep_refresh_token(struct gcp_credentials *c, const char *text)
{
	char **old = &c->field[GCP_REFRESH_TOKEN];

	if (text == NULL || text[0] == '\0' || *old == NULL)
		return;
	explicit_bzero(*old, strlen(*old));
	free(*old);
	*old = xstrdup(text);
}

static void
wipe_string(yajl_val v, const char *name)
{
	const char *s = json_string(v, name);

	if (s != NULL)
		explicit_bzero((char *)(uintptr_t)s, strlen(s));
}

int
token_answer(struct http_response *res, const char *url, struct gcp_credentials *c, struct token *t,
    struct err *e)
{
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_ANSWER, url, e);
	const char *text = json_string(v, "access_token");
	int rc = 0;

	explicit_bzero(res->body.data, res->body.len);
	if (!is_token(text)) {
		rc = err_set(e, EX_UNAVAILABLE, "%s: answer without an access token", url);
	} else {
		buf_adds(&t->text, text);
		if (json_u64(v, "expires_in", &t->seconds) != 0)
			t->seconds = 0;
		if (c != NULL)
			keep_refresh_token(c, json_string(v, "refresh_token"));
	}
	wipe_string(v, "access_token");
	wipe_string(v, "refresh_token");
	wipe_string(v, "id_token");
	yajl_tree_free(v);
	return rc;
}

int
token_refused(const struct http_response *res, const char *url, const char *what, const char *hint,
    struct err *e)
{
	struct err ignored;
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_ANSWER, "answer", &ignored);
	const char *error = json_string(v, "error"), *why = json_string(v, "error_description");

	if (error == NULL) {
		error = json_string(v, "error.status");
		why = json_string(v, "error.message");
	}
	if ((error == NULL && why == NULL) || http_exit_code(res->status) == EX_TEMPFAIL)
		http_fail(res, url, e);
	else
		err_set(e, EX_NOPERM, "%s: %s was refused: %s: %s%s%s", url, what,
		    error != NULL ? error : "HTTP error", why != NULL ? why : "no reason given",
		    hint != NULL ? ": " : "", hint != NULL ? hint : "");
	yajl_tree_free(v);
	return -1;
}
