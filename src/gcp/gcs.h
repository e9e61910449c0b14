/* Google Cloud Storage's JSON API: what objects there are, and their removal. Reading is
 * gcs_read.h, writing gcs_put.h. Errors of all of them: EX_NOPERM (401, 403), EX_UNAVAILABLE (no
 * such bucket, other refusals), EX_TEMPFAIL (429, 5xx or no answer, and the retry policy is
 * spent); the text begins with the gs URL and quotes the service's reason and message ("HTTP
 * status and error codes for JSON"). */
#ifndef GCP_GCS_H
#define GCP_GCS_H

#include "base/buf.h"
#include "base/err.h"
#include "gcp/token.h"

#include <stdint.h>

struct gcs; /* a client, which threads may share */

/* gcs_new(http, auth): a client of the real service, or of the emulator at STORAGE_EMULATOR_HOST.
 * http and auth are the caller's, and outlive it. */
struct gcs *gcs_new(struct http *http, struct gcp_auth *auth);
void gcs_free(struct gcs *g);

/* gcs_auth_new(e): as gcp_auth_new, for the scope and the emulator of this service. */
struct gcp_auth *gcs_auth_new(struct err *e);

/* gcs_what(bucket, name): "gs://bucket/name" as in messages and manifests; the caller's to free.
 * */
char *gcs_what(const char *bucket, const char *name);

struct gcs_object {
	char *name;          /* raw bytes, without the bucket */
	uint64_t size;       /* bytes */
	uint64_t generation; /* never 0 */
	char crc32c[12];  /* base64, as crc32c_base64 writes it; empty when not told (objects under
			     customer-supplied encryption keys) */
	char updated[40]; /* RFC 3339, as the service writes it */
};

/* gcs_object_free(o): frees what o holds, not o. */
void gcs_object_free(struct gcs_object *o);

/* gcs_stat(g, bucket, name, o, e): the live object's metadata ("Objects: get"). 1, or 0 when
 * there is no such object in the bucket (o is empty), or -1. */
int gcs_stat(
    struct gcs *g, const char *bucket, const char *name, struct gcs_object *o, struct err *e);

/* Takes one object of a listing, which lives until it returns. -1 with e ends the listing. */
typedef int gcs_each(void *ctx, const struct gcs_object *o, struct err *e);

/* gcs_list(g, bucket, prefix, delimiter, each, ctx, e): every object whose name begins with
 * prefix, in order of the names' bytes, a page of up to 500 in memory ("Objects: list").
 * delimiter "/" leaves out names that have a '/' after the prefix; "" leaves out none.
 * EX_UNAVAILABLE for a listing that is not in order, or leads back to where it was. */
int gcs_list(struct gcs *g, const char *bucket, const char *prefix, const char *delimiter,
    gcs_each *each, void *ctx, struct err *e);

/* gcs_delete(g, bucket, name, generation, e): remove that generation and no other ("Objects:
 * delete"). 0 also when the object is already gone; -1 with EX_UNAVAILABLE when another
 * generation took its place. */
int gcs_delete(
    struct gcs *g, const char *bucket, const char *name, uint64_t generation, struct err *e);

#endif
