/* A limit on bytes a second, as a token bucket that may go into debt: what was moved is paid for by the
 * time that nothing may move after it, so that the mean is kept exactly whatever the size of the
 * pieces. Pure: times are arguments. */
#ifndef NET_RATE_H
#define NET_RATE_H

#include <stdint.h>

struct rate {
	double per_ms;  /* bytes; 0: no limit */
	double balance; /* bytes that may move now; below 0: debt */
	uint64_t at_ms; /* when the balance was that */
};

/* rate_set(r, bytes_per_s, now_ms): from now on; 0 is no limit. */
void rate_set(struct rate *r, uint64_t bytes_per_s, uint64_t now_ms);

/* rate_wait_ms(r, now_ms): 0 when bytes may move now, else the milliseconds until they may. A time
 * without use saves up an eighth of a second at most. */
uint64_t rate_wait_ms(struct rate *r, uint64_t now_ms);

/* rate_spend(r, n): n bytes were moved. */
void rate_spend(struct rate *r, uint64_t n);

/* rate_piece(bytes_per_s, most): how many bytes to move at a time under such a limit: an eighth of a
 * second's, from 1 KiB to most. */
uint64_t rate_piece(uint64_t bytes_per_s, uint64_t most);

#endif
