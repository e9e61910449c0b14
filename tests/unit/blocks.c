/* Files as blocks of whole lines: no byte lost, doubled or moved, wherever blocks end. */
#include "base/buf.h"
#include "check.h"
#include "files.h"
#include "ndjson/blocks.h"

#include <stdlib.h>
#include <unistd.h>

static void
block_bytes(unsigned n)
{
	char text[16];

	snprintf(text, sizeof text, "%u", n);
	CHECK(setenv("HOURTOOLS_BLOCK_BYTES", text, 1) == 0);
}

/* One file through blocks of so many bytes; how many blocks it took. */
static unsigned
one_file(const char *p, size_t n, unsigned bytes)
{
	struct files f = {0};
	struct blocks *blocks;
	struct block b = {0};
	struct buf all = {0};
	struct err e;
	unsigned count = 0;
	int got = 1, cut = 0;

	block_bytes(bytes);
	files_add(&f, p, n);
	blocks = blocks_new(f.name, -1);
	CHECK(blocks_size(blocks) == n);
	while (!b.last && got > 0) {
		got = cut ? blocks_more(blocks, &b, &e) : blocks_take(blocks, &b, &e);
		if (got <= 0)
			break;
		count++;
		CHECK_STR(b.source, f.path[0]);
		CHECK(b.offset == all.len);
		CHECK(b.len <= (size_t)bytes * 4);
		CHECK(!b.cut || memchr(b.data, '\n', b.len) == NULL);
		CHECK(!b.cut || b.len == (size_t)bytes * 4);
		CHECK(b.cut || b.len == 0 || b.data[b.len - 1] == '\n');
		buf_add(&all, b.data, b.len);
		cut = b.cut;
	}
	CHECK(got == 1 && b.last && !b.cut);
	CHECK(blocks_take(blocks, &b, &e) == 0);
	CHECK(blocks_read(blocks) == n);
	if (all.len == n + 1) /* the missing last line feed is there */
		CHECK(n > 0 && p[n - 1] != '\n' && all.data[n] == '\n');
	else
		CHECK(all.len == n && (n == 0 || cut || p[n - 1] == '\n' || n % (bytes * 4) == 0));
	CHECK(n == 0 || memcmp(all.data, p, n) == 0);
	buf_free(&all);
	block_free(&b);
	blocks_free(blocks);
	files_close(&f);
	return count;
}

static void
lines_of_any_length(void)
{
	for (unsigned bytes = 64; bytes < 200; bytes += 45)
		for (unsigned length = 0; length < 40; length++) {
			struct buf text = {0};

			for (unsigned i = 0; text.len < 3000; i++) {
				for (unsigned n = 0; n < (length * i) % 331; n++)
					buf_addc(&text, 'x');
				buf_addc(&text, '\n');
			}
			one_file(text.data, text.len, bytes);
			one_file(text.data, text.len - 1, bytes);
			one_file(text.data, text.len - length, bytes);
			buf_free(&text);
		}
}

/* A line is cut when 4 blocks don't hold it, and not before. */
static void
long_lines(void)
{
	struct buf line = {0};

	while (line.len < 5000)
		buf_addc(&line, 'x');
	for (size_t n = 252; n < 260; n++) {
		CHECK(one_file(line.data, n, 64) == 1 + (n >= 256));
		line.data[n - 1] = '\n';
		CHECK(one_file(line.data, n, 64) <= 2);
		one_file(line.data, n + 100, 64);
		line.data[n - 1] = 'x';
	}
	CHECK(one_file(line.data, 1024, 64) == 5); /* the last of them is empty */
	CHECK(one_file(line.data, 1250, 64) == 5);
	buf_free(&line);
}

/* Blocks of several files, empty ones among them: each ends its last line and is named. */
static void
several_files(void)
{
	static const char *const text[] = {"", "a\nb", "", "c\n"}, *const data[] = {
								       "", "a\nb\n", "", "c\n"};
	struct files f = {0};
	struct blocks *blocks;
	struct block b = {0};
	struct err e;

	for (size_t i = 0; i < 4; i++)
		files_add(&f, text[i], strlen(text[i]));
	blocks = blocks_new(f.name, -1);
	for (size_t i = 0; i < 4; i++) {
		CHECK(blocks_take(blocks, &b, &e) == 1);
		CHECK(b.last && !b.cut && b.offset == 0);
		CHECK_STR(b.source, f.path[i]);
		CHECK(b.len == strlen(data[i]) && memcmp(b.data, data[i], b.len) == 0);
	}
	CHECK(blocks_take(blocks, &b, &e) == 0);
	block_free(&b);
	blocks_free(blocks);
	files_close(&f);
}

/* What can't be read is named. */
static void
errors(void)
{
	static char none[] = "/proc/self/none", folder[] = "/proc/self";
	static const struct {
		char *name;
		int code;
	} bad[] = {{none, EX_NOINPUT}, {folder, EX_IOERR}};
	struct block b = {0};
	struct blocks *blocks;
	struct err e;

	for (size_t i = 0; i < 2; i++) {
		char *name[] = {bad[i].name, NULL};

		blocks = blocks_new(name, -1);
		CHECK(blocks_take(blocks, &b, &e) == -1 && e.code == bad[i].code);
		CHECK(strncmp(e.text, bad[i].name, strlen(bad[i].name)) == 0);
		blocks_free(blocks);
	}
	block_free(&b);
}

/* A pipe that holds bytes and stays open: a stop ends the reading. */
static void
stopped(void)
{
	static char in[] = "-";
	char *name[] = {in, NULL};
	struct block b = {0};
	struct blocks *blocks;
	int pipe_end[2];
	struct err e;

	CHECK(pipe(pipe_end) == 0 && dup2(pipe_end[0], STDIN_FILENO) == STDIN_FILENO);
	CHECK(write(pipe_end[1], "{}\n{}\n", 6) == 6);
	blocks = blocks_new(name, -1);
	CHECK(blocks_size(blocks) == 0);
	blocks_stop(blocks);
	CHECK(blocks_take(blocks, &b, &e) == -1 && e.code == EX_TEMPFAIL);
	CHECK_STR(e.text, "standard input: interrupted");
	blocks_free(blocks);
	close(pipe_end[0]);
	close(pipe_end[1]);
	block_free(&b);
}

int
main(void)
{
	one_file("", 0, 64);
	one_file("x", 1, 64);
	one_file("\n", 1, 64);
	one_file("\n\n\n", 3, 64);
	lines_of_any_length();
	long_lines();
	several_files();
	errors();
	stopped();
	return check_done();
}
