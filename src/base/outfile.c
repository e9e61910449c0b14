/* Files that appear complete or not at all: the second part of io.h. */
#include "base/io.h"
#include "base/num.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* The descriptor of this process that a path names, as /proc/self/fd/1 does; -1 for none. */
static int
named_descriptor(const char *path)
{
	static const char *const folder[] = {"/proc/self/fd/", "/dev/fd/"};

	for (size_t i = 0; i < sizeof folder / sizeof folder[0]; i++) {
		size_t n = strlen(folder[i]);
		uint64_t fd;

		if (strncmp(path, folder[i], n) == 0 &&
		    num_u64(path + n, strlen(path + n), &fd) == 0 && fd <= INT_MAX)
			return (int)fd;
	}
	return -1;
}

/* The same of a link to such a path, as /dev/stdout is. */
static int
linked_descriptor(const char *path)
{
	char target[sizeof "/proc/self/fd/2147483647"];
	ssize_t n = readlink(path, target, sizeof target - 1);
	int fd = named_descriptor(path);

	if (fd >= 0 || n <= 0)
		return fd;
	target[n] = '\0';
	return named_descriptor(target);
}

/* Open the temporary file, or path itself where it is no file; -1 with errno. */
static int
open_output(struct outfile *f, const char *path)
{
	struct buf tmp = {0};
	struct stat st;
	int is_there, fd;

	if (path[0] == '\0') {
		errno = ENOENT;
		return -1;
	}
	if (make_parents(path) != 0)
		return -1;
	is_there = stat(path, &st) == 0;
	fd = is_there && S_ISREG(st.st_mode) ? linked_descriptor(path) : -1;
	if (fd >= 0) /* to rename over /dev/stdout would take it from all programs */
		return fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (is_there && !S_ISREG(st.st_mode)) {
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
