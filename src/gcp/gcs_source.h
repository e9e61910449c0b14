/* Where the bytes of an upload come from: a file, or a stream that is taken as it comes or compressed
 * on the way. Each is made of a struct gcs_upload that says what the object is; size, crc32c and the
 * functions are filled in. */
#ifndef GCP_GCS_SOURCE_H
#define GCP_GCS_SOURCE_H

#include "base/buf.h"
#include "gcp/gcs_put.h"
#include "ndjson/codec.h"

#include <time.h>

/* What shows that a file is another one. */
struct gcs_stamp {
	uint64_t size;
	struct timespec modified, changed;
	int fresh; /* modified so lately that times may not show it */
};

/* gcs_stamp(fd, path, s, e): the file's stamp now. -1 with EX_IOERR. */
int gcs_stamp(int fd, const char *path, struct gcs_stamp *s, struct err *e);

/* gcs_changed(path, e): e for a file that is not what it was; returns -1 (EX_DATAERR). */
int gcs_changed(const char *path, struct err *e);

/* gcs_open(path, s, e): a regular file to read, and its stamp. The descriptor, or -1: EX_NOINPUT (not
 * there), EX_IOERR, EX_DATAERR (not a regular file). */
int gcs_open(const char *path, struct gcs_stamp *s, struct err *e);

/* A file to upload. upload comes first: it is what its functions are called with. No bytes of it are
 * held. */
struct gcs_file {
	struct gcs_upload upload;
	const char *path; /* the caller's */
	int fd;           /* -1: closed */
	struct gcs_stamp stamp;
	uint64_t next;  /* bytes that crc covers */
	uint64_t begin; /* where the window begins; begin_crc covers the bytes before it */
	uint64_t told;  /* bytes the tally has */
	uint32_t crc, begin_crc;
	int twice; /* read once before sending */
};

/* gcs_file_size(path): its bytes, 0 where they can't be told: for the progress, nothing else. */
uint64_t gcs_file_size(const char *path);

/* gcs_file_open(f, as, path, e): a file as the upload as says. A file of one chunk at most is read for
 * its crc32c before it is sent, a larger one while it is sent, its last chunk just before. -1 as
 * gcs_open. A file that changes meanwhile (its size, its times with other bytes, or what a second
 * reading finds) ends the sending with EX_DATAERR before its last byte, so that no object appears. */
int gcs_file_open(struct gcs_file *f, const struct gcs_upload *as, const char *path, struct err *e);
void gcs_file_close(struct gcs_file *f);

/* A stream to upload, of unknown length: a chunk of it and a byte is held. */
struct gcs_stream {
	struct gcs_upload upload;
	const char *path; /* of a file, which can be read again; NULL: standard input */
	int fd;
	struct gcs_stamp stamp;
	unsigned char
	    *held;      /* upload.chunk + 1 bytes: one more shows whether the chunk is the last */
	size_t n;       /* of these filled */
	uint64_t start; /* offset of held in the object */
	uint64_t expected;   /* bytes that must come, or GCS_SIZE_UNKNOWN */
	uint64_t came, told; /* bytes read, and those the tally has */
	uint32_t crc;        /* of the object up to the end of held */
	int ended;           /* nothing comes after what is held */
	struct encoder *enc; /* NULL: not compressed */
	struct encoded packed;
	struct buf out; /* compressed, of these out_at are taken */
	size_t out_at;
	unsigned char *block; /* what is compressed at a time */
	int drained;          /* the compressed stream is finished in out */
};

/* gcs_stream_open(s, as, gzip, expected, e): standard input, compressed when gzip is set; the first
 * window is read: a stream that ends within it has its size and crc32c known. One that ends without
 * expected bytes (GCS_SIZE_UNKNOWN: any number) is EX_DATAERR, and no object appears. Where bytes that
 * are no longer held are wanted again: EX_TEMPFAIL. -1: EX_IOERR. */
int gcs_stream_open(
    struct gcs_stream *s, const struct gcs_upload *as, int gzip, uint64_t expected, struct err *e);

/* gcs_stream_pack(s, as, path, e): a file, compressed on the way. The same bytes come out each time (on
 * one kind of CPU, see ndjson/codec.h), so it can begin anew and be compared. -1 as gcs_open. */
int gcs_stream_pack(
    struct gcs_stream *s, const struct gcs_upload *as, const char *path, struct err *e);
void gcs_stream_close(struct gcs_stream *s);

#endif
