/* Errors as values: a sysexits code and one finished sentence. */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stdarg.h>
#include <sysexits.h>

/* Done, but some records were set aside or some counts differ. */
#define EX_DIFFER 1

/* code is a sysexits code (or EX_DIFFER); text says place, what was found, what was
 * expected, without program name and newline; longer text is cut. */
struct err {
	int code;
	char text[2048];
};

/* err_set(e, code, fmt, ...): fill e and return -1, so that a function may end with
 * `return err_set(...)`. Control characters in the finished text become '?', so that a
 * message stays one line whatever it quotes. */
int err_set(struct err *e, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* err_sys(e, code, what): as err_set with "what: strerror(errno)". ENOSPC and the like need no
 * code of their own: local I/O is EX_IOERR, a file that is not there EX_NOINPUT. */
int err_sys(struct err *e, int code, const char *what);

/* err_prefix(e, fmt, ...): put "…: " before the text of e and return -1. */
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
