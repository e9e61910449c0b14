#include "gcp/credentials.h"
#include "base/env.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/json.h"
#include "gcp/token_fetch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MAX_FILE (64UL * 1024)
#define MAX_DEPTH 4
#define WELL_KNOWN "application_default_credentials.json"

static const struct gcp_type *const types[] = {
    &gcp_service_account,
    &gcp_authorized_user,
    &gcp_external_user,
    &gcp_impersonated,
    &gcp_external_account,
};

static void
wipe(char *s)
{
	if (s != NULL)
		explicit_bzero(s, strlen(s));
}

/* Every string of a parsed file, so that none is left in freed memory. */
static void
wipe_tree(yajl_val v)
{
	if (YAJL_IS_STRING(v))
		wipe(v->u.string);
	for (size_t i = 0; YAJL_IS_ARRAY(v) && i < v->u.array.len; i++)
		wipe_tree(v->u.array.values[i]);
	for (size_t i = 0; YAJL_IS_OBJECT(v) && i < v->u.object.len; i++)
		wipe_tree(v->u.object.values[i]);
}

static void
free_strings(char **s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		wipe(s[i]);
		free(s[i]);
	}
	free(s);
}

void
gcp_credentials_free(struct gcp_credentials *c)
{
	if (c == NULL)
		return;
	gcp_credentials_free(c->source);
	for (size_t f = 0; f < GCP_FIELDS; f++) {
		wipe(c->field[f]);
		free(c->field[f]);
	}
	free_strings(c->delegate, c->n_delegate);
	free_strings(c->header, c->n_header);
	free(c->place);
	free(c);
}

static const struct gcp_type *
find_type(const char *name)
{
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i]->name, name) == 0)
			return types[i];
	return NULL;
}

/* The type that v names. */
static const struct gcp_type *
read_type(yajl_val v, const char *place, struct err *e)
{
	const char *name = json_string(v, "type");
	const struct gcp_type *type = name != NULL ? find_type(name) : NULL;
	struct buf known = {0};

	if (type != NULL)
		return type;
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		buf_addf(&known, "%s%s", i > 0 ? ", " : "", types[i]->name);
	if (name == NULL)
		err_set(e, EX_CONFIG,
		    "%s: no \"type\": expected a credentials file of Google's (%s)", place,
		    known.data);
	else if (strcmp(name, "gdch_service_account") == 0)
		err_set(e, EX_CONFIG,
		    "%s: credentials of type '%s' are for Google Distributed Cloud, which has "
		    "neither Cloud Storage nor BigQuery",
		    place, name);
	else
		err_set(e, EX_CONFIG, "%s: credentials of type '%s' are not supported, only %s",
		    place, name, known.data);
	buf_free(&known);
	return NULL;
}

struct gcp_credentials *
gcp_credentials_parse(yajl_val v, const char *place, unsigned depth, struct err *e)
{
	const struct gcp_type *type = read_type(v, place, e);
	struct gcp_credentials *c;

	if (type == NULL)
		return NULL;
	if (depth >= MAX_DEPTH) {
		err_set(e, EX_CONFIG, "%s: more than %d credentials inside each other", place,
		    MAX_DEPTH);
		return NULL;
	}
	c = xcalloc(1, sizeof *c);
	c->type = type;
	c->place = xstrdup(place);
	if (gcp_fields_take(c, v, e) == 0 &&
	    (type->check == NULL || type->check(c, v, depth, e) == 0))
		return c;
	gcp_credentials_free(c);
	return NULL;
}

struct gcp_credentials *
gcp_credentials_read(const char *path, const char *from, struct err *e)
{
	struct buf text = {0};
	struct gcp_credentials *c = NULL;
	yajl_val v;

	if (io_slurp(path, MAX_FILE, &text, e) != 0) {
		e->code = e->code == EX_DATAERR ? EX_CONFIG : EX_NOPERM;
		err_prefix(e, "%s", from);
	} else if ((v = json_parse(text.data, text.len, MAX_FILE, path, e)) == NULL) {
		e->code = EX_CONFIG;
	} else {
		c = gcp_credentials_parse(v, path, 0, e);
		wipe_tree(v);
		yajl_tree_free(v);
	}
	buf_wipe(&text);
	return c;
}

int
gcp_credentials_find(int named, char **path, const char **from)
{
	const char *file = env_value("GOOGLE_APPLICATION_CREDENTIALS");
	const char *folder = env_value("CLOUDSDK_CONFIG"), *home = env_value("HOME");
	struct buf known = {0};

	*path = NULL;
	*from = "GOOGLE_APPLICATION_CREDENTIALS";
	if (file != NULL) {
		*path = xstrdup(file);
		return 1;
	}
	*from = "gcloud's credentials";
	if (folder != NULL)
		buf_addf(&known, "%s/" WELL_KNOWN, folder);
	else if (home != NULL && !named)
		buf_addf(&known, "%s/.config/gcloud/" WELL_KNOWN, home);
	else
		return 0;
	*path = buf_take(&known);
	return access(*path, F_OK) == 0;
}
