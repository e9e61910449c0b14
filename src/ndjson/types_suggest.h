/* Which narrower type the text of a string could be loaded as: what ndschema suggests for a column
 * whose values are all strings, and applies only when told. */
#ifndef NDJSON_TYPES_SUGGEST_H
#define NDJSON_TYPES_SUGGEST_H

#include "ndjson/types.h"

/* A set of types: the bit of a type is 1u << type. */
#define SUGGEST(type) (1u << (type))
#define SUGGEST_ALL                                                                      \
	(SUGGEST(TYPE_INTEGER) | SUGGEST(TYPE_FLOAT) | SUGGEST(TYPE_NUMERIC) |           \
	    SUGGEST(TYPE_BIGNUMERIC) | SUGGEST(TYPE_BOOLEAN) | SUGGEST(TYPE_TIMESTAMP) | \
	    SUGGEST(TYPE_DATE) | SUGGEST(TYPE_TIME) | SUGGEST(TYPE_DATETIME))

/* types_narrowest(v, among, scratch): which of the types of the set among the string v (as it
 * stands in JSON, escapes as they are) may be loaded as, so that what was written can be read back
 * from the column. Each is one that types_check accepts (plain columns, without parameters), and
 * fewer: no number whose leading zeros would be lost ("007"), no FLOAT of more digits than double
 * precision keeps, no TIMESTAMP of digits alone (they are an INTEGER as well). The empty string is
 * of no type. The set of a column is that of its strings, one after another:
 *     set = types_narrowest(&v, set, &scratch), from SUGGEST_ALL on.
 * A few instructions once the set is empty or when the first byte tells. */
unsigned types_narrowest(const struct value *v, unsigned among, struct buf *scratch);

/* types_suggested(set, type): the type to suggest for strings of that set into *type: the first of
 * INTEGER, FLOAT, NUMERIC, BIGNUMERIC, BOOLEAN, DATE, TIME, TIMESTAMP, DATETIME that holds them all
 * ("0" and "1" alone are INTEGER). 0 when there is none, or no string was seen: STRING. */
int types_suggested(unsigned set, enum schema_type *type);

#endif
