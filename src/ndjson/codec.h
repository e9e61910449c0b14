/* Compression of log files: gzip (RFC 1952, by ISA-L), zstd (RFC 8878, by libzstd), or none.
 *
 * Decoding is pushed: bytes go in as they arrive, decoded bytes come out through a sink. The kind
 * is told by the first bytes, never by a name. Memory: 0.4 MiB for gzip, for zstd the frame's
 * window, refused above 8 MiB (all levels up to 19 stay within it; --long and --ultra may not).
 *
 * Encoding is by independent segments, so that thousands of files can grow side by side while one
 * compressor serves them all: what is kept for each file is a struct encoded, 24 bytes. */
#ifndef NDJSON_CODEC_H
#define NDJSON_CODEC_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

enum codec { CODEC_PLAIN, CODEC_GZIP, CODEC_ZSTD };

/* codec_name(kind): "plain", "gzip" or "zstd". */
const char *codec_name(enum codec kind);

/* codec_of_path(path): the kind an output file's name asks for: .gz, .zst, else plain. */
enum codec codec_of_path(const char *path);

#define CODEC_MAGIC 4 /* bytes that tell the kind */

/* codec_of_magic(p, n): the kind of a stream by its first n bytes: CODEC_MAGIC, or all when it is
 * shorter. */
enum codec codec_of_magic(const unsigned char *p, size_t n);

/* Takes n > 0 decoded bytes; they live until it returns. -1 with e ends the decoding. */
typedef int codec_sink(void *arg, const void *p, size_t n, struct err *e);

/* Where the next decoded bytes may go: at most *n > 0 of them, at most 1 GiB; NULL with e ends the
 * decoding. */
typedef void *codec_room(void *arg, size_t *n, struct err *e);

struct decoder;

/* decoder_new(sink, arg): a decoder at the start of a stream, to be ended with decoder_free. */
struct decoder *decoder_new(codec_sink *sink, void *arg);

/* decoder_into(d, room): decode into the room that room(arg) gives, which saves a copy and, when it
 * is larger than the decoder's own 128 KiB, some of what each call costs; the sink is given the
 * bytes there. A plain stream is given from where it is fed. */
void decoder_into(struct decoder *d, codec_room *room);

/* decoder_feed(d, p, n, e): decode the next n bytes of the stream (any n, also 0), calling the sink
 * as often as needed before it returns. Concatenated gzip members and zstd frames are one stream;
 * zero bytes after the last gzip member are padding (tapes and block devices leave it). -1 with
 * EX_DATAERR when the stream is corrupt or something else follows a member ("gzip stream is corrupt
 * at byte N: ..."; N counts compressed bytes from 0; for damage inside a member it is where
 * decoding stopped, at or after the damage), or with what the sink set. After -1 only decoder_reset
 * and decoder_free may be called. The caller prefixes the name of the file or object. */
int decoder_feed(struct decoder *d, const void *p, size_t n, struct err *e);

/* decoder_finish(d, e): the stream has ended. -1 with EX_DATAERR and "gzip stream ends early at
 * byte N" (N: all compressed bytes fed) when it ends inside a member or frame, or with what the
 * sink set. An empty stream is a plain one of no bytes. */
int decoder_finish(struct decoder *d, struct err *e);

/* decoder_reset(d): as new, for the next stream; memory is kept. */
void decoder_reset(struct decoder *d);

/* decoder_kind(d): CODEC_PLAIN until the first bytes have told another. */
enum codec decoder_kind(const struct decoder *d);

/* decoder_fed(d): bytes fed since the start of the stream. */
uint64_t decoder_fed(const struct decoder *d);

/* decoder_free(d): NULL is ignored. */
void decoder_free(struct decoder *d);

struct encoder;

/* What one compressed file needs between its segments; zero-initialised is a new file. */
struct encoded {
	uint64_t length; /* bytes before compression */
	uint32_t crc;    /* of them, as gzip's trailer wants it */
	int begun;
};

/* encoder_new(kind): one encoder for any number of files, to be ended with encoder_free. */
struct encoder *encoder_new(enum codec kind);

/* encoder_pack(enc, p, n, out): append to out what a segment of n bytes becomes. Each segment can be decoded
 * without those before it, so small ones (under some 32 KiB) cost compression, and several threads, each
 * with its encoder, may pack segments of one file. gzip: one member for the whole file, its segments ended
 * by full flushes; zstd: a frame a segment, with checksum. Same segments, same bytes: no time and no name is
 * stored (another CPU may lead ISA-L to other matches, never to other decoded bytes). */
void encoder_pack(struct encoder *enc, const void *p, size_t n, struct buf *out);

/* encoder_begin(enc, f, out): append what comes before the next segment of file f: its header, once.
 * encoded_add(f, p, n): that segment is of these bytes. */
void encoder_begin(const struct encoder *enc, struct encoded *f, struct buf *out);
void encoded_add(struct encoded *f, const void *p, size_t n);

/* encoder_segment(enc, f, p, n, out): the three in order. */
void encoder_segment(
    struct encoder *enc, struct encoded *f, const void *p, size_t n, struct buf *out);

/* encoder_finish(enc, f, out): append what ends file f; a file without segments becomes a valid
 * empty stream. */
void encoder_finish(struct encoder *enc, struct encoded *f, struct buf *out);

/* encoder_free(enc): NULL is ignored. */
void encoder_free(struct encoder *enc);

#endif
