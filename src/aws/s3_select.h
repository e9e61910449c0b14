/* Which objects of a listing are meant: by time, by name, by share. Pure. */
#ifndef AWS_S3_SELECT_H
#define AWS_S3_SELECT_H

#include "aws/s3.h"
#include "base/err.h"

#include <stddef.h>
#include <stdint.h>
#include <time.h>

struct s3_glob {
	const char *pattern; /* fnmatch(3), in bytes; '*' matches '/' too */
	int include;
};

struct s3_select {
	int has_since, has_until;
	time_t since, until; /* last modified at since or later, and before until */
	const struct s3_glob *glob;
	size_t n_globs;
	uint64_t share, shares; /* 1 to shares; shares 0: all */
};

/* s3_select_time(what, text, t, e): "2021-01-01", midnight UTC, or RFC 3339. -1 with EX_USAGE. */
int s3_select_time(const char *what, const char *text, time_t *t, struct err *e);

/* s3_select_share(text, select, e): "I/N", 1 <= I <= N. -1 with EX_USAGE. */
int s3_select_share(const char *text, struct s3_select *select, struct err *e);

/* s3_selects(select, below, object, e): 1 when the object is meant, 0 when not, -1 with EX_DATAERR when
 * its time is asked for and not known. below is its key without the prefix that was asked for: the
 * last glob that matches it decides; where none does, it is meant unless the first is an include.
 */
int s3_selects(const struct s3_select *select, const char *below, const struct s3_object *object,
    struct err *e);

/* s3_select_in_share(select, key): whether its share is the one asked for: crc32c(key) mod shares + 1,
 * the same for every listing, whatever else is in it. */
int s3_select_in_share(const struct s3_select *select, const char *key);

/* s3_select_narrows(select): whether time or name decide, which may leave nothing. */
int s3_select_narrows(const struct s3_select *select);

#endif
