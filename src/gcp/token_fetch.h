/* The two places an access token comes from. */
#ifndef GCP_TOKEN_FETCH_H
#define GCP_TOKEN_FETCH_H

#include "base/buf.h"
#include "base/err.h"
#include "gcp/credentials.h"
#include "net/http.h"

#include <stdint.h>
#include <time.h>

struct token {
	struct buf text;  /* a secret: buf_wipe it */
	uint64_t seconds; /* how long it lives from now */
};

/* token_claims(out, sa, scopes, now): append the claims of a JWT grant made at now (UTC seconds),
 * valid for an hour, as JSON ("Using OAuth 2.0 for Server to Server Applications", JWT claim
 * set). */
void token_claims(
    struct buf *out, const struct service_account *sa, const char *scopes, time_t now);

/* token_by_key(sa, scopes, h, t, e): exchange a JWT signed by sa's key at its token_uri (RFC
 * 7523). -1: EX_CONFIG (the key can't sign), EX_NOPERM (refused), EX_TEMPFAIL (no answer). */
int token_by_key(const struct service_account *sa, const char *scopes, struct http *h,
    struct token *t, struct err *e);

/* token_from_metadata(host, h, t, e): ask the metadata server at host ("Authenticate workloads to
 * Google Cloud APIs using service accounts", Compute Engine), never through a proxy: it would be
 * asked for its own machine's token, or would see ours. -1: EX_NOPERM (nobody answers there, not a metadata server, or no service account), EX_TEMPFAIL (it answers that it can't
 * just now, or its answer was cut). */
int token_from_metadata(const char *host, struct http *h, struct token *t, struct err *e);

#endif
