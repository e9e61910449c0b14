/* Programs run for what they print: their words, bounds, ends. */
#include "base/capture.h"
#include "check.h"

#include <stdlib.h>
#include <sys/wait.h>

static struct buf out;
static struct err e;
static int status;

static int
run(const char *command, size_t max, int seconds)
{
	char sh[] = "sh", c[] = "-c";
	char *argv[] = {sh, c, (char *)command, NULL};

	buf_wipe(&out);
	return capture(argv, max, seconds, &out, &status, &e);
}

int
main(void)
{
	char none[] = "/none/such", *argv[] = {none, NULL};

	CHECK(run("echo a; printf b", 100, 60) == 0 && status == 0);
	CHECK_STR(out.data, "a\nb");
	CHECK(run("exit 3", 0, 60) == 0 && WEXITSTATUS(status) == 3);
	CHECK_STR(out.data, "");
	CHECK(run("kill -9 $$", 10, 60) == 0 && WTERMSIG(status) == 9);
	CHECK(run("printf 1234", 4, 60) == 0);
	CHECK_STR(out.data, "1234");
	CHECK(run("printf 12345", 4, 60) == -1 && e.code == EX_UNAVAILABLE);
	CHECK(run("read x || echo end", 10, 60) == 0); /* nothing to read */
	CHECK_STR(out.data, "end\n");
	CHECK(capture(argv, 10, 60, &out, &status, &e) == -1 && e.code == EX_CONFIG);
	/* One that never ends, with and without its output. */
	CHECK(run("sleep 1000 & wait", 10, 1) == -1 && e.code == EX_TEMPFAIL);
	CHECK(run("exec >&-; sleep 1000", 10, 1) == -1 && e.code == EX_TEMPFAIL);
	buf_wipe(&out);
	return check_done();
}
