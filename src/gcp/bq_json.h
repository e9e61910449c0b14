/* JSON trees written back as text: schemas of tables are read, changed and sent again. Pure. */
#ifndef GCP_BQ_JSON_H
#define GCP_BQ_JSON_H

#include "base/buf.h"

#include <yajl/yajl_tree.h>

/* bq_json_write(out, v): append v as compact JSON; numbers keep their spelling. v comes from
 * json_parse, so its depth is bounded. */
void bq_json_write(struct buf *out, yajl_val v);

/* bq_json_member(out, name, text): append "name":"text" as a member of the object that out ends in,
 * with a comma where one is needed; nothing when text is NULL. */
void bq_json_member(struct buf *out, const char *name, const char *text);

#endif
