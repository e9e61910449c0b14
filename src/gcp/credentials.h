/* Credentials files of Google's client libraries, read into a tree: "How Application Default
 * Credentials works" (Google Cloud, Authentication), AIP-4110 to AIP-4117 (google.aip.dev).
 * Fetching a token with them is token_fetch.h. */
#ifndef GCP_CREDENTIALS_H
#define GCP_CREDENTIALS_H

#include "base/err.h"

#include <stddef.h>
#include <stdint.h>

/* The strings of a file, whatever its type; credentials_field.c has their names and rules. */
enum gcp_field {
	GCP_EMAIL,
	GCP_KEY, /* a secret, as all up to GCP_REFRESH_TOKEN; the whole tree is wiped anyway */
	GCP_CLIENT_SECRET,
	GCP_REFRESH_TOKEN,
	GCP_KEY_ID,
	GCP_TOKEN_URI, /* "token_uri" of Google's own accounts */
	GCP_TOKEN_URL, /* "token_url" of external ones */
	GCP_CLIENT_ID,
	GCP_AUDIENCE,
	GCP_SUBJECT_TYPE,
	GCP_USER_PROJECT,
	GCP_IMPERSONATION_URL,
	GCP_QUOTA_PROJECT,
	GCP_UNIVERSE,
	GCP_SUBJECT_FILE,
	GCP_SUBJECT_URL,
	GCP_FORMAT,
	GCP_FORMAT_FIELD,
	GCP_ENVIRONMENT,
	GCP_VERIFICATION_URL,
	GCP_REGION_URL,
	GCP_SESSION_URL,
	GCP_FIELDS
};

struct gcp_type; /* what one type of credentials needs and does: token_fetch.h */

struct gcp_credentials {
	const struct gcp_type *type;
	char *place;             /* for messages: "FILE", "FILE: source_credentials" */
	char *field[GCP_FIELDS]; /* NULL: not told */
	char **delegate;         /* accounts, or "projects/-/serviceAccounts/ACCOUNT" */
	size_t n_delegate;
	char **header; /* "Name: value", for GCP_SUBJECT_URL */
	size_t n_header;
	uint64_t lifetime_s;            /* of an impersonated token; 0: the hour that is usual */
	struct gcp_credentials *source; /* who impersonates */
};

/* gcp_credentials_read(path, from, e): the credentials in the JSON file at path; from says who
 * named it, for messages. NULL: EX_NOPERM (not there, or not readable), EX_CONFIG (not JSON, a
 * field is missing or not what it must be, a type that is not supported: the message names the
 * place). */
struct gcp_credentials *gcp_credentials_read(const char *path, const char *from, struct err *e);

/* gcp_credentials_find(path, from): the file that is to be read: the one that
 * GOOGLE_APPLICATION_CREDENTIALS names, there or not; else gcloud's
 * application_default_credentials.json in CLOUDSDK_CONFIG, or in ~/.config/gcloud, when it is there.
 * 1 with path, the caller's to free, and from, a constant; 0 when there is none: path is then the
 * last that was looked for, or NULL. named is 1 to look only where a variable leads. */
int gcp_credentials_find(int named, char **path, const char **from);

/* gcp_credentials_free(c): the strings' bytes are overwritten first. NULL is ignored. */
void gcp_credentials_free(struct gcp_credentials *c);

#endif
