#include "ndjson/codec.h"

#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>
#include <zstd_errors.h>

enum { OUT_BYTES = 128 << 10, ZSTD_WINDOW_LOG = 23 };

enum gzip_place { GZIP_HEADER, GZIP_BODY, GZIP_BETWEEN, GZIP_PADDING };

struct decoder {
	codec_sink *sink;
	codec_room *room; /* NULL: out, of OUT_BYTES */
	void *arg;
	uint64_t fed; /* bytes of the stream before the piece at hand */
	enum codec kind;
	int told; /* the kind is known */
	unsigned char magic[CODEC_MAGIC];
	size_t n_magic;
	unsigned char *out;
	/* gzip */
	struct inflate_state *inflate;
	struct isal_gzip_header header;
	enum gzip_place place;
	/* zstd */
	ZSTD_DCtx *zstd;
	int in_frame;
};

struct decoder *
decoder_new(codec_sink *sink, void *arg)
{
	struct decoder *d = xcalloc(1, sizeof *d);

	d->sink = sink;
	d->arg = arg;
	return d;
}

void
decoder_into(struct decoder *d, codec_room *room)
{
	d->room = room;
}

void
decoder_reset(struct decoder *d)
{
	d->fed = 0;
	d->kind = CODEC_PLAIN;
	d->told = 0;
	d->n_magic = 0;
	d->in_frame = 0;
	d->place = GZIP_BETWEEN;
}

void
decoder_free(struct decoder *d)
{
	if (d == NULL)
		return;
	ZSTD_freeDCtx(d->zstd);
	free(d->inflate);
	free(d->out);
	free(d);
}

enum codec
decoder_kind(const struct decoder *d)
{
	return d->kind;
}

uint64_t
decoder_fed(const struct decoder *d)
{
	return d->fed;
}

static int
corrupt(const struct decoder *d, uint64_t at, const char *why, struct err *e)
{
	return err_set(e, EX_DATAERR, "%s stream is corrupt at byte %llu: %s", codec_name(d->kind),
	    (unsigned long long)at, why);
}

static const char *
inflate_error(int code)
{
	static const char *const text[] = {
	    [-ISAL_INVALID_BLOCK] = "invalid deflate block",
	    [-ISAL_INVALID_SYMBOL] = "invalid deflate symbol",
	    [-ISAL_INVALID_LOOKBACK] = "a match reaches before the start",
	    [-ISAL_INVALID_WRAPPER] = "invalid gzip header",
	    [-ISAL_UNSUPPORTED_METHOD] = "unknown compression method",
	    [-ISAL_INCORRECT_CHECKSUM] = "checksum or length differs",
	};
	size_t i = (size_t)-code;

	return i < sizeof text / sizeof text[0] && text[i] != NULL ? text[i] : "invalid data";
}

static void
gzip_member_begin(struct decoder *d)
{
	isal_inflate_reset(d->inflate);
	d->inflate->crc_flag = ISAL_GZIP_NO_HDR_VER;
	isal_gzip_header_init(&d->header);
	d->place = GZIP_HEADER;
}

static unsigned char *
room_for(struct decoder *d, size_t *n, struct err *e)
{
	if (d->room != NULL)
		return d->room(d->arg, n, e);
	if (d->out == NULL)
		d->out = xmalloc(OUT_BYTES);
	*n = OUT_BYTES;
	return d->out;
}

/* Inflate what there is; the sink gets whole buffers. */
static int
gzip_body(struct decoder *d, uint64_t end, struct err *e)
{
	struct inflate_state *s = d->inflate;
	int full;

	do {
		size_t n;
		unsigned char *out = room_for(d, &n, e);
		int code;

		if (out == NULL)
			return -1;
		s->next_out = out;
		s->avail_out = (uint32_t)n;
		code = isal_inflate(s);
		n -= s->avail_out;
		full = s->avail_out == 0;
		if (n > 0 && d->sink(d->arg, out, n, e) != 0)
			return -1;
		if (code < 0)
			return corrupt(d, end - s->avail_in, inflate_error(code), e);
	} while (s->block_state != ISAL_BLOCK_FINISH && (full || s->avail_in > 0));
	if (s->block_state == ISAL_BLOCK_FINISH)
		d->place = GZIP_BETWEEN;
	return 0;
}

/* One call takes at most 1 GiB: ISA-L counts in 32 bits. end is the stream position after p[n]. */
static int
gzip_feed(struct decoder *d, const unsigned char *p, uint32_t n, uint64_t end, struct err *e)
{
	struct inflate_state *s = d->inflate;

	s->next_in = (uint8_t *)(uintptr_t)p; /* only read, though not declared so */
	s->avail_in = n;
	while (s->avail_in > 0) {
		int code;

		switch (d->place) {
		case GZIP_HEADER:
			code = isal_read_gzip_header(s, &d->header);
			if (code < 0)
				return corrupt(d, end - s->avail_in, inflate_error(code), e);
			if (code == ISAL_DECOMP_OK)
				d->place = GZIP_BODY;
			break;
		case GZIP_BODY:
			if (gzip_body(d, end, e) != 0)
				return -1;
			break;
		case GZIP_BETWEEN:
		case GZIP_PADDING:
			if (*s->next_in == 0) {
				d->place = GZIP_PADDING;
				s->next_in++;
				s->avail_in--;
			} else if (*s->next_in == 0x1f && d->place == GZIP_BETWEEN)
				gzip_member_begin(d);
			else
				return corrupt(d, end - s->avail_in,
				    "neither a gzip member nor zero padding follows the last one",
				    e);
			break;
		}
	}
	return 0;
}

static int
zstd_feed(struct decoder *d, const unsigned char *p, size_t n, uint64_t end, struct err *e)
{
	ZSTD_inBuffer in = {p, n, 0};
	ZSTD_outBuffer out = {0};
	size_t code;

	do {
		out.pos = 0;
		out.dst = room_for(d, &out.size, e);
		if (out.dst == NULL)
			return -1;
		code = ZSTD_decompressStream(d->zstd, &out, &in);
		if (out.pos > 0 && d->sink(d->arg, out.dst, out.pos, e) != 0)
			return -1;
		if (ZSTD_isError(code))
			return corrupt(d, end - n + in.pos,
			    ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge
				? "the window is larger than 8 MiB (compressed with "
				  "--long or --ultra)"
				: ZSTD_getErrorName(code),
			    e);
		d->in_frame = code != 0;
	} while (in.pos < in.size || (d->in_frame && out.pos == out.size));
	return 0;
}

static void
prepare(struct decoder *d)
{
	d->told = 1;
	d->kind = codec_of_magic(d->magic, d->n_magic);
	if (d->kind == CODEC_GZIP && d->inflate == NULL) {
		d->inflate = xmalloc(sizeof *d->inflate);
		isal_inflate_init(d->inflate);
	}
	if (d->kind == CODEC_GZIP)
		gzip_member_begin(d);
	if (d->kind == CODEC_ZSTD && d->zstd == NULL) {
		d->zstd = ZSTD_createDCtx();
		if (d->zstd == NULL)
			abort();
		ZSTD_DCtx_setParameter(d->zstd, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG);
	}
	if (d->kind == CODEC_ZSTD)
		ZSTD_DCtx_reset(d->zstd, ZSTD_reset_session_only);
}

/* Decode bytes that end at stream position end. */
static int
decode(struct decoder *d, const unsigned char *p, size_t n, uint64_t end, struct err *e)
{
	static const uint32_t most = 1u << 30;

	if (n == 0)
		return 0;
	switch (d->kind) {
	case CODEC_PLAIN:
		return d->sink(d->arg, p, n, e);
	case CODEC_ZSTD:
		return zstd_feed(d, p, n, end, e);
	case CODEC_GZIP:
		break;
	}
	while (n > 0) {
		uint32_t piece = n > most ? most : (uint32_t)n;

		n -= piece;
		if (gzip_feed(d, p, piece, end - n, e) != 0)
			return -1;
		p += piece;
	}
	return 0;
}

int
decoder_feed(struct decoder *d, const void *p, size_t n, struct err *e)
{
	const unsigned char *c = p;
	uint64_t end = d->fed + n;

	if (!d->told) {
		while (d->n_magic < CODEC_MAGIC && n > 0) {
			d->magic[d->n_magic++] = *c++;
			n--;
		}
		if (d->n_magic < CODEC_MAGIC) {
			d->fed = end;
			return 0;
		}
		prepare(d);
		if (decode(d, d->magic, d->n_magic, CODEC_MAGIC, e) != 0)
			return -1;
	}
	if (decode(d, c, n, end, e) != 0)
		return -1;
	d->fed = end;
	return 0;
}

int
decoder_finish(struct decoder *d, struct err *e)
{
	int early = 0;

	if (!d->told) {
		prepare(d);
		if (decode(d, d->magic, d->n_magic, d->n_magic, e) != 0)
			return -1;
	}
	if (d->kind == CODEC_GZIP)
		early = d->place == GZIP_HEADER || d->place == GZIP_BODY;
	else if (d->kind == CODEC_ZSTD)
		early = d->in_frame;
	if (early)
		return err_set(e, EX_DATAERR, "%s stream ends early at byte %llu",
		    codec_name(d->kind), (unsigned long long)d->fed);
	return 0;
}
