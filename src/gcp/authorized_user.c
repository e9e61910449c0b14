/* A person's refresh token: of a Google account (AIP-4113 "User credentials"; "Using OAuth 2.0 for
 * Web Server Applications", refreshing an access token), or of an external identity ("Workforce
 * Identity Federation", external_account_authorized_user). */
#include "gcp/token_request.h"

#include <string.h>

#define PUBLIC_URI "https://oauth2.googleapis.com/token"
#define LOGIN "run `gcloud auth application-default login`"

static int
refresh(struct gcp_credentials *c, const struct gcp_ask *ask, const struct token_post *p,
    const char *what, struct token *t, struct err *e)
{
	struct http_response res = {0};
	int rc = token_post(ask, p, &res, e);

	if (rc == 0 && res.status / 100 == 2)
		rc = token_answer(&res, p->url, c, t, e);
	else if (rc == 0)
		rc = token_refused(&res, p->url, what,
		    strstr(res.body.data != NULL ? res.body.data : "", "invalid_grant") != NULL
			? LOGIN
			: NULL,
		    e);
	http_response_free(&res);
	return rc;
}

/* No scope is asked for: the token then has what was agreed to at the login. */
static int
fetch(struct gcp_credentials *c, const struct gcp_ask *ask, struct token *t, struct err *e)
{
	const char *url = c->field[GCP_TOKEN_URI];
	struct buf form = {0};
	struct token_post p = {.url = url != NULL ? url : PUBLIC_URI,
	    .type = "application/x-www-form-urlencoded",
	    .body = &form};
	int rc;

	token_form(&form, "grant_type", "refresh_token");
	token_form(&form, "client_id", c->field[GCP_CLIENT_ID]);
	token_form(&form, "client_secret", c->field[GCP_CLIENT_SECRET]);
	token_form(&form, "refresh_token", c->field[GCP_REFRESH_TOKEN]);
	rc = refresh(c, ask, &p, "the refresh token", t, e);
	buf_wipe(&form);
	return rc == 0 ? 0 : err_prefix(e, "%s", c->place);
}

static int
fetch_external(struct gcp_credentials *c, const struct gcp_ask *ask, struct token *t, struct err *e)
{
	struct buf form = {0}, basic = {0};
	struct token_post p = {.url = c->field[GCP_TOKEN_URL],
	    .type = "application/x-www-form-urlencoded",
	    .body = &form};
	int rc;

	token_basic(c, &basic);
	p.authorization = basic.data;
	token_form(&form, "grant_type", "refresh_token");
	token_form(&form, "refresh_token", c->field[GCP_REFRESH_TOKEN]);
	rc = refresh(c, ask, &p, "the refresh token", t, e);
	buf_wipe(&form);
	buf_wipe(&basic);
	return rc == 0 ? 0 : err_prefix(e, "%s", c->place);
}

static int
check_external(struct gcp_credentials *c, yajl_val v, unsigned depth, struct err *e)
{
	(void)v;
	(void)depth;
	(void)e;
	token_url_default(c, "oauthtoken");
	return 0;
}

static void
describe(const struct gcp_credentials *c, struct buf *out)
{
	buf_addf(out, "a user of client %s", c->field[GCP_CLIENT_ID]);
}

static void
describe_external(const struct gcp_credentials *c, struct buf *out)
{
	buf_addf(out, "a user of %s",
	    c->field[GCP_AUDIENCE] != NULL ? c->field[GCP_AUDIENCE] : "a workforce pool");
}

static const enum gcp_field required[] = {GCP_CLIENT_ID, GCP_CLIENT_SECRET, GCP_REFRESH_TOKEN};

const struct gcp_type gcp_authorized_user = {
    .name = "authorized_user",
    .needs = "what `gcloud auth application-default login` writes",
    .required = required,
    .n_required = sizeof required / sizeof required[0],
    .fetch = fetch,
    .describe = describe,
};

const struct gcp_type gcp_external_user = {
    .name = "external_account_authorized_user",
    .needs = "what `gcloud auth application-default login` writes",
    .required = required,
    .n_required = sizeof required / sizeof required[0],
    .check = check_external,
    .fetch = fetch_external,
    .describe = describe_external,
};
