/* Where in a JSON text a value of its tree stands: yajl's trees know no positions. */
#ifndef NDJSON_SCHEMA_PLACE_H
#define NDJSON_SCHEMA_PLACE_H

#include <stddef.h>
#include <yajl/yajl_tree.h>

/* schema_place(text, len, root, value, line, column): the place, counted from 1 in bytes, of the
 * first byte of value, a node of the tree root that was parsed from text. */
void schema_place(
    const char *text, size_t len, yajl_val root, yajl_val value, size_t *line, size_t *column);

/* schema_line(text, at, line, column): the place of the byte at in text. */
void schema_line(const char *text, const char *at, size_t *line, size_t *column);

#endif
