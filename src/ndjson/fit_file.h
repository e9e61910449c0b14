/* Records into one file, compressed by the file's name, or to standard output: in order, while
 * several threads compress.
 *
 * Bytes are added in order by one thread at a time. What is compressed is cut into segments of
 * RECORD_FILE_BUFFER bytes, wherever records end, so that the file's bytes depend on nothing but the
 * records; the hand of the thread that filled a segment takes it along and writes it later, when its
 * turn has come. What is not compressed is written at once. */
#ifndef NDJSON_FIT_FILE_H
#define NDJSON_FIT_FILE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "ndjson/codec.h"

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

#define RECORD_FILE_BUFFER (256u << 10) /* bytes gathered before they are written */

struct record_file {
	const char *path;   /* NULL: standard output; the caller's */
	struct outfile out; /* while a file is open */
	enum codec kind;
	struct buf gathered;
	uint64_t segments;    /* handed to a hand */
	uint64_t rows, bytes; /* records, and their bytes uncompressed, newlines included */
	pthread_mutex_t lock; /* of what follows */
	pthread_cond_t turned;
	uint64_t written; /* segments */
	int failed, open;
	struct encoded state;
};

/* record_file_open(f, path, e): path NULL is standard output, plain; a path ending in .gz or .zst
 * is compressed. The file appears at record_file_commit. EX_IOERR. */
int record_file_open(struct record_file *f, const char *path, struct err *e);

/* What one thread takes along for one file. */
struct record_hand;
struct record_hand *record_hand_new(struct record_file *f);
void record_hand_free(struct record_hand *h);

/* record_hand_add(h, p, n, rows, e): the next n bytes, which end so many records. EX_IOERR. */
int record_hand_add(struct record_hand *h, const char *p, size_t n, uint64_t rows, struct err *e);

/* record_hand_write(h, e): compress and write the segments taken along, after those before them,
 * which other hands have. EX_IOERR. */
int record_hand_write(struct record_hand *h, struct err *e);

/* record_file_commit(f, e): all hands have written: write what is left and let the file appear.
 * EX_IOERR; the file is gone then. */
int record_file_commit(struct record_file *f, struct err *e);

/* record_file_abort(f): drop an unfinished file. Safe on a zero-initialised or committed f. */
void record_file_abort(struct record_file *f);

#endif
