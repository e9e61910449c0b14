/* Strings and scalars of JSON, checked byte by byte against RFC 8259 sections 6 and 7 and the UTF-8
 * table of the Unicode Standard (3-7). */
#ifndef NDJSON_SCAN_TEXT_H
#define NDJSON_SCAN_TEXT_H

#include "ndjson/reject.h"

/* Where and why a check failed. */
struct scan_fault {
	enum reject reason;
	const char *at;       /* the offending byte, or the end of the text */
	const char *expected; /* what should be there, for "expected %s"; NULL: reason says all */
};

/* text_string(p, end, escaped, f): p is behind an opening quote; the closing quote, or NULL with
 * *f. *escaped is set when the string holds a backslash, else left alone. */
const char *text_string(const char *p, const char *end, int *escaped, struct scan_fault *f);

/* text_scalar(p, end, f): the end of the number, true, false or null that starts at p, or NULL with
 * *f. */
const char *text_scalar(const char *p, const char *end, struct scan_fault *f);

/* text_skip_string(p, end, escaped): as text_string for trusted text: only the closing quote is
 * looked for; NULL when there is none. */
const char *text_skip_string(const char *p, const char *end, int *escaped);

/* text_space(p, end): the first byte from p on that is no white space of JSON, or end. */
static inline const char *
text_space(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\r' || *p == '\n'))
		p++;
	return p;
}

#endif
