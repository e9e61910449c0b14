#include "gcp/credentials.h"
#include "base/buf.h"
#include "base/io.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

#define MAX_FILE (64UL * 1024)

static void
wipe(const char *s)
{
	if (s != NULL)
		explicit_bzero((char *)s, strlen(s));
}

static int
check_type(const char *path, yajl_val v, struct err *e)
{
	const char *type = json_string(v, "type");

	if (type == NULL)
		return err_set(e, EX_CONFIG,
		    "%s: no \"type\": expected the JSON key of a service account", path);
	if (strcmp(type, "service_account") == 0)
		return 0;
	return err_set(e, EX_CONFIG,
	    "%s: credentials of type '%s' are not supported, only "
	    "service_account (or the metadata server, without GOOGLE_APPLICATION_CREDENTIALS)",
	    path, type);
}

/* The string at name, or NULL with e. */
static char *
required(const char *path, yajl_val v, const char *name, struct err *e)
{
	const char *s = json_string(v, name);

	if (s != NULL && s[0] != '\0')
		return xstrdup(s);
	err_set(
	    e, EX_CONFIG, "%s: no \"%s\": expected the JSON key of a service account", path, name);
	return NULL;
}

static int
take_fields(yajl_val v, struct service_account *sa, struct err *e)
{
	const char *id = json_string(v, "private_key_id");

	if (check_type(sa->path, v, e) != 0 ||
	    (sa->email = required(sa->path, v, "client_email", e)) == NULL ||
	    (sa->key = required(sa->path, v, "private_key", e)) == NULL ||
	    (sa->token_uri = required(sa->path, v, "token_uri", e)) == NULL)
		return -1;
	if (id != NULL)
		sa->key_id = xstrdup(id);
	return 0;
}

int
service_account_read(const char *path, struct service_account *sa, struct err *e)
{
	struct buf text = {0};
	yajl_val v = NULL;
	int rc = io_slurp(path, MAX_FILE, &text, e);

	*sa = (struct service_account){.path = xstrdup(path)};
	if (rc != 0) {
		e->code = e->code == EX_DATAERR ? EX_CONFIG : EX_NOPERM;
		err_prefix(e, "GOOGLE_APPLICATION_CREDENTIALS");
	} else if ((v = json_parse(text.data, text.len, MAX_FILE, path, e)) == NULL) {
		e->code = EX_CONFIG;
		rc = -1;
	} else {
		rc = take_fields(v, sa, e);
		wipe(json_string(v, "private_key"));
		yajl_tree_free(v);
	}
	buf_wipe(&text);
	if (rc != 0)
		service_account_free(sa);
	return rc;
}

void
service_account_free(struct service_account *sa)
{
	wipe(sa->key);
	free(sa->path);
	free(sa->email);
	free(sa->key);
	free(sa->key_id);
	free(sa->token_uri);
	*sa = (struct service_account){0};
}
