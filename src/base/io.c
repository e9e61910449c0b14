#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
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

		buf_reserve(out, 65536);
		r = io_read(fd, out->data + out->len, 65536);
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

/* mkdir -p of everything before the last slash. */
static int
make_parents(const char *path)
{
	char *dir = xstrdup(path);
	int rc = 0;

	for (char *p = strchr(dir + 1, '/'); p != NULL && rc == 0; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(dir, 0777) != 0 && errno != EEXIST)
			rc = -1;
		*p = '/';
	}
	free(dir);
	return rc;
}

static mode_t
default_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return 0666 & ~mask;
}

int
outfile_open(struct outfile *f, const char *path, struct err *e)
{
	struct buf tmp = {0};

	*f = (struct outfile){.fd = -1, .path = xstrdup(path)};
	buf_addf(&tmp, "%s.XXXXXX.tmp", path);
	f->tmp = buf_take(&tmp);
	if (path[0] != '\0' && make_parents(path) == 0)
		f->fd = mkostemps(f->tmp, 4, O_CLOEXEC);
	if (f->fd >= 0 && fchmod(f->fd, default_mode()) == 0)
		return 0;
	err_sys(e, EX_IOERR, path);
	outfile_abort(f);
	return -1;
}

int
outfile_write(struct outfile *f, const void *p, size_t n, struct err *e)
{
	if (io_write(f->fd, p, n) != 0)
		return err_sys(e, EX_IOERR, f->path);
	return 0;
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
		f->fd = open(f->tmp, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (f->fd < 0)
		return err_sys(e, EX_IOERR, f->path);
	return 0;
}

/* Make the rename itself durable. Directories that can't be opened or synced are left alone. */
static void
sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash == NULL ? xstrdup(".") : xstrndup(path, (size_t)(slash - path) + 1);
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
	int rc = fsync(f->fd);

	if (rc != 0 && (errno == EINVAL || errno == EROFS))
		rc = 0; /* not a file that can be synced */
	if (rc == 0) {
		rc = close(f->fd);
		f->fd = -1;
	}
	if (rc == 0)
		rc = rename(f->tmp, f->path);
	if (rc != 0) {
		err_sys(e, EX_IOERR, f->path);
		outfile_abort(f);
		return -1;
	}
	sync_parent(f->path);
	free(f->path);
	free(f->tmp);
	*f = (struct outfile){.fd = -1};
	return 0;
}

void
outfile_abort(struct outfile *f)
{
	if (f->path == NULL)
		return;
	if (f->fd >= 0)
		close(f->fd);
	unlink(f->tmp);
	free(f->path);
	free(f->tmp);
	*f = (struct outfile){.fd = -1};
}
