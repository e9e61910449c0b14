/* The time that never jumps. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* clock_ms(): milliseconds since some start. */
uint64_t clock_ms(void);

#endif
