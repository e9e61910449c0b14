/* Reading an object of Cloud Storage. */
#ifndef GCP_GCS_READ_H
#define GCP_GCS_READ_H

#include "gcp/gcs.h"

#include <stddef.h>

/* Takes n stored bytes of the object, in order. -1 with e ends the reading. */
typedef int gcs_sink(void *ctx, const void *p, size_t n, struct err *e);

/* gcs_read(g, bucket, o, sink, ctx, e): the stored bytes of exactly o's generation ("Objects:
 * get", alt=media). A cut connection goes on by Range at the byte reached. The length and, where
 * o tells one, the crc32c are compared at the end, after the sink has seen all bytes. Gzip
 * content is not decoded, whatever the object's Content-Encoding ("Transcoding of gzip-compressed
 * files"). -1, besides the errors of gcs.h: EX_DATAERR (the generation is gone: the object was
 * replaced or removed), EX_TEMPFAIL (wrong length or checksum: the bytes were damaged on the
 * way), or what the sink set. */
int gcs_read(struct gcs *g, const char *bucket, const struct gcs_object *o, gcs_sink *sink,
    void *ctx, struct err *e);

/* gcs_read_from(g, bucket, o, from, sink, ctx, e): as gcs_read, from byte from on, at most the
 * object's size; there is no checksum to compare then. gcs_read_range: up to, not including, byte
 * to, at most the object's size: EX_UNAVAILABLE for a server that ignores Range. */
int gcs_read_from(struct gcs *g, const char *bucket, const struct gcs_object *o, uint64_t from,
    gcs_sink *sink, void *ctx, struct err *e);
int gcs_read_range(struct gcs *g, const char *bucket, const struct gcs_object *o, uint64_t from,
    uint64_t to, gcs_sink *sink, void *ctx, struct err *e);

/* gcs_read_verify(bucket, o, crc, e): whether crc, of all its bytes, is o's, or o tells none. -1 with
 * EX_TEMPFAIL, as gcs_read. */
int gcs_read_verify(const char *bucket, const struct gcs_object *o, uint32_t crc, struct err *e);

#endif
