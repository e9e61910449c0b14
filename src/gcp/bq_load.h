/* One load job, Cloud Storage to a TEMP table, exactly once: its id is made of what it does, so the
 * same work is the same job whoever asks again (BigQuery REST reference, "JobConfigurationLoad").
 */
#ifndef GCP_BQ_LOAD_H
#define GCP_BQ_LOAD_H

#include "base/buf.h"
#include "base/err.h"
#include "gcp/bq.h"

#include <stddef.h>
#include <stdint.h>
#include <yajl/yajl_tree.h>

/* "Quotas and limits", Load jobs: source URIs in one job configuration. */
#define BQ_LOAD_MOST_URIS 10000

struct bq_source {
	const char *uri, *generation;
};

struct bq_load {
	const struct bq_table *table;
	const char *hour;  /* "" when none was given */
	struct buf fields; /* schema: a JSON array of fields */
	struct bq_source *source;
	size_t n;
	uint64_t expires_ms; /* when a TEMP made here goes away, since 1970; 0: never */

	unsigned attempt; /* the last one looked at */
	yajl_val job;     /* of that attempt */
	int attached;     /* that job was there already */
	uint64_t rows;    /* that it loaded */
};

/* bq_load_fields(l, path, e): check a schema file and take its fields. EX_CONFIG:
 * "path:line:column: ...", also when it can't be read. */
int bq_load_fields(struct bq_load *l, const char *path, struct err *e);

/* bq_load_config(out, l): append the job's configuration. Pure. */
void bq_load_config(struct buf *out, const struct bq_load *l);

/* bq_load_id(out, l): append "hourtools_load_", 32 hex digits of the SHA-256 of project, hour,
 * configuration (table, URIs, schema, options) and generations, '_' and l->attempt. Pure. */
void bq_load_id(struct buf *out, const struct bq_load *l);

/* bq_load_start(b, l, e): make TEMP when missing, then start the job, or attach to it when it runs,
 * or take its success when TEMP still holds what it loaded. A job that failed, or whose TEMP is
 * gone or was changed since, is left behind: the next attempt has its own id. Errors of bq_call. */
int bq_load_start(struct bq *b, struct bq_load *l, struct err *e);

/* bq_load_finish(b, l, e): wait until it is DONE. Backend trouble starts the next attempt, three in
 * all. 0 with l->rows. -1: EX_DATAERR for records that BigQuery refused, EX_NOINPUT for an object
 * that is gone, else bq_code of the reason; e is the first error of l->job and bq_job_error has
 * them all. */
int bq_load_finish(struct bq *b, struct bq_load *l, struct err *e);

void bq_load_free(struct bq_load *l);

#endif
