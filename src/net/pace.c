#include "net/pace.h"

#include <math.h>

#define BETA 0.7
#define SCALE 0.4
#define SMOOTH 0.8
#define LEAST 0.5 /* requests a second */
#define HALF_S 0.5

void
pace_start(struct pace *p, double now_s)
{
	*p = (struct pace){.fill = LEAST,
	    .tokens = 1,
	    .filled_s = now_s,
	    .half_s = floor(now_s / HALF_S) * HALF_S,
	    .last_refusal_s = now_s};
}

double
pace_cubic(double most, double since_s)
{
	double x = since_s - cbrt(most * (1 - BETA) / SCALE);

	return SCALE * x * x * x + most;
}

/* The bucket as it is now; it holds a second's requests. */
static void
fill(struct pace *p, double now_s)
{
	p->tokens += (now_s - p->filled_s) * p->fill;
	p->tokens = fmin(p->tokens, fmax(p->fill, 1));
	p->filled_s = now_s;
}

double
pace_take(struct pace *p, double now_s)
{
	if (!p->on)
		return 0;
	fill(p, now_s);
	if (p->tokens < 1)
		return (1 - p->tokens) / p->fill;
	p->tokens -= 1;
	return 0;
}

/* One more answer; what is measured is smoothed, half second by half second. */
static void
measure(struct pace *p, double now_s)
{
	double half_s = floor(now_s / HALF_S) * HALF_S;

	p->answers++;
	if (half_s <= p->half_s)
		return;
	p->measured = p->answers / (half_s - p->half_s) * SMOOTH + p->measured * (1 - SMOOTH);
	p->answers = 0;
	p->half_s = half_s;
}

void
pace_answer(struct pace *p, double now_s, double sent_s, int refused)
{
	double rate;

	measure(p, now_s);
	if (refused && p->on && sent_s < p->last_refusal_s)
		return;
	if (refused) {
		if (p->measured <= 0)
			p->measured = p->answers / HALF_S;
		p->most = p->on ? fmin(p->measured, p->fill) : p->measured;
		p->last_refusal_s = now_s;
		p->on = 1;
		rate = p->most * BETA;
	} else {
		rate = pace_cubic(p->most, now_s - p->last_refusal_s);
	}
	fill(p, now_s);
	p->fill = fmax(fmin(rate, 2 * p->measured), LEAST);
}
