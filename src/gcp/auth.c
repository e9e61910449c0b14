#include "gcp/auth.h"
#include "base/env.h"
#include "gcp/token_fetch.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_METADATA_HOST "metadata.google.internal"

/* A domain or a project: what may stand in a URL and a header. */
static int
check_name(const char *from, const char *what, const char *s, struct err *e)
{
	if (s == NULL || strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				   "0123456789.:-_") == strlen(s))
		return 0;
	return err_set(e, EX_CONFIG, "%s is '%s': expected %s", from, s, what);
}

/* The first told, from the outermost credentials inwards. */
static const char *
told_in_file(const struct gcp_credentials *c, enum gcp_field field)
{
	for (; c != NULL; c = c->source)
		if (c->field[field] != NULL)
			return c->field[field];
	return NULL;
}

static int
set_universe(struct gcp_auth *auth, struct err *e)
{
	const char *wanted = env_value("GOOGLE_CLOUD_UNIVERSE_DOMAIN");
	const char *own = told_in_file(auth->file, GCP_UNIVERSE);

	if (check_name("GOOGLE_CLOUD_UNIVERSE_DOMAIN", "a domain", wanted, e) != 0)
		return -1;
	if (check_name("universe_domain", "a domain", own, e) != 0)
		return err_prefix(e, "%s", auth->file->place);
	if (auth->file != NULL && own == NULL)
		own = GCP_UNIVERSE_DEFAULT;
	if (wanted != NULL && own != NULL && strcmp(wanted, own) != 0)
		return err_set(e, EX_CONFIG,
		    "%s: the credentials are of universe domain %s, and "
		    "GOOGLE_CLOUD_UNIVERSE_DOMAIN is %s: expected the same",
		    auth->file->place, own, wanted);
	if (wanted != NULL || own != NULL)
		auth->universe = xstrdup(wanted != NULL ? wanted : own);
	return 0;
}

static int
set_project(struct gcp_auth *auth, struct err *e)
{
	const char *wanted = env_value("GOOGLE_CLOUD_QUOTA_PROJECT");
	const char *own = auth->file != NULL ? auth->file->field[GCP_QUOTA_PROJECT] : NULL;
	const char *project = wanted != NULL ? wanted : own;
	struct buf line = {0};

	if (check_name("GOOGLE_CLOUD_QUOTA_PROJECT", "a project", wanted, e) != 0)
		return -1;
	if (check_name("quota_project_id", "a project", own, e) != 0)
		return err_prefix(e, "%s", auth->file->place);
	if (project != NULL) {
		buf_addf(&line, "x-goog-user-project: %s", project);
		auth->project = buf_take(&line);
	}
	return 0;
}

/* The file, if there is one. */
static int
read_file(struct gcp_auth *auth, int emulated, struct err *e)
{
	const char *from;
	char *path;

	if (gcp_credentials_find(emulated, &path, &from) == 0) {
		auth->absent = path;
		auth->none = emulated && env_value("GCE_METADATA_HOST") == NULL;
		return 0;
	}
	auth->file = gcp_credentials_read(path, from, e);
	free(path);
	return auth->file != NULL ? 0 : -1;
}

struct gcp_auth *
gcp_auth_new(const char *scopes, const char *emulator, struct err *e)
{
	const char *host = env_value("GCE_METADATA_HOST");
	struct gcp_auth *auth = xcalloc(1, sizeof *auth);

	pthread_mutex_init(&auth->lock, NULL);
	pthread_cond_init(&auth->fetched, NULL);
	auth->scopes = xstrdup(scopes);
	auth->metadata_host = xstrdup(host != NULL ? host : DEFAULT_METADATA_HOST);
	if (read_file(auth, emulator != NULL && emulator[0] != '\0', e) == 0 &&
	    set_universe(auth, e) == 0 && set_project(auth, e) == 0)
		return auth;
	gcp_auth_free(auth);
	return NULL;
}

void
gcp_auth_free(struct gcp_auth *auth)
{
	if (auth == NULL)
		return;
	pthread_mutex_destroy(&auth->lock);
	pthread_cond_destroy(&auth->fetched);
	gcp_credentials_free(auth->file);
	free(auth->scopes);
	free(auth->metadata_host);
	free(auth->universe);
	free(auth->project);
	free(auth->absent);
	buf_wipe(&auth->line);
	free(auth);
}

const char *
gcp_auth_universe(const struct gcp_auth *auth)
{
	return auth->universe != NULL ? auth->universe : GCP_UNIVERSE_DEFAULT;
}

const char *
gcp_auth_project(const struct gcp_auth *auth)
{
	return auth->none ? NULL : auth->project;
}
