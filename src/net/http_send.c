/* A request under the retry policy. */
#include "base/clock.h"
#include "net/http_transfer.h"

#include <sys/random.h>

/* A number in [0, 1). Without entropy (early boot) back-off is merely not jittered. */
static double
random_unit(void)
{
	uint32_t r;

	if (getrandom(&r, sizeof r, GRND_NONBLOCK) != sizeof r)
		return 0.5;
	return (double)r / 4294967296.0;
}

enum waited { WAITED, SPENT, LATE };

static enum waited
wait_for(struct http *h, int attempt, enum retry_kind kind, long retry_after_s)
{
	long ms = http_delay_ms(h, attempt, kind, retry_after_s, random_unit());

	if (ms < 0)
		return SPENT;
	if (ms >= http_left_ms(h))
		return LATE;
	return http_sleep(h, (uint64_t)ms) == 0 ? WAITED : SPENT;
}

int
http_wait(struct http *h, int attempt, enum retry_kind kind, long retry_after_s)
{
	return wait_for(h, attempt, kind, retry_after_s) == WAITED ? 0 : -1;
}

/* The deadline leaves no time to repeat: e for what came last, an answer or none (then e tells). */
static int
late(struct http *h, const struct http_request *req, struct http_response *res, struct err *e)
{
	struct transfer t = {.req = req, .res = res, .e = e};
	long status = res->status;

	res->status = 0;
	res->lost = RETRY_TIMEOUT;
	if (status == 0) {
		e->code = EX_TEMPFAIL;
		return err_prefix(e, "deadline of %ld s reached (--deadline)", http_deadline_s(h));
	}
	return transfer_late(&t, http_deadline_s(h), status);
}

int
http_send(struct http *h, struct http_request *req, http_prepare *prepare, void *ctx,
    http_classify *classify, struct http_response *res, struct err *e)
{
	for (int attempt = 1;; attempt++) {
		enum retry_kind kind;
		uint64_t sent_ms;
		int rc;

		*res = (struct http_response){0};
		if (prepare != NULL && prepare(ctx, req, e) != 0)
			return -1;
		sent_ms = clock_ms();
		rc = http_once(h, req, res, e);
		if (rc != 0)
			kind = res->lost;
		else
			kind = classify != NULL ? classify(res) : retry_kind_of_status(res->status);
		if (rc == 0 && kind == RETRY_THROTTLED && res->status != 429 && res->status != 503)
			http_throttled(h, req->url, sent_ms);
		if (rc == 0 && kind == RETRY_NEVER) {
			if (res->status < 400)
				http_refill(h, attempt);
			return 0;
		}
		if (!req->idempotent && kind != RETRY_THROTTLED && kind != RETRY_UNSENT)
			return rc;
		if (res->delivered > 0)
			return rc;
		switch (wait_for(h, attempt, kind, http_retry_after(res))) {
		case SPENT:
			return rc;
		case LATE:
			return late(h, req, res, e);
		case WAITED:
			break;
		}
		http_response_free(res);
	}
}
