/* Records gathered by type into files that appear all together or not at all.
 *
 * Each type has a buffer that is written when it holds 256 KiB; when all hold more than 16 MiB
 * together, all are written. Files beyond the first few dozen are closed between writes, so the
 * number of types is bounded by memory alone: about 300 bytes each beside the type itself. Which
 * bytes go into which write depends on the records only, so that compressed files too come out
 * alike from alike input. */
#ifndef NDJSON_PILE_H
#define NDJSON_PILE_H

#include "base/buf.h"
#include "base/err.h"
#include "ndjson/lines.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct piles;

/* piles_new(template, part_size, e): template is a file name with {type} and {part}; .gz or .zst at
 * its end compresses. part_size > 0 begins a new file before one would hold more bytes
 * (uncompressed), a larger record has a file of its own. NULL with EX_USAGE when the template can't
 * be meant: see pile_name_check. Ended with piles_free. */
struct piles *piles_new(const char *template, uint64_t part_size, struct err *e);

/* piles_protect(ps, path, what): no part may have the place of path, which is what ("an input too")
 * for a message. Ignored when there is no such place, or no file could appear there. */
void piles_protect(struct piles *ps, const char *path, const char *what);

/* piles_add(ps, type, type_len, p, n, part, e): add a record and a line feed to its type, or a part
 * of a record (see enum line_part; nothing is added to the type between its parts). -1 with
 * EX_IOERR and the file's name, or EX_USAGE when the template has no {type} and this is the second
 * type, or gives it a protected place. */
int piles_add(struct piles *ps, const char *type, size_t type_len, const char *p, size_t n,
	      enum line_part part, struct err *e);

/* piles_settle(ps, wake_fd, e): write what is pending and bring every file to the disk, so that
 * only renames are left. -1 with EX_IOERR, or EX_TEMPFAIL once wake_fd is readable (see io_woken).
 */
int piles_settle(struct piles *ps, int wake_fd, struct err *e);

/* piles_appear(ps, e): after piles_settle, let every file appear in its place, replacing what was
 * there. -1 with EX_IOERR when a rename failed; those before it have happened. */
int piles_appear(struct piles *ps, struct err *e);

/* piles_list(ps, out): print the split manifest, sorted by the bytes of the types, and flush it. -1
 * with errno. */
int piles_list(const struct piles *ps, FILE *out);

/* piles_free(ps): remove what was not committed. NULL is ignored. */
void piles_free(struct piles *ps);

#endif
