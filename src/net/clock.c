#include "net/clock.h"

#include <errno.h>
#include <time.h>

uint64_t
clock_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void
clock_sleep_ms(uint64_t ms)
{
	struct timespec left = {
	    .tv_sec = (time_t)(ms / 1000), .tv_nsec = (long)(ms % 1000 * 1000000)};

	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
}
