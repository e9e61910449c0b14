/* Credentials from the environment and the shared files, in their order. */
#include "aws/credentials.h"
#include "base/buf.h"
#include "check.h"

#include <stdlib.h>
#include <unistd.h>

static char folder[] = "/tmp/credentials.XXXXXX";

/* What a new program would find. */
struct found {
	struct aws_credentials keys;
	char *region;
};

static void
found_free(struct found *c)
{
	aws_credentials_free(&c->keys);
	free(c->region);
}

static int
find(struct found *c, struct err *e)
{
	struct aws_auth *a = aws_auth_new(NULL, e);
	int rc;

	*c = (struct found){0};
	rc = aws_auth_get(a, &c->keys, e);
	if (rc == 0)
		rc = aws_auth_region(a, &c->region, e);
	if (rc != 0)
		found_free(c);
	aws_auth_free(a);
	return rc;
}

static void
set_path(const char *variable, const char *file)
{
	struct buf path = {0};

	buf_addf(&path, "%s/%s", folder, file);
	setenv(variable, path.data, 1);
	buf_free(&path);
}

static void
write_file(const char *variable, const char *text)
{
	FILE *f = fopen(getenv(variable), "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		exit(1);
}

static void
forget(void)
{
	static const char *const names[] = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
	    "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		unsetenv(names[i]);
}

static void
none(void)
{
	struct found c;
	struct err e;

	forget();
	CHECK(find(&c, &e) == -1 && e.code == EX_NOPERM);
	CHECK(strstr(e.text, "AWS_ACCESS_KEY_ID") != NULL);
	CHECK(strstr(e.text, getenv("AWS_SHARED_CREDENTIALS_FILE")) != NULL);
	CHECK(strstr(e.text, getenv("AWS_CONFIG_FILE")) != NULL);
	setenv("AWS_PROFILE", "other", 1);
	CHECK(find(&c, &e) == -1 && e.code == EX_NOPERM);
	CHECK(strstr(e.text, "'other'") != NULL);
}

static void
environment(void)
{
	struct found c;
	struct err e;

	forget();
	setenv("AWS_ACCESS_KEY_ID", "AKIA1", 1);
	CHECK(find(&c, &e) == -1 && e.code == EX_NOPERM);
	CHECK(strstr(e.text, "AWS_SECRET_ACCESS_KEY") != NULL);
	setenv("AWS_SECRET_ACCESS_KEY", "a/b+c", 1);
	setenv("AWS_SESSION_TOKEN", "", 1); /* empty is unset */
	CHECK(find(&c, &e) == 0);
	CHECK_STR(c.keys.access_key, "AKIA1");
	CHECK_STR(c.keys.secret_key, "a/b+c");
	CHECK(c.keys.token == NULL && c.region == NULL);
	found_free(&c);
	setenv("AWS_SESSION_TOKEN", "t==", 1);
	setenv("AWS_DEFAULT_REGION", "eu-west-1", 1);
	CHECK(find(&c, &e) == 0);
	CHECK_STR(c.keys.token, "t==");
	CHECK_STR(c.region, "eu-west-1");
	found_free(&c);
	setenv("AWS_REGION", "ap-northeast-2", 1);
	CHECK(find(&c, &e) == 0);
	CHECK_STR(c.region, "ap-northeast-2");
	found_free(&c);
}

static void
files(void)
{
	struct found c;
	struct err e;

	forget();
	write_file("AWS_SHARED_CREDENTIALS_FILE",
	    "# comment\n[default]\naws_access_key_id = AKIA2\r\naws_secret_access_key=s=2\n\n"
	    "[work]\n aws_access_key_id=nested\nAWS_ACCESS_KEY_ID=AKIA3\naws_secret_access_key = "
	    "s3\n"
	    "aws_session_token = t3\n[half]\naws_access_key_id=AKIA4\n[bad]\nno equals sign\n");
	write_file("AWS_CONFIG_FILE",
	    "[default]\nregion = us-west-2\n[profile  work]\nregion=ap-east-1\n"
	    "s3 =\n  addressing_style = path\n[profile only]\naws_access_key_id=AKIA5\n"
	    "aws_secret_access_key=s5\n[work]\nregion=wrong\n");
	CHECK(find(&c, &e) == 0);
	CHECK_STR(c.keys.access_key, "AKIA2");
	CHECK_STR(c.keys.secret_key, "s=2");
	CHECK_STR(c.region, "us-west-2");
	found_free(&c);
	setenv("AWS_PROFILE", "work", 1);
	CHECK(find(&c, &e) == 0);
	CHECK_STR(c.keys.access_key, "AKIA3");
	CHECK_STR(c.keys.token, "t3");
	CHECK_STR(c.region, "ap-east-1");
	found_free(&c);
	setenv("AWS_PROFILE", "only", 1);
	CHECK(find(&c, &e) == 0);
	CHECK_STR(c.keys.access_key, "AKIA5");
	CHECK(c.region == NULL);
	found_free(&c);
	setenv("AWS_PROFILE", "half", 1);
	CHECK(find(&c, &e) == -1 && e.code == EX_NOPERM);
	setenv("AWS_PROFILE", "bad", 1);
	CHECK(find(&c, &e) == -1 && e.code == EX_CONFIG);
	CHECK(strstr(e.text, ":14: ") != NULL && strstr(e.text, "equals") == NULL);
	setenv("AWS_PROFILE", "default", 1);
	setenv("AWS_ACCESS_KEY_ID", "AKIA6", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "s6", 1);
	CHECK(find(&c, &e) == 0);
	CHECK_STR(c.keys.access_key, "AKIA6"); /* the environment is asked first */
	CHECK_STR(c.region, "us-west-2");
	found_free(&c);
}

static int
load(struct found *c, const char *credentials, const char *config, struct err *e)
{
	forget();
	write_file("AWS_SHARED_CREDENTIALS_FILE", credentials);
	write_file("AWS_CONFIG_FILE", config);
	return find(c, e);
}

/* What hands write. */
static void
written_by_hand(void)
{
	struct found c;
	struct err e;

	CHECK(load(&c, "[default]\n\taws_access_key_id = AKIA7\n\taws_secret_access_key = s7\n",
		  "[profile default]\n  region = eu-north-1\n  s3 =\n    region = nested\n",
		  &e) == 0);
	CHECK_STR(c.keys.access_key, "AKIA7");
	CHECK_STR(c.keys.secret_key, "s7");
	CHECK_STR(c.region, "eu-north-1");
	found_free(&c);
	CHECK(
	    load(&c, "[default\naws_access_key_id = AKIA8\n", "", &e) == -1 && e.code == EX_CONFIG);
	CHECK(strstr(e.text, ":1: ") != NULL);
	/* Keys of two files are not one pair, and a token goes with its own. */
	CHECK(load(&c, "[default]\naws_access_key_id = AKIA9\n",
		  "[default]\naws_secret_access_key = s9\n", &e) == -1 &&
	      e.code == EX_NOPERM);
	CHECK(load(&c, "[default]\naws_access_key_id = AKIA9\naws_secret_access_key = s9\n",
		  "[default]\naws_session_token = other\n", &e) == 0);
	CHECK(c.keys.token == NULL);
	found_free(&c);
}

/* A line break that came along from a file: told, without the value. */
static void
damaged(void)
{
	struct found c;
	struct err e;

	forget();
	setenv("AWS_ACCESS_KEY_ID", "AKIA1", 1);
	setenv("AWS_SECRET_ACCESS_KEY", "secret\n", 1);
	CHECK(find(&c, &e) == -1 && e.code == EX_NOPERM);
	CHECK(strstr(e.text, "secret key holds") != NULL && strstr(e.text, "secret?") == NULL);
	setenv("AWS_SECRET_ACCESS_KEY", "secret", 1);
	setenv("AWS_SESSION_TOKEN", "a b", 1);
	CHECK(find(&c, &e) == -1 && e.code == EX_NOPERM);
	CHECK(c.keys.secret_key == NULL);
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	set_path("AWS_SHARED_CREDENTIALS_FILE", "credentials");
	set_path("AWS_CONFIG_FILE", "config");
	none();
	environment();
	files();
	written_by_hand();
	damaged();
	unlink(getenv("AWS_SHARED_CREDENTIALS_FILE"));
	unlink(getenv("AWS_CONFIG_FILE"));
	rmdir(folder);
	return check_done();
}
