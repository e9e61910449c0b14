/* Google access tokens: who the program is, and the header that says so. One struct gcp_auth
 * serves all threads of a program: the token is fetched once, kept until five minutes before it
 * expires, and refreshed by one thread while the others wait. */
#ifndef GCP_TOKEN_H
#define GCP_TOKEN_H

#include "base/buf.h"
#include "base/err.h"
#include "net/http.h"

/* Scopes, separated by spaces when there are several (Google "OAuth 2.0 Scopes for Google APIs").
 * */
#define GCP_SCOPE_STORAGE "https://www.googleapis.com/auth/devstorage.read_write"
#define GCP_SCOPE_BIGQUERY "https://www.googleapis.com/auth/bigquery"

struct gcp_auth;

/* gcp_auth_new(scopes, emulator, e): read the credentials in the order of "How Application Default
 * Credentials works": the file that GOOGLE_APPLICATION_CREDENTIALS names; gcloud's
 * application_default_credentials.json, in CLOUDSDK_CONFIG or ~/.config/gcloud; or nothing yet when
 * there is neither (the first gcp_auth_header asks the metadata server). emulator is the value of the
 * service's emulator host variable, or NULL: with one, nothing is looked for that no variable names,
 * and with none of GOOGLE_APPLICATION_CREDENTIALS, CLOUDSDK_CONFIG and GCE_METADATA_HOST requests go
 * out without a token. NULL: EX_CONFIG (a file or variable is malformed, the credentials are of
 * another universe domain than GOOGLE_CLOUD_UNIVERSE_DOMAIN, a type that is not supported),
 * EX_NOPERM (the file is not there or can't be read). The caller frees it after its threads ended. */
struct gcp_auth *gcp_auth_new(const char *scopes, const char *emulator, struct err *e);
void gcp_auth_free(struct gcp_auth *auth);

/* gcp_auth_universe(auth): the universe domain its services are in, "googleapis.com" for nearly
 * all: GOOGLE_CLOUD_UNIVERSE_DOMAIN, or the credentials' own. Lives with auth. */
const char *gcp_auth_universe(const struct gcp_auth *auth);

/* gcp_auth_project(auth): the header line that names the project that pays, or NULL. Lives with auth. */
const char *gcp_auth_project(const struct gcp_auth *auth);

/* gcp_auth_header(auth, h, line, e): clear line and put "Authorization: Bearer ..." in it, or
 * leave it empty when no token is needed. A missing or old token is fetched over h, under the
 * retry policy, by one thread for all: the others go on with the old one while it lives, else wait.
 * When that fails while the old token lives, it is used on, and it is warned once. line holds a
 * secret: buf_wipe it. -1: EX_NOPERM (no credentials: says where it looked; or they were refused),
 * EX_TEMPFAIL (the token endpoint did not answer), EX_CONFIG (the key can't sign, the machine is of
 * another universe domain). Under -v the first fetch tells who asks. */
int gcp_auth_header(struct gcp_auth *auth, struct http *h, struct buf *line, struct err *e);

/* gcp_auth_refresh(auth, line): a request that carried line was answered 401: forget that token,
 * unless another thread already replaced it. The next gcp_auth_header fetches. */
void gcp_auth_refresh(struct gcp_auth *auth, const struct buf *line);

/* gcp_send(auth, h, req, classify, res, e): http_send with the Authorization line added to req's
 * own headers before each attempt, and x-goog-user-project with the project that pays (
 * GOOGLE_CLOUD_QUOTA_PROJECT, or the file's "quota_project_id": "Quota project overview"); a 401 refreshes the token once and asks again. Errors are
 * those of http_send and gcp_auth_header; res is to be freed in any case. */
int gcp_send(struct gcp_auth *auth, struct http *h, const struct http_request *req,
    http_classify *classify, struct http_response *res, struct err *e);

/* gcp_once(auth, h, req, res, e): as gcp_send, but http_once: one attempt and, after a 401,
 * another. */
int gcp_once(struct gcp_auth *auth, struct http *h, const struct http_request *req,
    struct http_response *res, struct err *e);

/* gcp_base_url(out, emulator, service, universe): append the address a service is asked at, without
 * a '/' at its end: emulator (with or without "http://"), or "https://SERVICE.UNIVERSE" when emulator
 * is NULL or empty. */
void gcp_base_url(struct buf *out, const char *emulator, const char *service, const char *universe);

#endif
