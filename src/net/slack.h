/* Messages to Slack: an incoming webhook, or the Web API's chat.postMessage
 * (docs.slack.dev: "Sending messages using incoming webhooks", "chat.postMessage"). */
#ifndef NET_SLACK_H
#define NET_SLACK_H

#include "base/err.h"
#include "net/http.h"

/* Slack advises messages of at most 4,000 characters ("chat.postMessage", "Truncating content"). */
#define SLACK_MAX_TEXT 4000

struct slack {
	const char *webhook; /* secret: the URL itself; NULL: use the API */
	const char *token;   /* secret: bot token, with channel */
	const char *channel;
	const char *api; /* base URL of the API, e.g. https://slack.com/api */
};

/* slack_find(s, channel, e): where to post, by the environment: SLACK_WEBHOOK_URL, or with a channel
 * SLACK_BOT_TOKEN (and SLACK_API_URL instead of Slack's). Lives with the environment and channel.
 * EX_NOPERM when it is not there or no http URL; the message names the variable only. */
int slack_find(struct slack *s, const char *channel, struct err *e);

/* slack_post(h, s, text, e): post one message in mrkdwn; text is escaped already where it must be.
 * 429 is repeated after Retry-After (nothing was posted). A lost answer is not, since the message may
 * stand: EX_TEMPFAIL, and the sentence says so. Refused credentials EX_NOPERM, 5xx and trouble inside
 * Slack EX_TEMPFAIL, any other refusal, and an answer that is not Slack's, EX_UNAVAILABLE. No message holds the webhook or the token. */
int slack_post(struct http *h, const struct slack *s, const char *text, struct err *e);

/* slack_escape(out, text, len): append text with & < > as Slack wants them ("Formatting text for app surfaces"). */
void slack_escape(struct buf *out, const char *text, size_t len);

#endif
