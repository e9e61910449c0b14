/* A split manifest as uploads: which file becomes which object (hourtools-manifest(5)). */
#ifndef GCP_GCS_MANIFEST_H
#define GCP_GCS_MANIFEST_H

#include "base/name.h"
#include "gcp/gcs_batch.h"

#include <stdint.h>
#include <stdio.h>

struct gcs_row {
	char *type; /* raw bytes, type_len of them */
	size_t type_len;
	uint64_t rows;
};

/* item[i] goes with row[i]; n of both, in the manifest's order. */
struct gcs_manifest {
	struct gcs_item *item;
	struct gcs_row *row;
	size_t n;
	char *bucket; /* of a put manifest */
};

/* gcs_object_name(out, template, type, type_len, path, e): append the object's name: template
 * with {type} as name_type writes it, and the file name of path when the result is empty or ends
 * in '/'. type NULL: there is none. -1 with EX_USAGE for any other {word}. */
int gcs_object_name(struct buf *out, const char *template, const char *type, size_t type_len,
    const char *path, struct err *e);

/* gcs_manifest_read(m, in, name, to, e): every row of in (name is for messages): type, rows,
 * bytes, path. to->path is the template; to must outlive m. -1: EX_CONFIG (malformed), EX_NOINPUT
 * (a row's file is not there; the message names the row), EX_USAGE (two rows would become one
 * object; the template). m is to be freed in any case. */
int gcs_manifest_read(
    struct gcs_manifest *m, FILE *in, const char *name, const struct url *to, struct err *e);

/* gcs_put_manifest_read(m, in, name, e): the objects of a put manifest; the items have no path.
 * -1: EX_CONFIG (malformed, no gs:// URL of an object, or objects of two buckets). m is to be freed
 * in any case. */
int gcs_put_manifest_read(struct gcs_manifest *m, FILE *in, const char *name, struct err *e);
void gcs_manifest_free(struct gcs_manifest *m);

#endif
