/* A program whose standard output is wanted, run without a shell. It is a process group of its own,
 * reads nothing (/dev/null), inherits standard error and no other descriptor, no held signal, and
 * SIGPIPE as it is by default. */
#ifndef BASE_CAPTURE_H
#define BASE_CAPTURE_H

#include "base/buf.h"
#include "base/err.h"

/* capture(argv, max, seconds, out, status, e): run argv[0], looked for in PATH, argv ending in NULL; what it
 * prints is appended to out, at most max bytes; status is as of waitpid(2). -1 with EX_CONFIG when
 * it can't be started, EX_TEMPFAIL when it has not ended its output after that many seconds (it is
 * killed then, with what it started) or the system lacks processes, EX_UNAVAILABLE when it prints more.
 * out is never grown by copying: what it holds may be a secret, and is the caller's to wipe. */
int capture(
    char *const *argv, size_t max, int seconds, struct buf *out, int *status, struct err *e);

#endif
