/* The time that never jumps. */
#ifndef NET_CLOCK_H
#define NET_CLOCK_H

#include <stdint.h>

/* clock_ms(): milliseconds since some start. */
uint64_t clock_ms(void);

#endif
