/* One row that a load job refused, checked by the rules of ndfit. */
#ifndef GCP_BQ_ROW_H
#define GCP_BQ_ROW_H

#include "gcp/bq_explain.h"

struct bq_row;

/* bq_row_new(fields, tell, ctx, e): fields is the schema of the load, a JSON array. NULL with EX_CONFIG. */
struct bq_row *bq_row_new(const struct buf *fields, bq_tell *tell, void *ctx, struct err *e);
void bq_row_free(struct bq_row *r);

/* bq_row_tell(r, line): pass a line on. */
void bq_row_tell(const struct bq_row *r, const char *line);

/* bq_row_explain(r, uri, line, position, row, beyond): tell what is wrong with the line row (beyond more bytes of
 * it were not kept), then how it begins. line 0: not counted, the position is told. */
void bq_row_explain(struct bq_row *r, const char *uri, uint64_t line, uint64_t position,
    const struct buf *row, uint64_t beyond);

#endif
