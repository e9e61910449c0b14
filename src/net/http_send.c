/* A request under the retry policy. */
#include "net/http.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

/* A number in [0, 1). Without entropy (early boot) back-off is merely not jittered. */
static double
random_unit(void)
{
	uint32_t r;

	if (getrandom(&r, sizeof r, GRND_NONBLOCK) != sizeof r)
		return 0.5;
	return (double)r / 4294967296.0;
}

int
http_wait(struct http *h, int attempt, enum retry_kind kind, long retry_after_s)
{
	long ms = http_delay_ms(h, attempt, kind, retry_after_s, random_unit());
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	if (ms < 0)
		return -1;
	while (nanosleep(&left, &left) != 0 && errno == EINTR)
		;
	return 0;
}

int
http_send(struct http *h, struct http_request *req, http_prepare *prepare, void *ctx,
    http_classify *classify, struct http_response *res, struct err *e)
{
	for (int attempt = 1;; attempt++) {
		enum retry_kind kind;
		int rc;

		*res = (struct http_response){0};
		if (prepare != NULL && prepare(ctx, req, e) != 0)
			return -1;
		rc = http_once(h, req, res, e);
		if (rc != 0)
			kind = res->lost;
		else
			kind = classify != NULL ? classify(res) : retry_kind_of_status(res->status);
		if (rc == 0 && kind == RETRY_NEVER) {
			if (res->status < 400)
				http_refill(h, attempt);
			return 0;
		}
		if (!req->idempotent && kind != RETRY_THROTTLED)
			return rc;
		if (res->delivered > 0)
			return rc;
		if (http_wait(h, attempt, kind, http_retry_after(res)) != 0)
			return rc;
		http_response_free(res);
	}
}
