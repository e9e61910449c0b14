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
	while (fs->n_taken > 0)
		free(fs->taken[--fs->n_taken].path);
	free(fs->taken);
}

/* path becomes that of fs. */
static void
take_place(struct pile_files *fs, char *path, const char *what)
{
	struct taken taken = {.path = path, .what = what};

	if (path == NULL || io_place(path, &taken.place) != 0) {
		free(path);
		return;
	}
	fs->taken = xrealloc(fs->taken, (fs->n_taken + 1) * sizeof *fs->taken);
	fs->taken[fs->n_taken++] = taken;
}

void
pile_files_protect(struct pile_files *fs, const char *path, const char *what)
{
	take_place(fs, xstrdup(path), what);
	take_place(fs, realpath(path, NULL), what); /* where its links lead */
}

const char *
pile_files_protects(const struct pile_files *fs, const char *path)
{
	const char *slash = strrchr(path, '/'), *base = slash != NULL ? slash + 1 : path;
	struct io_place place;

	for (size_t i = 0; i < fs->n_taken; i++)
		if (strcmp(fs->taken[i].place.base, base) == 0 && io_place(path, &place) == 0 &&
		    io_same_place(&place, &fs->taken[i].place))
			return fs->taken[i].what;
	return NULL;
}

static int
check_taken(const struct pile_files *fs, const char *path, struct err *e)
{
	const char *what = pile_files_protects(fs, path);

	if (what == NULL)
		return 0;
	return err_set(e, EX_USAGE,
	    "%s: a type would go to the file that is %s: expected "
	    "another template or place",
	    path, what);
}

/* The path of a part, to be freed; NULL as piles_add. */
static char *
path_of(
    const struct pile_files *fs, const struct pile *pile, const struct part *part, struct err *e)
{
	struct buf path = {0};

	if (pile_name(fs->template, pile->type, pile->type_len, part->number, &path, e) == 0 &&
	    check_taken(fs, path.data, e) == 0)
		return buf_take(&path);
	buf_free(&path);
	return NULL;
}

int
pile_file_name(
    const struct pile_files *fs, const struct pile *pile, struct part *part, struct err *e)
{
	part->file.path = path_of(fs, pile, part, e);
	return part->file.path != NULL ? 0 : -1;
}

int
pile_file_open(struct pile_files *fs, const struct pile *pile, struct part *part, struct err *e)
{
	char *path = path_of(fs, pile, part, e);
	int rc = path != NULL ? outfile_open(&part->file, path, e) : -1;

	if (rc == 0 && part->file.tmp != NULL && fs->open >= fs->most_open)
		rc = outfile_park(&part->file, e);
	else if (rc == 0)
		fs->open++;
	free(path);
	return rc;
}

int
pile_file_settle(struct pile_files *fs, struct part *part, struct err *e)
{
	if (part->file.fd >= 0)
		fs->open--;
	return outfile_settle(&part->file, e);
}
