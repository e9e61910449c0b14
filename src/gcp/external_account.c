/* An identity of elsewhere, made one of Google's: AIP-4117 "External Account Credentials (Workload
 * Identity Federation)", RFC 8693, "Method: token" (Security Token Service API). */
#include "base/json.h"
#include "gcp/token_request.h"
#include "net/date.h"
#include "net/url.h"

#include <string.h>

#define GRANT "urn:ietf:params:oauth:grant-type:token-exchange"
#define ACCESS_TOKEN "urn:ietf:params:oauth:token-type:access_token"
#define MIN_LIFE_S 600
#define MAX_LIFE_S 43200
#define NEEDS "a credential configuration file of Workload Identity Federation"

static int
unsupported(const struct gcp_credentials *c, const char *name, const char *instead, struct err *e)
{
	return err_set(e, EX_CONFIG, "%s: \"credential_source.%s\" is not supported: %s", c->place,
	    name, instead);
}

/* Where the subject token comes from: one place, and one that is known here. */
static int
check_source(const struct gcp_credentials *c, yajl_val v, struct err *e)
{
	const char *environment = c->field[GCP_ENVIRONMENT];
	int places = (environment != NULL) + (c->field[GCP_SUBJECT_FILE] != NULL) +
		     (c->field[GCP_SUBJECT_URL] != NULL && environment == NULL);

	if (json_get(v, "credential_source.executable") != NULL)
		return unsupported(c, "executable",
		    "no program is run for a token; have it write the token to a file, and name "
		    "that as \"file\"",
		    e);
	if (json_get(v, "credential_source.certificate") != NULL)
		return unsupported(c, "certificate", "only AWS, \"file\" and \"url\" are", e);
	if (places != 1)
		return err_set(e, EX_CONFIG,
		    "%s: \"credential_source\" has %s of \"environment_id\", \"file\" and \"url\": "
		    "expected one",
		    c->place, places == 0 ? "none" : "more than one");
	if (environment != NULL && strcmp(environment, "aws1") != 0)
		return err_set(e, EX_CONFIG,
		    "%s: \"credential_source.environment_id\" is '%s': expected aws1", c->place,
		    environment);
	if (environment != NULL && c->field[GCP_VERIFICATION_URL] == NULL)
		return err_set(e, EX_CONFIG,
		    "%s: no \"credential_source.regional_cred_verification_url\": expected " NEEDS,
		    c->place);
	return 0;
}

static int
check_format(const struct gcp_credentials *c, struct err *e)
{
	const char *format = c->field[GCP_FORMAT];

	if (format == NULL || strcmp(format, "text") == 0)
		return 0;
	if (strcmp(format, "json") != 0)
		return err_set(e, EX_CONFIG,
		    "%s: \"credential_source.format.type\" is '%s': expected text or json",
		    c->place, format);
	if (c->field[GCP_FORMAT_FIELD] == NULL)
		return err_set(e, EX_CONFIG,
		    "%s: no \"credential_source.format.subject_token_field_name\": expected the "
		    "key of the token",
		    c->place);
	return 0;
}

/* Lines of the request to the subject token's URL. */
static int
take_headers(struct gcp_credentials *c, yajl_val v, struct err *e)
{
	yajl_val headers = json_get(v, "credential_source.headers");
	size_t n = YAJL_IS_OBJECT(headers) ? headers->u.object.len : 0;

	if (headers != NULL && !YAJL_IS_NULL(headers) && !YAJL_IS_OBJECT(headers))
		return err_set(
		    e, EX_CONFIG, "%s: \"credential_source.headers\" is not an object", c->place);
	c->header = xcalloc(n + 1, sizeof *c->header);
	for (size_t i = 0; i < n; i++) {
		const char *name = headers->u.object.keys[i];
		const char *value = YAJL_GET_STRING(headers->u.object.values[i]);
		struct buf line = {0};

		if (value == NULL || name[0] == '\0' || strpbrk(name, "\r\n: ") != NULL ||
		    strpbrk(value, "\r\n") != NULL)
			return err_set(e, EX_CONFIG,
			    "%s: \"credential_source.headers\" holds what is no header", c->place);
		buf_reserve(&line, strlen(name) + strlen(value) + 2);
		buf_addf(&line, "%s: %s", name, value);
		c->header[c->n_header++] = buf_take(&line);
	}
	return 0;
}

static int
take_lifetime(struct gcp_credentials *c, yajl_val v, struct err *e)
{
	static const char path[] = "service_account_impersonation.token_lifetime_seconds";

	if (json_get(v, path) == NULL)
		return 0;
	if (json_u64(v, path, &c->lifetime_s) != 0 || c->lifetime_s < MIN_LIFE_S ||
	    c->lifetime_s > MAX_LIFE_S)
		return err_set(e, EX_CONFIG, "%s: \"%s\": expected %d to %d seconds", c->place,
		    path, MIN_LIFE_S, MAX_LIFE_S);
	return 0;
}

static int
check(struct gcp_credentials *c, yajl_val v, unsigned depth, struct err *e)
{
	(void)depth;
	if (c->field[GCP_USER_PROJECT] != NULL &&
	    (strncmp(c->field[GCP_AUDIENCE], "//iam.", 6) != 0 ||
		strstr(c->field[GCP_AUDIENCE], "/workforcePools/") == NULL))
		return err_set(e, EX_CONFIG,
		    "%s: \"workforce_pool_user_project\" goes with the audience of a workforce "
		    "pool "
		    "only",
		    c->place);
	token_url_default(c, "token");
	if (check_source(c, v, e) != 0 || check_format(c, e) != 0 || take_headers(c, v, e) != 0)
		return -1;
	return take_lifetime(c, v, e);
}

/* The form of RFC 8693 section 2.1; a workforce pool's project is in Google's own options. */
static void
write_form(const struct gcp_credentials *c, const char *scopes, const struct buf *subject,
    struct buf *form)
{
	const char *project = c->field[GCP_USER_PROJECT];
	struct buf options = {0}, encoded = {0};

	token_form(form, "grant_type", GRANT);
	token_form(form, "audience", c->field[GCP_AUDIENCE]);
	token_form(form, "scope", scopes);
	token_form(form, "requested_token_type", ACCESS_TOKEN);
	token_form(form, "subject_token_type", c->field[GCP_SUBJECT_TYPE]);
	token_form(form, "subject_token", subject->data);
	if (project != NULL && c->field[GCP_CLIENT_ID] == NULL) {
		buf_adds(&options, "{\"userProject\":");
		json_quotes(&options, project);
		buf_addc(&options, '}');
		url_encode(&encoded, options.data, options.len, "");
		token_form(form, "options", encoded.data);
		buf_free(&options);
		buf_free(&encoded);
	}
}

static int
exchange(const struct gcp_credentials *c, const struct gcp_ask *ask, const char *scopes,
    struct http_response *res, struct err *e)
{
	struct buf subject = {0}, form = {0}, basic = {0};
	struct token_post p = {.url = c->field[GCP_TOKEN_URL],
	    .type = "application/x-www-form-urlencoded",
	    .body = &form};
	int rc = c->field[GCP_ENVIRONMENT] != NULL ? token_subject_aws(c, ask, &subject, e)
						   : token_subject(c, ask, &subject, e);

	if (rc == 0) {
		write_form(c, scopes, &subject, &form);
		token_basic(c, &basic);
		p.authorization = basic.data;
		rc = token_post(ask, &p, res, e);
	}
	buf_wipe(&subject);
	buf_wipe(&form);
	buf_wipe(&basic);
	return rc;
}

/* A signed request is refused when our clock is far off; Google's tells. */
static int
clock_is_off(const struct gcp_credentials *c, const struct http_response *res, time_t *ahead)
{
	char date[DATE_SIZE];
	time_t theirs;

	if (c->field[GCP_ENVIRONMENT] == NULL || res->status != 400 || *ahead != 0 ||
	    http_header(res, "Date", date, sizeof date) < 0 || date_parse_http(date, &theirs) != 0)
		return 0;
	theirs -= time(NULL);
	if (theirs > -300 && theirs < 300)
		return 0;
	*ahead = theirs;
	return 1;
}

/* The token of the external identity itself. */
static int
federate(struct gcp_credentials *c, const struct gcp_ask *ask, const char *scopes, struct token *t,
    struct err *e)
{
	struct http_response res = {0};
	struct buf what = {0};
	int rc = exchange(c, ask, scopes, &res, e);

	if (rc == 0 && clock_is_off(c, &res, ask->ahead)) {
		http_response_free(&res);
		rc = exchange(c, ask, scopes, &res, e);
	}
	if (rc == 0 && res.status / 100 == 2) {
		rc = token_answer(&res, c->field[GCP_TOKEN_URL], NULL, t, e);
	} else if (rc == 0) {
		buf_addf(&what, "the identity for %s", c->field[GCP_AUDIENCE]);
		rc = token_refused(&res, c->field[GCP_TOKEN_URL], what.data, NULL, e);
	}
	http_response_free(&res);
	buf_free(&what);
	return rc == 0 ? 0 : err_prefix(e, "%s", c->place);
}

static int
fetch(struct gcp_credentials *c, const struct gcp_ask *ask, struct token *t, struct err *e)
{
	struct token own = {0};
	int rc;

	if (c->field[GCP_IMPERSONATION_URL] == NULL)
		return federate(c, ask, ask->scopes, t, e);
	rc = federate(c, ask, GCP_SCOPE_PLATFORM, &own, e);
	if (rc == 0)
		rc = token_impersonate(c, ask, &own.text, t, e);
	buf_wipe(&own.text);
	return rc;
}

static void
describe(const struct gcp_credentials *c, struct buf *out)
{
	if (c->field[GCP_IMPERSONATION_URL] != NULL) {
		buf_adds(out, "service account ");
		impersonated_email(c->field[GCP_IMPERSONATION_URL], out);
		buf_adds(out, " impersonated by ");
	}
	buf_adds(out, "an identity of ");
	if (c->field[GCP_ENVIRONMENT] != NULL)
		buf_adds(out, "AWS");
	else if (c->field[GCP_SUBJECT_FILE] != NULL)
		buf_addf(out, "the token in %s", c->field[GCP_SUBJECT_FILE]);
	else
		buf_adds(out, "the token at a URL");
	buf_addf(out, " for %s", c->field[GCP_AUDIENCE]);
}

static const enum gcp_field required[] = {GCP_AUDIENCE, GCP_SUBJECT_TYPE};

const struct gcp_type gcp_external_account = {
    .name = "external_account",
    .needs = NEEDS,
    .required = required,
    .n_required = sizeof required / sizeof required[0],
    .check = check,
    .fetch = fetch,
    .describe = describe,
};
