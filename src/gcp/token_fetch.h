/* Where access tokens come from: a row of functions for each type of credentials. */
#ifndef GCP_TOKEN_FETCH_H
#define GCP_TOKEN_FETCH_H

#include "base/buf.h"
#include "base/err.h"
#include "gcp/credentials.h"
#include "net/http.h"

#include <stdint.h>
#include <time.h>
#include <yajl/yajl_tree.h>

#define GCP_SCOPE_PLATFORM "https://www.googleapis.com/auth/cloud-platform"
#define GCP_UNIVERSE_DEFAULT "googleapis.com"

struct token {
	struct buf text;  /* a secret: buf_wipe it */
	uint64_t seconds; /* how long it lives from now */
};

/* For whom a token is fetched. */
struct gcp_ask {
	struct http *http;
	const char *scopes; /* separated by spaces */
	time_t *ahead;      /* seconds that Google's clock is ahead of ours, as far as known */
};

struct gcp_type {
	const char *name;  /* the file's "type" */
	const char *needs; /* what a file of this type is, for messages */
	const enum gcp_field *required;
	size_t n_required;
	/* check(c, v, depth, e): take what is not a string from v, the file's object, and refuse
	 * what does not go together. -1 with EX_CONFIG. May be NULL. depth counts nested
	 * credentials. */
	int (*check)(struct gcp_credentials *c, yajl_val v, unsigned depth, struct err *e);
	/* fetch(c, ask, t, e): a new token in t, which is empty. -1: EX_NOPERM (refused, or what is
	 * needed is not there), EX_TEMPFAIL (no answer), EX_UNAVAILABLE (an answer that is none),
	 * EX_CONFIG (the key can't sign). A refresh token that was replaced is put into c. */
	int (*fetch)(
	    struct gcp_credentials *c, const struct gcp_ask *ask, struct token *t, struct err *e);
	/* describe(c, out): who asks, without secrets, for -v. */
	void (*describe)(const struct gcp_credentials *c, struct buf *out);
};

extern const struct gcp_type gcp_service_account, gcp_authorized_user, gcp_external_user,
    gcp_impersonated, gcp_external_account;

/* gcp_credentials_parse(v, place, depth, e): the credentials in the object v, with all that is
 * nested in it; errors as gcp_credentials_read. */
struct gcp_credentials *gcp_credentials_parse(
    yajl_val v, const char *place, unsigned depth, struct err *e);

/* gcp_fields_take(c, v, e): c's strings from v. -1 with EX_CONFIG: a field that is no string, has
 * control characters, is missing though c->type requires it, or is a URL that would show a secret
 * to the network: not https, unless the host is this machine (for a subject token's, also the link's
 * own metadata addresses: Azure's has no TLS). */
int gcp_fields_take(struct gcp_credentials *c, yajl_val v, struct err *e);

/* gcp_strings_take(c, v, path, out, n, e): the array of strings at path, may be absent. */
int gcp_strings_take(const struct gcp_credentials *c, yajl_val v, const char *path, char ***out,
    size_t *n, struct err *e);

/* token_by_metadata(host, h, t, e): ask the metadata server at host ("Authenticate workloads to
 * Google Cloud APIs using service accounts", Compute Engine; GKE's Workload Identity answers the
 * same), never through a proxy: it would be asked for its own machine's token, or would see ours.
 * -1: EX_NOPERM (nobody answers there, not a metadata server, or no service account), EX_TEMPFAIL
 * (it answers that it can't just now, or its answer was cut). */
int token_by_metadata(const char *host, struct http *h, struct token *t, struct err *e);

/* metadata_universe(host, h, out): append the universe domain of the machine at host
 * ("universe/universe-domain"), or the usual one when it tells none. */
void metadata_universe(const char *host, struct http *h, struct buf *out);

/* token_claims(out, email, audience, scopes, now): append the claims of a JWT made at now (UTC
 * seconds), valid for an hour, as JSON: of a grant ("Using OAuth 2.0 for Server to Server
 * Applications", JWT claim set), or without an audience (NULL) of a self-signed token (AIP-4111). */
void token_claims(
    struct buf *out, const char *email, const char *audience, const char *scopes, time_t now);

/* token_impersonate(c, ask, bearer, t, e): c's GCP_IMPERSONATION_URL answers the bearer token with
 * one of the service account it names, for ask's scopes ("Method: projects.serviceAccounts.
 * generateAccessToken", IAM Service Account Credentials API). Errors as fetch. */
int token_impersonate(const struct gcp_credentials *c, const struct gcp_ask *ask,
    const struct buf *bearer, struct token *t, struct err *e);

/* token_subject_aws(c, ask, out, e): append the proof of an AWS identity that Google's token service
 * takes: a signed GetCallerIdentity request, as encoded JSON (AIP-4117, "Determining the subject
 * token in AWS"). Errors as fetch, and those of the AWS credentials. */
int token_subject_aws(
    const struct gcp_credentials *c, const struct gcp_ask *ask, struct buf *out, struct err *e);

/* token_subject(c, ask, out, e): append the token in c's file or at its URL, read anew each time,
 * since who puts it there replaces it. Errors as fetch. */
int token_subject(
    const struct gcp_credentials *c, const struct gcp_ask *ask, struct buf *out, struct err *e);

/* impersonated_email(url, out): append the account that a generateAccessToken URL names. */
void impersonated_email(const char *url, struct buf *out);

#endif
