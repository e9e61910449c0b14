#include "gcp/gcs_read.h"
#include "base/msg.h"
#include "gcp/gcs_request.h"
#include "net/crc32c.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One object on its way, over as many requests as it takes. */
struct reading {
	const char *what; /* for messages */
	const struct gcs_object *o;
	gcs_sink *sink;
	void *ctx;
	uint64_t to;    /* behind the last */
	uint64_t at;    /* bytes given to the sink */
	uint64_t asked; /* at when this request was sent */
	uint32_t crc;
	struct http_response res;
};

/* Whether this request asked for all bytes, without a Range. */
static int
is_whole(const struct reading *r)
{
	return r->asked == 0 && r->to == r->o->size;
}

/* A server that ignores Range begins with byte 0. */
static int
begins_elsewhere(const struct reading *r)
{
	char value[64];
	unsigned long long first;

	if (is_whole(r) || r->at > r->asked)
		return 0;
	return http_header(&r->res, "Content-Range", value, sizeof value) < 0 ||
	       sscanf(value, "bytes %llu-", &first) != 1 || first != r->asked;
}

static int
take(void *ctx, const void *p, size_t n, struct err *e)
{
	struct reading *r = ctx;

	if (begins_elsewhere(r))
		return err_set(e, EX_UNAVAILABLE,
		    "%s: asked to go on at byte %llu, the answer begins "
		    "elsewhere",
		    r->what, (unsigned long long)r->asked);
	if (n > r->to - r->at)
		return err_set(e, EX_TEMPFAIL, "%s: more bytes came than the %llu asked for",
		    r->what, (unsigned long long)(r->to - r->asked));
	r->crc = crc32c_update(r->crc, p, n);
	r->at += n;
	return r->sink(r->ctx, p, n, e);
}

/* One request from where we are. 0 when its answer was good and came whole, 1 when it makes sense
 * to ask again, -1 for good; e is set in both. */
static int
ask(struct gcs *g, const char *url, struct reading *r, enum retry_kind *kind, struct err *e)
{
	char range[64];
	char *header[] = {"Accept-Encoding: gzip", range};
	struct http_request req = {.method = "GET",
	    .url = url,
	    .header = header,
	    .n_header = 1,
	    .sink = take,
	    .sink_ctx = r,
	    .idempotent = 1};

	r->asked = r->at;
	if (!is_whole(r))
		req.n_header = 2;
	if (r->to == r->o->size)
		snprintf(range, sizeof range, "Range: bytes=%llu-", (unsigned long long)r->at);
	else
		snprintf(range, sizeof range, "Range: bytes=%llu-%llu", (unsigned long long)r->at,
		    (unsigned long long)r->to - 1);
	if (gcp_once(g->auth, g->http, &req, &r->res, e) != 0) {
		*kind = r->res.lost;
		if (*kind != RETRY_NEVER)
			err_prefix(e, "%s", r->what);
		return *kind != RETRY_NEVER ? 1 : -1;
	}
	*kind = gcs_kind(&r->res);
	if (r->res.status == 404 && !gcs_no_bucket(&r->res))
		return err_set(e, EX_DATAERR,
		    "%s: generation %llu is gone: the object was replaced or "
		    "removed while it was read",
		    r->what, (unsigned long long)r->o->generation);
	if (r->res.status / 100 != 2) {
		gcs_fail(&r->res, r->what, e);
		return *kind != RETRY_NEVER ? 1 : -1;
	}
	if (r->at == r->to)
		return 0;
	*kind = RETRY_TRANSIENT;
	err_set(e, EX_TEMPFAIL, "%s: the answer ends at byte %llu of %llu", r->what,
	    (unsigned long long)r->at, (unsigned long long)r->to);
	return 1;
}

int
gcs_read_verify(const char *bucket, const struct gcs_object *o, uint32_t crc, struct err *e)
{
	char found[9];

	crc32c_base64(crc, found);
	if (o->crc32c[0] == '\0' || strcmp(found, o->crc32c) == 0)
		return 0;
	return err_set(e, EX_TEMPFAIL,
	    "gs://%s/%s: the bytes that came have crc32c %s, the object %s: they were damaged on "
	    "the way",
	    bucket, o->name, found, o->crc32c);
}

int
gcs_read(struct gcs *g, const char *bucket, const struct gcs_object *o, gcs_sink *sink, void *ctx,
    struct err *e)
{
	return gcs_read_range(g, bucket, o, 0, o->size, sink, ctx, e);
}

int
gcs_read_from(struct gcs *g, const char *bucket, const struct gcs_object *o, uint64_t from,
    gcs_sink *sink, void *ctx, struct err *e)
{
	return gcs_read_range(g, bucket, o, from, o->size, sink, ctx, e);
}

int
gcs_read_range(struct gcs *g, const char *bucket, const struct gcs_object *o, uint64_t from,
    uint64_t to, gcs_sink *sink, void *ctx, struct err *e)
{
	char *what = gcs_what(bucket, o->name);
	struct reading r = {.what = what, .o = o, .sink = sink, .ctx = ctx, .to = to, .at = from};
	struct buf url = {0};
	enum retry_kind kind;
	int attempt = 0, rc;

	gcs_url(&url, g, "", bucket, o->name);
	buf_addf(&url, "?alt=media&generation=%llu", (unsigned long long)o->generation);
	while ((rc = ask(g, url.data, &r, &kind, e)) == 1) {
		long retry_after = http_retry_after(&r.res);

		http_response_free(&r.res);
		msg_debug("%s; went on to byte %llu", e->text, (unsigned long long)r.at);
		attempt = r.at > r.asked ? 1 : attempt + 1; /* bytes that came count as success */
		if (r.at == to && to > from) {
			rc = 0; /* cut after the last byte */
			break;
		}
		if (http_wait(g->http, attempt, kind, retry_after) != 0) {
			rc = -1;
			break;
		}
	}
	http_response_free(&r.res);
	if (rc == 0) {
		http_refill(g->http, attempt + 1);
		if (from == 0 && to == o->size)
			rc = gcs_read_verify(bucket, o, r.crc, e);
	}
	buf_free(&url);
	free(what);
	return rc;
}
