/* The words that all profiles share: for printers of profile.h. */
#ifndef NDJSON_PROFILE_TEXT_H
#define NDJSON_PROFILE_TEXT_H

#include "base/buf.h"
#include "ndjson/infer.h"

/* The figures that stay apart: all that a value may be instead of something. */
enum profile_void {
	VOID_MISSING,
	VOID_NULL,
	VOID_EMPTY_STRING,
	VOID_ZERO,
	VOID_FALSE,
	VOID_EMPTY_ARRAY,
	VOID_EMPTY_OBJECT
};
enum { PROFILE_VOIDS = VOID_EMPTY_OBJECT + 1 };

extern const char *const profile_void_name[PROFILE_VOIDS]; /* missing, null, "", 0, false, [], {} */

/* profile_voids(p, n): how often p was each of them. */
void profile_voids(const struct infer_path *p, uint64_t n[PROFILE_VOIDS]);

/* profile_next(p): the path after p: its elements, its keys, then what follows it in its parent; NULL
 * after the last. From in->top on it gives every path once, in the order of their names. */
const struct infer_path *profile_next(const struct infer_path *p);

/* profile_base(p, what): how often the parent could have had p, what percentages of p are of; *what is
 * "records", "objects" (of the parent) or "elements". */
uint64_t profile_base(const struct infer_path *p, const char **what);

/* profile_count(out, n): 1,234,567. profile_share(out, part, whole): 12.3%; 0% and 100% only when
 * that is exact, <0.1% and >99.9% next to them. */
void profile_count(struct buf *out, uint64_t n);
void profile_share(struct buf *out, uint64_t part, uint64_t whole);

/* profile_tenths(part, whole): the share in tenths of a percent, 1 to 999 unless it is none or all. */
unsigned profile_tenths(uint64_t part, uint64_t whole);

/* profile_visible(out, s, len): append s in UTF-8, with what can't be seen or moves other text (controls,
 * format characters, blanks other than a space, unassigned and private ones) and backslashes escaped
 * as in a JSON string; bytes that are no UTF-8 become \ufffd. quote: " is escaped as well. */
void profile_visible(struct buf *out, const char *s, size_t len, int quote);

/* profile_value(out, t): append a value as in JSON, visible, with an ellipsis behind when it was cut;
 * nothing when t holds none. */
void profile_value(struct buf *out, const struct infer_text *t);

/* profile_path(out, p): append the JSON Pointer of p, visible. */
void profile_path(struct buf *out, const struct infer_path *p);

/* profile_place(out, in, at): append "source:line", or nothing when it is nowhere. */
void profile_place(struct buf *out, const struct infer *in, const struct infer_place *at);

/* profile_types(out, p): append the JSON types of p: "INTEGER", "INTEGER 75%, STRING 25%", "null" when
 * there is no value; shares are of the values that are not null. */
void profile_types(struct buf *out, const struct infer_path *p);

/* profile_notes(p, in, note, arg): call note with each thing worth knowing of p beyond its counts, as
 * a phrase without a full stop. */
typedef void profile_note(void *arg, const char *text);
void profile_notes(
    const struct infer_path *p, const struct infer *in, profile_note *note, void *arg);

/* profile_title(out, in): append what was looked at: "1,234 records in 2 files, 56 paths". profile_sample
 * appends "from a sample, ..." and returns non-zero, or 0 when all was looked at. */
void profile_title(struct buf *out, const struct infer *in);
int profile_sample(struct buf *out, const struct infer *in);

#endif
