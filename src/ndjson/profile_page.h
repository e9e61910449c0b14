/* One path of the page that profile_html writes. */
#ifndef NDJSON_PROFILE_PAGE_H
#define NDJSON_PROFILE_PAGE_H

#include "base/buf.h"
#include "ndjson/infer.h"

/* page_text(out, s, len): append s for an element or an attribute's value in double quotes: & < > " '
 * as references. */
void page_text(struct buf *out, const char *s, size_t len);

/* page_conflict(out, in, p, number): append the list item of a path of mixed types, with a link to
 * that path, whose anchor is "p" and number. */
void page_conflict(
    struct buf *out, const struct infer *in, const struct infer_path *p, size_t number);

/* page_line(out, p): append what is seen of a path when it is closed: name, bar of shares,
 * types, the shares in words, an example. */
void page_line(struct buf *out, const struct infer_path *p);

/* page_facts(out, in, p): append what is seen once it is open. */
void page_facts(struct buf *out, const struct infer *in, const struct infer_path *p);

#endif
