/* Credentials files of Google's: what is taken from them, which URLs are, where they are looked for. */
#include "base/json.h"
#include "check.h"
#include "gcp/token_fetch.h"

#include <stdlib.h>
#include <unistd.h>

static struct gcp_credentials *
parse(const char *text, struct err *e)
{
	yajl_val v = json_parse(text, strlen(text), 65536, "text", e);
	struct gcp_credentials *c;

	CHECK(v != NULL);
	c = gcp_credentials_parse(v, "F", 0, e);
	yajl_tree_free(v);
	return c;
}

static void
a_user(void)
{
	struct err e;
	struct gcp_credentials *c =
	    parse("{\"type\":\"authorized_user\",\"client_id\":\"i\","
		  "\"client_secret\":\"s\",\"refresh_token\":\"r\","
		  "\"quota_project_id\":null,\"account\":\"\",\"more\":[1]}",
		&e);

	CHECK(c != NULL && c->type == &gcp_authorized_user);
	CHECK_STR(c->field[GCP_CLIENT_ID], "i");
	CHECK_STR(c->field[GCP_REFRESH_TOKEN], "r");
	CHECK(c->field[GCP_QUOTA_PROJECT] == NULL && c->field[GCP_TOKEN_URI] == NULL);
	gcp_credentials_free(c);
}

/* Whether url may stand in the file at name. */
static int
taken(const char *name, const char *url)
{
	int source = strcmp(name, "url") == 0;
	struct buf text = {0};
	struct gcp_credentials *c;
	struct err e;
	int ok;

	buf_adds(&text, "{\"type\":\"external_account\",\"audience\":\"a\","
			"\"subject_token_type\":\"t\",");
	if (source)
		buf_addf(&text, "\"credential_source\":{\"url\":\"%s\"}}", url);
	else
		buf_addf(&text, "\"credential_source\":{\"file\":\"f\"},\"%s\":\"%s\"}", name, url);
	c = parse(text.data, &e);
	ok = c != NULL;
	CHECK(ok || (e.code == EX_CONFIG && strstr(e.text, "expected an https URL") != NULL));
	gcp_credentials_free(c);
	buf_free(&text);
	return ok;
}

static void
urls(void)
{
	static const struct {
		const char *url;
		int token, source;
	} cases[] = {
	    {"https://sts.googleapis.com/v1/token", 1, 1},
	    {"HTTPS://x", 1, 1},
	    {"https:///x", 0, 0},
	    {"https://", 0, 0},
	    {"http://sts.googleapis.com/", 0, 0},
	    {"http://127.0.0.1:8080/x", 1, 1},
	    {"http://127.9.9.9", 1, 1},
	    {"http://localhost/x", 1, 1},
	    {"http://LOCALHOST:1", 1, 1},
	    {"http://[::1]:9/x", 1, 1},
	    {"http://localhost.example.com/", 0, 0},
	    {"http://127.0.0.1.example.com/", 0, 0},
	    {"http://127.0.0.1@example.com/", 0, 0},
	    {"http://127.0.0.1:80@example.com/", 0, 0},
	    {"http://127.", 0, 0},
	    {"http://169.254.169.254/metadata/identity/oauth2/token?x", 0, 1},
	    {"http://169.254.169.254.example.com/", 0, 0},
	    {"http://[fd00:ec2::254]/x", 0, 1},
	    {"http://10.0.0.1/", 0, 0},
	    {"https://x/a b", 0, 0},
	    {"file:///etc/passwd", 0, 0},
	    {"x", 0, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		if (taken("token_url", cases[i].url) != cases[i].token ||
		    taken("url", cases[i].url) != cases[i].source) {
			printf("%s\n", cases[i].url);
			CHECK(0);
		}
	}
}

static void
nesting(void)
{
	static const char inner[] = "{\"type\":\"authorized_user\",\"client_id\":\"i\","
				    "\"client_secret\":\"s\",\"refresh_token\":\"r\"}";
	struct buf text = {0}, next = {0};
	struct gcp_credentials *c;
	struct err e;

	buf_adds(&text, inner);
	for (int depth = 1; depth <= 4; depth++) {
		buf_clear(&next);
		buf_addf(&next,
		    "{\"type\":\"impersonated_service_account\",\"delegates\":[\"d\"],"
		    "\"service_account_impersonation_url\":\"https://h/v1/projects/-/"
		    "serviceAccounts/a%d@p:generateAccessToken\",\"source_credentials\":%s}",
		    depth, text.data);
		buf_clear(&text);
		buf_adds(&text, next.data);
		c = parse(text.data, &e);
		CHECK((c != NULL) == (depth < 4));
		if (c != NULL) {
			struct buf who = {0};

			CHECK(c->n_delegate == 1 && c->source != NULL);
			c->type->describe(c, &who);
			CHECK(strstr(who.data, " impersonated by ") != NULL);
			CHECK(strstr(who.data, "a user of client i") != NULL);
			buf_free(&who);
		} else {
			CHECK(e.code == EX_CONFIG && strstr(e.text, "more than 4") != NULL);
		}
		gcp_credentials_free(c);
	}
	buf_free(&text);
	buf_free(&next);
}

static void
places(void)
{
	char folder[] = "/tmp/gcp.XXXXXX";
	struct buf known = {0};
	const char *from;
	char *path;

	CHECK(mkdtemp(folder) != NULL);
	setenv("HOME", folder, 1);
	unsetenv("CLOUDSDK_CONFIG");
	setenv("GOOGLE_APPLICATION_CREDENTIALS", "/none", 1);
	CHECK(gcp_credentials_find(1, &path, &from) == 1);
	CHECK_STR(path, "/none");
	free(path);
	setenv("GOOGLE_APPLICATION_CREDENTIALS", "", 1);
	CHECK(gcp_credentials_find(1, &path, &from) == 0 && path == NULL);
	CHECK(gcp_credentials_find(0, &path, &from) == 0);
	CHECK(strstr(path, "/.config/gcloud/application_default_credentials.json") != NULL);
	free(path);
	setenv("CLOUDSDK_CONFIG", folder, 1);
	buf_addf(&known, "%s/application_default_credentials.json", folder);
	CHECK(gcp_credentials_find(1, &path, &from) == 0);
	CHECK_STR(path, known.data);
	free(path);
	fclose(fopen(known.data, "w"));
	CHECK(gcp_credentials_find(1, &path, &from) == 1);
	CHECK_STR(from, "gcloud's credentials");
	free(path);
	unlink(known.data);
	rmdir(folder);
	buf_free(&known);
}

int
main(void)
{
	a_user();
	urls();
	nesting();
	places();
	return check_done();
}
