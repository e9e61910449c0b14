/* How far a program's uploads are, counted by all its threads. */
#ifndef GCP_GCS_TALLY_H
#define GCP_GCS_TALLY_H

#include "base/progress.h"

#include <stdatomic.h>
#include <stdint.h>

struct gcs_tally {
	struct progress *progress; /* the caller's; its first count is of objects; NULL: none */
	uint64_t size;             /* bytes of all files; 0: not known */
	_Atomic uint64_t bytes, objects;
};

/* gcs_tally_bytes(t, n): n more bytes of a source are sent, or need not be. gcs_tally_object(t): one
 * more object is done. t may be NULL. */
void gcs_tally_bytes(struct gcs_tally *t, uint64_t n);
void gcs_tally_object(struct gcs_tally *t);

#endif
