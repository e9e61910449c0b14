/* A request to a token endpoint and its answer: what the types of credentials share. */
#ifndef GCP_TOKEN_REQUEST_H
#define GCP_TOKEN_REQUEST_H

#include "gcp/token_fetch.h"

/* token_form(form, name, value): append name=value, encoded, to a form. The first call makes room, so
 * that growing leaves no copy of a secret behind. */
void token_form(struct buf *form, const char *name, const char *value);

/* token_basic(c, out): put "Authorization: Basic ..." of c's client id and secret into out, which
 * is a secret then (RFC 6749 section 2.3.1); nothing when c has none. */
void token_basic(const struct gcp_credentials *c, struct buf *out);

/* token_url_default(c, method): where c's file has no "token_url": the method of the Security Token
 * Service of its universe. */
void token_url_default(struct gcp_credentials *c, const char *method);

struct token_post {
	const char *url;
	const char *type;          /* Content-Type of body */
	const char *authorization; /* a header line, or NULL */
	const struct buf *body;
};

/* token_post(ask, p, res, e): post and take the answer, whatever its status, under the retry policy:
 * asking for another token changes nothing. -1 as http_send. */
int token_post(const struct gcp_ask *ask, const struct token_post *p, struct http_response *res,
    struct err *e);

/* token_answer(res, url, t, e): t from the answer {"access_token": ..., "expires_in": ...} (RFC
 * 6749 section 5.1), whose bytes are overwritten. A new refresh token, if c is not NULL, replaces
 * c's. -1 with EX_UNAVAILABLE when it is none. */
int token_answer(struct http_response *res, const char *url, struct gcp_credentials *c,
    struct token *t, struct err *e);

/* token_refused(res, url, what, hint, e): e for an answer that refuses what ("the key of ..."):
 * EX_NOPERM with the service's own reason, and hint (NULL: none) as what to do; EX_TEMPFAIL when it only can't just now. Takes
 * both forms: RFC 6749 section 5.2 and Google's {"error": {"status", "message"}}. Returns -1. */
int token_refused(const struct http_response *res, const char *url, const char *what,
    const char *hint, struct err *e);

#endif
