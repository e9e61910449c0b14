#include "gcp/token_request.h"

#include <string.h>
#include <strings.h>

#define MAX_ANSWER (64UL * 1024)
#define TOKEN_PATH "/computeMetadata/v1/instance/service-accounts/default/token"
#define UNIVERSE_PATH "/computeMetadata/v1/universe/universe-domain"

/* Where nobody listens, packets to the metadata server's address may simply vanish. */
#define METADATA_MS 3000L

static int
ask_server(
    const char *host, const char *path, struct http *h, struct http_response *res, struct err *e)
{
	char *header[] = {"Metadata-Flavor: Google"};
	struct http_request req = {.method = "GET",
	    .header = header,
	    .n_header = 1,
	    .max_body = MAX_ANSWER,
	    .direct = 1,
	    .total_ms = METADATA_MS,
	    .idempotent = 1};
	struct buf url = {0};
	int rc;

	if (strstr(host, "://") == NULL)
		buf_adds(&url, "http://");
	buf_adds(&url, host);
	buf_adds(&url, path);
	req.url = url.data;
	rc = http_send(h, &req, NULL, NULL, NULL, res, e);
	buf_free(&url);
	return rc;
}

static int
nothing_there(const char *host, const char *why, struct err *e)
{
	return err_set(e, EX_NOPERM,
	    "no Google credentials: GOOGLE_APPLICATION_CREDENTIALS is not "
	    "set, and the metadata server at %s: %s",
	    host, why);
}

/* Anything else may answer at that address, e.g. a router: the real one says so in each answer. */
static int
is_metadata_server(const struct http_response *res)
{
	char flavor[16];

	return http_header(res, "Metadata-Flavor", flavor, sizeof flavor) > 0 &&
	       strcasecmp(flavor, "Google") == 0;
}

int
token_by_metadata(const char *host, struct http *h, struct token *t, struct err *e)
{
	struct http_response res = {0};
	struct err why;
	int rc = ask_server(host, TOKEN_PATH, h, &res, &why);

	if (rc != 0 && res.lost == RETRY_TRANSIENT) /* somebody took the connection */
		rc = err_set(e, EX_TEMPFAIL, "metadata server: %s", why.text);
	else if (rc != 0)
		nothing_there(host, why.text, e);
	else if (http_exit_code(res.status) == EX_TEMPFAIL)
		rc = http_fail(&res, "metadata server", e);
	else if (!is_metadata_server(&res))
		rc = nothing_there(host, "what answers there is none", e);
	else if (res.status == 404)
		rc = nothing_there(host, "the machine has no service account", e);
	else if (res.status / 100 != 2)
		rc = http_fail(&res, "metadata server", e);
	else
		rc = token_answer(&res, "metadata server", NULL, t, e);
	http_response_free(&res);
	return rc;
}

void
metadata_universe(const char *host, struct http *h, struct buf *out)
{
	struct http_response res = {0};
	struct err ignored;
	size_t n = 0;

	if (ask_server(host, UNIVERSE_PATH, h, &res, &ignored) == 0 && res.status == 200 &&
	    is_metadata_server(&res))
		n = strspn(res.body.data, "abcdefghijklmnopqrstuvwxyz0123456789.-");
	if (n > 0)
		buf_add(out, res.body.data, n);
	else
		buf_adds(out, GCP_UNIVERSE_DEFAULT);
	http_response_free(&res);
}
