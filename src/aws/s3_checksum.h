/* The checksum that S3 has of an object, recomputed from the bytes that come. Source: "Checking
 * object integrity for data uploads in Amazon S3" (Amazon S3 User Guide), Object (ETag; Amazon S3
 * API Reference). */
#ifndef AWS_S3_CHECKSUM_H
#define AWS_S3_CHECKSUM_H

#include "base/err.h"
#include "net/http.h"

#include <stddef.h>
#include <stdint.h>

#define S3_MAX_PARTS 10000

struct s3_checksum;

/* s3_checksum_new(res): for the first of x-amz-checksum-crc64nvme, -crc32c, -crc32, -sha256 and
 * -sha1 that the head of a whole object's answer (200) has; else for its ETag where that is the
 * MD5: 32 hexadecimal digits, encrypted neither under a key of KMS nor of the customer's. NULL when
 * none covers the whole: a checksum of the parts' checksums ("...-N", COMPOSITE) needs their
 * bounds. */
struct s3_checksum *s3_checksum_new(const struct http_response *res);

/* s3_checksum_count(res): how many parts' checksums the answer's checksum is made of (1 to
 * S3_MAX_PARTS); 0 when it has none of that kind. */
size_t s3_checksum_count(const struct http_response *res);

/* s3_checksum_of_parts(res, size, n): for the checksum of n parts' checksums in the answer's head,
 * size[i] bytes each, which are copied. NULL when it is not of n parts. */
struct s3_checksum *s3_checksum_of_parts(
    const struct http_response *res, const uint64_t *size, size_t n);

/* s3_checksum_add(c, data, n): the object's next bytes. Nothing for NULL. */
void s3_checksum_add(struct s3_checksum *c, const void *data, size_t n);

/* s3_checksum_verify(c, e): after the last byte. -1 with EX_TEMPFAIL, naming both values, when it
 * is not what S3 sent. 0 for NULL. */
int s3_checksum_verify(struct s3_checksum *c, struct err *e);

void s3_checksum_free(struct s3_checksum *c);

#endif
