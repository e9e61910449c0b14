/* What gcp_auth_new puts together and token.c keeps fresh; only those two look inside. */
#ifndef GCP_AUTH_H
#define GCP_AUTH_H

#include "gcp/credentials.h"
#include "gcp/token.h"

#include <pthread.h>
#include <time.h>

struct gcp_auth {
	struct gcp_credentials *file; /* NULL: the metadata server */
	int none;                     /* an emulator without credentials */
	char *scopes, *metadata_host;
	char *universe; /* NULL: the usual one, unless the metadata server tells another */
	char *project;  /* "x-goog-user-project: ...", or NULL */
	char *absent;   /* gcloud's file, that is not there, or NULL */
	time_t ahead;   /* see gcp_ask; of the thread that fetches */

	pthread_mutex_t lock; /* for what is below; not held while a token is fetched */
	pthread_cond_t fetched;
	int fetching;    /* one thread does */
	unsigned rounds; /* fetches that ended; the last one: */
	int failed;
	struct err why;
	struct buf line;     /* "Authorization: Bearer ...", empty before the first */
	time_t renew, until; /* on the monotonic clock, seconds */
	int told, warned;
};

#endif
