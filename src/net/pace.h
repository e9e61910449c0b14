/* How many requests a second a service takes, found by its refusals: the client-side rate limiting of
 * the AWS SDKs' "adaptive" retry mode (AWS SDKs and Tools Reference Guide, "Retry behavior"; Smithy RFC
 * "Implementing Adaptive Retry Behavior"). A token bucket is filled at a rate that falls to 0.7 of what
 * was measured when a request is refused for its rate, comes back along a cubic curve to where it was,
 * stays there a while, and then rises beyond. Until the first refusal nothing waits.
 *
 * Two things are ours: of requests that were under way together only the first refusal lowers the rate,
 * and a refusal before any rate could be measured goes by the requests of that half second.
 * Pure: times are arguments, in seconds since some start, not falling. */
#ifndef NET_PACE_H
#define NET_PACE_H

struct pace {
	int on;                      /* a request was refused */
	double fill, tokens;         /* requests a second; requests that may go now */
	double filled_s;             /* when tokens was that */
	double measured, answers;    /* a second; of the half second under way */
	double half_s;               /* start of that half second */
	double most, last_refusal_s; /* the rate at the last refusal, and its time */
};

/* pace_start(p, now_s): nothing is known. */
void pace_start(struct pace *p, double now_s);

/* pace_take(p, now_s): 0 and the request may go now, else the seconds after which to ask again. */
double pace_take(struct pace *p, double now_s);

/* pace_answer(p, now_s, sent_s, refused): an answer came to a request sent at sent_s. */
void pace_answer(struct pace *p, double now_s, double sent_s, int refused);

/* pace_cubic(most, since_s): the rate so many seconds after a refusal at the rate most. */
double pace_cubic(double most, double since_s);

#endif
