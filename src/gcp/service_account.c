/* A service account's own key: "Using OAuth 2.0 for Server to Server Applications" (Google
 * Identity), RFC 7523; self-signed tokens, for universes that have no token endpoint: AIP-4111. */
#include "base/json.h"
#include "gcp/token_request.h"
#include "net/date.h"
#include "net/jwt.h"

#include <string.h>

#define GRANT "urn:ietf:params:oauth:grant-type:jwt-bearer"
#define LIFE_S 3600

void
token_claims(
    struct buf *out, const char *email, const char *audience, const char *scopes, time_t now)
{
	buf_adds(out, "{\"iss\":");
	json_quotes(out, email);
	if (audience == NULL) {
		buf_adds(out, ",\"sub\":");
		json_quotes(out, email);
	}
	buf_adds(out, ",\"scope\":");
	json_quotes(out, scopes);
	if (audience != NULL) {
		buf_adds(out, ",\"aud\":");
		json_quotes(out, audience);
	}
	buf_addf(out, ",\"iat\":%lld,\"exp\":%lld}", (long long)now, (long long)now + LIFE_S);
}

/* A JWT for the token endpoint, or without an audience for the services themselves. */
static int
sign(const struct gcp_credentials *c, const struct gcp_ask *ask, const char *audience,
    struct buf *jwt, struct err *e)
{
	struct buf claims = {0};
	int rc;

	token_claims(&claims, c->field[GCP_EMAIL], audience, ask->scopes, time(NULL) + *ask->ahead);
	rc = jwt_rs256(jwt, c->field[GCP_KEY_ID], claims.data, c->field[GCP_KEY], e);
	buf_free(&claims);
	return rc == 0 ? 0 : err_prefix(e, "%s", c->place);
}

static int
grant(const struct gcp_credentials *c, const struct gcp_ask *ask, struct http_response *res,
    struct err *e)
{
	const char *url = c->field[GCP_TOKEN_URI];
	struct buf jwt = {0}, form = {0};
	int rc = sign(c, ask, url, &jwt, e);

	if (rc == 0) {
		token_form(&form, "grant_type", GRANT);
		token_form(&form, "assertion", jwt.data);
		rc = token_post(ask,
		    &(struct token_post){
			.url = url, .type = "application/x-www-form-urlencoded", .body = &form},
		    res, e);
	}
	buf_wipe(&jwt);
	buf_wipe(&form);
	return rc;
}

/* Whether a refusal blames the times in the JWT, and the service's clock tells another time. */
static int
clock_is_off(const struct http_response *res, time_t *ahead)
{
	char date[DATE_SIZE];
	time_t theirs, off;

	if (res->status != 400 || res->body.data == NULL ||
	    strstr(res->body.data, "short-lived token") == NULL ||
	    http_header(res, "Date", date, sizeof date) < 0 || date_parse_http(date, &theirs) != 0)
		return 0;
	off = theirs - time(NULL);
	if (off - *ahead > -60 && off - *ahead < 60)
		return 0;
	*ahead = off;
	return 1;
}

static int
refused(const struct gcp_credentials *c, const struct gcp_ask *ask, const struct http_response *res,
    struct err *e)
{
	struct buf what = {0}, hint = {0};

	buf_addf(&what, "the key of %s", c->field[GCP_EMAIL]);
	if (*ask->ahead != 0)
		buf_addf(&hint, "the clock of this machine is %lld seconds %s: set it",
		    (long long)(*ask->ahead < 0 ? -*ask->ahead : *ask->ahead),
		    *ask->ahead < 0 ? "ahead" : "behind");
	token_refused(res, c->field[GCP_TOKEN_URI], what.data, hint.data, e);
	buf_free(&what);
	buf_free(&hint);
	return -1;
}

static int
fetch(struct gcp_credentials *c, const struct gcp_ask *ask, struct token *t, struct err *e)
{
	const char *universe = c->field[GCP_UNIVERSE];
	struct http_response res = {0};
	int rc;

	if (universe != NULL && strcmp(universe, GCP_UNIVERSE_DEFAULT) != 0) {
		t->seconds = LIFE_S;
		return sign(c, ask, NULL, &t->text, e);
	}
	rc = grant(c, ask, &res, e);
	if (rc == 0 && clock_is_off(&res, ask->ahead)) {
		http_response_free(&res);
		rc = grant(c, ask, &res, e);
	}
	if (rc == 0)
		rc = res.status / 100 == 2 ? token_answer(&res, c->field[GCP_TOKEN_URI], NULL, t, e)
					   : refused(c, ask, &res, e);
	http_response_free(&res);
	return rc;
}

static void
describe(const struct gcp_credentials *c, struct buf *out)
{
	buf_addf(out, "service account %s", c->field[GCP_EMAIL]);
}

static const enum gcp_field required[] = {GCP_EMAIL, GCP_KEY, GCP_TOKEN_URI};

const struct gcp_type gcp_service_account = {
    .name = "service_account",
    .needs = "the JSON key of a service account",
    .required = required,
    .n_required = sizeof required / sizeof required[0],
    .fetch = fetch,
    .describe = describe,
};
