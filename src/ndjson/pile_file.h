/* The files of piles: opened by the template, written as it asks, few of them open at a time. */
#ifndef NDJSON_PILE_FILE_H
#define NDJSON_PILE_FILE_H

#include "ndjson/pile_table.h"

/* A file that no part may replace. */
struct taken {
	struct io_place place;
	const char *what;
};

struct pile_files {
	const char *template;
	size_t open, most_open;  /* files that stay open */
	struct encoder *encoder; /* NULL: plain */
	struct buf packed;
	struct taken *taken;
	size_t n_taken;
};

/* pile_files_init(fs, template): template was checked by pile_name_check and lives longer. Ended
 * with pile_files_free. */
void pile_files_init(struct pile_files *fs, const char *template);
void pile_files_free(struct pile_files *fs);

/* pile_files_protect(fs, path, what): see piles_protect. */
void pile_files_protect(struct pile_files *fs, const char *path, const char *what);

/* pile_begin_part(pile): what is written from now on goes to a new part, the first or next. */
void pile_begin_part(struct pile *pile);

/* pile_write(fs, pile, p, n, e): write p[0..n) to the last part, compressed when the template asks
 * for it, by segments of at most 1 MiB. -1 as piles_add. */
int pile_write(struct pile_files *fs, struct pile *pile, const char *p, size_t n, struct err *e);

/* pile_end_part(fs, pile, e): nothing more goes to the last part: write what ends it and settle its
 * file, so that only the rename is left. -1 as piles_add. */
int pile_end_part(struct pile_files *fs, struct pile *pile, struct err *e);

#endif
