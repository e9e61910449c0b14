#include "gcp/token.h"
#include "base/msg.h"
#include "gcp/auth.h"
#include "gcp/token_fetch.h"

#include <string.h>

/* A token is renewed so long before its end that a request begun with it can finish ... */
#define MARGIN_S 300
/* When that fails, it is tried again so much later, or after a quarter of what is left. */
#define AGAIN_S 30

static time_t
monotonic(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec;
}

/* ... and a token that lives for less than twice the margin, for half its life. */
static time_t
margin(uint64_t seconds)
{
	return (time_t)(seconds < (uint64_t)2 * MARGIN_S ? seconds / 2 : MARGIN_S);
}

/* A token of one universe must not be shown to another's services. */
static int
check_machine(struct gcp_auth *auth, struct http *h, struct err *e)
{
	struct buf own = {0};
	int rc = 0;

	metadata_universe(auth->metadata_host, h, &own);
	if (strcmp(own.data, gcp_auth_universe(auth)) != 0)
		rc = err_set(e, EX_CONFIG,
		    "metadata server: this machine is of universe domain %s, not %s: set "
		    "GOOGLE_CLOUD_UNIVERSE_DOMAIN",
		    own.data, gcp_auth_universe(auth));
	buf_free(&own);
	return rc;
}

static int
ask_machine(struct gcp_auth *auth, struct http *h, struct token *t, struct err *e)
{
	if (token_by_metadata(auth->metadata_host, h, t, e) != 0) {
		if (e->code == EX_NOPERM && auth->absent != NULL)
			err_set(e, e->code, "%s; nor is there %s", e->text, auth->absent);
		return -1;
	}
	return auth->line.len == 0 ? check_machine(auth, h, e) : 0;
}

static void
tell(const struct gcp_auth *auth)
{
	struct buf who = {0};

	if (auth->file != NULL) {
		auth->file->type->describe(auth->file, &who);
		msg_debug("Google credentials: %s: %s", auth->file->place, who.data);
	} else {
		msg_debug("Google credentials: the metadata server at %s", auth->metadata_host);
	}
	buf_free(&who);
}

static int
fetch(struct gcp_auth *auth, struct http *h, struct token *t, struct err *e)
{
	struct gcp_ask ask = {.http = h, .scopes = auth->scopes, .ahead = &auth->ahead};

	if (auth->line.len == 0 && !auth->told)
		tell(auth);
	auth->told = 1;
	return auth->file != NULL ? auth->file->type->fetch(auth->file, &ask, t, e)
				  : ask_machine(auth, h, t, e);
}

static void
install(struct gcp_auth *auth, struct token *t, time_t asked)
{
	buf_wipe(&auth->line);
	buf_reserve(&auth->line, t->text.len + 32); /* it must not be left behind by growing */
	buf_addf(&auth->line, "Authorization: Bearer %s", t->text.data);
	if (t->seconds > UINT32_MAX)
		t->seconds = UINT32_MAX;
	auth->until = asked + (time_t)t->seconds;
	auth->renew = auth->until - margin(t->seconds);
	auth->warned = 0;
}

/* No new token: 0 when the old one still lives. */
static int
outlive(struct gcp_auth *auth, const struct err *e)
{
	time_t now = monotonic(), left = auth->until - now;

	if (auth->line.len == 0 || left <= 0)
		return -1;
	if (!auth->warned)
		msg_warn(
		    "%s; going on with the token at hand for %lld s", e->text, (long long)left);
	auth->warned = 1;
	auth->renew = now + (left / 4 < AGAIN_S ? left / 4 : AGAIN_S);
	return 0;
}

/* One thread fetches, without the lock. */
static int
renew(struct gcp_auth *auth, struct http *h, struct err *e)
{
	struct token t = {0};
	time_t asked = monotonic();
	int rc;

	auth->fetching = 1;
	pthread_mutex_unlock(&auth->lock);
	rc = fetch(auth, h, &t, e);
	pthread_mutex_lock(&auth->lock);
	if (rc == 0)
		install(auth, &t, asked);
	else
		rc = outlive(auth, e);
	auth->fetching = 0;
	auth->rounds++;
	auth->failed = rc != 0;
	if (rc != 0)
		auth->why = *e;
	pthread_cond_broadcast(&auth->fetched);
	buf_wipe(&t.text);
	return rc;
}

/* What another thread fetches: 0 when it may be there, -1 with its error. */
static int
wait_for_other(struct gcp_auth *auth, struct err *e)
{
	unsigned round = auth->rounds;

	while (auth->rounds == round)
		pthread_cond_wait(&auth->fetched, &auth->lock);
	if (!auth->failed)
		return 0;
	*e = auth->why;
	return -1;
}

int
gcp_auth_header(struct gcp_auth *auth, struct http *h, struct buf *line, struct err *e)
{
	int rc = 0;

	buf_clear(line);
	if (auth->none)
		return 0;
	pthread_mutex_lock(&auth->lock);
	while (rc == 0 && (auth->line.len == 0 || monotonic() >= auth->renew)) {
		if (!auth->fetching) {
			rc = renew(auth, h, e);
			break;
		}
		if (auth->line.len > 0 && monotonic() < auth->until)
			break;
		rc = wait_for_other(auth, e);
	}
	if (rc == 0) {
		buf_reserve(line, auth->line.len);
		buf_add(line, auth->line.data, auth->line.len);
	}
	pthread_mutex_unlock(&auth->lock);
	return rc;
}

void
gcp_auth_refresh(struct gcp_auth *auth, const struct buf *line)
{
	pthread_mutex_lock(&auth->lock);
	if (auth->line.len == line->len && line->len > 0 &&
	    memcmp(auth->line.data, line->data, line->len) == 0)
		auth->renew = auth->until = 0;
	pthread_mutex_unlock(&auth->lock);
}
