#include "aws/s3.h"
#include "aws/s3_access_point.h"
#include "aws/s3_config.h"
#include "aws/s3_request.h"
#include "base/buf.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_REGION "us-east-1"

/* A bucket whose region is known not to be the client's own. */
struct learned {
	char *bucket, *region;
};

struct s3 {
	struct http *http;     /* the caller's */
	struct aws_auth *auth; /* the caller's; NULL: requests are not signed */
	char *region;          /* unless a bucket's is learned */
	struct s3_config config;
	int requester_pays;
	pthread_mutex_t lock; /* of what was learned */
	struct learned *learned;
	size_t n_learned;
};

/* The region, and whether there are credentials at all: told before any request. */
static int
find_region(struct s3 *s, struct err *e)
{
	struct aws_credentials c;
	const char *given = getenv("AWS_REGION");

	if (s->auth != NULL) {
		if (aws_auth_get(s->auth, &c, e) != 0)
			return -1;
		aws_credentials_free(&c);
		if (aws_auth_region(s->auth, &s->region, e) != 0)
			return -1;
	} else if (given != NULL && given[0] != '\0') {
		s->region = xstrdup(given);
	}
	if (s->region == NULL)
		s->region = xstrdup(DEFAULT_REGION);
	return 0;
}

struct s3 *
s3_new(struct http *http, struct aws_auth *auth, struct err *e)
{
	struct s3 *s = xcalloc(1, sizeof *s);

	pthread_mutex_init(&s->lock, NULL);
	s->http = http;
	s->auth = auth;
	if (s3_config_read(&s->config, e) == 0 && find_region(s, e) == 0) {
		if (s->config.max_attempts > 0)
			http_policy(http)->max_attempts = s->config.max_attempts;
		return s;
	}
	s3_free(s);
	return NULL;
}

void
s3_free(struct s3 *s)
{
	if (s == NULL)
		return;
	for (size_t i = 0; i < s->n_learned; i++) {
		free(s->learned[i].bucket);
		free(s->learned[i].region);
	}
	free(s->learned);
	free(s->region);
	s3_config_free(&s->config);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

void
s3_pay_requests(struct s3 *s)
{
	s->requester_pays = 1;
}

struct http *
s3_http(const struct s3 *s)
{
	return s->http;
}

struct aws_auth *
s3_auth(const struct s3 *s)
{
	return s->auth;
}

const struct s3_rules *
s3_rules(const struct s3 *s)
{
	return &s->config.rules;
}

int
s3_requester_pays(const struct s3 *s)
{
	return s->requester_pays;
}

char *
s3_region(struct s3 *s, const char *bucket)
{
	struct s3_access_point point;
	struct err ignored;
	const char *region = s->region;
	char *copy;

	if (s3_access_point(bucket, &point, &ignored) > 0)
		region = point.region;
	pthread_mutex_lock(&s->lock);
	for (size_t i = 0; i < s->n_learned; i++)
		if (strcmp(s->learned[i].bucket, bucket) == 0)
			region = s->learned[i].region;
	copy = xstrdup(region);
	pthread_mutex_unlock(&s->lock);
	return copy;
}

void
s3_learn_region(struct s3 *s, const char *bucket, const char *region)
{
	size_t i = 0;

	pthread_mutex_lock(&s->lock);
	while (i < s->n_learned && strcmp(s->learned[i].bucket, bucket) != 0)
		i++;
	if (i == s->n_learned) {
		s->learned = xrealloc(s->learned, ++s->n_learned * sizeof *s->learned);
		s->learned[i] = (struct learned){xstrdup(bucket), NULL};
	}
	free(s->learned[i].region);
	s->learned[i].region = xstrdup(region);
	pthread_mutex_unlock(&s->lock);
}

int
s3_ask_checksum(const struct s3 *s, struct s3_call *call)
{
	if (s->config.no_checksums)
		return 0;
	call->header[call->n_header++] = (struct sigv4_pair){"x-amz-checksum-mode", "ENABLED"};
	return 1;
}
