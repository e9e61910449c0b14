/* Base64 (RFC 4648). */
#ifndef NET_BASE64_H
#define NET_BASE64_H

#include "base/buf.h"

/* base64_encode(out, data, len): append the standard alphabet with padding (section 4). */
void base64_encode(struct buf *out, const void *data, size_t len);

/* base64url_encode(out, data, len): append the URL-safe alphabet without padding (section 5), as
 * JWTs have it (RFC 7515, section 2). */
void base64url_encode(struct buf *out, const void *data, size_t len);

#endif
