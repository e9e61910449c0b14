/* Pieces of request bodies. Pure. */
#ifndef GCP_BQ_JSON_H
#define GCP_BQ_JSON_H

#include "base/buf.h"

/* bq_json_member(out, name, text): append "name":"text" as a member of the object that out ends in,
 * with a comma where one is needed; nothing when text is NULL. */
void bq_json_member(struct buf *out, const char *name, const char *text);

#endif
