#include "ndjson/fit_file.h"

#include <unistd.h>

int
record_file_open(struct record_file *f, const char *path, struct err *e)
{
	*f = (struct record_file){.path = path};
	if (path == NULL)
		return 0;
	if (outfile_open(&f->out, path, e) != 0)
		return -1;
	if (codec_of_path(path) != CODEC_PLAIN)
		f->codec = encoder_new(codec_of_path(path));
	return 0;
}

static int
write_out(struct record_file *f, const char *p, size_t n, struct err *e)
{
	if (f->path != NULL)
		return outfile_write(&f->out, p, n, e);
	return io_write(STDOUT_FILENO, p, n) == 0 ? 0 : err_sys(e, EX_IOERR, "standard output");
}

/* Write what was gathered, and the end of the compressed stream when last. */
static int
flush(struct record_file *f, int last, struct err *e)
{
	int rc;

	if (f->codec == NULL) {
		rc = f->gathered.len > 0 ? write_out(f, f->gathered.data, f->gathered.len, e) : 0;
		buf_clear(&f->gathered);
		return rc;
	}
	if (f->gathered.len > 0)
		encoder_segment(f->codec, &f->state, f->gathered.data, f->gathered.len, &f->packed);
	if (last)
		encoder_finish(f->codec, &f->state, &f->packed);
	buf_clear(&f->gathered);
	rc = f->packed.len > 0 ? write_out(f, f->packed.data, f->packed.len, e) : 0;
	buf_clear(&f->packed);
	return rc;
}

static int
put(struct record_file *f, const char *p, size_t n, struct err *e)
{
	f->bytes += n;
	while (n > 0) {
		size_t room = RECORD_FILE_BUFFER - f->gathered.len, take = n < room ? n : room;

		buf_add(&f->gathered, p, take);
		p += take;
		n -= take;
		if (take == room && flush(f, 0, e) != 0)
			return -1;
	}
	return 0;
}

int
record_file_add(struct record_file *f, const char *text, size_t len, struct err *e)
{
	return record_file_part(f, text, len, 1, e);
}

int
record_file_part(struct record_file *f, const char *p, size_t n, int last, struct err *e)
{
	if (put(f, p, n, e) != 0)
		return -1;
	f->rows += last != 0;
	return last ? put(f, "\n", 1, e) : 0;
}

static void
release(struct record_file *f)
{
	if (f->codec != NULL)
		encoder_free(f->codec);
	f->codec = NULL;
	buf_free(&f->gathered);
	buf_free(&f->packed);
}

int
record_file_commit(struct record_file *f, struct err *e)
{
	int rc = flush(f, 1, e);

	if (rc == 0 && f->path != NULL)
		rc = outfile_commit(&f->out, e);
	if (rc != 0)
		record_file_abort(f);
	release(f);
	return rc;
}

void
record_file_abort(struct record_file *f)
{
	outfile_abort(&f->out);
	release(f);
}
