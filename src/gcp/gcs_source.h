/* Where the bytes of an upload come from: a file, or standard input. */
#ifndef GCP_GCS_SOURCE_H
#define GCP_GCS_SOURCE_H

#include "gcp/gcs_put.h"

/* A file to upload. upload comes first: it is what its functions are called with. */
struct gcs_file {
	struct gcs_upload upload;
	const char *path; /* the caller's */
	int fd;           /* -1: closed */
	uint64_t next;    /* bytes that crc covers while sending */
	uint32_t crc;
};

/* gcs_file_open(f, path, bucket, name, e): open path and read it once for its size and crc32c.
 * The strings are the caller's and must outlive f. -1: EX_NOINPUT (not there), EX_IOERR,
 * EX_DATAERR (not a regular file). While f is sent its bytes are summed again; when they differ
 * from the first reading, sending ends with EX_DATAERR before the last of them, so that no object
 * appears. */
int gcs_file_open(
    struct gcs_file *f, const char *path, const char *bucket, const char *name, struct err *e);
void gcs_file_close(struct gcs_file *f);

/* A stream to upload, of unknown length: a window of GCS_CHUNK bytes of it is held. */
struct gcs_stream {
	struct gcs_upload upload;
	int fd;
	unsigned char *held; /* GCS_CHUNK + 1 bytes: one more shows whether the chunk is the last */
	size_t n;            /* of these filled */
	uint64_t start;      /* offset of held in the stream */
	uint32_t crc;        /* of all bytes read */
};

/* gcs_stream_open(s, fd, bucket, name, e): read the first window; a stream that ends within it
 * has its size and crc32c known. A session lost later can't begin anew: EX_TEMPFAIL. -1:
 * EX_IOERR. fd stays the caller's. */
int gcs_stream_open(
    struct gcs_stream *s, int fd, const char *bucket, const char *name, struct err *e);
void gcs_stream_close(struct gcs_stream *s);

/* gcs_content_type(name): by the end of an object's name: .ndjson application/x-ndjson, .gz
 * application/gzip, .zst application/zstd, .tsv text/tab-separated-values, .json
 * application/json, else application/octet-stream. */
const char *gcs_content_type(const char *name);

#endif
