#include "gcp/gcs_send.h"
#include "net/url.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

void
gcs_upload_url(struct buf *out, const struct gcs *g, const struct gcs_upload *u, const char *type,
    uint64_t generation)
{
	gcs_url(out, g, "/upload", u->bucket, NULL);
	buf_addf(out, "?uploadType=%s&name=", type);
	url_encode(out, u->name, strlen(u->name), "");
	buf_addf(out, "&ifGenerationMatch=%llu", (unsigned long long)generation);
	if (u->manner->kms_key != NULL) {
		buf_adds(out, "&kmsKeyName=");
		url_encode(out, u->manner->kms_key, strlen(u->manner->kms_key), "");
	}
}

const char *
gcs_upload_type(const struct gcs_upload *u)
{
	return u->manner->content_type != NULL ? u->manner->content_type
					       : gcs_content_type(u->name);
}

int
gcs_upload_answer(
    const struct http_response *res, const char *what, struct gcs_object *o, struct err *e)
{
	if (res->status == 412)
		return 1;
	return res->status / 100 == 2 ? gcs_object_answer(res, what, o, e) : gcs_fail(res, what, e);
}

/* The request's body: head, then the object's bytes, then tail. */
struct multipart {
	struct gcs_upload *u;
	struct buf head, tail;
};

static ssize_t
copy_from(const struct buf *b, uint64_t offset, void *p, size_t n)
{
	size_t left = b->len - (size_t)offset;

	if (n > left)
		n = left;
	memcpy(p, b->data + offset, n);
	return (ssize_t)n;
}

static ssize_t
read_body(void *ctx, uint64_t offset, void *p, size_t n, struct err *e)
{
	struct multipart *m = ctx;

	if (offset < m->head.len)
		return copy_from(&m->head, offset, p, n);
	offset -= m->head.len;
	if (offset < m->u->size) {
		if (n > m->u->size - offset)
			n = (size_t)(m->u->size - offset);
		return m->u->read(m->u, offset, p, n, e);
	}
	return copy_from(&m->tail, offset - m->u->size, p, n);
}

/* A boundary of 128 random bits: it must not occur in the bytes, which are not searched for it. */
static int
make_boundary(char out[static 33], struct err *e)
{
	unsigned char bits[16];

	if (getrandom(bits, sizeof bits, 0) != sizeof bits)
		return err_sys(e, EX_OSERR, "getrandom");
	for (size_t i = 0; i < sizeof bits; i++)
		snprintf(out + 2 * i, 3, "%02x", bits[i]);
	return 0;
}

int
gcs_send_multipart(struct gcs *g, struct gcs_upload *u, uint64_t generation, const char *what,
    struct gcs_object *o, struct err *e)
{
	struct multipart m = {.u = u};
	struct buf url = {0}, type = {0};
	struct http_response res = {0};
	struct http_request req = {.method = "POST",
	    .source = read_body,
	    .source_ctx = &m,
	    .n_header = 1,
	    .idempotent = 1}; /* by its precondition */
	char boundary[33];
	int rc = make_boundary(boundary, e);

	if (rc != 0)
		return -1;
	gcs_upload_url(&url, g, u, "multipart", generation);
	buf_addf(&type, "Content-Type: multipart/related; boundary=%s", boundary);
	buf_addf(
	    &m.head, "--%s\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n", boundary);
	gcs_metadata_json(&m.head, u->manner, u->name, gcs_upload_type(u), u->rows, u->crc32c);
	buf_addf(&m.head, "\r\n--%s\r\nContent-Type: %s\r\n\r\n", boundary, gcs_upload_type(u));
	buf_addf(&m.tail, "\r\n--%s--\r\n", boundary);
	req.url = url.data;
	req.header = &type.data;
	req.body_len = m.head.len + u->size + m.tail.len;
	rc = gcp_send(g->auth, g->http, &req, gcs_kind, &res, e);
	if (rc == 0)
		rc = gcs_upload_answer(&res, what, o, e);
	else if (res.lost != RETRY_NEVER)
		err_prefix(e, "%s", what);
	http_response_free(&res);
	buf_free(&url);
	buf_free(&type);
	buf_free(&m.head);
	buf_free(&m.tail);
	return rc;
}
