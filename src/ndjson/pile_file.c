#include "ndjson/pile_file.h"
#include "ndjson/pile_name.h"

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

enum {
	OPEN_MOST = 64,
	OPEN_BESIDE = 12, /* descriptors for standard streams, inputs, the report, directories */
	PACK_MOST = 1 << 20
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
	enum codec kind = codec_of_path(template);

	*fs = (struct pile_files){.template = template, .most_open = most_open()};
	if (kind != CODEC_PLAIN)
		fs->encoder = encoder_new(kind);
}

void
pile_files_free(struct pile_files *fs)
{
	encoder_free(fs->encoder);
	buf_free(&fs->packed);
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

static int
open_part(struct pile_files *fs, const struct pile *pile, struct err *e)
{
	struct part *part = pile->last;
	struct buf path = {0};
	int rc = pile_name(fs->template, pile->type, pile->type_len, part->number, &path, e);

	if (rc == 0)
		rc = outfile_open(&part->file, path.data, e);
	if (rc == 0) {
		fs->open++;
		rc = check_taken(fs, path.data, e);
	}
	buf_free(&path);
	return rc;
}

/* Write bytes as they are to the last part; afterwards the file is closed when many are open. */
static int
write_out(struct pile_files *fs, struct pile *pile, const char *p, size_t n, struct err *e)
{
	struct outfile *file = &pile->last->file;

	if (file->path == NULL) {
		if (open_part(fs, pile, e) != 0)
			return -1;
	} else if (file->fd < 0) {
		if (outfile_resume(file, e) != 0)
			return -1;
		fs->open++;
	}
	if (outfile_write(file, p, n, e) != 0)
		return -1;
	if (fs->open <= fs->most_open)
		return 0;
	fs->open--;
	return outfile_park(file, e);
}

int
pile_write(struct pile_files *fs, struct pile *pile, const char *p, size_t n, struct err *e)
{
	if (fs->encoder == NULL)
		return n > 0 ? write_out(fs, pile, p, n, e) : 0;
	while (n > 0) {
		size_t piece = n < PACK_MOST ? n : PACK_MOST;

		buf_clear(&fs->packed);
		encoder_segment(fs->encoder, &pile->encoded, p, piece, &fs->packed);
		if (write_out(fs, pile, fs->packed.data, fs->packed.len, e) != 0)
			return -1;
		p += piece;
		n -= piece;
	}
	return 0;
}

int
pile_end_part(struct pile_files *fs, struct pile *pile, struct err *e)
{
	struct outfile *file = &pile->last->file;

	if (fs->encoder != NULL) {
		buf_clear(&fs->packed);
		encoder_finish(fs->encoder, &pile->encoded, &fs->packed);
		if (write_out(fs, pile, fs->packed.data, fs->packed.len, e) != 0)
			return -1;
	}
	pile->encoded = (struct encoded){0};
	if (file->fd >= 0)
		fs->open--;
	return outfile_settle(file, e);
}

void
pile_begin_part(struct pile *pile)
{
	struct part *part = xcalloc(1, sizeof *part);

	part->file.fd = -1;
	part->number = pile->last != NULL ? pile->last->number + 1 : 0;
	if (pile->last != NULL)
		pile->last->next = part;
	else
		pile->first = part;
	pile->last = part;
}
