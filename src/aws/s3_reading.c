#include "aws/s3_reading.h"

#include <stdlib.h>
#include <string.h>

/* Bytes that a copy of s takes. */
static size_t
room(const char *s)
{
	return s != NULL ? strlen(s) + 1 : 0;
}

static const char *
copy(char **at, const char *s)
{
	char *copied = *at;

	if (s == NULL)
		return NULL;
	*at = stpcpy(copied, s) + 1;
	return copied;
}

/* In one piece of memory: there may be thousands. */
static struct s3_reading *
copy_reading(struct s3 *s3, const char *bucket, const struct s3_object *o)
{
	struct s3_reading *r =
	    xmalloc(sizeof *r + room(bucket) + room(o->key) + room(o->etag) + room(o->version));
	char *at = (char *)(r + 1);

	*r = (struct s3_reading){.s3 = s3, .object.size = o->size};
	r->bucket = copy(&at, bucket);
	r->object.key = copy(&at, o->key);
	r->object.etag = copy(&at, o->etag);
	r->object.version = copy(&at, o->version);
	return r;
}

static int
refuse(void *ctx, const void *p, size_t n, struct err *e)
{
	(void)p;
	(void)n;
	*e = *(const struct err *)ctx;
	return -1;
}

struct s3_reading *
s3_reading_new(struct s3 *s3, const char *bucket, const struct s3_object *object, struct err *e)
{
	struct s3_object known = *object;
	struct s3_reading *r;
	struct s3_info info;
	struct err why;

	if (object->size != S3_SIZE_UNKNOWN)
		return copy_reading(s3, bucket, object);
	/* A refused HEAD has no words: a GET tells them. */
	if (s3_head(s3, bucket, object, &info, &why) != 0) {
		if (s3_get(s3, bucket, object, refuse, &why, e) == 0)
			*e = why;
		return NULL;
	}
	known.size = info.size;
	known.etag = info.etag;
	known.version = object->version != NULL ? object->version : info.version;
	r = copy_reading(s3, bucket, &known);
	r->checksum = info.checksum;
	info.checksum = NULL;
	s3_info_free(&info);
	return r;
}

void
s3_reading_free(void *reading)
{
	s3_checksum_free(((struct s3_reading *)reading)->checksum);
	free(reading);
}

int
s3_reading_fetch(
    void *reading, uint64_t from, uint64_t to, http_sink *sink, void *ctx, struct err *e)
{
	const struct s3_reading *r = reading;

	if (from == 0 && to == r->object.size)
		return s3_get(r->s3, r->bucket, &r->object, sink, ctx, e);
	return s3_get_range(r->s3, r->bucket, &r->object, from, to, sink, ctx, e);
}

int
s3_reading_ask(void *reading, struct err *e)
{
	struct s3_reading *r = reading;
	struct s3_info info;

	if (r->checksum != NULL)
		return 1;
	if (s3_head(r->s3, r->bucket, &r->object, &info, e) != 0)
		return -1;
	r->checksum = info.checksum;
	info.checksum = NULL;
	s3_info_free(&info);
	return r->checksum != NULL;
}

void
s3_reading_add(void *reading, const void *p, size_t n)
{
	s3_checksum_add(((struct s3_reading *)reading)->checksum, p, n);
}

int
s3_reading_verify(void *reading, struct err *e)
{
	const struct s3_reading *r = reading;

	if (s3_checksum_verify(r->checksum, e) == 0)
		return 0;
	return err_prefix(e, "s3://%s/%s", r->bucket, r->object.key);
}

void
s3_reading_name(const void *reading, struct buf *out)
{
	const struct s3_reading *r = reading;

	buf_addf(out, "s3://%s/%s", r->bucket, r->object.key);
}
