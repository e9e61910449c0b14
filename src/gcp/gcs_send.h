/* The two ways bytes go to Cloud Storage. Both: 0 with the new object in o; 1 when the generation
 * seen before is not there any more (412); -1 with e. generation 0 means that there must be no
 * object. */
#ifndef GCP_GCS_SEND_H
#define GCP_GCS_SEND_H

#include "gcp/gcs_put.h"
#include "gcp/gcs_request.h"

/* gcs_send_multipart(g, u, generation, what, o, e): metadata and bytes in one request ("Upload an
 * object from a file", uploadType=multipart). u->size must be known. */
int gcs_send_multipart(struct gcs *g, struct gcs_upload *u, uint64_t generation, const char *what,
    struct gcs_object *o, struct err *e);

/* gcs_send_resumable(g, u, generation, what, o, e): a session, then chunks; after any doubt the
 * session is asked how far it came, and goes on from there ("Perform resumable uploads"). A
 * session that is lost is begun anew, a few times. */
int gcs_send_resumable(struct gcs *g, struct gcs_upload *u, uint64_t generation, const char *what,
    struct gcs_object *o, struct err *e);

/* gcs_upload_url(out, g, u, type, generation): the request's URL ("Objects: insert"), with the
 * precondition and the Cloud KMS key. */
void gcs_upload_url(struct buf *out, const struct gcs *g, const struct gcs_upload *u,
    const char *type, uint64_t generation);

/* gcs_upload_type(u): the content type that is said of u, or its name's. */
const char *gcs_upload_type(const struct gcs_upload *u);

/* gcs_upload_answer(res, what, o, e): what the answer that ends an upload says, as above. */
int gcs_upload_answer(
    const struct http_response *res, const char *what, struct gcs_object *o, struct err *e);

#endif
