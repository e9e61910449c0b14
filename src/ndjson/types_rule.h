/* The checks and spellings that the table in types.c names: what each is of, and by which page, its
 * rows say. Strings come without their escapes, but for STRING and JSON. */
#ifndef NDJSON_TYPES_RULE_H
#define NDJSON_TYPES_RULE_H

#include "ndjson/types.h"

typedef enum verdict type_check(const struct schema_field *f, const struct value *v);

type_check check_string, check_bytes, check_integer, check_float, check_decimal, check_boolean,
    check_timestamp, check_date, check_time, check_datetime, check_interval, check_geography,
    check_json;

/* Append a value that was VALUE_RESPELLED, as JSON. */
typedef void type_spell(struct buf *out, const struct value *v);

type_spell spell_text;      /* what is no string, as a string of its source text */
type_spell spell_integer;   /* an integer of any spelling: its digits, in a string as they came */
type_spell spell_boolean;   /* true or false */
type_spell spell_timestamp; /* digits in a string as the number; else as spell_time does */
type_spell spell_time;      /* two digits in each part */

#endif
