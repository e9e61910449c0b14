#include "gcp/gcs_source.h"
#include "base/io.h"
#include "net/crc32c.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK (128UL * 1024)

const char *
gcs_content_type(const char *name)
{
	static const char *const types[][2] = {
	    {".ndjson", "application/x-ndjson"},
	    {".gz", "application/gzip"},
	    {".zst", "application/zstd"},
	    {".json", "application/json"},
	    {".tsv", "text/tab-separated-values"},
	};
	size_t len = strlen(name);

	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		size_t n = strlen(types[i][0]);

		if (len >= n && strcmp(name + len - n, types[i][0]) == 0)
			return types[i][1];
	}
	return "application/octet-stream";
}

static int
changed(const struct gcs_file *f, struct err *e)
{
	return err_set(e, EX_DATAERR, "%s: the file changed while it was read", f->path);
}

/* As pread(2), EINTR retried. */
static ssize_t
read_at(int fd, void *p, size_t n, uint64_t offset)
{
	ssize_t r;

	do
		r = pread(fd, p, n, (off_t)offset);
	while (r < 0 && errno == EINTR);
	return r;
}

/* A file that grew is another one, though the bytes up to its old end may be the same. */
static int
check_size(const struct gcs_file *f, struct err *e)
{
	struct stat st;

	if (fstat(f->fd, &st) != 0)
		return err_sys(e, EX_IOERR, f->path);
	return (uint64_t)st.st_size == f->upload.size ? 0 : changed(f, e);
}

/* Sum the file from f->next up to end. */
static int
sum_to(struct gcs_file *f, uint64_t end, struct err *e)
{
	unsigned char *block = xmalloc(BLOCK);
	int rc = 0;

	while (rc == 0 && f->next < end) {
		uint64_t left = end - f->next;
		ssize_t r = read_at(f->fd, block, left < BLOCK ? (size_t)left : BLOCK, f->next);

		if (r < 0) {
			rc = err_sys(e, EX_IOERR, f->path);
		} else if (r == 0) {
			rc = changed(f, e);
		} else {
			f->crc = crc32c_update(f->crc, block, (size_t)r);
			f->next += (uint64_t)r;
		}
	}
	free(block);
	return rc;
}

static ssize_t
read_file(void *ctx, uint64_t offset, void *p, size_t n, struct err *e)
{
	struct gcs_file *f = ctx;
	ssize_t r;

	if (offset < f->next) { /* sent again: the sum begins again too */
		f->next = 0;
		f->crc = 0;
	}
	if (sum_to(f, offset, e) != 0)
		return -1;
	r = read_at(f->fd, p, n, offset);
	if (r < 0)
		return err_sys(e, EX_IOERR, f->path);
	if (r == 0)
		return changed(f, e);
	f->crc = crc32c_update(f->crc, p, (size_t)r);
	f->next += (uint64_t)r;
	if (f->next == f->upload.size) {
		char found[9];

		crc32c_base64(f->crc, found);
		if (strcmp(found, f->upload.crc32c) != 0)
			return changed(f, e);
		if (check_size(f, e) != 0)
			return -1;
	}
	return r;
}

static int
file_window(struct gcs_upload *u, uint64_t from, size_t *n, struct err *e)
{
	uint64_t left = u->size - from;

	(void)e;
	*n = left < GCS_CHUNK ? (size_t)left : GCS_CHUNK;
	return 0;
}

int
gcs_file_open(
    struct gcs_file *f, const char *path, const char *bucket, const char *name, struct err *e)
{
	struct stat st;

	*f = (struct gcs_file){.path = path, .fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
	f->upload = (struct gcs_upload){.bucket = bucket,
	    .name = name,
	    .content_type = gcs_content_type(name),
	    .read = read_file,
	    .window = file_window};
	if (f->fd < 0)
		return err_sys(
		    e, errno == ENOENT || errno == ENOTDIR ? EX_NOINPUT : EX_IOERR, path);
	if (fstat(f->fd, &st) != 0) {
		err_sys(e, EX_IOERR, path);
		goto fail;
	}
	if (!S_ISREG(st.st_mode)) {
		err_set(
		    e, EX_DATAERR, "%s: not a regular file; `gcsput - URL` uploads a stream", path);
		goto fail;
	}
	f->upload.size = (uint64_t)st.st_size;
	if (sum_to(f, f->upload.size, e) != 0 || check_size(f, e) != 0)
		goto fail;
	crc32c_base64(f->crc, f->upload.crc32c);
	return 0;
fail:
	gcs_file_close(f);
	return -1;
}

void
gcs_file_close(struct gcs_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

/* Read on until the window is full or the stream ends, which makes size and crc32c known. */
static int
fill(struct gcs_stream *s, struct err *e)
{
	while (s->n <= GCS_CHUNK) {
		ssize_t r = io_read(s->fd, s->held + s->n, GCS_CHUNK + 1 - s->n);

		if (r < 0)
			return err_sys(e, EX_IOERR, "standard input");
		if (r == 0) {
			s->upload.size = s->start + s->n;
			crc32c_base64(s->crc, s->upload.crc32c);
			return 0;
		}
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
		return err_set(e, EX_SOFTWARE, "standard input: byte %llu is outside of the window",
		    (unsigned long long)offset);
	if (n > end - offset)
		n = (size_t)(end - offset);
	memcpy(p, s->held + (offset - s->start), n);
	return (ssize_t)n;
}

static int
stream_window(struct gcs_upload *u, uint64_t from, size_t *n, struct err *e)
{
	struct gcs_stream *s = (struct gcs_stream *)u;

	if (from < s->start || from > s->start + s->n)
		return err_set(e, EX_TEMPFAIL,
		    "gs://%s/%s: the service lost what it had of the upload, and "
		    "standard input can't be read again",
		    u->bucket, u->name);
	s->n -= (size_t)(from - s->start);
	memmove(s->held, s->held + (from - s->start), s->n);
	s->start = from;
	if (u->size == GCS_SIZE_UNKNOWN && fill(s, e) != 0)
		return -1;
	*n = s->n <= GCS_CHUNK ? s->n : GCS_CHUNK;
	return 0;
}

int
gcs_stream_open(struct gcs_stream *s, int fd, const char *bucket, const char *name, struct err *e)
{
	*s = (struct gcs_stream){.fd = fd, .held = xmalloc(GCS_CHUNK + 1)};
	s->upload = (struct gcs_upload){.bucket = bucket,
	    .name = name,
	    .size = GCS_SIZE_UNKNOWN,
	    .content_type = gcs_content_type(name),
	    .read = read_stream,
	    .window = stream_window};
	if (fill(s, e) == 0)
		return 0;
	gcs_stream_close(s);
	return -1;
}

void
gcs_stream_close(struct gcs_stream *s)
{
	free(s->held);
	s->held = NULL;
}
