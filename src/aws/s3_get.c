/* GetObject, resumed and verified. */
#include "aws/s3.h"
#include "aws/s3_checksum.h"
#include "aws/s3_error.h"
#include "aws/s3_request.h"
#include "base/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct download {
	const struct s3_object *object;
	http_sink *sink;
	void *ctx;
	struct http_response res; /* of the attempt under way */
	uint64_t at;              /* bytes delivered */
	uint64_t total; /* bytes of the object, or S3_SIZE_UNKNOWN before the first answer */
	char etag[256]; /* in quotes; empty before the first answer */
	struct s3_checksum *checksum; /* that S3 sent for the whole object, or NULL */
	int begun;                    /* the head of this attempt's answer was checked */
	int refused;                  /* by the caller's sink: its message stays as it is */
};

/* "bytes FIRST-LAST/TOTAL" (RFC 9110, 14.4). */
static int
read_range(const struct http_response *res, uint64_t *first, uint64_t *total)
{
	char value[96], *dash, *slash;

	if (http_header(res, "Content-Range", value, sizeof value) < 0 ||
	    strncmp(value, "bytes ", 6) != 0)
		return -1;
	dash = strchr(value, '-');
	slash = strchr(value, '/');
	if (dash == NULL || slash == NULL ||
	    num_u64(value + 6, (size_t)(dash - value) - 6, first) != 0)
		return -1;
	return num_u64(slash + 1, strlen(slash + 1), total);
}

/* Whole size and first byte of the answer. */
static int
read_extent(const struct http_response *res, uint64_t *first, uint64_t *total)
{
	char value[32];

	*first = 0;
	if (res->status == 206)
		return read_range(res, first, total);
	if (http_header(res, "Content-Length", value, sizeof value) < 0)
		return -1;
	return num_u64(value, strlen(value), total);
}

/* Look at the head of an answer before its bytes count: the same object, from the byte asked for.
 */
static int
check_head(struct download *d, struct err *e)
{
	uint64_t first = 0, total = 0;
	char etag[sizeof d->etag];

	d->begun = 1;
	if (http_header(&d->res, "ETag", etag, sizeof etag) <= 0)
		return err_set(e, EX_UNAVAILABLE, "the answer has no ETag");
	if (d->etag[0] == '\0')
		memcpy(d->etag, etag, sizeof etag);
	if (strcmp(etag, d->etag) != 0)
		return err_set(e, EX_DATAERR, "the object changed: its ETag is %s, expected %s",
		    etag, d->etag);
	if (read_extent(&d->res, &first, &total) != 0 || first != d->at)
		return err_set(e, EX_UNAVAILABLE,
		    "the answer does not begin at byte %llu, as asked", (unsigned long long)d->at);
	if (d->total != S3_SIZE_UNKNOWN && total != d->total)
		return err_set(e, EX_DATAERR, "the object is %llu bytes, expected %llu",
		    (unsigned long long)total, (unsigned long long)d->total);
	d->total = total;
	if (d->at == 0 && d->checksum == NULL && d->res.status == 200)
		d->checksum = s3_checksum_new(&d->res);
	return 0;
}

static int
on_bytes(void *ctx, const void *data, size_t n, struct err *e)
{
	struct download *d = ctx;

	if (!d->begun && check_head(d, e) != 0)
		return -1;
	if (n > d->total - d->at)
		return err_set(e, EX_DATAERR, "more bytes came than the object's %llu",
		    (unsigned long long)d->total);
	s3_checksum_add(d->checksum, data, n);
	d->at += n;
	if (d->sink(d->ctx, data, n, e) == 0)
		return 0;
	d->refused = 1;
	return -1;
}

/* One request for what is missing. 1 when the object is complete, 0 when the rest is to be asked
 * for, -1 with e. */
static int
get_part(struct s3 *s, const char *bucket, struct download *d, struct err *e)
{
	struct s3_call call = {
	    .bucket = bucket, .key = d->object->key, .sink = on_bytes, .sink_ctx = d};
	uint64_t before = d->at;
	char range[48];
	int rc;

	call.header[call.n_header++] = (struct sigv4_pair){"x-amz-checksum-mode", "ENABLED"};
	if (d->etag[0] != '\0')
		call.header[call.n_header++] = (struct sigv4_pair){"If-Match", d->etag};
	if (d->at > 0) {
		snprintf(range, sizeof range, "bytes=%llu-", (unsigned long long)d->at);
		call.header[call.n_header++] = (struct sigv4_pair){"Range", range};
	}
	d->res = (struct http_response){0};
	d->begun = 0;
	rc = s3_request(s, &call, &d->res, e);
	if (rc == 0 && d->res.status / 100 != 2)
		rc = s3_error_fail(&d->res, time(NULL), e);
	else if (rc == 0 && !d->begun)
		rc = check_head(d, e);
	if (rc == 0)
		rc = 1;
	else if (d->res.delivered > 0 && d->at > before && d->res.lost != RETRY_NEVER &&
		 (d->at == d->total || http_wait(s3_http(s), 1, d->res.lost, -1) == 0))
		rc = d->at == d->total;
	http_response_free(&d->res);
	return rc;
}

static int
verify(const struct download *d, struct err *e)
{
	if (d->at != d->total)
		return err_set(e, EX_DATAERR, "%llu bytes came of %llu", (unsigned long long)d->at,
		    (unsigned long long)d->total);
	return s3_checksum_verify(d->checksum, e);
}

int
s3_get(struct s3 *s, const char *bucket, const struct s3_object *object, http_sink *sink, void *ctx,
    struct err *e)
{
	struct download d = {.object = object, .sink = sink, .ctx = ctx, .total = object->size};
	int rc;

	if (object->etag != NULL && object->etag[0] != '\0')
		snprintf(d.etag, sizeof d.etag, "\"%s\"", object->etag);
	do
		rc = get_part(s, bucket, &d, e);
	while (rc == 0);
	if (rc > 0)
		rc = verify(&d, e);
	if (rc < 0 && !d.refused) {
		if (d.at > 0 && d.at < d.total)
			err_prefix(e, "stopped at byte %llu of %llu", (unsigned long long)d.at,
			    (unsigned long long)d.total);
		err_prefix(e, "s3://%s/%s", bucket, object->key);
	}
	s3_checksum_free(d.checksum);
	return rc;
}
