/* Progress: what a line says at a moment, without a clock. */
#include "base/progress.h"
#include "base/msg.h"
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#define GIB (1ull << 30)

static const char *
text(const struct progress_state *state, const struct progress_rate *rate)
{
	static struct buf out;

	buf_clear(&out);
	progress_text(&out, state, rate);
	return out.data;
}

static const char *
members(const struct progress_state *state, const struct progress_rate *rate)
{
	static struct buf out;

	buf_clear(&out);
	progress_members(&out, state, rate);
	return out.data;
}

/* What stderr gets, in JSON but for its time, and in words. */
static void
figures(const char *format, const char *expected)
{
	char line[256], *p = line;
	int fds[2], kept = dup(STDERR_FILENO);
	ssize_t n;

	setenv("LOG_FORMAT", format, 1);
	CHECK(pipe(fds) == 0 && dup2(fds[1], STDERR_FILENO) >= 0);
	msg_figures("\"bytes\":5", "5 \"bytes\"");
	CHECK(dup2(kept, STDERR_FILENO) >= 0);
	close(fds[1]);
	n = read(fds[0], line, sizeof line - 1);
	line[n > 0 ? n : 0] = '\0';
	if (line[0] == '{')
		p = line + strlen("{\"time\":\"2021-01-01T00:00:00Z\",");
	CHECK_STR(p, expected);
	close(fds[0]);
	close(kept);
}

int
main(void)
{
	struct progress_state state = {.name = {"types", "rejects"}};
	struct progress_rate rate = {0};

	CHECK_STR(text(&state, &rate), "0 bytes, 0 bytes/s");
	progress_sample(&rate, 0, 0);
	progress_sample(&rate, 1000, GIB / 4);
	state = (struct progress_state){GIB / 4, GIB, {"types", "rejects"}, {20, 3}};
	CHECK_STR(text(&state, &rate),
	    "256 MiB of 1.0 GiB (25%), 256 MiB/s, 20 types, 3 rejects, 3 s left");
	CHECK_STR(members(&state, &rate),
	    "\"bytes\":268435456,\"size\":1073741824,\"bytes_per_second\":268435456,"
	    "\"seconds_left\":3,\"types\":20,\"rejects\":3");
	state.size = 0;
	state.count[1] = 0;
	CHECK_STR(members(&state, &rate),
	    "\"bytes\":268435456,\"bytes_per_second\":268435456,\"types\":20,\"rejects\":0");
	CHECK_STR(text(&state, &rate), "256 MiB, 256 MiB/s, 20 types");

	/* a file that grew while it was read */
	state.size = GIB / 8;
	CHECK_STR(text(&state, &rate), "256 MiB, 256 MiB/s, 20 types");

	/* stalled: old samples go, no time left is made up */
	for (uint64_t i = 0; i < PROGRESS_SAMPLES; i++)
		progress_sample(&rate, 1250 + i * 250, GIB / 4);
	state.size = GIB;
	CHECK_STR(text(&state, &rate), "256 MiB of 1.0 GiB (25%), 0 bytes/s, 20 types");

	/* slowly on */
	progress_sample(&rate, 9250, GIB / 4 + 775 * 1024);
	CHECK_STR(
	    text(&state, &rate), "256 MiB of 1.0 GiB (25%), 100 KiB/s, 20 types, 2 h 11 min left");
	state.done = GIB - 100 * 1024 * 61;
	CHECK_STR(
	    text(&state, &rate), "1.0 GiB of 1.0 GiB (99%), 100 KiB/s, 20 types, 1 min 01 s left");
	figures("json",
	    "\"severity\":\"INFO\",\"program\":\"progress\",\"message\":\"5 \\\"bytes\\\"\","
	    "\"bytes\":5}\n");
	figures("", "progress: 5 \"bytes\"\n");
	return check_done();
}
