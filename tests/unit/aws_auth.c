/* How long AWS credentials are kept, by a clock that is moved: renewed before their end, once for all
 * threads; kept while a renewal fails; fetched anew when a service refuses them. They come from a
 * credential_process that counts how often it ran. */
#include "aws/credentials.h"
#include "aws/process.h"
#include "base/buf.h"
#include "check.h"
#include "net/date.h"

#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#define HOUR 3600
#define THREADS 8

static char folder[] = "/tmp/aws-auth.XXXXXX";
static struct buf config, script, runs;
static time_t start;

static void
write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0)
		exit(1);
}

/* Give keys that end so many seconds after start (0: never), or end with 1 when ok is 0. */
static void
give(long seconds, int ok)
{
	char end[DATE_SIZE];
	struct buf text = {0};

	date_rfc3339(start + seconds, end);
	buf_addf(&text, "#!/bin/sh\necho >>%s\n", runs.data);
	if (!ok)
		buf_adds(&text, "exit 1\n");
	buf_addf(&text,
	    "n=$(wc -l <%s)\n"
	    "echo '{\"Version\":1,\"AccessKeyId\":\"key'$n'\",\"SecretAccessKey\":\"s\","
	    "\"SessionToken\":\"t\"",
	    runs.data);
	if (seconds != 0)
		buf_addf(&text, ",\"Expiration\":\"%s\"", end);
	buf_adds(&text, "}'\n");
	write_file(script.data, text.data);
	buf_free(&text);
}

static struct aws_auth *
begin(long seconds)
{
	struct err e;

	unlink(runs.data);
	start = time(NULL);
	give(seconds, 1);
	return aws_auth_new(NULL, &e);
}

/* The access key at so many seconds after start, by a clock that is moved. */
static const char *
at(struct aws_auth *a, long seconds)
{
	static char key[32];
	struct aws_credentials c;
	struct err e;

	aws_auth_saw_date(a, start + seconds);
	if (aws_auth_get(a, &c, &e) != 0)
		return e.code == EX_NOPERM ? "refused" : "failed";
	snprintf(key, sizeof key, "%s", c.access_key);
	aws_credentials_free(&c);
	return key;
}

static void
kept(void)
{
	struct aws_auth *a = begin(HOUR);

	CHECK(aws_auth_source(a) == NULL);
	CHECK_STR(at(a, 0), "key1");
	CHECK_STR(aws_auth_source(a), "profile 'default' (its credential_process)");
	CHECK_STR(at(a, HOUR - 310), "key1");
	give(2 * HOUR, 1);
	CHECK_STR(at(a, HOUR - 299), "key2");
	CHECK_STR(at(a, 2 * HOUR - 310), "key2");
	aws_auth_free(a);
	/* What lives for less than ten minutes is kept for half of that. */
	a = begin(200);
	CHECK_STR(at(a, 0), "key1");
	CHECK_STR(at(a, 90), "key1");
	give(HOUR, 1);
	CHECK_STR(at(a, 101), "key2");
	aws_auth_free(a);
	a = begin(0);
	CHECK_STR(at(a, 0), "key1");
	CHECK_STR(at(a, 1000L * HOUR), "key1");
	aws_auth_free(a);
}

static void
renewal_fails(void)
{
	struct aws_auth *a = begin(HOUR);

	CHECK_STR(at(a, 0), "key1");
	give(0, 0);
	CHECK_STR(at(a, HOUR - 299), "key1");
	CHECK_STR(at(a, HOUR - 280), "key1"); /* not asked again so soon */
	give(3 * HOUR, 1);
	CHECK_STR(at(a, HOUR - 200), "key3");
	give(0, 0);
	CHECK_STR(at(a, 3 * HOUR + 1), "refused");
	give(4 * HOUR, 1);
	CHECK_STR(at(a, 3 * HOUR + 2), "key5");
	aws_auth_free(a);
}

static void
refused_by_a_service(void)
{
	struct aws_auth *a = begin(HOUR);
	struct aws_credentials old, newer;
	struct err e;

	CHECK(aws_auth_get(a, &old, &e) == 0);
	aws_auth_expired(a, &old);
	CHECK(aws_auth_get(a, &newer, &e) == 0);
	CHECK_STR(newer.access_key, "key2");
	aws_auth_expired(a, &old); /* by another thread, of the same old ones */
	CHECK_STR(at(a, 10), "key2");
	give(0, 0);
	aws_auth_expired(a, &newer);
	CHECK_STR(at(a, 20), "refused"); /* they live, but not for the service */
	aws_credentials_free(&old);
	aws_credentials_free(&newer);
	CHECK(old.secret_key == NULL);
	aws_auth_free(a);
}

static void *
ask(void *auth)
{
	struct aws_credentials c;
	struct err e;
	int ok = aws_auth_get(auth, &c, &e) == 0 && strcmp(c.access_key, "key1") == 0;

	aws_credentials_free(&c);
	return ok ? auth : NULL;
}

static void
threads(void)
{
	struct aws_auth *a = begin(HOUR);
	pthread_t thread[THREADS];
	void *ok;

	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], NULL, ask, a) != 0)
			exit(1);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(thread[i], &ok);
		CHECK(ok != NULL);
	}
	aws_auth_free(a);
}

static void
over(void)
{
	struct aws_auth *a = begin(HOUR);

	CHECK_STR(at(a, HOUR + 1), "refused");
	aws_auth_free(a);
}

static void
words(const char *command, const char *expected)
{
	char **w = aws_process_words(command);
	struct buf all = {0};

	buf_adds(&all, "");
	buf_reserve(&all, 1);
	all.data[0] = '\0';
	for (size_t i = 0; w != NULL && w[i] != NULL; i++)
		buf_addf(&all, "[%s]", w[i]);
	CHECK_STR(w != NULL ? all.data : "none", expected);
	buf_free(&all);
	free(w);
}

static void
command_words(void)
{
	words("", "");
	words("  ", "");
	words("a", "[a]");
	words(" a\tb  c ", "[a][b][c]");
	words("\"a b\" 'c d'e f\\ g", "[a b][c de][f g]");
	words("'' \"\"", "[][]");
	words("\"a\\\"b\\\\c\\d\"", "[a\"b\\c\\d]");
	words("'a\\'", "[a\\]");
	words("a\\", "[a\\]");
	words("$HOME `x` *", "[$HOME][`x`][*]");
	words("'a", "none");
	words("a \"b", "none");
}

int
main(void)
{
	if (mkdtemp(folder) == NULL)
		return 1;
	buf_addf(&config, "%s/config", folder);
	buf_addf(&script, "%s/script", folder);
	buf_addf(&runs, "%s/runs", folder);
	setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
	setenv("AWS_CONFIG_FILE", config.data, 1);
	setenv("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent", 1);
	unsetenv("AWS_ACCESS_KEY_ID");
	unsetenv("AWS_SECRET_ACCESS_KEY");
	unsetenv("AWS_PROFILE");
	unsetenv("AWS_WEB_IDENTITY_TOKEN_FILE");
	{
		struct buf text = {0};

		buf_addf(&text, "[default]\ncredential_process = /bin/sh %s\n", script.data);
		write_file(config.data, text.data);
		buf_free(&text);
	}
	kept();
	renewal_fails();
	refused_by_a_service();
	threads();
	over();
	command_words();
	unlink(config.data);
	unlink(script.data);
	unlink(runs.data);
	rmdir(folder);
	buf_free(&config);
	buf_free(&script);
	buf_free(&runs);
	return check_done();
}
