#include "ndjson/pile_file.h"
#include "ndjson/pile_name.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
	OPEN_MOST = 1024,
	OPEN_BESIDE =
	    32 /* descriptors for standard streams, inputs, the report, files written to */
};

/* Few enough that the files may take half of the descriptors that are left. */
static size_t
most_open(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= OPEN_BESIDE + 2 * OPEN_MOST)
		return OPEN_MOST;
	return limit.rlim_cur < OPEN_BESIDE ? 0 : (size_t)(limit.rlim_cur - OPEN_BESIDE) / 2;
}

void
pile_files_init(struct pile_files *fs, const char *template)
{
	*fs = (struct pile_files){
	    .template = template, .kind = codec_of_path(template), .most_open = most_open()};
}

void
pile_files_free(struct pile_files *fs)
{
	free(fs->taken);
}

void
pile_files_protect(struct pile_files *fs, const char *path, const char *what)
{
	struct taken taken = {.what = what};

	if (io_place(path, &taken.place) != 0)
		return;
	fs->taken = xrealloc(fs->taken, (fs->n_taken + 1) * sizeof *fs->taken);
	fs->taken[fs->n_taken++] = taken;
}

static int
check_taken(const struct pile_files *fs, const char *path, struct err *e)
{
	const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
	struct io_place place;

	for (size_t i = 0; i < fs->n_taken; i++)
		if (strcmp(fs->taken[i].place.base, base) == 0 && io_place(path, &place) == 0 &&
		    io_same_place(&place, &fs->taken[i].place))
			return err_set(e, EX_USAGE,
				       "%s: a type would go to the file that is %s: expected "
				       "another template or place",
				       path, fs->taken[i].what);
	return 0;
}

int
pile_file_open(struct pile_files *fs, const struct pile *pile, struct part *part, struct err *e)
{
	struct buf path = {0};
	int rc = pile_name(fs->template, pile->type, pile->type_len, part->number, &path, e);

	if (rc == 0)
		rc = outfile_open(&part->file, path.data, e);
	if (rc == 0)
		rc = check_taken(fs, path.data, e);
	if (rc == 0 && part->file.tmp != NULL && fs->open >= fs->most_open)
		rc = outfile_park(&part->file, e);
	else if (rc == 0)
		fs->open++;
	buf_free(&path);
	return rc;
}

int
pile_file_settle(struct pile_files *fs, struct part *part, struct err *e)
{
	if (part->file.fd >= 0)
		fs->open--;
	return outfile_settle(&part->file, e);
}
