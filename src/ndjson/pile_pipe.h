/* One part of a type, piped to one command. */
#ifndef NDJSON_PILE_PIPE_H
#define NDJSON_PILE_PIPE_H

#include "base/err.h"
#include "ndjson/pile_write.h"

/* pile_pipe(ws, w, e): run ws->command with the part of w: its chunks, then w->p, and what is set
 * in TYPE, TYPE_NAME, PART, ROWS and BYTES. -1 unless it takes every byte and ends with 0:
 * EX_IOERR, EX_NOPERM, EX_CONFIG or EX_UNAVAILABLE when it says so itself; EX_UNAVAILABLE when the
 * shell can't find or start it; else EX_TEMPFAIL, also when woken or when another write has failed.
 */
int pile_pipe(struct pile_writers *ws, const struct pile_write *w, struct err *e);

#endif
