#include "net/slack.h"
#include "base/env.h"
#include "base/json.h"

#include <stdlib.h>
#include <string.h>

/* What errors of chat.postMessage mean to a caller ("chat.postMessage", Errors); any other is a
 * refusal for good. */
static const struct {
	const char *name;
	int code;
} api_errors[] = {
    {"access_denied", EX_NOPERM},
    {"account_inactive", EX_NOPERM},
    {"ekm_access_denied", EX_NOPERM},
    {"fatal_error", EX_TEMPFAIL},
    {"internal_error", EX_TEMPFAIL},
    {"invalid_auth", EX_NOPERM},
    {"message_limit_exceeded", EX_TEMPFAIL},
    {"missing_scope", EX_NOPERM},
    {"no_permission", EX_NOPERM},
    {"not_allowed_token_type", EX_NOPERM},
    {"not_authed", EX_NOPERM},
    {"rate_limited", EX_TEMPFAIL},
    {"ratelimited", EX_TEMPFAIL},
    {"request_timeout", EX_TEMPFAIL},
    {"service_unavailable", EX_TEMPFAIL},
    {"team_added_to_org", EX_TEMPFAIL},
    {"token_expired", EX_NOPERM},
    {"token_revoked", EX_NOPERM},
};

void
slack_escape(struct buf *out, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (text[i] == '&')
			buf_adds(out, "&amp;");
		else if (text[i] == '<')
			buf_adds(out, "&lt;");
		else if (text[i] == '>')
			buf_adds(out, "&gt;");
		else
			buf_addc(out, text[i]);
	}
}

/* The API answers 200 and tells the outcome in the body. */
static int
api_outcome(const struct http_response *res, struct err *e)
{
	yajl_val v = json_parse(res->body.data != NULL ? res->body.data : "", res->body.len,
	    1 << 20, "chat.postMessage answer", e);
	const char *why;
	int rc = 0;

	if (v == NULL) {
		e->code = EX_UNAVAILABLE;
		return -1;
	}
	if (!YAJL_IS_TRUE(json_get(v, "ok"))) {
		int code = EX_UNAVAILABLE;

		why = json_string(v, "error");
		for (size_t i = 0; i < sizeof api_errors / sizeof api_errors[0]; i++)
			if (why != NULL && strcmp(why, api_errors[i].name) == 0)
				code = api_errors[i].code;
		rc = err_set(
		    e, code, "Slack refused the message: %s", why != NULL ? why : "no reason");
	}
	yajl_tree_free(v);
	return rc;
}

int
slack_find(struct slack *s, const char *channel, struct err *e)
{
	const char *url;

	s->webhook = channel == NULL ? env_value("SLACK_WEBHOOK_URL") : NULL;
	s->token = env_value("SLACK_BOT_TOKEN");
	s->channel = channel;
	s->api = env_value("SLACK_API_URL");
	if (s->api == NULL)
		s->api = "https://slack.com/api";
	if (channel == NULL && s->webhook == NULL)
		return err_set(e, EX_NOPERM,
		    "no SLACK_WEBHOOK_URL in the environment (or give --channel and "
		    "SLACK_BOT_TOKEN)");
	if (channel != NULL && s->token == NULL)
		return err_set(e, EX_NOPERM, "no SLACK_BOT_TOKEN in the environment");
	url = channel == NULL ? s->webhook : s->api;
	/* libcurl would take "hooks.slack.com/..." for http, and send the secret in clear. */
	if (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0)
		return err_set(e, EX_NOPERM, "%s in the environment: expected https://...",
		    channel == NULL ? "SLACK_WEBHOOK_URL" : "SLACK_API_URL");
	return 0;
}

/* A webhook answers "ok"; another page with 200 is not Slack's. */
static int
webhook_outcome(const struct http_response *res, struct err *e)
{
	size_t len = res->body.len;

	while (len > 0 && strchr(" \r\n", res->body.data[len - 1]) != NULL)
		len--;
	if (len == 2 && memcmp(res->body.data, "ok", 2) == 0)
		return 0;
	return err_set(e, EX_UNAVAILABLE,
	    "the webhook answered HTTP 200, but not 'ok': is SLACK_WEBHOOK_URL Slack's?");
}

static int
outcome(const struct slack *s, const struct http_response *res, struct err *e)
{
	if (res->status == 200)
		return s->webhook != NULL ? webhook_outcome(res, e) : api_outcome(res, e);
	if (res->status >= 500)
		return err_set(e, EX_TEMPFAIL,
		    "Slack answered HTTP %ld; the message may have been posted: look before "
		    "repeating",
		    res->status);
	http_fail(res, "Slack", e);
	if (res->status == 429)
		return err_set(e, EX_TEMPFAIL, "Slack limits the rate (HTTP 429); repeat later");
	return -1;
}

/* No answer, for the reason in e. */
static void
lost(struct err *e)
{
	struct err why = *e;

	err_set(e, EX_TEMPFAIL,
	    "Slack gave no answer (%s); the message may have been posted: look before repeating",
	    why.text);
}

int
slack_post(struct http *h, const struct slack *s, const char *text, struct err *e)
{
	char *header[2] = {"Content-Type: application/json; charset=utf-8"};
	struct buf url = {0}, body = {0}, auth = {0};
	struct http_response res = {0};
	struct http_request req = {
	    .method = "POST", .header = header, .n_header = 1, .total_ms = 30000};
	int rc;

	buf_adds(&body, "{");
	if (s->webhook != NULL) {
		buf_adds(&url, s->webhook);
	} else {
		buf_addf(&url, "%s/chat.postMessage", s->api);
		buf_addf(&auth, "Authorization: Bearer %s", s->token);
		header[req.n_header++] = auth.data;
		buf_adds(&body, "\"channel\":");
		json_quotes(&body, s->channel);
		buf_addc(&body, ',');
	}
	buf_adds(&body, "\"text\":");
	json_quotes(&body, text);
	buf_addc(&body, '}');
	req.url = url.data;
	req.body = body.data;
	req.body_len = body.len;
	rc = http_send(h, &req, NULL, NULL, NULL, &res, e);
	if (rc == 0)
		rc = outcome(s, &res, e);
	else if (e->code == EX_TEMPFAIL)
		lost(e);
	http_response_free(&res);
	buf_wipe(&url);
	buf_wipe(&auth);
	buf_free(&body);
	return rc;
}
