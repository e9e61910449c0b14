#include "aws/s3_objects.h"
#include "base/buf.h"
#include "base/name.h"
#include "base/tsv.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One operand or listing as its objects come. */
struct walk {
	const struct s3_objects *what;
	s3_object_taken *taken;
	void *ctx;
	const char *bucket, *prefix; /* prefix: also the key looked for */
	uint64_t found, meant;       /* objects */
};

static int
is_marker(const struct s3_object *object)
{
	return object->size == 0 && object->key[strlen(object->key) - 1] == '/';
}

/* Give the object on, when it is one of those meant. */
static int
offer(struct walk *w, const char *below, const struct s3_object *object, struct err *e)
{
	int rc = s3_selects(&w->what->select, below, object, e);

	w->found++;
	if (rc < 0)
		return err_prefix(e, "s3://%s/%s", w->bucket, object->key);
	if (rc == 0)
		return 0;
	w->meant++;
	if (!s3_select_in_share(&w->what->select, object->key))
		return 0;
	return w->taken(w->ctx, w->bucket, object, e);
}

static int
on_listed(void *ctx, const struct s3_object *object, struct err *e)
{
	struct walk *w = ctx;

	return is_marker(object) ? 0 : offer(w, object->key + strlen(w->prefix), object, e);
}

/* The key itself comes first of all keys that begin with it. */
static int
on_exact(void *ctx, const struct s3_object *object, struct err *e)
{
	struct walk *w = ctx;

	if (strcmp(object->key, w->prefix) != 0)
		return 1;
	w->found = w->meant = 1;
	return w->taken(w->ctx, w->bucket, object, e) == 0 ? 1 : -1;
}

/* Nothing there waits for something; nothing meant may be a slip in a pattern. An empty share is as
 * it should be. */
static int
check_count(const struct walk *w, const char *place, const char *none, struct err *e)
{
	if (w->found == 0)
		return err_set(e, EX_NOINPUT, "%s: %s", place, none);
	if (w->meant == 0 && s3_select_narrows(&w->what->select))
		return err_set(e, EX_NOINPUT, "%s: none of %" PRIu64 " object%s is meant", place,
		    w->found, w->found == 1 ? "" : "s");
	return 0;
}

static int
walk_operand(struct s3 *s, struct walk *w, const struct url *u, struct err *e)
{
	struct s3_object object = {
	    .key = u->path, .size = S3_SIZE_UNKNOWN, .version = w->what->version};
	struct buf place = {0};
	int rc;

	w->bucket = u->bucket;
	w->prefix = u->path;
	w->found = w->meant = 0;
	if (u->prefix)
		rc = s3_list(s, u->bucket, u->path, on_listed, w, e);
	else if (w->what->look_up)
		rc = s3_list(s, u->bucket, u->path, on_exact, w, e);
	else
		return w->taken(w->ctx, u->bucket, &object, e);
	buf_addf(&place, "s3://%s/%s", u->bucket, u->path);
	if (rc == 0)
		rc = check_count(
		    w, place.data, u->prefix ? "no objects there" : "no such object", e);
	buf_free(&place);
	return rc;
}

/* It becomes a header. */
static int
check_etag(const struct tsv_reader *r, const char *etag, struct err *e)
{
	for (const char *p = etag; p == etag || *p != '\0'; p++)
		if (*p <= ' ' || *p > '~' || *p == '"')
			return err_set(e, EX_CONFIG,
			    "%s:%" PRIu64 ": found '%.40s' in column 3, expected an ETag", r->name,
			    r->line, etag);
	return 0;
}

/* One row of a listing: "s3://bucket/key", the key as it is, even where it ends in '*'. */
static int
walk_row(struct walk *w, const struct tsv_reader *r, struct err *e)
{
	struct s3_object object = {.etag = r->field[2].s};
	char *bucket = r->field[0].s + 5, *slash;

	if (r->n > 3 && r->field[3].len > 0)
		object.modified = r->field[3].s;
	slash = strncmp(r->field[0].s, "s3://", 5) == 0 ? bucket + url_bucket_length(bucket) : NULL;
	if (slash == NULL || slash == bucket || slash[0] == '\0' || slash[1] == '\0' ||
	    strlen(r->field[0].s) != r->field[0].len)
		return err_set(e, EX_CONFIG,
		    "%s:%" PRIu64 ": found '%.200s', expected s3://bucket/key", r->name, r->line,
		    r->field[0].s);
	if (check_etag(r, object.etag, e) != 0 || tsv_u64(r, 1, &object.size, e) != 0)
		return -1;
	*slash = '\0';
	w->bucket = bucket;
	object.key = slash + 1;
	return offer(w, object.key, &object, e);
}

static int
walk_listing(struct walk *w, const char *path, struct err *e)
{
	int standard = strcmp(path, "-") == 0, rc;
	struct tsv_reader r = {
	    .in = standard ? stdin : fopen(path, "re"), .name = standard ? "standard input" : path};

	if (r.in == NULL)
		return err_sys(e, errno == ENOENT ? EX_NOINPUT : EX_IOERR, path);
	while ((rc = tsv_next(&r, 3, e)) > 0)
		if (walk_row(w, &r, e) != 0)
			break;
	if (rc == 0)
		rc = check_count(w, r.name, "the listing names no objects", e);
	tsv_done(&r);
	if (!standard)
		fclose(r.in);
	return rc == 0 ? 0 : -1;
}

int
s3_objects_check(const struct s3_objects *what, struct err *e)
{
	for (char **p = what->operands; *p != NULL; p++) {
		int selected = s3_select_narrows(&what->select) || what->select.shares > 0, exact;
		struct url u;

		if (url_parse(*p, "s3", &u, e) != 0)
			return -1;
		exact = !u.prefix;
		url_free(&u);
		if (exact && selected)
			return err_set(e, EX_USAGE,
			    "'%s' is one object: --since, --until, --include, --exclude and "
			    "--shard select from a prefix or a listing",
			    *p);
		if (!exact && what->version != NULL)
			return err_set(
			    e, EX_USAGE, "'%s' is a prefix: --version-id takes one object", *p);
	}
	return 0;
}

int
s3_objects_each(
    struct s3 *s, const struct s3_objects *what, s3_object_taken *taken, void *ctx, struct err *e)
{
	struct walk w = {.what = what, .taken = taken, .ctx = ctx};
	struct url u;
	int rc = 0;

	if (what->listing != NULL)
		return walk_listing(&w, what->listing, e);
	for (char **p = what->operands; rc == 0 && *p != NULL; p++) {
		rc = url_parse(*p, "s3", &u, e) == 0 ? walk_operand(s, &w, &u, e) : -1;
		url_free(&u);
	}
	return rc;
}

void
s3_row_add(struct buf *b, const char *bucket, const struct s3_object *object)
{
	struct buf url = {0};

	buf_addf(&url, "s3://%s/%s", bucket, object->key);
	tsv_add(b, url.data, url.len);
	tsv_addu(b, object->size);
	tsv_adds(b, object->etag);
	tsv_adds(b, object->modified != NULL ? object->modified : "");
	buf_addc(b, '\n');
	buf_free(&url);
}
