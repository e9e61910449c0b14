/* The names of a split's files: a template checked before anything is read, then filled in. */
#ifndef NDJSON_PILE_NAME_H
#define NDJSON_PILE_NAME_H

#include "base/buf.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* pile_name_check(template, part_size, e): whether template (see name_expand) can name the files of
 * every type there may be. -1 with EX_USAGE: another word in braces; no file name; parts (part_size
 * > 0) without {part}, or so close to {type} that "a" + "10" and "a1" + "0" would meet; a file name
 * too long for the longest type. */
int pile_name_check(const char *template, uint64_t part_size, struct err *e);

/* pile_name(template, type, len, part, path, e): append the path of a part (0 is the first) of a
 * type given as it is in the records. */
int pile_name(const char *template, const char *type, size_t len, uint64_t part, struct buf *path,
    struct err *e);

#endif
