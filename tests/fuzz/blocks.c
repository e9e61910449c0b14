/* Fuzzing what becomes of files on their way to the scanner: whatever the size of blocks, each
 * record is the one that its file holds when it is read in one piece.
 *
 * The first bytes of an input choose the block size, the fast scan and the rules; the rest is the
 * text of files, which a 0x1c ("file separator") parts, and which may be compressed. */
#include "files.h"
#include "ndjson/batch.h"
#include "ndjson/codec.h"
#include "told.h"

#include <stdio.h>

enum { HEAD = 4 };

static void
fail(const char *what)
{
	fprintf(stderr, "%s\n", what);
	abort();
}

/* One more file, of two segments when it is compressed. */
static void
add_file(struct files *f, const char *p, size_t n, enum codec kind)
{
	struct encoder *encoder = kind != CODEC_PLAIN ? encoder_new(kind) : NULL;
	struct encoded encoded = {0};
	struct buf packed = {0};

	if (encoder != NULL) {
		encoder_segment(encoder, &encoded, p, n / 2, &packed);
		encoder_segment(encoder, &encoded, p + n / 2, n - n / 2, &packed);
		encoder_finish(encoder, &encoded, &packed);
		p = packed.data;
		n = packed.len;
	}
	files_add(f, p, n);
	encoder_free(encoder);
	buf_free(&packed);
}

/* All files through blocks, as split_files reads them on one thread. */
static struct told
told_blocks(const struct record_rules *rules, char *const *file)
{
	struct told told = {0};
	struct blocks *blocks = blocks_new(file, -1);
	struct batch *batch = batch_new(rules);
	struct block block = {0};
	uint64_t line = 1;
	struct err e;
	int rc;

	while ((rc = blocks_take(blocks, &block, &e)) > 0) {
		if (block.cut) {
			rc = batch_stream(batch, blocks, &block, &line, tell, &told, &e);
		} else {
			batch_scan(batch, &block);
			rc = batch_give(batch, &line, tell, &told, &e);
		}
		if (rc != 0)
			break;
	}
	if (rc < 0)
		fail(e.text);
	block_free(&block);
	batch_free(batch);
	blocks_free(blocks);
	return told;
}

static void
add_told(struct told *all, const struct record_rules *rules, const char *p, size_t n)
{
	struct told told = told_records(rules, p, n, n + 1);

	if (told.text.len > 0)
		buf_add(&all->text, told.text.data, told.text.len);
	buf_free(&told.text);
}

/* The files of a text, and what they are told to hold; -1 when a plain one looks compressed. */
static int
make_files(struct files *f, const struct record_rules *rules, enum codec kind, const char *p,
    const char *end, struct told *expected)
{
	for (;;) {
		const char *part = memchr(p, 0x1c, (size_t)(end - p));
		size_t n = (size_t)((part != NULL && f->n + 1 < MOST_FILES ? part : end) - p);

		if (kind == CODEC_PLAIN && codec_of_magic((const unsigned char *)p,
					       n < CODEC_MAGIC ? n : CODEC_MAGIC) != CODEC_PLAIN)
			return -1;
		add_told(expected, rules, p, n);
		add_file(f, p, n, kind);
		p += n;
		if (p == end)
			return 0;
		p++;
	}
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
	static const char *const backend[] = {"avx2", "sse2", "c", NULL};
	static const size_t lengths[] = {1 << 20, 1 << 20, 200, 20};
	static const enum codec kinds[8] = {[6] = CODEC_GZIP, [7] = CODEC_ZSTD};
	static struct key key;
	struct told expected = {0}, found;
	struct record_rules rules = {.key = &key, .max_depth = 500};
	struct files files = {0};
	char bytes[16];
	struct err e;

	if (size < HEAD || (key.n == 0 && key_compile("t", &key, &e) != 0))
		return 0;
	rules.max_line = lengths[data[1] >> 2 & 3];
	rules.trust = data[1] >> 4 & 1;
	snprintf(bytes, sizeof bytes, "%d", 64 + data[0]);
	setenv("HOURTOOLS_BLOCK_BYTES", bytes, 1);
	if (make_files(&files, &rules, kinds[data[1] >> 5], (const char *)data + HEAD,
		(const char *)data + size, &expected) == 0) {
		if (backend[data[1] & 3] != NULL)
			rules.scan = bitscan_choose(backend[data[1] & 3]);
		found = told_blocks(&rules, files.name);
		if (!told_alike(&found, &expected)) {
			fprintf(stderr, "blocks of %s: found\n", bytes);
			fwrite(found.text.data, 1, found.text.len, stderr);
			fputs("--- expected\n", stderr);
			fwrite(expected.text.data, 1, expected.text.len, stderr);
			fputs("---\n", stderr);
			fail("the records differ");
		}
		buf_free(&found.text);
	}
	buf_free(&expected.text);
	files_close(&files);
	return 0;
}
