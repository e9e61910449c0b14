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
