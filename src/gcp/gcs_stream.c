/* A stream as the source of an upload: standard input, or a file that is compressed on the way. */
#include "base/io.h"
#include "gcp/gcs_source.h"
#include "net/crc32c.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What is compressed at a time: always whole ones but the last, since other pieces give other bytes. */
#define SEGMENT (256UL * 1024)

static const char *
source_name(const struct gcs_stream *s)
{
	return s->path != NULL ? s->path : "standard input";
}

/* As read(2), counted. */
static ssize_t
take(struct gcs_stream *s, void *p, size_t n, struct err *e)
{
	ssize_t r = io_read(s->fd, p, n);

	if (r < 0)
		return err_sys(e, EX_IOERR, source_name(s));
	s->came += (uint64_t)r;
	if (s->came > s->told) {
		gcs_tally_bytes(s->upload.tally, s->came - s->told);
		s->told = s->came;
	}
	return r;
}

/* Compress the next segment into out, which is empty. */
static int
pack_segment(struct gcs_stream *s, struct err *e)
{
	size_t n = 0;
	ssize_t r = 1;

	while (n < SEGMENT && r > 0) {
		r = take(s, s->block + n, SEGMENT - n, e);
		if (r < 0)
			return -1;
		n += (size_t)r;
	}
	if (n > 0)
		encoder_segment(s->enc, &s->packed, s->block, n, &s->out);
	if (n < SEGMENT) {
		encoder_finish(s->enc, &s->packed, &s->out);
		s->drained = 1;
	}
	return 0;
}

/* The next at most n bytes of the object; 0 at its end. */
static ssize_t
next_bytes(struct gcs_stream *s, void *p, size_t n, struct err *e)
{
	size_t left;

	if (s->enc == NULL)
		return take(s, p, n, e);
	while (s->out_at == s->out.len) {
		if (s->drained)
			return 0;
		buf_clear(&s->out);
		s->out_at = 0;
		if (pack_segment(s, e) != 0)
			return -1;
	}
	left = s->out.len - s->out_at;
	if (n > left)
		n = left;
	memcpy(p, s->out.data + s->out_at, n);
	s->out_at += n;
	return (ssize_t)n;
}

/* The stream is at its end: was it whole, and the same as before if it was read before? */
static int
finish(struct gcs_stream *s, struct err *e)
{
	struct gcs_upload *u = &s->upload;
	struct gcs_stamp now;
	char crc32c[9];

	s->ended = 1;
	if (s->expected != GCS_SIZE_UNKNOWN && s->came != s->expected)
		return err_set(e, EX_DATAERR,
		    "%s: ended after %llu bytes, expected %llu: nothing was stored", source_name(s),
		    (unsigned long long)s->came, (unsigned long long)s->expected);
	if (s->path != NULL) {
		if (gcs_stamp(s->fd, s->path, &now, e) != 0)
			return -1;
		if (s->came != s->stamp.size || now.size != s->stamp.size ||
		    now.modified.tv_sec != s->stamp.modified.tv_sec ||
		    now.modified.tv_nsec != s->stamp.modified.tv_nsec)
			return gcs_changed(s->path, e);
	}
	crc32c_base64(s->crc, crc32c);
	if (u->crc32c[0] != '\0' && (u->size != s->start + s->n || strcmp(u->crc32c, crc32c) != 0))
		return gcs_changed(source_name(s), e);
	u->size = s->start + s->n;
	memcpy(u->crc32c, crc32c, sizeof crc32c);
	return 0;
}

/* Read on until the window is full or the stream ends. */
static int
fill(struct gcs_stream *s, struct err *e)
{
	size_t room = s->upload.chunk + 1;

	while (!s->ended && s->n < room) {
		ssize_t r = next_bytes(s, s->held + s->n, room - s->n, e);

		if (r < 0)
			return -1;
		if (r == 0)
			return finish(s, e);
		s->crc = crc32c_update(s->crc, s->held + s->n, (size_t)r);
		s->n += (size_t)r;
	}
	return 0;
}

static ssize_t
read_stream(void *ctx, uint64_t offset, void *p, size_t n, struct err *e)
{
	struct gcs_stream *s = ctx;
	uint64_t end = s->start + s->n;

	if (offset < s->start || offset >= end)
		return err_set(e, EX_SOFTWARE, "%s: byte %llu is outside of the window",
		    source_name(s), (unsigned long long)offset);
	if (n > end - offset)
		n = (size_t)(end - offset);
	memcpy(p, s->held + (offset - s->start), n);
	return (ssize_t)n;
}

/* Back to the first byte. */
static int
begin_again(struct gcs_stream *s, struct err *e)
{
	if (s->path == NULL)
		return err_set(e, EX_TEMPFAIL,
		    "gs://%s/%s: the service lost what it had of the upload, and "
		    "standard input can't be read again",
		    s->upload.bucket, s->upload.name);
	if (lseek(s->fd, 0, SEEK_SET) != 0)
		return err_sys(e, EX_IOERR, s->path);
	s->n = 0;
	s->start = s->came = 0;
	s->crc = 0;
	s->ended = s->drained = 0;
	s->packed = (struct encoded){0};
	buf_clear(&s->out);
	s->out_at = 0;
	return 0;
}

/* Let go of what is held before offset from. */
static void
drop_before(struct gcs_stream *s, uint64_t from)
{
	size_t n = from - s->start < s->n ? (size_t)(from - s->start) : s->n;

	s->n -= n;
	memmove(s->held, s->held + n, s->n);
	s->start += n;
}

static int
stream_window(struct gcs_upload *u, uint64_t from, size_t *n, struct err *e)
{
	struct gcs_stream *s = (struct gcs_stream *)u;

	if (from < s->start && begin_again(s, e) != 0)
		return -1;
	do {
		drop_before(s, from);
		if (fill(s, e) != 0)
			return -1;
	} while (s->start < from && s->n > 0);
	if (s->start < from)
		return err_set(e, EX_UNAVAILABLE,
		    "gs://%s/%s: upload session tells %llu bytes, only %llu came", u->bucket,
		    u->name, (unsigned long long)from, (unsigned long long)s->start);
	*n = s->n <= u->chunk ? s->n : u->chunk;
	return 0;
}

static int
stream_digest(struct gcs_upload *u, struct err *e)
{
	struct gcs_stream *s = (struct gcs_stream *)u;

	while (!s->ended) {
		drop_before(s, s->start + s->n);
		if (fill(s, e) != 0)
			return -1;
	}
	return s->start == 0 ? 0 : begin_again(s, e);
}

static int
begin(struct gcs_stream *s, const struct gcs_upload *as, struct err *e)
{
	s->upload = *as;
	s->upload.once = as->chunk;
	s->upload.size = GCS_SIZE_UNKNOWN;
	s->upload.read = read_stream;
	s->upload.window = stream_window;
	s->upload.digest = s->path != NULL ? stream_digest : NULL;
	s->held = xmalloc(as->chunk + 1);
	if (s->enc != NULL)
		s->block = xmalloc(SEGMENT);
	if (fill(s, e) == 0)
		return 0;
	gcs_stream_close(s);
	return -1;
}

int
gcs_stream_open(
    struct gcs_stream *s, const struct gcs_upload *as, int gzip, uint64_t expected, struct err *e)
{
	*s = (struct gcs_stream){.fd = STDIN_FILENO, .expected = expected};
	if (gzip)
		s->enc = encoder_new(CODEC_GZIP);
	return begin(s, as, e);
}

int
gcs_stream_pack(struct gcs_stream *s, const struct gcs_upload *as, const char *path, struct err *e)
{
	*s = (struct gcs_stream){.path = path, .expected = GCS_SIZE_UNKNOWN};
	s->fd = gcs_open(path, &s->stamp, e);
	if (s->fd < 0)
		return -1;
	s->enc = encoder_new(CODEC_GZIP);
	return begin(s, as, e);
}

void
gcs_stream_close(struct gcs_stream *s)
{
	if (s->path != NULL && s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	encoder_free(s->enc);
	buf_free(&s->out);
	free(s->block);
	free(s->held);
	*s = (struct gcs_stream){.fd = -1};
}
