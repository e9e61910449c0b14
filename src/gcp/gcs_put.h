/* Writing an object of Cloud Storage: whole, verified, once. */
#ifndef GCP_GCS_PUT_H
#define GCP_GCS_PUT_H

#include "gcp/gcs.h"
#include "gcp/gcs_metadata.h"
#include "gcp/gcs_tally.h"
#include "net/http.h"

#include <stddef.h>
#include <stdint.h>

/* Sizes unless said otherwise, in bytes: a file's chunk, of which nothing is held; a stream's, which is
 * held; what goes in one request instead of a resumable upload. A chunk is a multiple of GCS_QUANTUM,
 * but for the last ("Resumable uploads"). */
#define GCS_FILE_CHUNK (32UL * 1024 * 1024)
#define GCS_CHUNK (8UL * 1024 * 1024)
#define GCS_ONCE (8UL * 1024 * 1024)
#define GCS_QUANTUM (256UL * 1024)

#define GCS_SIZE_UNKNOWN UINT64_MAX

struct gcs_upload;

/* gcs_window(u, from, n, e): make the next bytes from offset from on readable, and tell in n how
 * many a chunk may take: u->chunk, or all up to the end, where u->size and u->crc32c must be known.
 * from is where the service's bytes end; it may go back. -1 with e: EX_TEMPFAIL when the bytes from
 * there can't be had again. */
typedef int gcs_window(struct gcs_upload *u, uint64_t from, size_t *n, struct err *e);

/* gcs_digest(u, e): make u->size and u->crc32c known by reading all of it, which can be read again
 * afterwards. 0 or -1 with e. */
typedef int gcs_digest(struct gcs_upload *u, struct err *e);

struct gcs_upload {
	const char *bucket, *name;
	const struct gcs_manner *manner;
	uint64_t rows;   /* GCS_ROWS_UNKNOWN: not said */
	size_t chunk;    /* bytes, a multiple of GCS_QUANTUM */
	size_t once;     /* up to so many go in one request; at most chunk */
	uint64_t size;   /* bytes, or GCS_SIZE_UNKNOWN until the window reaches the end */
	char crc32c[12]; /* base64; of the whole; empty until it is known */
	http_source
	    *read; /* called with this struct as ctx: n bytes of the object from an offset */
	gcs_window *window;
	gcs_digest *digest;      /* NULL: it can't be read twice */
	struct gcs_tally *tally; /* NULL: nobody counts */
	int seen; /* "there" was looked up already: the object's state, or that ... */
	struct gcs_object there; /* ... there is none (generation 0); name is not set */
};

enum gcs_done {
	GCS_KEPT, /* the object was already there, with the same size and crc32c: nothing was sent
		   */
	GCS_CREATED,
	GCS_REPLACED /* an object of other content was there */
};

/* gcs_compare(g, u, o, e): what gcs_put would do: GCS_KEPT, GCS_CREATED or GCS_REPLACED, or -1. o
 * is the object that is there, empty for GCS_CREATED; to be freed. The bytes decide, not what else is
 * said of the object. An upload that can't be read twice, and whose size is unknown, is never
 * GCS_KEPT. */
int gcs_compare(struct gcs *g, struct gcs_upload *u, struct gcs_object *o, struct err *e);

/* gcs_put(g, u, o, e): make the bytes of u the object, and tell what was done; o is the object
 * then, to be freed. Sent with the generation that was seen before as precondition, and with the
 * crc32c declared, so that the object appears with exactly these bytes or not at all; repeating a
 * lost request can't double or mix anything. When another writer came between, the same bytes are
 * success. -1, besides the errors of gcs.h: EX_UNAVAILABLE (another writer replaced the object
 * meanwhile), EX_TEMPFAIL (the object that came out has another checksum: it was removed), or
 * what u's functions set. */
int gcs_put(struct gcs *g, struct gcs_upload *u, struct gcs_object *o, struct err *e);

#endif
