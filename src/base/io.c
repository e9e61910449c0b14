#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

ssize_t
io_read(int fd, void *p, size_t n)
{
	ssize_t r;

	do
		r = read(fd, p, n);
	while (r < 0 && errno == EINTR);
	return r;
}

int
io_write(int fd, const void *p, size_t n)
{
	const char *c = p;

	while (n > 0) {
		ssize_t w = write(fd, c, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		c += w;
		n -= (size_t)w;
	}
	return 0;
}

static int
slurp_fd(int fd, const char *name, size_t max, struct buf *out, struct err *e)
{
	for (;;) {
		ssize_t r;

		if (out->cap <
		    out->len + 2) /* no sooner: growing leaves a copy behind, maybe of a key */
			buf_reserve(out, 65536);
		r = io_read(fd, out->data + out->len, out->cap - out->len - 1);
		if (r < 0)
			return err_sys(e, EX_IOERR, name);
		if (r == 0)
			break;
		out->len += (size_t)r;
		if (out->len > max)
			return err_set(e, EX_DATAERR, "%s: longer than %zu bytes", name, max);
	}
	out->data[out->len] = '\0';
	return 0;
}

int
io_slurp(const char *path, size_t max, struct buf *out, struct err *e)
{
	int fd, rc;

	if (strcmp(path, "-") == 0)
		return slurp_fd(STDIN_FILENO, "standard input", max, out, e);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, path);
	rc = slurp_fd(fd, path, max, out, e);
	close(fd);
	return rc;
}

int
io_woken(int fd)
{
	struct pollfd p = {fd, POLLIN, 0};

	return poll(&p, 1, 0) > 0; /* poll passes over a negative descriptor */
}

void
io_hold_standard(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		int mode = fd == STDIN_FILENO ? O_WRONLY : O_RDONLY; /* the other fails: EBADF */

		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", mode) < 0)
			abort();
	}
}

/* The directory of path, to be freed. */
static char *
parent_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash == NULL ? xstrdup(".") : xstrndup(path, (size_t)(slash - path) + 1);
}

int
io_place(const char *path, struct io_place *place)
{
	const char *slash = strrchr(path, '/');
	char *dir;
	struct stat st;
	int rc;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return -1;
	dir = parent_of(path);
	rc = stat(dir, &st);
	free(dir);
	if (rc == 0)
		*place = (struct io_place){st.st_dev, st.st_ino, slash != NULL ? slash + 1 : path};
	return rc;
}

int
io_same_place(const struct io_place *a, const struct io_place *b)
{
	return a->dev == b->dev && a->ino == b->ino && strcmp(a->base, b->base) == 0;
}

/* mkdir -p of everything before the last slash. */
static int
make_parents(const char *path)
{
	char *dir = xstrdup(path);
	int rc = 0, saved;

	for (char *p = strchr(dir + 1, '/'); p != NULL && rc == 0; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(dir, 0777) != 0 && errno != EEXIST)
			rc = -1;
		*p = '/';
	}
	saved = errno;
	free(dir);
	errno = saved;
	return rc;
}

static mode_t
default_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

/* Open the temporary file, or path itself where it is no file; -1 with errno. */
static int
open_output(struct outfile *f, const char *path)
{
	struct buf tmp = {0};
	struct stat st;

	if (path[0] == '\0') {
		errno = ENOENT;
		return -1;
	}
	if (make_parents(path) != 0)
		return -1;
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		if (!S_ISDIR(st.st_mode))
			return open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
		errno = EISDIR;
		return -1;
	}
	buf_addf(&tmp, "%s.XXXXXX.tmp", path);
	f->fd = mkostemps(tmp.data, 4, O_CLOEXEC);
	if (f->fd < 0) {
		int saved = errno;

		buf_free(&tmp);
		errno = saved;
		return -1;
	}
	f->tmp = buf_take(&tmp);
	return fchmod(f->fd, default_mode()) == 0 ? f->fd : -1;
}

int
outfile_open(struct outfile *f, const char *path, struct err *e)
{
	int fd;

	*f = (struct outfile){.fd = -1, .path = xstrdup(path)};
	fd = open_output(f, path);
	if (fd < 0) {
		err_sys(e, EX_IOERR, path);
		outfile_abort(f);
		return -1;
	}
	f->fd = fd;
	return 0;
}

int
outfile_write(struct outfile *f, const void *p, size_t n, struct err *e)
{
	if (io_write(f->fd, p, n) != 0)
		return err_sys(e, EX_IOERR, f->path);
	return 0;
}

static int
write_at(int fd, uint64_t at, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t put = pwrite(fd, p, n, (off_t)at);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return -1;
		p += put;
		n -= (size_t)put;
		at += (uint64_t)put;
	}
	return 0;
}

int
outfile_write_at(const struct outfile *f, uint64_t at, const void *p, size_t n, struct err *e)
{
	int fd = f->fd >= 0 ? f->fd : open(f->tmp, O_WRONLY | O_CLOEXEC);
	int rc = fd < 0 || write_at(fd, at, p, n) != 0 ? err_sys(e, EX_IOERR, f->path) : 0;

	if (fd >= 0 && f->fd < 0 && close(fd) != 0 && rc == 0)
		rc = err_sys(e, EX_IOERR, f->path);
	return rc;
}

int
outfile_park(struct outfile *f, struct err *e)
{
	int fd = f->fd;

	f->fd = -1;
	if (fd >= 0 && close(fd) != 0)
		return err_sys(e, EX_IOERR, f->path);
	return 0;
}

int
outfile_resume(struct outfile *f, struct err *e)
{
	if (f->fd < 0)
		f->fd = open(f->tmp != NULL ? f->tmp : f->path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (f->fd < 0)
		return err_sys(e, EX_IOERR, f->path);
	return 0;
}

int
outfile_settle(struct outfile *f, struct err *e)
{
	if (f->settled)
		return 0;
	if (outfile_resume(f, e) != 0)
		return -1;
	if (fsync(f->fd) != 0 && errno != EINVAL && errno != EROFS) /* those: nothing to sync */
		return err_sys(e, EX_IOERR, f->path);
	if (outfile_park(f, e) != 0)
		return -1;
	f->settled = 1;
	return 0;
}

int
outfile_appear(struct outfile *f, struct err *e)
{
	if (f->tmp != NULL && rename(f->tmp, f->path) != 0)
		return err_sys(e, EX_IOERR, f->path);
	free(f->tmp);
	f->tmp = NULL;
	return 0;
}

void
io_sync_parent(const char *path)
{
	char *dir = parent_of(path);
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		fsync(fd);
		close(fd);
	}
	free(dir);
}

int
outfile_commit(struct outfile *f, struct err *e)
{
	int rc = outfile_settle(f, e);

	if (rc == 0)
		rc = outfile_appear(f, e);
	if (rc == 0)
		io_sync_parent(f->path);
	outfile_abort(f);
	return rc;
}

void
outfile_abort(struct outfile *f)
{
	if (f->path == NULL)
		return;
	if (f->fd >= 0)
		close(f->fd);
	if (f->tmp != NULL)
		unlink(f->tmp);
	free(f->path);
	free(f->tmp);
	*f = (struct outfile){.fd = -1};
}
