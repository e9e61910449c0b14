/* Many files to Cloud Storage at once, and the removal of what they replace. */
#ifndef GCP_GCS_BATCH_H
#define GCP_GCS_BATCH_H

#include "gcp/gcs_put.h"

#include <stddef.h>

/* How the files of a program are sent. */
struct gcs_plan {
	struct gcs_manner manner;
	size_t file_chunk, chunk; /* of files as they are, of streams: multiples of GCS_QUANTUM */
	int gzip;                 /* compress what is not compressed */
	int dry_run;              /* only compare */
	struct gcs_tally *tally;  /* NULL: nobody counts */
};

struct gcs_item {
	const char *path, *bucket, *name; /* the file, and the object it becomes */
	uint64_t rows;                    /* GCS_ROWS_UNKNOWN: not said */
	uint64_t size;                    /* the file's; GCS_SIZE_UNKNOWN: any */
	enum gcs_done done;
	struct gcs_object object; /* as it is then; empty when it would be created; to be freed */
	int seen; /* by gcs_survey: there is set, without its name; generation 0: no object */
	struct gcs_object there;
};

/* gcs_upload_of(plan, item): what item is to become, as a stream. */
struct gcs_upload gcs_upload_of(const struct gcs_plan *plan, const struct gcs_item *item);

/* gcs_put_item(g, plan, u, item, e): upload u as item's object (gcs_put, or gcs_compare when it is a
 * dry run); item->path is not looked at. 0 or -1. */
int gcs_put_item(struct gcs *g, const struct gcs_plan *plan, struct gcs_upload *u,
    struct gcs_item *item, struct err *e);

/* gcs_put_path(g, plan, item, e): as gcs_put_item, the file at item->path. 0, or -1 with the errors
 * of gcs_file_open and gcs_put. */
int gcs_put_path(struct gcs *g, const struct gcs_plan *plan, struct gcs_item *item, struct err *e);

/* gcs_batch(g, plan, item, n, threads, e): every item, by that many threads (fewer where no more can
 * be started), this one among them. Every second thread takes the largest file that is left, the
 * others the smallest: bandwidth and round trips are used side by side, neither kind waits for all of
 * the other. Threads that compress hold smaller chunks the more of them there are. After a failure
 * those under way are finished, no other is begun, and e is the failure of the first such item. The
 * threads have ended when it returns. */
int gcs_batch(struct gcs *g, const struct gcs_plan *plan, struct gcs_item *item, size_t n,
    size_t threads, struct err *e);

/* gcs_survey(g, item, n): look many objects up at once, by listing the folders of items that have
 * several. A folder that can't be listed, or holds many times more than the items, is left: its
 * items are looked up one by one later. All items are of one bucket. */
void gcs_survey(struct gcs *g, struct gcs_item *item, size_t n);

/* Told of each object that is to be removed, before it is. */
typedef void gcs_removed(void *ctx, const char *bucket, const struct gcs_object *o);

/* gcs_mirror(g, item, n, dry_run, removed, ctx, e): remove every object that lies beside one of
 * the items, in the same "folder" (the name up to its last '/', deeper ones are left alone), and
 * is none of them. All items are of one bucket, and none lies in the bucket's root. Folder
 * placeholders (names ending in '/') stay. All folders are listed before the first removal. */
int gcs_mirror(struct gcs *g, const struct gcs_item *item, size_t n, int dry_run,
    gcs_removed *removed, void *ctx, struct err *e);

#endif
