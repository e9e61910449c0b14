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
};

/* item[i] goes with row[i]; n of both, in the manifest's order. */
struct gcs_manifest {
	struct gcs_item *item;
	struct gcs_row *row;
	size_t n;
	uint64_t size; /* bytes of all files */
};

/* How files become objects. */
struct gcs_naming {
	const struct url *to; /* its path is the template */
	const char *hour;     /* "YYYY/MM/DD/HH"; NULL: "{hour}" is refused */
	int gzip;             /* what is not compressed will be: its name ends in .gz */
};

/* gcs_object_name(out, naming, type, type_len, path, e): append the object's name: the template with
 * {type} as name_type writes it, and the file name of path when the result is empty or ends in '/'.
 * type NULL: there is none. -1 with EX_USAGE for any other {word}. */
int gcs_object_name(struct buf *out, const struct gcs_naming *naming, const char *type,
    size_t type_len, const char *path, struct err *e);

/* gcs_manifest_read(m, in, name, naming, e): every row of in (name is for messages): type, rows,
 * bytes, path. naming->to must outlive m. -1: EX_CONFIG (malformed), EX_NOINPUT (a row's file is not
 * there; the message names the row), EX_DATAERR (a file that is not compressed has other than its
 * row's bytes, which are not looked at when they are 0: it is not what the row counted), EX_USAGE (two
 * rows would become one object; the template). m is to be freed in any case. */
int gcs_manifest_read(struct gcs_manifest *m, FILE *in, const char *name,
    const struct gcs_naming *naming, struct err *e);
void gcs_manifest_free(struct gcs_manifest *m);

#endif
