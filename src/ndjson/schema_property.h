/* One field of a schema file: its properties read and checked. Part of schema.c's work. */
#ifndef NDJSON_SCHEMA_PROPERTY_H
#define NDJSON_SCHEMA_PROPERTY_H

#include "ndjson/schema.h"

#include <yajl/yajl_tree.h>

struct schema_parse {
	const char *name, *text;
	size_t len;
	yajl_val root;
	struct schema *schema;
	struct err *e;
};

/* schema_fail(p, at, fmt, ...): fill p->e with EX_CONFIG, the place of the node at, and the
 * sentence; -1. */
int schema_fail(struct schema_parse *p, yajl_val at, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* schema_property(object, name): the value, or NULL when object has none of that name. */
yajl_val schema_property(yajl_val object, const char *name);

/* schema_check_properties(p, v): 0 when each property of the field v is one that BigQuery knows and
 * is there once. */
int schema_check_properties(struct schema_parse *p, yajl_val v);

/* schema_read_type(p, v, column, type): the type property of v; column is for the message. */
int schema_read_type(
    struct schema_parse *p, yajl_val v, const char *column, enum schema_type *type);

/* schema_read_mode(p, v, f), schema_read_parameters(p, v, f): the mode, and maxLength, precision,
 * scale and timestampPrecision, of v into f, whose name and type are set. */
int schema_read_mode(struct schema_parse *p, yajl_val v, struct schema_field *f);
int schema_read_parameters(struct schema_parse *p, yajl_val v, struct schema_field *f);

#endif
