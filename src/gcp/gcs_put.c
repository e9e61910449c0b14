#include "gcp/gcs_put.h"
#include "gcp/gcs_send.h"

#include <stdlib.h>
#include <string.h>

static int
identical(const struct gcs_upload *u, const struct gcs_object *o)
{
	return o->size == u->size && o->crc32c[0] != '\0' && strcmp(o->crc32c, u->crc32c) == 0;
}

/* Look at the object that is there, unless that was done. As gcs_stat. */
static int
look(struct gcs *g, struct gcs_upload *u, struct gcs_object *o, struct err *e)
{
	if (!u->seen)
		return gcs_stat(g, u->bucket, u->name, o, e);
	*o = u->there;
	o->name = o->generation != 0 ? xstrdup(u->name) : NULL;
	return o->generation != 0;
}

/* Whether o may have the bytes of u, which have to be read then. */
static int
may_equal(const struct gcs_upload *u, const struct gcs_object *o)
{
	return (u->size == GCS_SIZE_UNKNOWN || u->size == o->size) && o->crc32c[0] != '\0';
}

int
gcs_compare(struct gcs *g, struct gcs_upload *u, struct gcs_object *o, struct err *e)
{
	int found = look(g, u, o, e);

	if (found <= 0)
		return found < 0 ? -1 : GCS_CREATED;
	if (may_equal(u, o) && u->crc32c[0] == '\0' && u->digest != NULL && u->digest(u, e) != 0) {
		gcs_object_free(o);
		return -1;
	}
	return u->crc32c[0] != '\0' && identical(u, o) ? GCS_KEPT : GCS_REPLACED;
}

/* Not our bytes: o is what somebody else made of it, nothing when it was not found. */
static int
lost_to_another(
    const char *what, uint64_t generation, int found, const struct gcs_object *o, struct err *e)
{
	if (found == 0)
		return err_set(e, EX_UNAVAILABLE,
		    "%s: somebody removed generation %llu of it meanwhile", what,
		    (unsigned long long)generation);
	return err_set(e, EX_UNAVAILABLE,
	    "%s: another writer made generation %llu of it meanwhile, with other bytes", what,
	    (unsigned long long)o->generation);
}

/* The generation that was to be replaced is not there any more: an earlier try of ours may have
 * done its work and lost its answer, or somebody else wrote. */
static int
after_conflict(struct gcs *g, const struct gcs_upload *u, const char *what, uint64_t generation,
    struct gcs_object *o, struct err *e)
{
	int found = gcs_stat(g, u->bucket, u->name, o, e);

	if (found < 0)
		return -1;
	if (found > 0 && identical(u, o))
		return 0;
	return lost_to_another(what, generation, found, o, e);
}

/* The answer tells other bytes than were sent, or the generation that was replaced. Either the answer
 * is wrong or the object: the second look decides, and a wrong object must not stay. */
static int
after_mismatch(struct gcs *g, const struct gcs_upload *u, const char *what, uint64_t replaced,
    struct gcs_object *o, struct err *e)
{
	uint64_t generation = o->generation;
	int found;

	gcs_object_free(o);
	found = gcs_stat(g, u->bucket, u->name, o, e);
	if (found < 0)
		return -1;
	if (found > 0 && identical(u, o))
		return 0;
	if (found == 0 || o->generation != generation || generation == replaced)
		return lost_to_another(what, generation, found, o, e);
	if (gcs_delete(g, u->bucket, u->name, generation, e) != 0)
		return -1;
	return err_set(e, EX_TEMPFAIL, "%s: crc32c %s was sent, %s arrived: the object was removed",
	    what, u->crc32c, o->crc32c);
}

/* In one request what fits into one. As gcs_send.h. */
static int
send_bytes(struct gcs *g, struct gcs_upload *u, uint64_t generation, const char *what,
    struct gcs_object *o, struct err *e)
{
	if (u->size > u->once)
		return gcs_send_resumable(g, u, generation, what, o, e);
	if (u->crc32c[0] == '\0' && u->digest(u, e) != 0)
		return -1;
	return gcs_send_multipart(g, u, generation, what, o, e);
}

int
gcs_put(struct gcs *g, struct gcs_upload *u, struct gcs_object *o, struct err *e)
{
	int done = gcs_compare(g, u, o, e), rc;
	uint64_t generation = o->generation;
	char *what;

	if (done < 0 || done == GCS_KEPT)
		return done;
	what = gcs_what(u->bucket, u->name);
	gcs_object_free(o);
	rc = send_bytes(g, u, generation, what, o, e);
	if (rc == 1)
		rc = after_conflict(g, u, what, generation, o, e);
	else if (rc == 0 && (!identical(u, o) || o->generation == generation))
		rc = after_mismatch(g, u, what, generation, o, e);
	if (rc != 0)
		gcs_object_free(o);
	free(what);
	return rc == 0 ? done : -1;
}
