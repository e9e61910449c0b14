/* Records into one file, compressed by the file's name, or to standard output. */
#ifndef NDJSON_FIT_FILE_H
#define NDJSON_FIT_FILE_H

#include "base/buf.h"
#include "base/err.h"
#include "base/io.h"
#include "ndjson/codec.h"

#include <stddef.h>
#include <stdint.h>

#define RECORD_FILE_BUFFER \
	(256u << 10) /* bytes gathered before they are compressed and written \
					 */

struct record_file {
	const char *path;      /* NULL: standard output; the caller's */
	struct outfile out;    /* while a file is open */
	struct encoder *codec; /* NULL: plain */
	struct encoded state;
	struct buf gathered, packed;
	uint64_t rows, bytes; /* records, and their bytes uncompressed, newlines included */
};

/* record_file_open(f, path, e): path NULL is standard output, plain; a path ending in .gz or .zst
 * is compressed. The file appears at record_file_commit. EX_IOERR. */
int record_file_open(struct record_file *f, const char *path, struct err *e);

/* record_file_add(f, text, len, e): one record, a newline after it. EX_IOERR. */
int record_file_add(struct record_file *f, const char *text, size_t len, struct err *e);

/* record_file_part(f, p, n, last, e): n bytes of a record that comes in parts; a newline after the
 * last. EX_IOERR. */
int record_file_part(struct record_file *f, const char *p, size_t n, int last, struct err *e);

/* record_file_commit(f, e): write what is left and let the file appear. EX_IOERR; the file is gone
 * then. */
int record_file_commit(struct record_file *f, struct err *e);

/* record_file_abort(f): drop an unfinished file. Safe on a zero-initialised or committed f. */
void record_file_abort(struct record_file *f);

#endif
