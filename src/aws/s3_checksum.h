/* The checksum that S3 sends with an object, recomputed from the bytes that come. Source: "Checking
 * object integrity for data uploads in Amazon S3" (Amazon S3 User Guide). */
#ifndef AWS_S3_CHECKSUM_H
#define AWS_S3_CHECKSUM_H

#include "base/err.h"
#include "net/http.h"

#include <stddef.h>

struct s3_checksum;

/* s3_checksum_new(res): for the first of x-amz-checksum-crc64nvme, -crc32c, -crc32, -sha256 and
 * -sha1 that the head of a whole object's answer (200) has, or NULL when it has none that covers
 * the whole: a checksum of the parts' checksums ("…-N", COMPOSITE) can't be recomputed without the
 * parts' bounds. The ETag is none: S3 promises nothing of its content. */
struct s3_checksum *s3_checksum_new(const struct http_response *res);

/* s3_checksum_add(c, data, n): the object's next bytes. Nothing for NULL. */
void s3_checksum_add(struct s3_checksum *c, const void *data, size_t n);

/* s3_checksum_verify(c, e): after the last byte. -1 with EX_TEMPFAIL, naming both values, when it
 * is not what S3 sent. 0 for NULL. */
int s3_checksum_verify(struct s3_checksum *c, struct err *e);

void s3_checksum_free(struct s3_checksum *c);

#endif
