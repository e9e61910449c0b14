/* A file as the source of an upload. */
#include "gcp/gcs_source.h"
#include "net/crc32c.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK (128UL * 1024)

/* File systems keep times in steps of up to 2 seconds: a file changed twice within one has the same. */
#define FRESH_S 2

int
gcs_changed(const char *path, struct err *e)
{
	return err_set(e, EX_DATAERR, "%s: the file changed while it was read", path);
}

static int
stamp_of(int fd, const char *path, struct gcs_stamp *s, mode_t *mode, struct err *e)
{
	struct timespec now;
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(e, EX_IOERR, path);
	clock_gettime(CLOCK_REALTIME, &now);
	*mode = st.st_mode;
	*s = (struct gcs_stamp){.size = (uint64_t)st.st_size,
	    .modified = st.st_mtim,
	    .changed = st.st_ctim,
	    .fresh = now.tv_sec - st.st_ctim.tv_sec <= FRESH_S};
	return 0;
}

int
gcs_stamp(int fd, const char *path, struct gcs_stamp *s, struct err *e)
{
	mode_t mode;

	return stamp_of(fd, path, s, &mode, e);
}

int
gcs_open(const char *path, struct gcs_stamp *s, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	mode_t mode;

	if (fd < 0)
		return err_sys(
		    e, errno == ENOENT || errno == ENOTDIR ? EX_NOINPUT : EX_IOERR, path);
	if (stamp_of(fd, path, s, &mode, e) != 0) {
		close(fd);
		return -1;
	}
	if (S_ISREG(mode))
		return fd;
	close(fd);
	return err_set(
	    e, EX_DATAERR, "%s: not a regular file; `gcsput - URL` uploads a stream", path);
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

/* Sum the file from f->next up to end. */
static int
sum_to(struct gcs_file *f, uint64_t end, struct err *e)
{
	unsigned char *block = f->next < end ? xmalloc(BLOCK) : NULL;
	int rc = 0;

	while (rc == 0 && f->next < end) {
		uint64_t left = end - f->next;
		ssize_t r = read_at(f->fd, block, left < BLOCK ? (size_t)left : BLOCK, f->next);

		if (r < 0) {
			rc = err_sys(e, EX_IOERR, f->path);
		} else if (r == 0) {
			rc = gcs_changed(f->path, e);
		} else {
			f->crc = crc32c_update(f->crc, block, (size_t)r);
			f->next += (uint64_t)r;
		}
	}
	free(block);
	return rc;
}

/* Make crc cover the bytes before offset. */
static int
sum_before(struct gcs_file *f, uint64_t offset, struct err *e)
{
	if (offset < f->next) { /* sent again: the sum begins again too */
		int within = offset >= f->begin;

		f->next = within ? f->begin : 0;
		f->crc = within ? f->begin_crc : 0;
	}
	return sum_to(f, offset, e);
}

/* A file that grew is another one, though the bytes up to its old end may be the same. */
static int
check_size(const struct gcs_file *f, struct err *e)
{
	struct gcs_stamp now;

	if (gcs_stamp(f->fd, f->path, &now, e) != 0)
		return -1;
	return now.size == f->stamp.size ? 0 : gcs_changed(f->path, e);
}

static int
check_sum(const struct gcs_file *f, struct err *e)
{
	char found[9];

	crc32c_base64(f->crc, found);
	return strcmp(found, f->upload.crc32c) == 0 ? 0 : gcs_changed(f->path, e);
}

static int
same_time(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec == b->tv_sec && a->tv_nsec == b->tv_nsec;
}

/* The file was read once, to its end, in pieces with time between them: is it one file? When its
 * times can't tell, a second reading does. */
static int
check_once(struct gcs_file *f, struct err *e)
{
	struct gcs_stamp now;

	if (gcs_stamp(f->fd, f->path, &now, e) != 0)
		return -1;
	if (now.size != f->stamp.size)
		return gcs_changed(f->path, e);
	if (!f->stamp.fresh && same_time(&now.modified, &f->stamp.modified) &&
	    same_time(&now.changed, &f->stamp.changed))
		return 0;
	f->next = 0;
	f->crc = 0;
	return sum_to(f, f->upload.size, e) == 0 ? check_sum(f, e) : -1;
}

static ssize_t
read_file(void *ctx, uint64_t offset, void *p, size_t n, struct err *e)
{
	struct gcs_file *f = ctx;
	ssize_t r;

	if (sum_before(f, offset, e) != 0)
		return -1;
	r = read_at(f->fd, p, n, offset);
	if (r < 0)
		return err_sys(e, EX_IOERR, f->path);
	if (r == 0)
		return gcs_changed(f->path, e);
	f->crc = crc32c_update(f->crc, p, (size_t)r);
	f->next += (uint64_t)r;
	if (f->next == f->upload.size && (check_sum(f, e) != 0 || check_size(f, e) != 0))
		return -1;
	if (f->next > f->told) {
		gcs_tally_bytes(f->upload.tally, f->next - f->told);
		f->told = f->next;
	}
	return r;
}

static int
file_digest(struct gcs_upload *u, struct err *e)
{
	struct gcs_file *f = (struct gcs_file *)u;

	if (sum_before(f, 0, e) != 0 || sum_to(f, u->size, e) != 0 || check_size(f, e) != 0)
		return -1;
	crc32c_base64(f->crc, u->crc32c);
	f->twice = 1;
	return 0;
}

static int
file_window(struct gcs_upload *u, uint64_t from, size_t *n, struct err *e)
{
	struct gcs_file *f = (struct gcs_file *)u;
	uint64_t left = u->size - from;

	*n = left < u->chunk ? (size_t)left : u->chunk;
	if (sum_before(f, from, e) != 0)
		return -1;
	f->begin = from;
	f->begin_crc = f->crc;
	if (*n < left || f->twice)
		return 0;
	if (sum_to(f, u->size, e) != 0)
		return -1;
	if (u->crc32c[0] != '\0') /* another session's last chunk before */
		return check_sum(f, e);
	crc32c_base64(f->crc, u->crc32c);
	return check_once(f, e);
}

uint64_t
gcs_file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
}

int
gcs_file_open(struct gcs_file *f, const struct gcs_upload *as, const char *path, struct err *e)
{
	*f = (struct gcs_file){.upload = *as, .path = path};
	f->upload.read = read_file;
	f->upload.window = file_window;
	f->upload.digest = file_digest;
	f->upload.once = as->chunk < GCS_ONCE ? as->chunk : GCS_ONCE;
	f->fd = gcs_open(path, &f->stamp, e);
	if (f->fd < 0)
		return -1;
	f->upload.size = f->stamp.size;
	return 0;
}

void
gcs_file_close(struct gcs_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}
