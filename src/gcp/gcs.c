#include "gcp/gcs.h"
#include "base/json.h"
#include "gcp/gcs_request.h"
#include "net/url.h"

#include <stdlib.h>
#include <string.h>

/* A page's objects; each has a name of up to 1024 bytes, escaped at worst sixfold. Half of what the
 * service would send at most: a page of the longest names takes memory three times over. */
#define PAGE 500
#define MAX_PAGE_JSON (4UL * 1024 * 1024)

#define FIELDS "name,size,generation,crc32c,updated"

int
gcs_stat(struct gcs *g, const char *bucket, const char *name, struct gcs_object *o, struct err *e)
{
	char *what = gcs_what(bucket, name);
	struct http_response res = {0};
	struct buf url = {0};
	int rc = 0;

	*o = (struct gcs_object){0};
	gcs_url(&url, g, "", bucket, name);
	buf_adds(&url, "?fields=" FIELDS);
	if (gcs_call(g, "GET", url.data, what, &res, e) != 0)
		rc = -1;
	else if (res.status / 100 == 2)
		rc = gcs_object_answer(&res, what, o, e) == 0 ? 1 : -1;
	else if (res.status != 404 || gcs_no_bucket(&res))
		rc = gcs_fail(&res, what, e);
	http_response_free(&res);
	buf_free(&url);
	free(what);
	return rc;
}

static void
page_url(struct buf *url, const struct gcs *g, const char *bucket, const char *prefix,
    const char *delimiter, const char *token)
{
	gcs_url(url, g, "", bucket, NULL);
	buf_addf(url, "?fields=nextPageToken,items(" FIELDS ")&maxResults=%d&prefix=", PAGE);
	url_encode(url, prefix, strlen(prefix), "");
	if (delimiter[0] != '\0') {
		buf_adds(url, "&delimiter=");
		url_encode(url, delimiter, strlen(delimiter), "");
	}
	if (token != NULL) {
		buf_adds(url, "&pageToken=");
		url_encode(url, token, strlen(token), "");
	}
}

/* A listing on its way. */
struct listing {
	const char *what; /* for messages */
	gcs_each *each;
	void *ctx;
	struct buf last; /* the name before */
	char *token;     /* of the next page, NULL at the end */
};

/* One object. A listing that is out of order, or begins again, would double what is read by it, or
 * never end. */
static int
take_object(struct listing *l, yajl_val item, struct err *e)
{
	struct gcs_object o;
	int rc = gcs_object_parse(item, l->what, &o, e);

	if (rc == 0 && l->last.len > 0 && strcmp(o.name, l->last.data) <= 0)
		rc = err_set(e, EX_UNAVAILABLE,
		    "%s: listing is not in the order of names: '%s' after '%s'", l->what, o.name,
		    l->last.data);
	if (rc == 0) {
		buf_clear(&l->last);
		buf_adds(&l->last, o.name);
		rc = l->each(l->ctx, &o, e);
	}
	gcs_object_free(&o);
	return rc;
}

/* One page: its objects, and the next page's token. */
static int
take_page(struct listing *l, const struct http_response *res, struct err *e)
{
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_PAGE_JSON, l->what, e);
	size_t n;
	yajl_val *items = json_array(v, "items", &n);
	const char *next = json_string(v, "nextPageToken");
	int rc = 0;

	if (v == NULL) {
		e->code = EX_UNAVAILABLE;
		return -1;
	}
	for (size_t i = 0; i < n && rc == 0; i++)
		rc = take_object(l, items[i], e);
	if (rc == 0 && next != NULL && l->token != NULL && strcmp(next, l->token) == 0)
		rc = err_set(
		    e, EX_UNAVAILABLE, "%s: a page of the listing leads to itself", l->what);
	free(l->token);
	l->token = next != NULL && next[0] != '\0' ? xstrdup(next) : NULL;
	yajl_tree_free(v);
	return rc;
}

int
gcs_list(struct gcs *g, const char *bucket, const char *prefix, const char *delimiter,
    gcs_each *each, void *ctx, struct err *e)
{
	char *what = gcs_what(bucket, prefix);
	struct listing l = {.what = what, .each = each, .ctx = ctx};
	struct buf url = {0};
	int rc;

	do {
		struct http_response res = {0};

		buf_clear(&url);
		page_url(&url, g, bucket, prefix, delimiter, l.token);
		if (gcs_call(g, "GET", url.data, what, &res, e) != 0)
			rc = -1;
		else if (res.status / 100 == 2)
			rc = take_page(&l, &res, e);
		else
			rc = gcs_fail(&res, what, e);
		http_response_free(&res);
	} while (rc == 0 && l.token != NULL);
	buf_free(&url);
	buf_free(&l.last);
	free(l.token);
	free(what);
	return rc;
}

int
gcs_delete(struct gcs *g, const char *bucket, const char *name, uint64_t generation, struct err *e)
{
	char *what = gcs_what(bucket, name);
	struct http_response res = {0};
	struct buf url = {0};
	int rc = 0;

	gcs_url(&url, g, "", bucket, name);
	buf_addf(&url, "?ifGenerationMatch=%llu", (unsigned long long)generation);
	if (gcs_call(g, "DELETE", url.data, what, &res, e) != 0)
		rc = -1;
	else if (res.status == 412)
		rc = err_set(e, EX_UNAVAILABLE,
		    "%s: generation %llu was to be removed, but another "
		    "writer replaced it",
		    what, (unsigned long long)generation);
	else if (res.status / 100 != 2 && (res.status != 404 || gcs_no_bucket(&res)))
		rc = gcs_fail(&res, what, e);
	http_response_free(&res);
	buf_free(&url);
	free(what);
	return rc;
}
