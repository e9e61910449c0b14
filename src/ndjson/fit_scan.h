/* Steps over JSON that is known to be valid: no step looks for errors, none goes past end. */
#ifndef NDJSON_FIT_SCAN_H
#define NDJSON_FIT_SCAN_H

#include "ndjson/types.h"

/* scan_space(p, end): the first byte from p on that is no white space. */
static inline const char *
scan_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

/* scan_string(p, end): the closing quote of the string whose first byte (after its quote) is at p;
 * end when there is none. */
const char *scan_string(const char *p, const char *end);

/* scan_value(p, end, v): the end of the value that starts at p, which is described in *v; a
 * container's text is all of it. */
const char *scan_value(const char *p, const char *end, struct value *v);

#endif
