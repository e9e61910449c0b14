#include "gcp/gcs_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A session lives for a week; one that is lost more often than this within an upload is refused by
 * something that will not go away. */
#define MAX_SESSIONS 3

struct session {
	struct gcs *g;
	struct gcs_upload *u;
	const char *what;
	uint64_t generation;
	int declared;      /* the crc32c was known when the session began */
	char *uri;         /* a capability: never told */
	uint64_t at;       /* bytes the service has */
	uint64_t furthest; /* at its greatest */
	uint64_t sent;     /* bytes of the object that the session may have */
	uint64_t length;   /* of the chunk that is sent */
	int sessions;      /* begun so far */
	int attempt;       /* tries since it last got further */
	int doubt;         /* at has to be asked */
};

static void
forget_uri(struct session *s)
{
	if (s->uri != NULL)
		explicit_bzero(s->uri, strlen(s->uri));
	free(s->uri);
	s->uri = NULL;
}

/* Begin a session. 0, 1 (412) or -1. */
static int
begin(struct session *s, struct err *e)
{
	struct buf url = {0}, metadata = {0}, type = {0}, length = {0};
	struct http_request req = {
	    .method = "POST", .idempotent = 1}; /* a lost session does nothing */
	struct http_response res = {0};
	char *header[3], uri[2048];
	int rc;

	gcs_upload_url(&url, s->g, s->u, "resumable", s->generation);
	s->declared = s->u->crc32c[0] != '\0';
	gcs_metadata_json(
	    &metadata, s->u->manner, s->u->name, gcs_upload_type(s->u), s->u->rows, s->u->crc32c);
	header[req.n_header++] = "Content-Type: application/json; charset=UTF-8";
	buf_addf(&type, "X-Upload-Content-Type: %s", gcs_upload_type(s->u));
	header[req.n_header++] = type.data;
	if (s->u->size != GCS_SIZE_UNKNOWN) {
		buf_addf(&length, "X-Upload-Content-Length: %llu", (unsigned long long)s->u->size);
		header[req.n_header++] = length.data;
	}
	req.url = url.data;
	req.header = header;
	req.body = metadata.data;
	req.body_len = metadata.len;
	rc = gcp_send(s->g->auth, s->g->http, &req, gcs_kind, &res, e);
	if (rc != 0 && res.lost != RETRY_NEVER)
		err_prefix(e, "%s", s->what);
	else if (rc == 0 && res.status == 412)
		rc = 1;
	else if (rc == 0 && res.status / 100 != 2)
		rc = gcs_fail(&res, s->what, e);
	else if (rc == 0 && (http_header(&res, "Location", uri, sizeof uri) <= 0 ||
				strlen(uri) + 1 == sizeof uri))
		rc = err_set(e, EX_UNAVAILABLE, "%s: upload session without a URI", s->what);
	if (rc == 0) {
		forget_uri(s);
		s->uri = xstrdup(uri);
		explicit_bzero(uri, sizeof uri);
		s->at = s->sent = 0;
		s->doubt = 0;
		s->sessions++;
	}
	http_response_free(&res);
	buf_free(&url);
	buf_free(&metadata);
	buf_free(&type);
	buf_free(&length);
	return rc;
}

static ssize_t
read_chunk(void *ctx, uint64_t offset, void *p, size_t n, struct err *e)
{
	struct session *s = ctx;

	if (n > s->length - offset)
		n = (size_t)(s->length - offset);
	return s->u->read(s->u, s->at + offset, p, n, e);
}

static void
content_range(const struct session *s, char *out, size_t size)
{
	char total[24] = "*";

	if (s->u->size != GCS_SIZE_UNKNOWN)
		snprintf(total, sizeof total, "%llu", (unsigned long long)s->u->size);
	if (s->doubt)
		snprintf(out, size, "Content-Range: bytes */%s", total);
	else
		snprintf(out, size, "Content-Range: bytes %llu-%llu/%s", (unsigned long long)s->at,
		    (unsigned long long)(s->at + s->length - 1), total);
}

/* Send the next chunk, or ask how far the session came. The URI is the proof of access, no token
 * goes along. As http_once. */
static int
put(struct session *s, struct http_response *res, struct err *e)
{
	char range[96], hash[48];
	char *header[] = {range, hash};
	struct http_request req = {
	    .method = "PUT", .url = s->uri, .header = header, .n_header = 1, .idempotent = 1};
	size_t n = 0;

	if (!s->doubt) {
		if (s->u->window(s->u, s->at, &n, e) != 0)
			return -1;
		s->length = n;
		s->sent = s->at + n > s->sent ? s->at + n : s->sent;
		req.source = read_chunk;
		req.source_ctx = s;
		req.body_len = n;
		req.ask_first = 1;
	}
	content_range(s, range, sizeof range);
	/* A sum that was not known at the start is declared with the last chunk. */
	if (!s->declared && s->u->crc32c[0] != '\0') {
		snprintf(hash, sizeof hash, "X-Goog-Hash: crc32c=%s", s->u->crc32c);
		req.n_header = 2;
	}
	return http_once(s->g->http, &req, res, e);
}

/* at from a 308's "Range: bytes=0-N"; without one nothing is there yet. */
static int
take_range(struct session *s, const struct http_response *res, struct err *e)
{
	char value[64];
	unsigned long long last;
	uint64_t at = 0;

	if (http_header(res, "Range", value, sizeof value) >= 0) {
		if (sscanf(value, "bytes=0-%llu", &last) != 1 || last == UINT64_MAX)
			return err_set(e, EX_UNAVAILABLE,
			    "%s: upload session tells '%s' of its bytes", s->what, value);
		at = last + 1;
	}
	if (at > s->sent)
		return err_set(e, EX_UNAVAILABLE,
		    "%s: upload session tells %llu bytes, but %llu were sent", s->what,
		    (unsigned long long)at, (unsigned long long)s->sent);
	if (at > s->furthest) {
		s->furthest = at;
		s->attempt = 0;
	}
	s->at = at;
	s->doubt = 0;
	return 0;
}

/* Wait, then ask. e already says what went wrong, for when the attempts are spent. */
static int
wait_and_ask(struct session *s, enum retry_kind kind, const struct http_response *res)
{
	s->doubt = 1;
	return http_wait(s->g->http, ++s->attempt, kind, http_retry_after(res)) == 0 ? 2 : -1;
}

/* The upload is not at its end (308). asked: this answers a question; before: the bytes that the
 * session had. 2 or -1. */
static int
go_on(struct session *s, int asked, uint64_t before, const struct http_response *res, struct err *e)
{
	if (take_range(s, res, e) != 0)
		return -1;
	if (s->at == s->u->size && !asked) { /* nothing is left to send: the question ends it */
		s->doubt = 1;
		return 2;
	}
	if (s->at != s->u->size && (asked || s->at > before))
		return 2;
	err_set(e, EX_TEMPFAIL, "%s: upload session stays at byte %llu", s->what,
	    (unsigned long long)s->at);
	return wait_and_ask(s, RETRY_TRANSIENT, res);
}

static int
begin_anew(struct session *s, struct err *e)
{
	int rc;

	if (s->sessions >= MAX_SESSIONS)
		return err_set(e, EX_TEMPFAIL, "%s: the upload session was lost %d times", s->what,
		    s->sessions);
	rc = begin(s, e);
	return rc == 0 ? 2 : rc;
}

/* One request to the session and what it means: 0 done, 1 precondition, 2 go on, -1. */
static int
step(struct session *s, struct gcs_object *o, struct err *e)
{
	struct http_response res = {0};
	uint64_t before = s->at;
	int asked = s->doubt, rc = put(s, &res, e);

	if (rc != 0 && res.lost != RETRY_NEVER) {
		err_prefix(e, "%s", s->what);
		rc = wait_and_ask(s, res.lost, &res);
	} else if (rc == 0 && res.status == 308) {
		rc = go_on(s, asked, before, &res, e);
	} else if (rc == 0 && (res.status == 404 || res.status == 410)) {
		rc = begin_anew(s, e);
	} else if (rc == 0) {
		enum retry_kind kind = gcs_kind(&res);

		rc = gcs_upload_answer(&res, s->what, o, e);
		if (rc < 0 && kind != RETRY_NEVER)
			rc = wait_and_ask(s, kind, &res);
	}
	http_response_free(&res);
	return rc;
}

int
gcs_send_resumable(struct gcs *g, struct gcs_upload *u, uint64_t generation, const char *what,
    struct gcs_object *o, struct err *e)
{
	struct session s = {.g = g, .u = u, .what = what, .generation = generation};
	int rc = begin(&s, e);

	if (rc == 0)
		do
			rc = step(&s, o, e);
		while (rc == 2);
	if (rc == 0)
		http_refill(g->http, 1);
	forget_uri(&s);
	return rc;
}
