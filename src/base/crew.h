/* Work on a sequence of pieces, side by side on threads, its outcome in order.
 *
 * Each hand of the crew repeats four steps: take the next piece, work on it, give the outcome,
 * settle what giving left to do. Pieces are taken one at a time and given one at a time in the
 * order they were taken; working and settling run side by side. So take and give need no locks of
 * their own, and what they do does not depend on the number of threads. */
#ifndef BASE_CREW_H
#define BASE_CREW_H

#include "base/err.h"

/* What take returns beside -1. */
enum crew_take {
	CREW_NONE,  /* there are no more pieces */
	CREW_PIECE, /* a piece */
	CREW_ALONE /* a piece that is only given, with nothing else being taken until it is settled:
		      give may go on taking */
};

/* Each step gets arg and a hand, which one thread uses at a time. -1 with e ends the work: the
 * steps of earlier pieces are still done, and the error told is that of the earliest piece (an
 * error in settling: the first). work and settle may be NULL. */
struct crew {
	unsigned threads; /* at least 1, which is the caller's own */
	void *arg;
	void *(*hand_new)(void *arg);
	void (*hand_free)(void *hand);
	int (*take)(void *arg, void *hand, struct err *e);
	int (*work)(void *arg, void *hand, struct err *e);
	int (*give)(void *arg, void *hand, struct err *e);
	int (*settle)(void *arg, void *hand, struct err *e);
	void (*stop)(
	    void *arg); /* called once when a step fails, while take may be waiting; may be NULL */
};

/* crew_run(crew, e): all pieces, from the first to the last; no thread is left behind. A thread
 * that can't be started is done without. -1 with what a step set. */
int crew_run(const struct crew *crew, struct err *e);

/* crew_cpus(): the CPUs that this process may use: those of its affinity, or as many as its control
 * groups grant (cgroup v2 cpu.max, v1 cpu.cfs_quota_us) when those are fewer, fractions rounded up:
 * 100m is 1. */
unsigned crew_cpus(void);

/* cpus_granted(mount, groups, most): the least of most and the quotas of a process whose
 * /proc/self/cgroup is groups (cgroups(7)), with its hierarchies below mount. */
unsigned cpus_granted(const char *mount, const char *groups, unsigned most);

#endif
