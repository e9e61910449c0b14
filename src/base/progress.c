#include "base/progress.h"
#include "base/clock.h"
#include "base/json.h"
#include "base/msg.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
	STEP_MS = 250,      /* between samples and lines on a terminal */
	FIRST_STEP = 4,     /* with something to see */
	MESSAGE_STEPS = 40, /* between messages elsewhere */
	USUAL_WIDTH = 80
};

struct progress {
	_Atomic uint64_t done, size, count[PROGRESS_COUNTS];
	const char *name[PROGRESS_COUNTS];
	int rewrites; /* a line on a terminal */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	int stop;
};

void
progress_sample(struct progress_rate *r, uint64_t ms, uint64_t done)
{
	size_t i = r->n++ % PROGRESS_SAMPLES;

	r->sample[i].ms = ms;
	r->sample[i].done = done;
}

/* Bytes a second, over the samples. */
static double
rate_of(const struct progress_rate *r)
{
	size_t last, first;
	uint64_t ms;

	if (r->n < 2)
		return 0;
	last = (r->n - 1) % PROGRESS_SAMPLES;
	first = r->n <= PROGRESS_SAMPLES ? 0 : r->n % PROGRESS_SAMPLES;
	ms = r->sample[last].ms - r->sample[first].ms;
	return ms == 0 ? 0
		       : (double)(r->sample[last].done - r->sample[first].done) * 1000 / (double)ms;
}

static void
add_bytes(struct buf *out, double bytes)
{
	static const char *const unit[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
	size_t i = 0;

	if (bytes < 1024) {
		buf_addf(out, "%d bytes", (int)bytes);
		return;
	}
	for (bytes /= 1024; bytes >= 999.5 && i + 1 < sizeof unit / sizeof unit[0]; i++)
		bytes /= 1024;
	buf_addf(out, "%.*f %s", bytes < 9.95 ? 1 : 0, bytes, unit[i]);
}

static void
add_time(struct buf *out, uint64_t s)
{
	if (s < 60)
		buf_addf(out, "%d s", (int)s);
	else if (s < 3600)
		buf_addf(out, "%d min %02d s", (int)(s / 60), (int)(s % 60));
	else
		buf_addf(
		    out, "%llu h %02d min", (unsigned long long)(s / 3600), (int)(s % 3600 / 60));
}

/* Seconds until all is done at that rate; 0 when that can't be told. */
static uint64_t
left_s(const struct progress_state *state, double rate)
{
	if (state->size == 0 || state->done > state->size || rate < 1)
		return 0;
	return (uint64_t)((double)(state->size - state->done) / rate + 0.5);
}

void
progress_members(struct buf *out, const struct progress_state *state, const struct progress_rate *r)
{
	double rate = rate_of(r);
	uint64_t left = left_s(state, rate);

	buf_addf(out, "\"bytes\":%llu", (unsigned long long)state->done);
	if (state->size > 0)
		buf_addf(out, ",\"size\":%llu", (unsigned long long)state->size);
	buf_addf(out, ",\"bytes_per_second\":%.0f", rate);
	if (left > 0)
		buf_addf(out, ",\"seconds_left\":%llu", (unsigned long long)left);
	for (int i = 0; i < PROGRESS_COUNTS; i++) {
		if (state->name[i] == NULL)
			continue;
		buf_addc(out, ',');
		json_quote(out, state->name[i], strlen(state->name[i]));
		buf_addf(out, ":%llu", (unsigned long long)state->count[i]);
	}
}

void
progress_text(struct buf *out, const struct progress_state *state, const struct progress_rate *r)
{
	double rate = rate_of(r);
	int has_size = state->size > 0 && state->done <= state->size;

	add_bytes(out, (double)state->done);
	if (has_size) {
		buf_adds(out, " of ");
		add_bytes(out, (double)state->size);
		buf_addf(out, " (%d%%)", (int)((double)state->done / (double)state->size * 100));
	}
	buf_adds(out, ", ");
	add_bytes(out, rate);
	buf_adds(out, "/s");
	for (int i = 0; i < PROGRESS_COUNTS; i++)
		if (state->name[i] != NULL && state->count[i] > 0)
			buf_addf(
			    out, ", %llu %s", (unsigned long long)state->count[i], state->name[i]);
	if (!has_size || rate < 1)
		return;
	buf_adds(out, ", ");
	add_time(out, left_s(state, rate));
	buf_adds(out, " left");
}

/* Wait a step; whether it was the last. */
static int
wait_step(struct progress *p)
{
	struct timespec until;
	int stop;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += STEP_MS * 1000000L;
	if (until.tv_nsec >= 1000000000L) {
		until.tv_nsec -= 1000000000L;
		until.tv_sec++;
	}
	pthread_mutex_lock(&p->lock);
	while (!p->stop && pthread_cond_timedwait(&p->stopped, &p->lock, &until) != ETIMEDOUT)
		;
	stop = p->stop;
	pthread_mutex_unlock(&p->lock);
	return stop;
}

/* One column less than the terminal has, where the cursor may stay. */
static size_t
columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 2)
		return USUAL_WIDTH - 1;
	return size.ws_col - 1u;
}

static void
show(struct progress *p, const struct progress_rate *r)
{
	struct progress_state state = {.done = p->done, .size = p->size};
	struct buf text = {0}, members = {0};
	size_t most = columns();

	for (int i = 0; i < PROGRESS_COUNTS; i++) {
		state.name[i] = p->name[i];
		state.count[i] = p->count[i];
	}
	if (p->rewrites)
		buf_addf(&text, "%s: ", program_invocation_short_name);
	progress_text(&text, &state, r);
	if (p->rewrites && text.len > most)
		text.data[most] = '\0';
	progress_members(&members, &state, r);
	if (p->rewrites)
		msg_status(text.data);
	else
		msg_figures(members.data, text.data);
	buf_free(&text);
	buf_free(&members);
}

static void *
tell(void *progress)
{
	struct progress *p = progress;
	struct progress_rate rate = {0};
	uint64_t began = clock_ms();
	unsigned step = 0;

	progress_sample(&rate, 0, 0);
	while (!wait_step(p)) {
		progress_sample(&rate, clock_ms() - began, p->done);
		step++;
		if (p->rewrites ? step >= FIRST_STEP : step % MESSAGE_STEPS == 0)
			show(p, &rate);
	}
	if (p->rewrites)
		msg_status(NULL);
	return NULL;
}

/* Whether stderr is a terminal that can rewrite a line. */
static int
can_rewrite(void)
{
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && term != NULL && *term != '\0' && strcmp(term, "dumb") != 0;
}

struct progress *
progress_start(int asked, const char *const names[PROGRESS_COUNTS])
{
	int rewrites = can_rewrite() && !msg_json();
	pthread_condattr_t attr;
	struct progress *p;

	if (msg_quiet() || (!asked && !rewrites))
		return NULL;
	p = xcalloc(1, sizeof *p);
	p->rewrites = rewrites;
	memcpy(p->name, names, sizeof p->name);
	pthread_mutex_init(&p->lock, NULL);
	pthread_condattr_init(&attr);
	pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
	pthread_cond_init(&p->stopped, &attr);
	pthread_condattr_destroy(&attr);
	if (pthread_create(&p->thread, NULL, tell, p) != 0) {
		free(p);
		return NULL;
	}
	return p;
}

void
progress_stop(struct progress *p)
{
	if (p == NULL)
		return;
	pthread_mutex_lock(&p->lock);
	p->stop = 1;
	pthread_cond_signal(&p->stopped);
	pthread_mutex_unlock(&p->lock);
	pthread_join(p->thread, NULL);
	pthread_cond_destroy(&p->stopped);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

void
progress_bytes(struct progress *p, uint64_t done, uint64_t size)
{
	if (p == NULL)
		return;
	atomic_store_explicit(&p->done, done, memory_order_relaxed);
	atomic_store_explicit(&p->size, size, memory_order_relaxed);
}

void
progress_count(struct progress *p, int i, uint64_t n)
{
	if (p != NULL)
		atomic_store_explicit(&p->count[i], n, memory_order_relaxed);
}
