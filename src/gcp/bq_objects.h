/* The objects that gs:// operands name, as the lines a put manifest would have. */
#ifndef GCP_BQ_OBJECTS_H
#define GCP_BQ_OBJECTS_H

#include "base/err.h"
#include "gcp/bq_types.h"

/* bq_objects_add(t, operand, e): look each operand of the NULL-terminated list up in Cloud Storage,
 * an object or every object of a prefix, and add it to t with its generation; t->rows_unknown is
 * set. Folder markers (no bytes, name ending in '/') are left out. -1: EX_USAGE for what is no
 * gs:// URL, EX_NOINPUT when an object is not there or a prefix has none, else as gcs_stat and
 * gcs_list. */
int bq_objects_add(struct bq_type *t, char *const *operand, struct err *e);

#endif
