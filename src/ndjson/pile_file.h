/* The files of piles: named by the template, a bounded number of them open at a time. */
#ifndef NDJSON_PILE_FILE_H
#define NDJSON_PILE_FILE_H

#include "ndjson/codec.h"
#include "ndjson/pile_table.h"

#include <stdatomic.h>

/* A file that no part may replace. */
struct taken {
	char *path;
	struct io_place place; /* points into path */
	const char *what;
};

struct pile_files {
	const char *template;
	enum codec kind;
	_Atomic size_t open; /* files that stay open until they are complete */
	size_t most_open;
	struct taken *taken;
	size_t n_taken;
};

/* pile_files_init(fs, template): template was checked by pile_name_check and lives longer. Ended
 * with pile_files_free. */
void pile_files_init(struct pile_files *fs, const char *template);
void pile_files_free(struct pile_files *fs);

/* pile_files_protect(fs, path, what), pile_files_protects(fs, path): see piles_protect. */
void pile_files_protect(struct pile_files *fs, const char *path, const char *what);
const char *pile_files_protects(const struct pile_files *fs, const char *path);

/* pile_file_open(fs, pile, part, e): begin the file of a part; it is parked when many are open. -1
 * as piles_add. One thread at a time. */
int pile_file_open(
    struct pile_files *fs, const struct pile *pile, struct part *part, struct err *e);

/* pile_file_name(fs, pile, part, e): only name the file of a part, in part->file.path. -1 as
 * piles_add. */
int pile_file_name(
    const struct pile_files *fs, const struct pile *pile, struct part *part, struct err *e);

/* pile_file_settle(fs, part, e): all is written: see outfile_settle. */
int pile_file_settle(struct pile_files *fs, struct part *part, struct err *e);

#endif
