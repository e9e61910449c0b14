/* Records gathered by type into files that appear all together or not at all, or piped to commands.
 *
 * One thread at a time adds records; what there is to be written is handed off and written by
 * hands, several at once. Each type has a buffer that is handed off when it holds 64 KiB
 * (compressed: 256 KiB); when all hold more than 8 MiB together, all are. At most 1024 files are
 * open, fewer under a lower limit; the number of types is bounded by memory alone: about 300 bytes
 * each beside the type itself. Which bytes go into which write depends on the records only, so that
 * compressed files too come out alike from alike input. */
#ifndef NDJSON_PILE_H
#define NDJSON_PILE_H

#include "base/buf.h"
#include "base/err.h"
#include "ndjson/lines.h"

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

struct piles;
struct pile_hand;

/* What becomes of the records. */
struct pile_plan {
	const char
	    *template; /* a file name with {type} and {part}; .gz or .zst at its end compresses */
	uint64_t part_size; /* > 0: begin a new part before one would hold more bytes
			       (uncompressed); a larger record has a part of its own */
	const char
	    *command; /* not NULL: parts go to a command instead of files, see pile_filter.c */
	int named;    /* the command writes files named by the template: it is told, and so is the
			    manifest's reader; else both have no name */
	uint64_t memory; /* bytes that the parts for a command may take together */
	int dry_run;     /* only count */
	int wake_fd;     /* readable: writing ends with EX_TEMPFAIL (a signalfd) */
};

/* piles_new(plan, e): plan is copied, its texts live longer. NULL with EX_USAGE when the template
 * can't be meant: see pile_name_check. Ended with piles_free. */
struct piles *piles_new(const struct pile_plan *plan, struct err *e);

/* piles_protect(ps, path, what): no part may have the place of path, which is what ("an input too")
 * for a message, nor the place that links at path lead to. Ignored when there is no such place, or
 * no file could appear there. piles_protects(ps, path): what is at this place, or NULL. */
void piles_protect(struct piles *ps, const char *path, const char *what);
const char *piles_protects(const struct piles *ps, const char *path);

/* piles_add(ps, type, type_len, p, n, part, e): add a record and a line feed to its type, or a part
 * of a record (see enum line_part; nothing is added to the type between its parts). p may be read
 * until a hand has written what it took afterwards. -1 with EX_IOERR and the file's name, or
 * EX_USAGE when the template has no {type} and this is the second type, or gives it a protected
 * place. */
int piles_add(struct piles *ps, const char *type, size_t type_len, const char *p, size_t n,
    enum line_part part, struct err *e);

/* piles_hand(ps): a hand, for one thread. Ended with pile_hand_free, before piles_free. */
struct pile_hand *piles_hand(struct piles *ps);
void pile_hand_free(struct pile_hand *h);

/* piles_take(ps, h): the hand takes over what is to be written so far; by the thread that adds.
 * pile_hand_write(h, e): it writes that; on any thread. -1 with EX_IOERR and the file's name, what
 * pile_pipe sets, or EX_TEMPFAIL once plan.wake_fd is readable. */
void piles_take(struct piles *ps, struct pile_hand *h);
int pile_hand_write(struct pile_hand *h, struct err *e);

/* piles_settle(ps, threads, e): write what is left and bring every file to the disk, so that only
 * renames are left; every command has ended well. -1 as pile_hand_write. */
int piles_settle(struct piles *ps, unsigned threads, struct err *e);

/* piles_appear(ps, e): after piles_settle, let every file appear in its place, replacing what was
 * there. -1 with EX_IOERR when a rename failed; those before it have happened. */
int piles_appear(struct piles *ps, struct err *e);

/* piles_list(ps, out): print the split manifest, sorted by the bytes of the types, and flush it. -1
 * with errno. */
int piles_list(const struct piles *ps, FILE *out);

/* piles_types(ps): how many types there are so far; by the thread that adds. */
size_t piles_types(const struct piles *ps);

/* piles_free(ps): remove what was not committed. NULL is ignored. */
void piles_free(struct piles *ps);

#endif
