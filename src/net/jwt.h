/* Signed JSON Web Tokens, compact form (RFC 7515 section 3.1), by RS256 (RFC 7518 section 3.3). */
#ifndef NET_JWT_H
#define NET_JWT_H

#include "base/buf.h"
#include "base/err.h"

/* jwt_rs256(out, key_id, claims, pem, e): append header.claims.signature. claims is the finished
 * JSON object; key_id goes into the header's "kid", NULL leaves it out; pem is an unencrypted RSA
 * private key (PKCS#8 or PKCS#1). -1 with EX_CONFIG when pem is no such key or can't sign; the
 * message holds nothing of the key. */
int jwt_rs256(
    struct buf *out, const char *key_id, const char *claims, const char *pem, struct err *e);

#endif
