#include "gcp/bq_job.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/msg.h"
#include "gcp/bq_json.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

enum { FIRST_POLL_MS = 200, LONGEST_POLL_MS = 10000, RANDOM_BYTES = 16 };

int
bq_job_new_id(struct buf *id, const char *kind, struct err *e)
{
	unsigned char random[RANDOM_BYTES];

	if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
		return err_sys(e, EX_TEMPFAIL, "random numbers");
	buf_clear(id);
	buf_addf(id, "hourtools_%s_", kind);
	for (size_t i = 0; i < sizeof random; i++)
		buf_addf(id, "%02x", random[i]);
	return 0;
}

/* GET the job into *job, whose former tree is freed; *job stays when that fails. */
static int
fetch(struct bq *b, const char *id, yajl_val *job, long *status, struct err *e)
{
	struct buf path = {0}, what = {0};
	struct bq_request r = {.method = "GET"};
	yajl_val answer;
	int rc;

	buf_addf(&path, "/projects/%s/jobs/%s", b->project, id);
	if (b->location != NULL)
		buf_addf(&path, "?location=%s", b->location);
	buf_addf(&what, "job %s", id);
	r.path = path.data;
	r.what = what.data;
	rc = bq_call(b, &r, &answer, status, e);
	if (rc == 0) {
		yajl_tree_free(*job);
		*job = answer;
	}
	buf_free(&path);
	buf_free(&what);
	return rc;
}

static void
write_job(struct buf *out, const struct bq *b, const char *id, const struct buf *configuration)
{
	buf_adds(out, "{\"jobReference\":{");
	bq_json_member(out, "projectId", b->project);
	bq_json_member(out, "jobId", id);
	bq_json_member(out, "location", b->location);
	buf_adds(out, "},\"configuration\":");
	buf_add(out, configuration->data, configuration->len);
	buf_addc(out, '}');
}

enum bq_start
bq_job_start(
    struct bq *b, const char *id, const struct buf *configuration, yajl_val *job, struct err *e)
{
	struct buf path = {0}, what = {0}, body = {0};
	struct bq_request r = {.method = "POST", .body = &body};
	enum bq_start result = BQ_STARTED;
	struct err lost;
	long status, found;

	*job = NULL;
	buf_addf(&path, "/projects/%s/jobs", b->project);
	buf_addf(&what, "job %s", id);
	write_job(&body, b, id, configuration);
	r.path = path.data;
	r.what = what.data;
	if (bq_call(b, &r, job, &status, e) != 0) {
		result = BQ_REFUSED;
		if (status == 409)
			result = fetch(b, id, job, &found, e) == 0 ? BQ_FOUND : BQ_REFUSED;
		else if ((status == 0 || status >= 500) && fetch(b, id, job, &found, &lost) == 0)
			result = BQ_FOUND;
	}
	buf_free(&path);
	buf_free(&what);
	buf_free(&body);
	return result;
}

int
bq_job_done(yajl_val job)
{
	const char *state = json_string(job, "status.state");

	return state != NULL && strcmp(state, "DONE") == 0;
}

const char *
bq_job_id(yajl_val job)
{
	const char *id = json_string(job, "jobReference.jobId");

	return id != NULL ? id : "";
}

long
bq_poll_delay_ms(unsigned n)
{
	long ms = FIRST_POLL_MS;

	while (n-- > 0 && ms < LONGEST_POLL_MS)
		ms += ms / 2;
	return ms < LONGEST_POLL_MS ? ms : LONGEST_POLL_MS;
}

static void
sleep_ms(int64_t ms)
{
	struct timespec t = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000};

	while (nanosleep(&t, &t) != 0)
		;
}

int
bq_job_wait(struct bq *b, yajl_val *job, struct err *e)
{
	int64_t end = (int64_t)clock_ms() + (int64_t)b->timeout_s * 1000;
	char *id = xstrdup(bq_job_id(*job));
	int rc = 0;
	long status;

	for (unsigned n = 0; rc == 0 && !bq_job_done(*job); n++) {
		int64_t left = end - (int64_t)clock_ms(), delay = bq_poll_delay_ms(n);
		const char *state = json_string(*job, "status.state");

		if (left <= 0) {
			rc = err_set(e, EX_TEMPFAIL,
			    "job %s: still %s after %llu s; run again to wait for it", id,
			    state != NULL ? state : "not done", (unsigned long long)b->timeout_s);
			break;
		}
		msg_debug("job %s: %s", id, state != NULL ? state : "no state");
		sleep_ms(delay < left ? delay : left);
		rc = fetch(b, id, job, &status, e);
	}
	free(id);
	return rc;
}

void
bq_pause(struct bq *b, int run)
{
	struct retry_policy policy = *http_policy(b->http);
	uint32_t random = 0;
	long ms;

	policy.max_attempts = run + 2;
	policy.budget = 500;
	if (getrandom(&random, sizeof random, 0) != (ssize_t)sizeof random)
		random = UINT32_MAX / 2;
	ms = retry_delay_ms(&policy, run, RETRY_THROTTLED, -1, random / ((double)UINT32_MAX + 1));
	sleep_ms(ms > 0 ? ms : 0);
}

const char *
bq_job_reason(yajl_val job)
{
	const char *reason = json_string(job, "status.errorResult.reason");

	if (json_get(job, "status.errorResult") == NULL)
		return NULL;
	return reason != NULL ? reason : "unknown";
}

static int
same_text(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static int
lists_error_result(yajl_val job, yajl_val *errors, size_t n)
{
	const char *message = json_string(job, "status.errorResult.message");

	for (size_t i = 0; i < n; i++)
		if (same_text(json_string(errors[i], "message"), message))
			return 1;
	return 0;
}

int
bq_job_error(yajl_val job, size_t i, struct buf *out)
{
	yajl_val *errors, result = json_get(job, "status.errorResult"), one = NULL;
	const char *reason, *place, *message;
	size_t n, before;

	errors = json_array(job, "status.errors", &n);
	before = result != NULL && !lists_error_result(job, errors, n);
	if (before && i == 0)
		one = result;
	else if (i - before < n)
		one = errors[i - before];
	if (one == NULL)
		return -1;
	reason = json_string(one, "reason");
	place = json_string(one, "location");
	message = json_string(one, "message");
	buf_clear(out);
	buf_addf(out, "%s: ", reason != NULL ? reason : "error");
	/* "query" is said of every SQL error, whose message has its line. */
	if (place != NULL && place[0] != '\0' && strcmp(place, "query") != 0)
		buf_addf(out, "%s: ", place);
	buf_adds(out, message != NULL ? message : "no message");
	for (char *p = out->data; *p != '\0'; p++)
		if (*p == '\n' || *p == '\r')
			*p = ' ';
	return 0;
}

double
bq_job_seconds(yajl_val job)
{
	uint64_t from, to;

	if (json_u64(job, "statistics.creationTime", &from) != 0 ||
	    json_u64(job, "statistics.endTime", &to) != 0 || to < from)
		return 0;
	return (double)(to - from) / 1000;
}
