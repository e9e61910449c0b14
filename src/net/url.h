/* Percent-encoding of URL parts. */
#ifndef NET_URL_H
#define NET_URL_H

#include "base/buf.h"

/* url_encode(out, s, len, keep): append s with every byte outside RFC 3986's unreserved set
 * (A-Za-z0-9-._~) and outside keep as %XX, upper case. keep is "" for a query or one path segment,
 * "/" for a whole path. */
void url_encode(struct buf *out, const char *s, size_t len, const char *keep);

/* url_decode(out, s, len, plus): append s with each %XX as its byte, and with plus each '+' as a
 * space (forms, and S3's encoding-type=url). -1 when a '%' is not followed by two hex digits. */
int url_decode(struct buf *out, const char *s, size_t len, int plus);

#endif
