/* Codecs: what is encoded decodes to itself however it is cut, and damage is told with its place.
 */
#include "check.h"
#include "ndjson/codec.h"

#include <stdlib.h>

static int
collect(void *arg, const void *p, size_t n, struct err *e)
{
	(void)e;
	buf_add(arg, p, n);
	return 0;
}

/* Decode in pieces of step bytes; 0 or -1 as the decoder said. */
static int
decode(struct decoder *d, const struct buf *in, size_t step, struct err *e)
{
	decoder_reset(d);
	for (size_t i = 0; i < in->len; i += step) {
		size_t n = in->len - i < step ? in->len - i : step;

		if (decoder_feed(d, in->data + i, n, e) != 0)
			return -1;
	}
	return decoder_finish(d, e);
}

static void
text(struct buf *b, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1103515245 + 12345;
		if ((seed >> 16) % 7 == 0)
			buf_adds(b, "{\"type\":\"abc\"}\n");
		else
			buf_addc(b, (char)(seed >> 17));
	}
}

static void
encode(enum codec kind, const struct buf *plain, size_t segment, struct buf *out)
{
	struct encoder *enc = encoder_new(kind);
	struct encoded f = {0};

	for (size_t i = 0; i < plain->len; i += segment)
		encoder_segment(enc, &f, plain->data + i,
		    plain->len - i < segment ? plain->len - i : segment, out);
	encoder_finish(enc, &f, out);
	CHECK(f.length == plain->len);
	encoder_free(enc);
}

static void
every_kind_round_trips(void)
{
	static const size_t sizes[] = {0, 1, 3, 5, 1000, 70000, 2500000},
			    steps[] = {1, 2, 7, 4096, 3000000},
			    segments[] = {1, 1000, 65536, 3000000};
	struct buf got = {0};
	struct decoder *d = decoder_new(collect, &got);
	struct err e = {0};

	for (enum codec k = CODEC_PLAIN; k <= CODEC_ZSTD; k++)
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
			for (size_t j = 0; j < 5 * 4; j++) {
				struct buf plain = {0}, packed = {0};

				if (sizes[i] > 1000 &&
				    (segments[j / 5] < 1000 || steps[j % 5] < 4096))
					continue;
				text(&plain, sizes[i], (unsigned)i);
				encode(k, &plain, segments[j / 5], &packed);
				buf_clear(&got);
				CHECK(decode(d, &packed, steps[j % 5], &e) == 0);
				CHECK(got.len == plain.len &&
				      (plain.len == 0 ||
					  memcmp(got.data, plain.data, plain.len) == 0));
				CHECK(decoder_fed(d) == packed.len);
				CHECK(decoder_kind(d) == k);
				buf_free(&plain);
				buf_free(&packed);
			}
	decoder_free(d);
	buf_free(&got);
}

static void
members_and_frames_concatenate(void)
{
	struct buf got = {0};
	struct decoder *d = decoder_new(collect, &got);
	struct err e = {0};

	for (enum codec k = CODEC_GZIP; k <= CODEC_ZSTD; k++)
		for (size_t step = 1; step < 200; step += 3) {
			struct buf a = {0}, b = {0}, packed = {0};

			buf_adds(&a, "first\n");
			buf_adds(&b, "second\n");
			encode(k, &a, 100, &packed);
			encode(k, &b, 100, &packed);
			if (k == CODEC_GZIP)
				buf_add(&packed, "\0\0\0\0\0", 5);
			buf_clear(&got);
			CHECK(decode(d, &packed, step, &e) == 0);
			CHECK_STR(got.data, "first\nsecond\n");
			buf_free(&a);
			buf_free(&b);
			buf_free(&packed);
		}
	decoder_free(d);
	buf_free(&got);
}

static void
every_truncation_is_told(void)
{
	struct buf got = {0}, plain = {0};
	struct decoder *d = decoder_new(collect, &got);
	struct err e = {0};

	text(&plain, 300, 9);
	for (enum codec k = CODEC_GZIP; k <= CODEC_ZSTD; k++) {
		struct buf packed = {0};
		size_t whole;

		encode(k, &plain, plain.len, &packed);
		whole = packed.len;
		for (size_t cut = 4; cut < whole; cut++) {
			char expected[64];

			snprintf(expected, sizeof expected, "%s stream ends early at byte %zu",
			    codec_name(k), cut);
			packed.len = cut;
			for (size_t step = 1; step < 1000; step *= 9) {
				CHECK(decode(d, &packed, step, &e) == -1 && e.code == EX_DATAERR);
				CHECK_STR(e.text, expected);
			}
		}
		buf_free(&packed);
	}
	decoder_free(d);
	buf_free(&got);
	buf_free(&plain);
}

/* Rooms of one size, one after the other, so that a byte in the wrong place is seen. */
struct rooms {
	char *at;
	size_t size;
	int left; /* of them */
	struct buf got;
};

static void *
next_room(void *arg, size_t *n, struct err *e)
{
	struct rooms *r = arg;

	*n = r->size;
	memset(r->at, 0, r->size);
	if (r->left-- > 0)
		return r->at;
	err_set(e, EX_TEMPFAIL, "no room");
	return NULL;
}

static int
collect_room(void *arg, const void *p, size_t n, struct err *e)
{
	struct rooms *r = arg;

	CHECK(p == r->at && n <= r->size);
	return collect(&r->got, p, n, e);
}

/* Sizes of which the last byte of a frame fills the room are among them. */
static void
decoded_bytes_are_where_there_was_room(void)
{
	static const size_t sizes[] = {1, 7, 5000, 20000, 1000000};
	struct buf plain = {0};

	text(&plain, 70000, 3);
	plain.len -= plain.len % 20000;
	for (enum codec k = CODEC_GZIP; k <= CODEC_ZSTD; k++) {
		struct buf packed = {0};

		encode(k, &plain, 20000, &packed);
		for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
			struct rooms r = {xmalloc(sizes[i]), sizes[i], 1000000, {0}};
			struct decoder *d = decoder_new(collect_room, &r);
			struct err e = {0};

			decoder_into(d, next_room);
			CHECK(decode(d, &packed, 3000, &e) == 0);
			CHECK(r.got.len == plain.len &&
			      memcmp(r.got.data, plain.data, plain.len) == 0);
			r.left = 0;
			CHECK(decode(d, &packed, 3000, &e) == -1 && e.code == EX_TEMPFAIL);
			CHECK_STR(e.text, "no room");
			decoder_free(d);
			buf_free(&r.got);
			free(r.at);
		}
		buf_free(&packed);
	}
	buf_free(&plain);
}

static void
damage_is_told(void)
{
	struct buf got = {0}, plain = {0}, packed = {0}, zstd = {0};
	struct decoder *d = decoder_new(collect, &got);
	struct err e = {0};

	text(&plain, 300, 9);
	encode(CODEC_GZIP, &plain, 1000, &packed);
	packed.data[packed.len - 7] ^= 1;
	CHECK(decode(d, &packed, 50, &e) == -1 &&
	      strstr(e.text, "checksum or length differs") != NULL);
	packed.data[packed.len - 7] ^= 1;
	packed.data[packed.len - 2] ^= 1;
	CHECK(decode(d, &packed, 50, &e) == -1);
	packed.data[packed.len - 2] ^= 1;
	buf_add(&packed, "\0\0x", 3);
	for (size_t step = 1; step < 600; step += 13) {
		char expected[32];

		snprintf(expected, sizeof expected, "at byte %zu:", packed.len - 1);
		CHECK(decode(d, &packed, step, &e) == -1 && strstr(e.text, expected) != NULL);
	}
	for (size_t i = 10; i < packed.len - 3; i++) { /* no flipped bit passes */
		packed.data[i] ^= 16;
		CHECK(decode(d, &packed, 50, &e) == -1);
		packed.data[i] ^= 16;
	}
	encode(CODEC_ZSTD, &plain, 1000, &zstd);
	zstd.data[zstd.len / 2] ^= 16;
	CHECK(decode(d, &zstd, 50, &e) == -1 && e.code == EX_DATAERR);
	zstd.data[zstd.len / 2] ^= 16;
	buf_adds(&zstd, "trailing");
	CHECK(decode(d, &zstd, 50, &e) == -1 &&
	      strncmp(e.text, "zstd stream is corrupt at byte", 30) == 0);
	decoder_free(d);
	buf_free(&got);
	buf_free(&plain);
	buf_free(&packed);
	buf_free(&zstd);
}

/* All optional fields of RFC 1952 2.3.1 but the header checksum, fed byte by byte. */
static void
long_gzip_headers_are_read(void)
{
	static const char head[] = "\x1f\x8b\x08\x1c\0\0\0\0\0\x03\x05\0extraname\0comment";
	struct buf got = {0}, plain = {0}, packed = {0}, all = {0};
	struct decoder *d = decoder_new(collect, &got);
	struct err e = {0};

	buf_adds(&plain, "behind a long header\n");
	encode(CODEC_GZIP, &plain, 100, &packed);
	buf_add(&all, head, sizeof head);
	buf_add(&all, packed.data + 10, packed.len - 10);
	for (size_t step = 1; step < 60; step++) {
		buf_clear(&got);
		CHECK(decode(d, &all, step, &e) == 0);
		CHECK_STR(got.data, plain.data);
	}
	decoder_free(d);
	buf_free(&got);
	buf_free(&plain);
	buf_free(&packed);
	buf_free(&all);
}

static void
names_choose_codecs(void)
{
	CHECK(codec_of_path("a.ndjson.gz") == CODEC_GZIP);
	CHECK(codec_of_path("a.zst") == CODEC_ZSTD);
	CHECK(codec_of_path(".gz") == CODEC_PLAIN);
	CHECK(codec_of_path("gz") == CODEC_PLAIN);
	CHECK(codec_of_path("a.gz.ndjson") == CODEC_PLAIN);
}

int
main(void)
{
	every_kind_round_trips();
	members_and_frames_concatenate();
	every_truncation_is_told();
	decoded_bytes_are_where_there_was_room();
	damage_is_told();
	long_gzip_headers_are_read();
	names_choose_codecs();
	return check_done();
}
