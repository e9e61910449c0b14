/* An object that is read in pieces, each by a request of its own, and verified as a whole: what
 * reading ahead needs of S3 (the members of that source take reading as void *). */
#ifndef AWS_S3_READING_H
#define AWS_S3_READING_H

#include "aws/s3.h"
#include "base/buf.h"

struct s3_reading {
	struct s3 *s3;
	const char *bucket;
	struct s3_object object;      /* of known size; text of its own */
	struct s3_checksum *checksum; /* of the whole, once asked for; or NULL */
};

/* s3_reading_new(s3, bucket, object, e): a copy of object. Of one whose size is not known, S3 is asked
 * for it, and for its ETag and version: all pieces are of that content. NULL with the codes and the message of
 * s3_get. */
struct s3_reading *s3_reading_new(
    struct s3 *s3, const char *bucket, const struct s3_object *object, struct err *e);
void s3_reading_free(void *reading);

/* s3_reading_fetch(reading, from, to, sink, ctx, e): s3_get for all of its bytes, s3_get_range for some. */
int s3_reading_fetch(
    void *reading, uint64_t from, uint64_t to, http_sink *sink, void *ctx, struct err *e);

/* s3_reading_ask(reading, e): ask for a checksum of the whole: 1 when there is one, 0, or -1 with e.
 * s3_reading_add(reading, p, n): its next bytes. s3_reading_verify(reading, e): they were all; -1 with
 * EX_TEMPFAIL when they are not what S3 has. */
int s3_reading_ask(void *reading, struct err *e);
void s3_reading_add(void *reading, const void *p, size_t n);
int s3_reading_verify(void *reading, struct err *e);

/* s3_reading_name(reading, out): append "s3://bucket/key". */
void s3_reading_name(const void *reading, struct buf *out);

#endif
