/* A subject token that somebody else puts into a file or gives at a URL: AIP-4117, "Determining the
 * subject token in Microsoft Azure and URL-sourced credentials", "File-sourced credentials". */
#include "base/io.h"
#include "base/json.h"
#include "gcp/token_fetch.h"

#include <string.h>

#define MAX_TOKEN (256UL * 1024)
#define URL_MS 30000L

static void
wipe_string(const char *s)
{
	if (s != NULL)
		explicit_bzero((char *)(uintptr_t)s, strlen(s));
}

/* The string of key name, which may hold dots. */
static const char *
member(yajl_val v, const char *name)
{
	for (size_t i = 0; YAJL_IS_OBJECT(v) && i < v->u.object.len; i++)
		if (strcmp(v->u.object.keys[i], name) == 0)
			return YAJL_GET_STRING(v->u.object.values[i]);
	return NULL;
}

/* The token in a document of the file's format; place is for messages. */
static int
extract(const struct gcp_credentials *c, const struct buf *text, const char *place, struct buf *out,
    struct err *e)
{
	const char *format = c->field[GCP_FORMAT], *found = text->data;
	size_t n = text->len;
	yajl_val v = NULL;
	struct err ignored;

	if (format != NULL && strcmp(format, "json") == 0) {
		/* What is no JSON may be a token: it is not quoted. */
		v = json_parse(text->data, text->len, MAX_TOKEN, "answer", &ignored);
		found = member(v, c->field[GCP_FORMAT_FIELD]);
		if (found == NULL) {
			err_set(e, EX_NOPERM, "%s: expected JSON with the token as \"%s\"", place,
			    c->field[GCP_FORMAT_FIELD]);
			yajl_tree_free(v);
			return -1;
		}
		n = strlen(found);
	}
	for (; n > 0 && strchr(" \t\r\n", found[0]) != NULL; n--)
		found++;
	while (n > 0 && strchr(" \t\r\n", found[n - 1]) != NULL)
		n--;
	buf_reserve(out, n);
	buf_add(out, found, n);
	if (v != NULL)
		wipe_string(member(v, c->field[GCP_FORMAT_FIELD]));
	yajl_tree_free(v);
	if (n == 0 || memchr(out->data, '\0', n) != NULL)
		return err_set(e, EX_NOPERM, "%s: holds no token", place);
	return 0;
}

static int
from_file(const struct gcp_credentials *c, struct buf *out, struct err *e)
{
	const char *path = c->field[GCP_SUBJECT_FILE];
	struct buf text = {0};
	int rc = io_slurp(path, MAX_TOKEN, &text, e);

	if (rc != 0) {
		e->code = EX_NOPERM;
		err_prefix(e, "credential_source");
	} else {
		rc = extract(c, &text, path, out, e);
	}
	buf_wipe(&text);
	return rc;
}

/* Asked directly where there is no TLS: that is this machine's own service, and no proxy's affair. */
static int
from_url(const struct gcp_credentials *c, const struct gcp_ask *ask, struct buf *out, struct err *e)
{
	const char *url = c->field[GCP_SUBJECT_URL];
	struct http_request req = {.method = "GET",
	    .url = url,
	    .header = c->header,
	    .n_header = c->n_header,
	    .max_body = MAX_TOKEN,
	    .direct = strncasecmp(url, "http:", 5) == 0,
	    .total_ms = URL_MS,
	    .idempotent = 1};
	struct http_response res = {0};
	int rc = http_send(ask->http, &req, NULL, NULL, NULL, &res, e);

	if (rc != 0) {
		err_prefix(e, "credential_source");
	} else if (res.status / 100 != 2) {
		rc = err_set(e, http_exit_code(res.status) == EX_TEMPFAIL ? EX_TEMPFAIL : EX_NOPERM,
		    "credential_source: the token's URL answers HTTP %ld", res.status);
	} else {
		rc = extract(c, &res.body, "credential_source", out, e);
		explicit_bzero(res.body.data, res.body.len);
	}
	http_response_free(&res);
	return rc;
}

int
token_subject(
    const struct gcp_credentials *c, const struct gcp_ask *ask, struct buf *out, struct err *e)
{
	return c->field[GCP_SUBJECT_FILE] != NULL ? from_file(c, out, e) : from_url(c, ask, out, e);
}
