/* HeadObject, and where the parts of an object begin. */
#include "aws/s3.h"
#include "aws/s3_checksum.h"
#include "aws/s3_error.h"
#include "aws/s3_request.h"
#include "aws/s3_xml.h"
#include "base/num.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD_MS (60 * 1000)
#define MAX_PART_HEADS 8 /* requests that one checksum is worth */

void
s3_info_free(struct s3_info *info)
{
	free(info->etag);
	free(info->version);
	free(info->storage_class);
	s3_checksum_free(info->checksum);
	*info = (struct s3_info){0};
}

static int
drop(void *ctx, const void *data, size_t n, struct err *e)
{
	(void)ctx, (void)data, (void)n, (void)e;
	return 0;
}

/* A HEAD's refusal has no document that says why: a GET of one byte has. 0 when that is answered, and
 * perhaps with what the HEAD lacked (the bucket's region). */
static int
ask_why(struct s3 *s, const struct s3_call *head, struct err *e)
{
	struct s3_call call = *head;
	struct http_response res;
	int rc;

	call.method = NULL;
	call.sink = drop;
	call.header[call.n_header++] = (struct sigv4_pair){"Range", "bytes=0-0"};
	rc = s3_request(s, &call, &res, e);
	if (rc == 0 && res.status / 100 != 2 && res.status != 416)
		rc = s3_fail(s, &call, "s3:GetObject", &res, e);
	http_response_free(&res);
	return rc;
}

static int
request_head(struct s3 *s, const struct s3_call *call, struct http_response *res, struct err *e)
{
	int rc = s3_request(s, call, res, e);

	if (rc != 0 || res->status == 200)
		return rc;
	http_response_free(res);
	if (ask_why(s, call, e) != 0)
		return -1;
	rc = s3_request(s, call, res, e);
	if (rc == 0 && res->status != 200)
		rc = http_fail(res, "HEAD is answered", e);
	return rc;
}

static char *
header_copy(const struct http_response *res, const char *name, const char *absent)
{
	char value[1024 + 1];

	if (http_header(res, name, value, sizeof value) > 0)
		return xstrdup(value);
	return absent != NULL ? xstrdup(absent) : NULL;
}

static int
read_length(const struct http_response *res, uint64_t *size)
{
	char value[32];

	if (http_header(res, "Content-Length", value, sizeof value) < 0)
		return -1;
	return num_u64(value, strlen(value), size);
}

/* The parts' sizes of an answer of GetObjectAttributes. */
struct parts {
	uint64_t *size;
	size_t n, room;
	char marker[16]; /* of the next page, empty at the end */
	int truncated;
};

static int
on_element(void *ctx, const char *path, const char *text, struct err *e)
{
	struct parts *p = ctx;
	const char *name = strchr(path, '/');

	(void)e;
	if (name == NULL)
		return 0;
	if (strcmp(name, "/ObjectParts/Part/Size") == 0) {
		if (p->n == p->room || num_u64(text, strlen(text), &p->size[p->n]) != 0)
			return err_set(e, EX_UNAVAILABLE, "parts can't be read");
		p->n++;
	} else if (strcmp(name, "/ObjectParts/NextPartNumberMarker") == 0) {
		snprintf(p->marker, sizeof p->marker, "%s", text);
	} else if (strcmp(name, "/ObjectParts/IsTruncated") == 0) {
		p->truncated = strcmp(text, "true") == 0;
	}
	return 0;
}

/* A page of the parts. 0, or -1 when it can't be had. */
static int
attributes_page(struct s3 *s, const char *bucket, const struct s3_object *o, struct parts *p)
{
	struct sigv4_pair query[2] = {{"attributes", ""}};
	struct s3_call call = {.bucket = bucket,
	    .key = o->key,
	    .query = query,
	    .n_query = 1,
	    .total_ms = HEAD_MS,
	    .header = {{"x-amz-object-attributes", "ObjectParts"}, {"x-amz-max-parts", "1000"}},
	    .n_header = 2};
	size_t before = p->n;
	struct http_response res;
	char marker[sizeof p->marker];
	struct err ignored;
	int rc;

	if (o->version != NULL)
		query[call.n_query++] = (struct sigv4_pair){"versionId", o->version};
	memcpy(marker, p->marker, sizeof marker);
	if (marker[0] != '\0')
		call.header[call.n_header++] =
		    (struct sigv4_pair){"x-amz-part-number-marker", marker};
	p->marker[0] = '\0';
	p->truncated = 0;
	rc = s3_request(s, &call, &res, &ignored);
	if (rc == 0 && res.status != 200)
		rc = -1;
	if (rc == 0)
		rc = s3_xml_read(res.body.data, res.body.len, on_element, p, &ignored);
	if (p->truncated && (p->n == before || p->marker[0] == '\0'))
		rc = -1;
	http_response_free(&res);
	return rc;
}

/* The size of one part by its own HEAD. */
static int
part_head(
    struct s3 *s, const char *bucket, const struct s3_object *o, size_t number, uint64_t *size)
{
	struct sigv4_pair query[2] = {{NULL, NULL}};
	struct s3_call call = {
	    .method = "HEAD", .bucket = bucket, .key = o->key, .query = query, .total_ms = HEAD_MS};
	struct http_response res;
	struct s3_pin pin;
	struct err ignored;
	char text[24];
	int rc;

	s3_pin(&pin, &call, o);
	snprintf(text, sizeof text, "%zu", number);
	if (call.n_query > 0)
		query[1] = call.query[0];
	query[0] = (struct sigv4_pair){"partNumber", text};
	call.query = query;
	call.n_query++;
	rc = s3_request(s, &call, &res, &ignored);
	if (rc == 0 && (res.status != 206 || read_length(&res, size) != 0))
		rc = -1;
	http_response_free(&res);
	return rc;
}

static int
is_sum(const struct parts *p, size_t n, uint64_t total)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < p->n; i++) {
		if (p->size[i] > total - sum)
			return 0;
		sum += p->size[i];
	}
	return p->n == n && sum == total;
}

/* The checksum of n parts' checksums, their bounds asked for. What can't be known leaves NULL: TLS
 * and the lengths remain. */
static struct s3_checksum *
checksum_of_parts(struct s3 *s, const char *bucket, const struct s3_object *o,
    const struct http_response *res, size_t n)
{
	struct parts p = {.size = xcalloc(n, sizeof(uint64_t)), .room = n};
	struct s3_checksum *c = NULL;
	int rc;

	do
		rc = attributes_page(s, bucket, o, &p);
	while (rc == 0 && p.truncated);
	if ((rc != 0 || !is_sum(&p, n, o->size)) && n <= MAX_PART_HEADS) {
		p.n = 0;
		while (p.n < n && part_head(s, bucket, o, p.n + 1, &p.size[p.n]) == 0)
			p.n++;
	}
	if (is_sum(&p, n, o->size))
		c = s3_checksum_of_parts(res, p.size, n);
	free(p.size);
	return c;
}

/* What the answer's head says. */
static int
read_info(const struct http_response *res, const struct s3_object *object, struct s3_info *info,
    struct err *e)
{
	info->etag = header_copy(res, "ETag", NULL);
	info->version = header_copy(res, "x-amz-version-id", NULL);
	info->storage_class = header_copy(res, "x-amz-storage-class", "STANDARD");
	if (info->etag == NULL) {
		err_set(e, EX_UNAVAILABLE, "the answer has no ETag");
		return s3_error_strange(res, e);
	}
	s3_unquote(info->etag);
	if (read_length(res, &info->size) != 0)
		return err_set(e, EX_UNAVAILABLE, "the answer has no Content-Length");
	if (object->size != S3_SIZE_UNKNOWN && object->size != info->size)
		return err_set(e, EX_DATAERR, "the object is %llu bytes, expected %llu",
		    (unsigned long long)info->size, (unsigned long long)object->size);
	return 0;
}

int
s3_head(struct s3 *s, const char *bucket, const struct s3_object *object, struct s3_info *info,
    struct err *e)
{
	struct s3_call call = {
	    .method = "HEAD", .bucket = bucket, .key = object->key, .total_ms = HEAD_MS};
	struct s3_object found = *object;
	struct http_response res;
	struct s3_pin pin;
	size_t parts;
	int rc, checksum;

	*info = (struct s3_info){0};
	s3_pin(&pin, &call, object);
	checksum = s3_ask_checksum(s, &call);
	rc = request_head(s, &call, &res, e);
	if (rc == 0)
		rc = read_info(&res, object, info, e);
	if (rc == 0 && checksum) {
		found.etag = info->etag;
		found.size = info->size;
		parts = s3_checksum_count(&res);
		info->checksum = parts > 0 ? checksum_of_parts(s, bucket, &found, &res, parts)
					   : s3_checksum_new(&res);
	}
	http_response_free(&res);
	if (rc == 0)
		return 0;
	s3_info_free(info);
	return err_prefix(e, "s3://%s/%s", bucket, object->key);
}
