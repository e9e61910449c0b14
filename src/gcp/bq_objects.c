#include "gcp/bq_objects.h"
#include "base/name.h"
#include "gcp/gcs.h"

#include <stdlib.h>
#include <string.h>

/* Where found objects go, and the bucket they are in. */
struct finding {
	struct bq_type *type;
	const char *bucket;
};

static int
take(void *ctx, const struct gcs_object *o, struct err *e)
{
	const struct finding *f = ctx;
	size_t len = strlen(o->name);
	struct buf generation = {0};
	char *url;

	(void)e;
	if (o->size == 0 && len > 0 && o->name[len - 1] == '/')
		return 0;
	url = gcs_what(f->bucket, o->name);
	buf_addf(&generation, "%llu", (unsigned long long)o->generation);
	bq_type_add_item(f->type, 0, url, generation.data);
	buf_free(&generation);
	free(url);
	return 0;
}

static int
find_prefix(struct gcs *g, struct finding *f, const char *prefix, struct err *e)
{
	size_t before = f->type->n;

	if (gcs_list(g, f->bucket, prefix, "", take, f, e) != 0)
		return -1;
	if (f->type->n > before)
		return 0;
	return err_set(e, EX_NOINPUT, "gs://%s/%s: there is no object", f->bucket, prefix);
}

static int
find_object(struct gcs *g, struct finding *f, const char *name, struct err *e)
{
	struct gcs_object o;
	int rc = gcs_stat(g, f->bucket, name, &o, e);

	if (rc == 0)
		err_set(e, EX_NOINPUT, "gs://%s/%s: there is no such object", f->bucket, name);
	if (rc <= 0)
		return -1;
	rc = take(f, &o, e);
	gcs_object_free(&o);
	return rc;
}

static int
find_operand(struct gcs *g, struct bq_type *t, const char *operand, struct err *e)
{
	struct url u;
	struct finding f = {.type = t};
	int rc;

	if (url_parse(operand, "gs", &u, e) != 0)
		return -1;
	f.bucket = u.bucket;
	rc = u.prefix ? find_prefix(g, &f, u.path, e) : find_object(g, &f, u.path, e);
	url_free(&u);
	return rc;
}

int
bq_objects_add(struct bq_type *t, char *const *operand, struct err *e)
{
	struct gcp_auth *auth = gcs_auth_new(e);
	struct http *http = auth != NULL ? http_new(e) : NULL;
	struct gcs *g = http != NULL ? gcs_new(http, auth) : NULL;
	int rc = g != NULL ? 0 : -1;

	t->rows_unknown = 1;
	for (; rc == 0 && *operand != NULL; operand++)
		rc = find_operand(g, t, *operand, e);
	gcs_free(g);
	http_free(http);
	gcp_auth_free(auth);
	return rc;
}
