/* Signals that end a program, held until it has removed what it began. */
#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include "base/err.h"

#include <signal.h>

/* signals_hold(held, e): hold SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGPIPE back, but not those that
 * the caller ignores (nohup): these stay ignored. A file that outgrows ulimit -f is a write error
 * like a full disk from now on. The result is a descriptor that is readable once one of them came
 * (see io_woken), closed on exec; held is for signals_release. -1 with EX_OSERR. Threads that are
 * started later hold them too. */
int signals_hold(sigset_t *held, struct err *e);

/* signals_release(held, fd): let them through again and close fd (-1: none); one that came ends the
 * program here, by that signal. */
void signals_release(const sigset_t *held, int fd);

#endif
