#include "ndjson/fit_input.h"
#include "base/io.h"
#include "ndjson/codec.h"
#include "ndjson/lines.h"
#include "ndjson/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { READ_BYTES = 256 << 10 };

struct input {
	const char *name;
	uint64_t max_line;
	struct scanner *scanner;
	struct lines *lines;
	input_sink *sink;
	void *arg;
};

/* Hand out p[0..len) of a line, whose fault is *f. */
static int
hand_out(const struct input *in, const struct line *line, const char *p, size_t len,
    const struct scan_fault *f, struct err *e)
{
	struct input_record r = {{in->name, line->number, line->offset + (uint64_t)(p - line->p)}, p,
	    len, NULL, NULL, 1, 1};
	char detail[160];

	if (len > in->max_line) {
		r.reason = reject_name(REJECT_TOO_LONG);
		snprintf(detail, sizeof detail, "more than %llu bytes",
		    (unsigned long long)in->max_line);
	} else if (f->reason != REJECT_NONE) {
		r.reason = reject_name(f->reason);
		snprintf(detail, sizeof detail, "%s%s%sat byte %zu of the record",
		    f->expected != NULL ? "expected " : "", f->expected != NULL ? f->expected : "",
		    f->expected != NULL ? " " : "", (size_t)(f->at - p));
	}
	r.detail = r.reason != NULL ? detail : NULL;
	return in->sink(in->arg, &r, e);
}

/* A part of a record that outgrew the cap. */
static int
hand_out_part(const struct input *in, const struct line *line, struct err *e)
{
	struct input_record r = {{in->name, line->number, line->offset}, line->p, line->len,
	    reject_name(REJECT_TOO_LONG), NULL, line->part == LINE_BEGINS, line->part == LINE_ENDS};
	char detail[64];

	snprintf(detail, sizeof detail, "more than %llu bytes", (unsigned long long)in->max_line);
	r.detail = detail;
	return in->sink(in->arg, &r, e);
}

/* A line: no record, one, or several without a newline between them. */
static int
take_line(void *arg, const struct line *line, struct err *e)
{
	const struct input *in = arg;
	const char *p = line->p, *end = line->p + line->len;

	if (line->part != LINE_WHOLE)
		return hand_out_part(in, line, e);
	while (text_space(p, end) < end) {
		struct scanned s;
		const char *stop = end, *next = end;

		scanner_scan(in->scanner, p, end, &s);
		if (s.valid)
			next = text_space(s.end, end);
		if (next < end)
			stop = s.end;
		if (hand_out(in, line, p, (size_t)(stop - p), &s.fault, e) != 0)
			return -1;
		p = next;
	}
	return 0;
}

static int
take_bytes(void *arg, const void *p, size_t n, struct err *e)
{
	const struct input *in = arg;

	return lines_feed(in->lines, p, n, e);
}

/* Feed all of fd to the decoder; what it says about damage gets the name of the file. */
static int
read_all(const struct input *in, int fd, struct decoder *d, struct err *e)
{
	char *block = xmalloc(READ_BYTES);
	ssize_t n;
	int rc = 0;

	while (rc == 0 && (n = io_read(fd, block, READ_BYTES)) != 0)
		rc = n > 0 ? decoder_feed(d, block, (size_t)n, e) : err_sys(e, EX_IOERR, in->name);
	if (rc == 0)
		rc = decoder_finish(d, e);
	if (rc != 0 && e->code == EX_DATAERR)
		err_prefix(e, "%s", in->name);
	free(block);
	return rc;
}

int
input_read(const char *path, uint64_t max_line, input_sink *sink, void *arg, struct err *e)
{
	int standard = strcmp(path, "-") == 0, rc;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct input in = {standard ? "standard input" : path, max_line, NULL, NULL, sink, arg};
	struct decoder *d;

	if (fd < 0)
		return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, path);
	in.scanner = scanner_new(NULL, SCAN_MAX_DEPTH, 0);
	in.lines = lines_new(max_line, take_line, &in);
	d = decoder_new(take_bytes, &in);
	rc = read_all(&in, fd, d, e);
	if (rc == 0)
		rc = lines_end(in.lines, e);
	decoder_free(d);
	lines_free(in.lines);
	scanner_free(in.scanner);
	if (!standard)
		close(fd);
	return rc;
}
