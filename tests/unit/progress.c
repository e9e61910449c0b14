/* Progress: what a line says at a moment, without a clock. */
#include "base/progress.h"
#include "check.h"

#define GIB (1ull << 30)

static const char *
text(const struct progress_state *state, const struct progress_rate *rate)
{
	static struct buf out;

	buf_clear(&out);
	progress_text(&out, state, rate);
	return out.data;
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
	state.size = 0;
	state.count[1] = 0;
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
	return check_done();
}
