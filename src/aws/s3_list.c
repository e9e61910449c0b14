/* ListObjectsV2, page by page. */
#include "aws/s3.h"
#include "aws/s3_request.h"
#include "aws/s3_xml.h"
#include "base/num.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

#define PAGE_MS (5 * 60 * 1000) /* a page of 1000 keys takes seconds at worst */

struct listing {
	const char *bucket, *prefix;
	s3_listed *listed;
	void *ctx;
	struct buf key, etag, modified; /* of the object being read */
	uint64_t size;
	struct buf last;      /* the key before it */
	struct buf token;     /* of the next page, empty at the end */
	int encoded;          /* keys are percent-encoded */
	int complete;         /* the root element ended */
	int truncated;        /* another page follows */
	int stopped, refused; /* by the caller's function: by choice, with an error */
};

static void
set(struct buf *b, const char *s)
{
	buf_clear(b);
	buf_adds(b, s);
}

static int
set_key(struct listing *l, const char *text, struct err *e)
{
	if (!l->encoded) {
		set(&l->key, text);
		return 0;
	}
	buf_clear(&l->key);
	if (url_decode(&l->key, text, strlen(text), 1) == 0 &&
	    memchr(l->key.data, '\0', l->key.len) == NULL)
		return 0;
	return err_set(
	    e, EX_UNAVAILABLE, "listing holds the key '%s', which can't be decoded", text);
}

/* The ETag without the quotes that belong to the header's syntax. */
static void
set_etag(struct listing *l, const char *text)
{
	size_t n = strlen(text);

	buf_clear(&l->etag);
	if (n >= 2 && text[0] == '"' && text[n - 1] == '"')
		buf_add(&l->etag, text + 1, n - 2);
	else
		buf_adds(&l->etag, text);
}

/* An object is complete. A listing that is out of order (a directory bucket's is) would make every
 * promise of order and completeness empty; one of a server that ignores the prefix is of objects
 * that nobody asked for. */
static int
deliver(struct listing *l, struct err *e)
{
	struct s3_object object = {.key = l->key.data,
	    .size = l->size,
	    .etag = l->etag.data,
	    .modified = l->modified.data};
	int rc;

	if (l->key.len == 0 || l->size == S3_SIZE_UNKNOWN || l->etag.len == 0)
		return err_set(
		    e, EX_UNAVAILABLE, "listing holds an object without key, size or ETag");
	if (strncmp(l->key.data, l->prefix, strlen(l->prefix)) != 0)
		return err_set(e, EX_UNAVAILABLE,
		    "listing holds a key that does not begin so: '%s'", l->key.data);
	if (l->last.len > 0 && strcmp(l->key.data, l->last.data) <= 0)
		return err_set(e, EX_UNAVAILABLE,
		    "listing is not in the order of keys: '%s' after '%s'", l->key.data,
		    l->last.data);
	rc = l->listed(l->ctx, &object, e);
	l->stopped = rc > 0;
	l->refused = rc < 0;
	set(&l->last, l->key.data);
	buf_clear(&l->key);
	buf_clear(&l->etag);
	buf_clear(&l->modified);
	l->size = S3_SIZE_UNKNOWN;
	return rc == 0 ? 0 : -1;
}

static int
on_element(void *ctx, const char *path, const char *text, struct err *e)
{
	static const char root[] = "ListBucketResult";
	struct listing *l = ctx;
	const char *name = path + sizeof root;

	if (strcmp(path, root) == 0)
		l->complete = 1;
	if (strncmp(path, root, sizeof root - 1) != 0 || path[sizeof root - 1] != '/')
		return 0;
	if (strcmp(name, "Contents/Key") == 0)
		return set_key(l, text, e);
	if (strcmp(name, "Contents/Size") == 0) {
		if (num_u64(text, strlen(text), &l->size) != 0)
			l->size = S3_SIZE_UNKNOWN;
	} else if (strcmp(name, "Contents/ETag") == 0) {
		set_etag(l, text);
	} else if (strcmp(name, "Contents/LastModified") == 0) {
		set(&l->modified, text);
	} else if (strcmp(name, "Contents") == 0) {
		return deliver(l, e);
	} else if (strcmp(name, "NextContinuationToken") == 0) {
		set(&l->token, text);
	} else if (strcmp(name, "IsTruncated") == 0) {
		l->truncated = strcmp(text, "true") == 0;
	}
	return 0;
}

/* Read the answer that is a page; token led to it. */
static int
read_page(struct listing *l, const struct http_response *res, const char *token, struct err *e)
{
	int rc;

	/* Some servers say it after the keys. No key can hold this text: '<' is escaped. */
	l->encoded = strstr(res->body.data, "<EncodingType>url</EncodingType>") != NULL;
	l->complete = l->truncated = 0;
	rc = s3_xml_read(res->body.data, res->body.len, on_element, l, e);
	if (l->stopped)
		return 0;
	if (l->refused)
		return -1;
	if (rc == 0 && !l->complete)
		rc = err_set(e, EX_UNAVAILABLE, "the answer is not a listing");
	if (rc != 0)
		return s3_error_strange(res, e);
	if (l->truncated && (l->token.len == 0 || strcmp(l->token.data, token) == 0))
		return err_set(e, EX_UNAVAILABLE, "the listing is cut without a way to go on");
	return 0;
}

/* One page; its token is taken from the listing and replaced by that of the next. */
static int
list_page(struct s3 *s, struct listing *l, const char *where, struct err *e)
{
	struct sigv4_pair query[4] = {
	    {"list-type", "2"}, {"encoding-type", "url"}, {"prefix", l->prefix}, {NULL, NULL}};
	struct s3_call call = {
	    .bucket = l->bucket, .query = query, .n_query = 3, .total_ms = PAGE_MS};
	char *token = buf_take(&l->token);
	struct http_response res;
	int rc;

	if (token[0] != '\0')
		query[call.n_query++] = (struct sigv4_pair){"continuation-token", token};
	rc = s3_request(s, &call, &res, e);
	if (rc == 0 && res.status != 200)
		rc = s3_fail(s, &call, "s3:ListBucket", &res, e);
	else if (rc == 0)
		rc = read_page(l, &res, token, e);
	if (rc != 0 && !l->refused)
		err_prefix(e, "%s", where);
	free(token);
	http_response_free(&res);
	return rc;
}

int
s3_list(struct s3 *s, const char *bucket, const char *prefix, s3_listed *listed, void *ctx,
    struct err *e)
{
	struct listing l = {.bucket = bucket,
	    .prefix = prefix,
	    .listed = listed,
	    .ctx = ctx,
	    .size = S3_SIZE_UNKNOWN};
	struct buf where = {0};
	int rc;

	buf_addf(&where, "s3://%s/%s", bucket, prefix);
	do
		rc = list_page(s, &l, where.data, e);
	while (rc == 0 && l.truncated && !l.stopped);
	buf_free(&l.key);
	buf_free(&l.etag);
	buf_free(&l.modified);
	buf_free(&l.last);
	buf_free(&l.token);
	buf_free(&where);
	return rc;
}
