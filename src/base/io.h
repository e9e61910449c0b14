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

/* An output file under construction: "PATH.XXXXXX.tmp" beside its final place. */
struct outfile {
	int fd; /* -1 when closed or parked */
	char *path, *tmp;
};

/* outfile_open(f, path, e): make missing parent directories, open the temporary file (mode 0666
 * less the umask). EX_CANTCREAT is not used: failures are EX_IOERR. */
int outfile_open(struct outfile *f, const char *path, struct err *e);

/* outfile_write(f, p, n, e): append n bytes. EX_IOERR names the final path. */
int outfile_write(struct outfile *f, const void *p, size_t n, struct err *e);

/* outfile_park(f, e): close the temporary file but keep it under construction, so that more files than
 * there are descriptors can grow side by side; outfile_resume(f, e) opens it again to append. Both do nothing
 * when that is so already. EX_IOERR names the final path. */
int outfile_park(struct outfile *f, struct err *e);
int outfile_resume(struct outfile *f, struct err *e);

/* outfile_commit(f, e): fsync, close, rename into place, fsync the directory. On failure the temporary
 * file is removed and what was at path before stays. Frees f's memory either way. */
int outfile_commit(struct outfile *f, struct err *e);

/* outfile_abort(f): close and remove the temporary file; nothing at path changes. Safe on a
 * zero-initialised or already finished f. */
void outfile_abort(struct outfile *f);

#endif
