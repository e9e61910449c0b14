/* Many files to Cloud Storage at once, and the removal of what they replace. */
#ifndef GCP_GCS_BATCH_H
#define GCP_GCS_BATCH_H

#include "gcp/gcs_put.h"

#include <stddef.h>

struct gcs_item {
	const char *path, *bucket, *name; /* the file, and the object it becomes */
	enum gcs_done done;
	struct gcs_object object; /* as it is then; empty when it would be created; to be freed */
};

/* gcs_put_item(g, u, item, dry_run, e): upload u as item's object (gcs_put, or gcs_compare when
 * dry_run); item->path is not looked at. 0 or -1. */
int gcs_put_item(
    struct gcs *g, struct gcs_upload *u, struct gcs_item *item, int dry_run, struct err *e);

/* gcs_put_path(g, item, dry_run, e): as gcs_put_item, the file at item->path. 0, or -1
 * with the errors of gcs_file_open and gcs_put. */
int gcs_put_path(struct gcs *g, struct gcs_item *item, int dry_run, struct err *e);

/* gcs_batch(g, item, n, threads, dry_run, e): every item, by that many threads (fewer where no more
 * can be started), this one among them. After a failure those under way are finished, no other is begun, and e is the
 * failure of the first such item. The threads have ended when it returns. */
int gcs_batch(
    struct gcs *g, struct gcs_item *item, size_t n, size_t threads, int dry_run, struct err *e);

/* Told of each object that is to be removed, before it is. */
typedef void gcs_removed(void *ctx, const char *bucket, const struct gcs_object *o);

/* gcs_mirror(g, item, n, dry_run, removed, ctx, e): remove every object that lies beside one of
 * the items, in the same "folder" (the name up to its last '/', deeper ones are left alone), and
 * is none of them. All items are of one bucket, and none lies in the bucket's root. Folder
 * placeholders (names ending in '/') stay. All folders are listed before the first removal. */
int gcs_mirror(struct gcs *g, const struct gcs_item *item, size_t n, int dry_run,
    gcs_removed *removed, void *ctx, struct err *e);

#endif
