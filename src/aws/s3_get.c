/* GetObject, resumed and verified. */
#include "aws/s3.h"
#include "aws/s3_checksum.h"
#include "aws/s3_error.h"
#include "aws/s3_request.h"
#include "base/num.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct download {
	struct s3_object object; /* its ETag that of the first answer */
	http_sink *sink;
	void *ctx;
	struct http_response res; /* of the attempt under way */
	uint64_t at;              /* offset of the next byte */
	uint64_t to;    /* offset behind the last one, or S3_SIZE_UNKNOWN before the first answer */
	int range;      /* not the whole object */
	char etag[256]; /* without quotes; empty before the first answer */
	char version[1024 + 1];       /* of the first answer, or empty */
	struct s3_checksum *checksum; /* of the whole object, or NULL */
	int ask_checksum;
	int begun;   /* the head of this attempt's answer was checked */
	int refused; /* by the caller's sink: its message stays as it is */
};

/* "bytes FIRST-LAST/TOTAL" (RFC 9110, 14.4). */
static int
read_range(const struct http_response *res, uint64_t *first, uint64_t *last, uint64_t *total)
{
	char value[96], *dash, *slash;

	if (http_header(res, "Content-Range", value, sizeof value) < 0 ||
	    strncmp(value, "bytes ", 6) != 0)
		return -1;
	dash = strchr(value, '-');
	slash = strchr(value, '/');
	if (dash == NULL || slash == NULL || slash < dash ||
	    num_u64(value + 6, (size_t)(dash - value) - 6, first) != 0 ||
	    num_u64(dash + 1, (size_t)(slash - dash) - 1, last) != 0)
		return -1;
	return num_u64(slash + 1, strlen(slash + 1), total);
}

/* First byte of the answer, the one behind its last, and the object's size. */
static int
read_extent(const struct http_response *res, uint64_t *first, uint64_t *end, uint64_t *total)
{
	char value[32];

	*first = 0;
	if (res->status == 206) {
		if (read_range(res, first, end, total) != 0)
			return -1;
		++*end;
		return 0;
	}
	if (http_header(res, "Content-Length", value, sizeof value) < 0 ||
	    num_u64(value, strlen(value), total) != 0)
		return -1;
	*end = *total;
	return 0;
}

/* The same content as that of the listing or of the first answer. */
static int
check_content(struct download *d, struct err *e)
{
	char etag[sizeof d->etag], version[sizeof d->version];
	long n = http_header(&d->res, "ETag", etag, sizeof etag);

	if (n <= 0 || n >= (long)sizeof etag) {
		err_set(e, EX_UNAVAILABLE, "the answer has no ETag");
		return s3_error_strange(&d->res, e);
	}
	s3_unquote(etag);
	if (d->object.etag == NULL) {
		memcpy(d->etag, etag, sizeof etag);
		d->object.etag = d->etag;
	}
	if (strcmp(etag, d->object.etag) != 0)
		return err_set(e, EX_DATAERR,
		    "the object changed: its ETag is \"%s\", expected \"%s\"", etag,
		    d->object.etag);
	if (http_header(&d->res, "x-amz-version-id", version, sizeof version) <= 0)
		return 0;
	if (d->version[0] == '\0')
		memcpy(d->version, version, sizeof version);
	if (strcmp(version, d->version) != 0)
		return err_set(e, EX_DATAERR, "the object changed: its version is %s, expected %s",
		    version, d->version);
	return 0;
}

/* Look at the head of an answer before its bytes count: the same object, the bytes asked for. */
static int
check_head(struct download *d, struct err *e)
{
	uint64_t first = 0, end = 0, total = 0;

	d->begun = 1;
	if (check_content(d, e) != 0)
		return -1;
	if (d->res.status == 200 && (d->at > 0 || d->range))
		return err_set(e, EX_UNAVAILABLE,
		    "the server ignores Range, asked from byte %" PRIu64 " on", d->at);
	if (read_extent(&d->res, &first, &end, &total) != 0 || first != d->at)
		return err_set(e, EX_UNAVAILABLE,
		    "the answer does not begin at byte %" PRIu64 ", as asked", d->at);
	if (d->object.size != S3_SIZE_UNKNOWN && total != d->object.size)
		return err_set(e, EX_DATAERR, "the object is %" PRIu64 " bytes, expected %" PRIu64,
		    total, d->object.size);
	d->object.size = total;
	if (d->to == S3_SIZE_UNKNOWN)
		d->to = total;
	if (total < d->to)
		return err_set(e, EX_DATAERR,
		    "the object is %" PRIu64 " bytes, expected at least %" PRIu64, total, d->to);
	if (end != d->to)
		return err_set(e, EX_UNAVAILABLE,
		    "the answer ends at byte %" PRIu64 ", asked was up to %" PRIu64, end, d->to);
	if (d->ask_checksum && d->at == 0 && d->checksum == NULL)
		d->checksum = s3_checksum_new(&d->res);
	return 0;
}

static int
on_bytes(void *ctx, const void *data, size_t n, struct err *e)
{
	struct download *d = ctx;

	if (!d->begun && check_head(d, e) != 0)
		return -1;
	if (n > d->to - d->at)
		return err_set(e, EX_DATAERR, "more bytes came than the %s%" PRIu64,
		    d->range ? "range up to byte " : "object's ", d->to);
	s3_checksum_add(d->checksum, data, n);
	d->at += n;
	if (d->sink(d->ctx, data, n, e) == 0)
		return 0;
	d->refused = 1;
	return -1;
}

/* "bytes=FIRST-" or "bytes=FIRST-LAST", when not all is asked for. */
static void
ask_range(const struct download *d, struct s3_call *call, char *text, size_t size)
{
	if (d->range)
		snprintf(text, size, "bytes=%" PRIu64 "-%" PRIu64, d->at, d->to - 1);
	else if (d->at > 0)
		snprintf(text, size, "bytes=%" PRIu64 "-", d->at);
	else
		return;
	call->header[call->n_header++] = (struct sigv4_pair){"Range", text};
}

/* One request for what is missing. 1 when the object is complete, 0 when the rest is to be asked
 * for, -1 with e. */
static int
get_part(struct s3 *s, const char *bucket, struct download *d, struct err *e)
{
	struct s3_call call = {
	    .bucket = bucket, .key = d->object.key, .sink = on_bytes, .sink_ctx = d};
	uint64_t before = d->at;
	struct s3_pin pin;
	char range[64];
	int rc;

	s3_pin(&pin, &call, &d->object);
	ask_range(d, &call, range, sizeof range);
	/* A range's answer has none of the whole. */
	if (!d->range && d->at == 0)
		d->ask_checksum = s3_ask_checksum(s, &call);
	d->res = (struct http_response){0};
	d->begun = 0;
	rc = s3_request(s, &call, &d->res, e);
	if (rc == 0 && d->res.status / 100 != 2)
		rc = s3_fail(s, &call,
		    d->object.version != NULL ? "s3:GetObjectVersion" : "s3:GetObject", &d->res, e);
	else if (rc == 0 && !d->begun)
		rc = check_head(d, e);
	if (rc == 0)
		rc = 1;
	else if (d->res.delivered > 0 && d->at > before && d->res.lost != RETRY_NEVER &&
		 (d->at == d->to || http_wait(s3_http(s), 1, d->res.lost, -1) == 0))
		rc = d->at == d->to;
	http_response_free(&d->res);
	return rc;
}

static int
verify(const struct download *d, struct err *e)
{
	if (d->at != d->to)
		return err_set(e, EX_DATAERR, "%" PRIu64 " bytes came of %" PRIu64, d->at, d->to);
	return s3_checksum_verify(d->checksum, e);
}

/* Request after request, until all bytes from d->at up to d->to are given. */
static int
get(struct s3 *s, const char *bucket, struct download *d, struct err *e)
{
	uint64_t from = d->at;
	int rc;

	do
		rc = get_part(s, bucket, d, e);
	while (rc == 0);
	if (rc > 0)
		rc = verify(d, e);
	if (rc < 0 && !d->refused) {
		if (d->at > from && d->at < d->to)
			err_prefix(
			    e, "stopped at byte %" PRIu64 " of %" PRIu64, d->at, d->object.size);
		err_prefix(e, "s3://%s/%s", bucket, d->object.key);
	}
	return rc;
}

/* The ETag of a multipart upload: 32 digits ("Checking object integrity"; longer in directory buckets), '-' and
 * the number of parts. Servers of files have shorter ones with a '-', of time and size. */
static int
is_of_parts(const char *etag)
{
	enum { DIGITS = 32 };
	const char *dash = etag != NULL ? strrchr(etag, '-') : NULL;

	return dash != NULL && dash - etag >= DIGITS && dash[1] != '\0' &&
	       dash[1 + strspn(dash + 1, "0123456789")] == '\0';
}

int
s3_get(struct s3 *s, const char *bucket, const struct s3_object *object, http_sink *sink, void *ctx,
    struct err *e)
{
	struct download d = {.object = *object, .sink = sink, .ctx = ctx, .to = object->size};
	struct s3_info info = {0};
	int rc;

	/* Their bounds must be known before the first byte comes. */
	if (is_of_parts(object->etag)) {
		if (s3_head(s, bucket, object, &info, e) != 0)
			return -1;
		d.checksum = info.checksum;
		info.checksum = NULL;
	}
	rc = get(s, bucket, &d, e);
	s3_checksum_free(d.checksum);
	s3_info_free(&info);
	return rc;
}

int
s3_get_range(struct s3 *s, const char *bucket, const struct s3_object *object, uint64_t from,
    uint64_t to, http_sink *sink, void *ctx, struct err *e)
{
	struct download d = {
	    .object = *object, .sink = sink, .ctx = ctx, .at = from, .to = to, .range = 1};

	if (object->etag == NULL || object->etag[0] == '\0')
		return err_set(
		    e, EX_SOFTWARE, "s3://%s/%s: range without an ETag", bucket, object->key);
	return from < to ? get(s, bucket, &d, e) : 0;
}
