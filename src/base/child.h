/* A shell command that reads what it is fed on its standard input.
 *
 * It is a process group of its own, so that all of a pipeline can be ended at once. It inherits
 * standard output and error and no other descriptor (ours are close-on-exec), no held signal, and
 * SIGPIPE as it is by default. The read end of its pipe is kept open here too: so writing never
 * raises SIGPIPE, and what it left unread can be counted when it has ended. */
#ifndef BASE_CHILD_H
#define BASE_CHILD_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct child {
	pid_t pid;
	int in;    /* where it is fed; -1 once that is closed */
	int out;   /* the other end */
	int pidfd; /* readable when it has ended; -1 where the system has none such */
	int wake_fd, stop_fd;
	uint64_t fed; /* bytes */
};

/* How a command ended. */
struct child_end {
	int status;    /* as waitpid(2) */
	uint64_t read; /* bytes it took of those fed */
};

/* What child_feed and child_wait return beside 0. */
enum { CHILD_WOKEN = -1, CHILD_ENDED = 1 };

/* child_start(c, command, env, e): sh -c command, its environment ours with the "NAME=value" of env
 * (NULL behind the last) instead of those of the same names. What follows ends early once wake_fd
 * or stop_fd is readable; -1 for none. -1 with EX_TEMPFAIL: too many processes, descriptors or not
 * enough memory; EX_UNAVAILABLE: no shell. Ended with child_wait or child_kill. */
int child_start(struct child *c, const char *command, char *const *env, int wake_fd, int stop_fd,
    struct err *e);

/* child_feed(c, p, n): n more bytes of input. CHILD_ENDED: it ended before it took them all;
 * CHILD_WOKEN. */
int child_feed(struct child *c, const void *p, size_t n);

/* child_wait(c, end): end its input and wait until it has ended. CHILD_WOKEN: it runs still. */
int child_wait(struct child *c, struct child_end *end);

/* child_kill(c): terminate it and what it started, before its input ends, so that it can't take a
 * part of its input for all; killed when it has not ended in 5 seconds. */
void child_kill(struct child *c);

#endif
