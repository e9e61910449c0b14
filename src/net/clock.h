/* The time that never jumps, for limits and waits. */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <stdint.h>

/* clock_ms(): milliseconds since some start. */
uint64_t clock_ms(void);

/* clock_sleep_ms(ms): wait so long, signals notwithstanding. */
void clock_sleep_ms(uint64_t ms);

#endif
