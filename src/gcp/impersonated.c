/* A service account that others may act as: "Method: projects.serviceAccounts.generateAccessToken"
 * (IAM Service Account Credentials API), AIP-4115 on credentials files of that type. */
#include "base/json.h"
#include "gcp/token_request.h"
#include "net/date.h"

#include <stdlib.h>
#include <string.h>

#define MAX_ANSWER (64UL * 1024)
#define LIFE_S 3600

void
impersonated_email(const char *url, struct buf *out)
{
	const char *slash = strrchr(url, '/');
	const char *name = slash != NULL ? slash + 1 : url;

	buf_add(out, name, strcspn(name, ":?"));
}

/* The request's body. */
static void
write_body(const struct gcp_credentials *c, const char *scopes, struct buf *out)
{
	buf_adds(out, "{\"scope\":[");
	for (const char *s = scopes; *s != '\0';) {
		size_t n = strcspn(s, " ");

		json_quote(out, s, n);
		s += n + strspn(s + n, " ");
		if (*s != '\0')
			buf_addc(out, ',');
	}
	buf_addf(out, "],\"lifetime\":\"%llus\"",
	    (unsigned long long)(c->lifetime_s > 0 ? c->lifetime_s : LIFE_S));
	for (size_t i = 0; i < c->n_delegate; i++) {
		struct buf name = {0};

		if (strchr(c->delegate[i], '/') == NULL)
			buf_adds(&name, "projects/-/serviceAccounts/");
		buf_adds(&name, c->delegate[i]);
		buf_adds(out, i == 0 ? ",\"delegates\":[" : ",");
		json_quotes(out, name.data);
		buf_free(&name);
	}
	buf_adds(out, c->n_delegate > 0 ? "]}" : "}");
}

/* t from {"accessToken": ..., "expireTime": RFC 3339}; the life is reckoned by the service's own
 * clock. */
static int
read_answer(struct http_response *res, const char *url, struct token *t, struct err *e)
{
	yajl_val v = json_parse(res->body.data, res->body.len, MAX_ANSWER, url, e);
	const char *text = json_string(v, "accessToken"), *end = json_string(v, "expireTime");
	char date[DATE_SIZE];
	time_t now, until;
	int rc = 0;

	explicit_bzero(res->body.data, res->body.len);
	if (http_header(res, "Date", date, sizeof date) < 0 || date_parse_http(date, &now) != 0)
		now = time(NULL);
	if (text == NULL || text[0] == '\0' || text[strcspn(text, " \t\r\n")] != '\0') {
		rc = err_set(e, EX_UNAVAILABLE, "%s: answer without an access token", url);
	} else {
		buf_adds(&t->text, text);
		t->seconds = 0;
		if (end != NULL && date_parse_rfc3339(end, &until) == 0 && until > now)
			t->seconds = (uint64_t)(until - now);
	}
	if (text != NULL)
		explicit_bzero((char *)(uintptr_t)text, strlen(text));
	yajl_tree_free(v);
	return rc;
}

int
token_impersonate(const struct gcp_credentials *c, const struct gcp_ask *ask,
    const struct buf *bearer, struct token *t, struct err *e)
{
	const char *url = c->field[GCP_IMPERSONATION_URL];
	struct buf body = {0}, line = {0}, what = {0};
	struct token_post p = {.url = url, .type = "application/json", .body = &body};
	struct http_response res = {0};
	int rc;

	write_body(c, ask->scopes, &body);
	buf_reserve(&line, bearer->len + 32);
	buf_addf(&line, "Authorization: Bearer %s", bearer->data);
	p.authorization = line.data;
	rc = token_post(ask, &p, &res, e);
	if (rc == 0 && res.status / 100 == 2) {
		rc = read_answer(&res, url, t, e);
	} else if (rc == 0) {
		buf_adds(&what, "impersonation of ");
		impersonated_email(url, &what);
		rc = token_refused(&res, url, what.data, NULL, e);
	}
	http_response_free(&res);
	buf_free(&body);
	buf_wipe(&line);
	buf_free(&what);
	return rc == 0 ? 0 : err_prefix(e, "%s", c->place);
}

static int
check(struct gcp_credentials *c, yajl_val v, unsigned depth, struct err *e)
{
	yajl_val source = json_get(v, "source_credentials");
	struct buf place = {0};

	if (gcp_strings_take(c, v, "delegates", &c->delegate, &c->n_delegate, e) != 0)
		return -1;
	if (!YAJL_IS_OBJECT(source))
		return err_set(e, EX_CONFIG, "%s: no \"source_credentials\": expected %s", c->place,
		    c->type->needs);
	buf_addf(&place, "%s: source_credentials", c->place);
	c->source = gcp_credentials_parse(source, place.data, depth + 1, e);
	buf_free(&place);
	return c->source != NULL ? 0 : -1;
}

static int
fetch(struct gcp_credentials *c, const struct gcp_ask *ask, struct token *t, struct err *e)
{
	struct gcp_ask for_source = *ask;
	struct token of_source = {0};
	int rc;

	for_source.scopes = GCP_SCOPE_PLATFORM;
	rc = c->source->type->fetch(c->source, &for_source, &of_source, e);
	if (rc == 0)
		rc = token_impersonate(c, ask, &of_source.text, t, e);
	buf_wipe(&of_source.text);
	return rc;
}

static void
describe(const struct gcp_credentials *c, struct buf *out)
{
	buf_adds(out, "service account ");
	impersonated_email(c->field[GCP_IMPERSONATION_URL], out);
	buf_adds(out, " impersonated by ");
	c->source->type->describe(c->source, out);
}

static const enum gcp_field required[] = {GCP_IMPERSONATION_URL};

const struct gcp_type gcp_impersonated = {
    .name = "impersonated_service_account",
    .needs = "what `gcloud auth application-default login --impersonate-service-account` writes",
    .required = required,
    .n_required = sizeof required / sizeof required[0],
    .check = check,
    .fetch = fetch,
    .describe = describe,
};
