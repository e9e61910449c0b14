/* What is said of an object when it is written, beside its bytes. */
#ifndef GCP_GCS_METADATA_H
#define GCP_GCS_METADATA_H

#include "base/buf.h"

#include <stdint.h>

#define GCS_ROWS_UNKNOWN UINT64_MAX

/* How all objects of a program are written; the strings are the caller's, NULL: not said. */
struct gcs_manner {
	const char *content_type;  /* NULL: gcs_content_type */
	const char *cache_control; /* NULL: the service's default */
	const char *storage_class; /* NULL: the bucket's */
	const char *kms_key;       /* "projects/P/locations/L/keyRings/R/cryptoKeys/K" */
	const char *hour; /* "YYYY/MM/DD/HH"; NULL: the hour in the object's name, if any */
};

/* gcs_content_type(name): by the end of an object's name: .ndjson application/x-ndjson, .gz
 * application/gzip, .zst application/zstd, .tsv text/tab-separated-values, .json
 * application/json, else application/octet-stream. */
const char *gcs_content_type(const char *name);

/* gcs_hour_in(name): where in an object's name the first "YYYY/MM/DD/HH" stands that is an hour and
 * whole folders (13 bytes), or NULL. */
const char *gcs_hour_in(const char *name);

/* gcs_metadata_json(out, manner, name, type, rows, crc32c): append the object resource to begin an
 * upload with ("Objects" resource): content type, cache control, storage class; custom metadata
 * "rows" (GCS_ROWS_UNKNOWN: none) and "source-hour"; and crc32c unless it is empty, which the service
 * then compares before the object appears. Never a contentEncoding: what is compressed is stored and
 * read compressed, as BigQuery wants it ("Batch loading data", "Loading compressed and uncompressed
 * data"). */
void gcs_metadata_json(struct buf *out, const struct gcs_manner *manner, const char *name,
    const char *type, uint64_t rows, const char *crc32c);

#endif
