/* Messages on stderr: "prog: text", or one JSON object a line under LOG_FORMAT=json.
 * The only process-wide state of the library: what -q and -v said, and the status line. */
#ifndef BASE_MSG_H
#define BASE_MSG_H

#include "base/err.h"

/* msg_level(change): -1 for each -q, +1 for each -v. At -1 and below only errors are told. */
void msg_level(int change);

/* An error (always told), a warning and a notice (not under -q), a detail (only under -v).
 * Each is one line, one write(2). */
void msg_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void msg_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void msg_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void msg_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* msg_figures(members, text): a notice that has its figures as further members of the JSON object too
 * ("\"bytes\":5,\"objects\":1", well-formed), for what reads logs. */
void msg_figures(const char *members, const char *text);

/* msg_quiet(): non-zero when -q was given. */
int msg_quiet(void);

/* msg_json(): non-zero when messages are JSON objects (LOG_FORMAT=json). */
int msg_json(void);

/* msg_status(text): show text, which fits in a line of the terminal that stderr is, below all
 * messages, instead of the one before; NULL: none. Messages may be told by other threads
 * meanwhile. */
void msg_status(const char *text);

/* msg_fail(e): tell e as an error and return its code, for `return msg_fail(&e)` in main. */
int msg_fail(const struct err *e);

/* msg_finish(code): flush and check stdout, then return code; a stdout that could not be
 * written is told and gives EX_IOERR instead. Every main ends with it. */
int msg_finish(int code);

#endif
