/* Credentials files of Google's client libraries ("How Application Default Credentials works").
 * */
#ifndef GCP_CREDENTIALS_H
#define GCP_CREDENTIALS_H

#include "base/err.h"

/* A service account's key. All strings are owned; key is a secret. */
struct service_account {
	char *path;                             /* the file it came from, for messages */
	char *email, *key, *key_id, *token_uri; /* key_id may be NULL */
};

/* service_account_read(path, sa, e): the key in the JSON file at path. -1: EX_NOPERM (not there,
 * or not readable), EX_CONFIG (not JSON, a field is missing, or its "type" is not
 * service_account). sa is empty after a failure. */
int service_account_read(const char *path, struct service_account *sa, struct err *e);

/* service_account_free(sa): the key's bytes are overwritten first. An empty sa is ignored. */
void service_account_free(struct service_account *sa);

#endif
