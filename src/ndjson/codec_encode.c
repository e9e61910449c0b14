#include "ndjson/codec.h"

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

/* Level 1 of ISA-L costs a third of its level 3 for some 5 % of size; zstd's 3 is its default. */
enum { ISAL_LEVEL = 1, ZSTD_LEVEL = 3, MOST_AT_ONCE = 1 << 20, DEFLATE_SLACK = 1024 };

struct encoder {
	enum codec kind;
	struct isal_zstream *deflate;
	uint8_t *level_buf;
	ZSTD_CCtx *zstd;
};

struct encoder *
encoder_new(enum codec kind)
{
	struct encoder *enc = xcalloc(1, sizeof *enc);

	enc->kind = kind;
	if (kind == CODEC_GZIP) {
		enc->deflate =
		    xcalloc(1, sizeof *enc->deflate); /* its init leaves hist_bits alone */
		enc->level_buf = xmalloc(ISAL_DEF_LVL1_DEFAULT);
	}
	if (kind == CODEC_ZSTD) {
		enc->zstd = ZSTD_createCCtx();
		if (enc->zstd == NULL)
			abort();
		ZSTD_CCtx_setParameter(enc->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
		ZSTD_CCtx_setParameter(enc->zstd, ZSTD_c_checksumFlag, 1);
	}
	return enc;
}

void
encoder_free(struct encoder *enc)
{
	if (enc == NULL)
		return;
	ZSTD_freeCCtx(enc->zstd);
	free(enc->level_buf);
	free(enc->deflate);
	free(enc);
}

/* RFC 1952 2.3: deflate, no flags, no time, no extra flags, unknown system. */
void
encoder_begin(const struct encoder *enc, struct encoded *f, struct buf *out)
{
	static const unsigned char header[10] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff};

	if (!f->begun && enc->kind == CODEC_GZIP)
		buf_add(out, header, sizeof header);
	f->begun = 1;
}

void
encoded_add(struct encoded *f, const void *p, size_t n)
{
	f->crc = crc32_gzip_refl(f->crc, p, n);
	f->length += n;
}

/* p[0..n) as whole deflate blocks, byte-aligned by a full flush, none of them the last. */
static void
gzip_segment(struct encoder *enc, const uint8_t *p, uint32_t n, struct buf *out)
{
	struct isal_zstream *z = enc->deflate;
	size_t room = (size_t)n + n / 64 + DEFLATE_SLACK;

	buf_reserve(out, room);
	isal_deflate_stateless_init(z);
	z->level = ISAL_LEVEL;
	z->level_buf = enc->level_buf;
	z->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
	z->flush = FULL_FLUSH;
	z->end_of_stream = 0;
	z->next_in = (uint8_t *)(uintptr_t)p; /* only read, though not declared so */
	z->avail_in = n;
	z->next_out = (uint8_t *)out->data + out->len;
	z->avail_out = (uint32_t)room;
	if (isal_deflate_stateless(z) != COMP_OK || z->avail_in != 0)
		abort();
	out->len += z->total_out;
}

static void
zstd_segment(struct encoder *enc, const void *p, size_t n, struct buf *out)
{
	size_t room = ZSTD_compressBound(n), made;

	buf_reserve(out, room);
	made = ZSTD_compress2(enc->zstd, out->data + out->len, room, p, n);
	if (ZSTD_isError(made))
		abort();
	out->len += made;
}

void
encoder_pack(struct encoder *enc, const void *p, size_t n, struct buf *out)
{
	const uint8_t *c = p;

	if (enc->kind == CODEC_PLAIN)
		buf_add(out, p, n);
	while (enc->kind != CODEC_PLAIN && n > 0) {
		size_t piece = n > MOST_AT_ONCE ? MOST_AT_ONCE : n;

		if (enc->kind == CODEC_GZIP)
			gzip_segment(enc, c, (uint32_t)piece, out);
		else
			zstd_segment(enc, c, piece, out);
		c += piece;
		n -= piece;
	}
	buf_reserve(out, 0);
	out->data[out->len] = '\0';
}

void
encoder_segment(struct encoder *enc, struct encoded *f, const void *p, size_t n, struct buf *out)
{
	encoder_begin(enc, f, out);
	encoded_add(f, p, n);
	encoder_pack(enc, p, n, out);
}

void
encoder_finish(struct encoder *enc, struct encoded *f, struct buf *out)
{
	/* An empty final block with fixed codes (RFC 1951 3.2.6), then CRC and length mod 2^32. */
	unsigned char end[10] = {3, 0};

	encoder_begin(enc, f, out);
	if (enc->kind == CODEC_GZIP) {
		for (int i = 0; i < 4; i++) {
			end[2 + i] = (unsigned char)(f->crc >> (8 * i));
			end[6 + i] = (unsigned char)(f->length >> (8 * i));
		}
		buf_add(out, end, sizeof end);
	} else if (enc->kind == CODEC_ZSTD && f->length == 0)
		zstd_segment(enc, "", 0, out);
}
