/* The objects that operands or a listing name, one after the other. */
#ifndef AWS_S3_OBJECTS_H
#define AWS_S3_OBJECTS_H

#include "aws/s3.h"
#include "aws/s3_select.h"
#include "base/err.h"

struct s3_objects {
	char **operands;     /* "s3://bucket/prefix/" or "s3://bucket/key", up to NULL */
	const char *listing; /* instead of operands: a file of s3_row_add's lines; "-": stdin */
	const char *version; /* of the one operand, a key; or NULL */
	int look_up; /* keys are looked for in the bucket's listing: size and ETag are known */
	struct s3_select select; /* of prefixes and listings */
};

/* Takes an object; both live until it returns. 0 to go on, -1 with e. */
typedef int s3_object_taken(
    void *ctx, const char *bucket, const struct s3_object *object, struct err *e);

/* s3_objects_check(what, e): the operands, before anything is asked. -1 with EX_USAGE. */
int s3_objects_check(const struct s3_objects *what, struct err *e);

/* s3_objects_each(s, what, taken, ctx, e): every object meant, operand by operand in the order of the
 * keys' bytes, or in the listing's. Folder markers (no bytes, the key ends in '/') that a prefix has
 * are left out. -1 with what taken set, the codes of s3_list; EX_NOINPUT for an operand or a listing
 * without objects, or when time or name leave none of it; EX_CONFIG for a malformed line of the
 * listing, EX_IOERR when it can't be read. */
int s3_objects_each(
    struct s3 *s, const struct s3_objects *what, s3_object_taken *taken, void *ctx, struct err *e);

/* s3_row_add(b, bucket, object): a line of a listing (hourtools-manifest(5)). */
void s3_row_add(struct buf *b, const char *bucket, const struct s3_object *object);

#endif
