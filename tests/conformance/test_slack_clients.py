"""slack_sdk against the stand-in's Slack."""

from __future__ import annotations

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.webhook import WebhookClient

from standin import StandIn


class Clients(StandIn):
    def test_webhook(self) -> None:
        """WebhookClient is told ok, or why not"""
        hook = WebhookClient(self.env["SLACK_WEBHOOK_URL"])
        blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "*한글*"}}]
        answer = hook.send(text="counts", blocks=blocks)
        self.assertEqual((answer.status_code, answer.body), (200, "ok"))
        self.assertEqual(hook.send(text="").body, "no_text")
        self.assertEqual(
            WebhookClient(self.env["SLACK_WEBHOOK_URL"] + "x").send(text="a").status_code, 403
        )

    def test_post_message(self) -> None:
        """WebClient.chat_postMessage posts, and refusals are its SlackApiError"""
        client = WebClient(
            token=self.env["SLACK_BOT_TOKEN"], base_url=self.env["SLACK_API_URL"] + "/"
        )
        answer = client.chat_postMessage(channel="#etl", text="counts")
        self.assertTrue(answer["ok"] and answer["ts"])
        for token, channel, why in (
            (self.env["SLACK_BOT_TOKEN"], "#none", "channel_not_found"),
            ("xoxb-1-wrong", "#etl", "invalid_auth"),
        ):
            with self.assertRaises(SlackApiError) as caught:
                WebClient(token=token, base_url=self.env["SLACK_API_URL"] + "/").chat_postMessage(
                    channel=channel, text="counts"
                )
            self.assertEqual(caught.exception.response["error"], why)
