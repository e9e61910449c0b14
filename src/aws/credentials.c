#include "aws/credentials.h"
#include "aws/chain.h"
#include "base/msg.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#define MARGIN_S 300   /* a request begun so long before the end can finish */
#define TRY_AGAIN_S 60 /* between renewals that failed while the old ones live */

struct aws_auth {
	struct http *http;
	pthread_mutex_t lock; /* held while credentials are fetched, so that one thread does */
	struct aws_credentials have;
	time_t renew;           /* by aws_auth_now; 0: never */
	int stale;              /* a service refused them */
	int warned;             /* that they could not be renewed */
	_Atomic(char *) source; /* of the first */
	atomic_llong skew;      /* seconds to add to this machine's clock */
};

struct aws_auth *
aws_auth_new(struct http *h, struct err *e)
{
	struct aws_auth *a = xcalloc(1, sizeof *a);

	(void)e;
	a->http = h;
	pthread_mutex_init(&a->lock, NULL);
	return a;
}

void
aws_auth_free(struct aws_auth *a)
{
	if (a == NULL)
		return;
	pthread_mutex_destroy(&a->lock);
	aws_credentials_free(&a->have);
	free(a->source);
	free(a);
}

time_t
aws_auth_now(const struct aws_auth *a)
{
	return time(NULL) + (time_t)atomic_load(&a->skew);
}

void
aws_auth_saw_date(struct aws_auth *a, time_t service_date)
{
	atomic_store(&a->skew, (long long)service_date - (long long)time(NULL));
}

const char *
aws_auth_source(const struct aws_auth *a)
{
	return atomic_load(&a->source);
}

static void
copy(const struct aws_credentials *from, struct aws_credentials *to)
{
	*to = (struct aws_credentials){.access_key = xstrdup(from->access_key),
	    .secret_key = xstrdup(from->secret_key),
	    .token = from->token != NULL ? xstrdup(from->token) : NULL,
	    .expires = from->expires};
}

/* Credentials that live for less than twice the margin are kept for half their life. */
static time_t
renew_at(time_t now, time_t expires)
{
	if (expires == 0)
		return 0;
	return expires - now < (time_t)2 * MARGIN_S ? now + (expires - now) / 2
						    : expires - MARGIN_S;
}

static void
keep(struct aws_auth *a, const struct aws_credentials *got, const char *source)
{
	if (a->source == NULL)
		a->source = xstrdup(source);
	msg_debug("AWS credentials from %s", source);
	aws_credentials_free(&a->have);
	a->have = *got;
	a->renew = renew_at(aws_auth_now(a), got->expires);
	a->stale = a->warned = 0;
}

static int
fetch(struct aws_auth *a, struct err *e)
{
	struct aws_credentials got;
	struct aws_chain x;
	int rc;

	aws_chain_init(&x, a, a->http);
	rc = aws_chain_load(&x, &got, e);
	if (rc == 0)
		keep(a, &got, x.source.data);
	aws_chain_free(&x);
	return rc;
}

/* Whether those at hand do for another while: a renewal failed, but they live, and no service
 * refused them. */
static int
outlive(struct aws_auth *a, const struct err *e)
{
	time_t now = aws_auth_now(a);

	if (a->have.access_key == NULL || a->stale || a->have.expires <= now)
		return 0;
	if (!a->warned)
		msg_warn("the AWS credentials end in %lld s and could not be renewed: %s",
		    (long long)(a->have.expires - now), e->text);
	a->warned = 1;
	a->renew = now + TRY_AGAIN_S;
	return 1;
}

int
aws_auth_get(struct aws_auth *a, struct aws_credentials *out, struct err *e)
{
	int rc = 0;

	*out = (struct aws_credentials){0};
	pthread_mutex_lock(&a->lock);
	if (a->have.access_key == NULL || a->stale ||
	    (a->renew != 0 && aws_auth_now(a) >= a->renew))
		rc = fetch(a, e) == 0 || outlive(a, e) ? 0 : -1;
	if (rc == 0)
		copy(&a->have, out);
	pthread_mutex_unlock(&a->lock);
	return rc;
}

static int
same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

void
aws_auth_expired(struct aws_auth *a, const struct aws_credentials *used)
{
	pthread_mutex_lock(&a->lock);
	if (same(a->have.access_key, used->access_key) && same(a->have.token, used->token))
		a->stale = 1;
	pthread_mutex_unlock(&a->lock);
}

int
aws_auth_region(struct aws_auth *a, char **region, struct err *e)
{
	struct aws_chain x;
	int rc;

	aws_chain_init(&x, a, a->http);
	rc = aws_chain_region(&x, region, e);
	aws_chain_free(&x);
	return rc;
}
