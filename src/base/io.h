/* Exact input and output, and files that appear complete or not at all. */
#ifndef BASE_IO_H
#define BASE_IO_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* io_read(fd, p, n): as read(2), EINTR retried. */
ssize_t io_read(int fd, void *p, size_t n);

/* io_write(fd, p, n): all n bytes, or -1 with errno. EINTR retried. */
int io_write(int fd, const void *p, size_t n);

/* io_slurp(path, max, out, e): a whole file of at most max bytes into out ("-" is standard
 * input). EX_NOINPUT: not there; EX_IOERR: unreadable; EX_DATAERR: longer than max. */
int io_slurp(const char *path, size_t max, struct buf *out, struct err *e);

/* io_woken(fd): whether fd (a signalfd) is readable; never when it is -1. */
int io_woken(int fd);

/* io_hold_standard(): give each of the descriptors 0 to 2 that the caller left closed a placeholder
 * that can be neither read nor written, so that no file opened later is taken for standard input,
 * output or error. */
void io_hold_standard(void);

/* A place in a directory: what a rename would replace. base points into the path it was made of. */
struct io_place {
	dev_t dev;
	ino_t ino;
	const char *base;
};

/* io_place(path, place): -1 when its directory is not there, or when path is something that
 * outfile_open would not replace (a device, a pipe). */
int io_place(const char *path, struct io_place *place);
int io_same_place(const struct io_place *a, const struct io_place *b);

/* An output file under construction: "PATH.XXXXXX.tmp" beside its final place. A path that is a
 * device, a pipe or a socket (/dev/null) is never replaced: it is written as it is, and so is the
 * file that a descriptor of this process has open, when path names that (/dev/stdout). */
struct outfile {
	char *path, *tmp; /* tmp NULL: written as it is, or already in its place */
	int fd;           /* -1 when closed or parked */
	int settled;
};

/* outfile_open(f, path, e): make missing parent directories, open the temporary file (mode 0666
 * less the umask). EX_CANTCREAT is not used: failures are EX_IOERR, a directory at path is one. */
int outfile_open(struct outfile *f, const char *path, struct err *e);

/* outfile_write(f, p, n, e): append n bytes. EX_IOERR names the final path. */
int outfile_write(struct outfile *f, const void *p, size_t n, struct err *e);

/* outfile_write_at(f, at, p, n, e): write n bytes at offset at of a temporary file, open or parked; several
 * threads may do so at once. EX_IOERR names the final path. */
int outfile_write_at(const struct outfile *f, uint64_t at, const void *p, size_t n, struct err *e);

/* outfile_park(f, e): close the temporary file but keep it under construction, so that more files
 * than there are descriptors can grow side by side; outfile_resume(f, e) opens it again to append.
 * Both do nothing when that is so already. EX_IOERR names the final path. */
int outfile_park(struct outfile *f, struct err *e);
int outfile_resume(struct outfile *f, struct err *e);

/* outfile_settle(f, e): all is written: fsync and close, so that only the rename is left, which
 * needs no space. Does nothing the second time. EX_IOERR names the final path. */
int outfile_settle(struct outfile *f, struct err *e);

/* outfile_appear(f, e): rename a settled file into place, replacing what was there; the path stays
 * f's until outfile_abort, which no longer removes anything. The rename is durable after
 * io_sync_parent. On failure what was at path before stays. */
int outfile_appear(struct outfile *f, struct err *e);

/* io_sync_parent(path): make renames in the directory of path durable. A directory that can't be
 * opened or synced is left alone. */
void io_sync_parent(const char *path);

/* outfile_commit(f, e): settle, appear, sync the directory. On failure the temporary file is
 * removed and what was at path before stays. Frees f's memory either way. */
int outfile_commit(struct outfile *f, struct err *e);

/* outfile_abort(f): close and remove the temporary file; nothing at path changes. Safe on a
 * zero-initialised or already finished f. */
void outfile_abort(struct outfile *f);

#endif
