"""The stand-in Slack: what it posts and keeps, what it refuses and in which words."""

from __future__ import annotations

import json
import unittest
from pathlib import Path
from typing import Any

from standin import Answer, Case, send


class SlackCase(Case):
    def kept(self) -> list[dict[str, Any]]:
        text = (Path(self.env["CLOUD_DIR"]) / "slack.jsonl").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]


class Webhook(SlackCase):
    def say(self, message: object, url: str | None = None) -> Answer:
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        return send(url or self.env["SLACK_WEBHOOK_URL"], "POST", {"Content-Type": "application/json"}, body)

    def refused(self, answer: Answer, status: int, word: str) -> None:
        self.assertEqual((answer.status, answer.text), (status, word))

    def test_a_message_is_posted_and_kept(self) -> None:
        answer = self.say({"text": "행 수 ✅"})
        self.assertEqual((answer.status, answer.body), (200, b"ok"))
        self.assertEqual((self.kept()[-1]["text"], self.kept()[-1]["via"]), ("행 수 ✅", "webhook"))
        self.assertEqual(self.log("slack")[-1]["message"], "행 수 ✅")

    def test_payloads(self) -> None:
        self.refused(self.say(b"{"), 400, "invalid_payload")
        self.refused(self.say(b"\xff{}"), 400, "invalid_payload")
        self.refused(self.say({}), 400, "no_text")
        self.refused(self.say({"text": ""}), 400, "no_text")
        self.refused(self.say({"text": "x" * 40_001}), 400, "msg_too_long")
        self.assertEqual(self.say({"text": "x" * 40_000}).status, 200)

    def test_blocks(self) -> None:
        section = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3000}}
        self.assertEqual(self.say({"blocks": [section] * 50}).status, 200)
        self.refused(self.say({"blocks": [section] * 51}), 400, "invalid_blocks")
        long = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3001}}
        self.refused(self.say({"blocks": [long]}), 400, "invalid_blocks")
        self.refused(self.say({"blocks": [{"text": "x"}]}), 400, "invalid_blocks")

    def test_addresses(self) -> None:
        whole = self.env["SLACK_WEBHOOK_URL"]
        base, team, app, hook = whole.rsplit("/", 3)
        self.refused(self.say({"text": "x"}, f"{base}/T0/{app}/{hook}"), 404, "no_team")
        self.refused(self.say({"text": "x"}, f"{base}/{team}/B0/{hook}"), 404, "no_service")
        self.refused(self.say({"text": "x"}, f"{base}/{team}/{app}/x"), 403, "invalid_token")

    def test_the_secret_stays_out_of_the_log(self) -> None:
        self.say({"text": "x"})
        self.assertNotIn(self.env["SLACK_WEBHOOK_URL"].rsplit("/", 1)[1], self.ctl("log", "slack"))

    def test_rate_limit(self) -> None:
        self.ctl("set", "slack", "per_second=1")
        self.addCleanup(self.ctl, "set", "slack", "per_second=0")
        answers = [self.say({"text": "x"}) for _ in range(3)]
        self.assertIn(429, [answer.status for answer in answers])
        self.assertEqual(answers[-1].headers["Retry-After"], "1")

    def test_scripted_429(self) -> None:
        self.ctl("fault", "slack", "webhook", "status", "code=429", "retry_after=7")
        answer = self.say({"text": "x"})
        self.assertEqual((answer.status, answer.headers["Retry-After"]), (429, "7"))


class PostMessage(SlackCase):
    def say(self, message: object, **headers: str) -> dict[str, Any]:
        given = {"Content-Type": "application/json; charset=utf-8"}
        given["Authorization"] = f"Bearer {self.env['SLACK_BOT_TOKEN']}"
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = message if isinstance(message, bytes) else json.dumps(message).encode()
        answer = send(self.env["SLACK_API_URL"] + "/chat.postMessage", "POST", given, body)
        self.assertEqual(answer.status, 200)
        value: dict[str, Any] = answer.json()
        return value

    def refused(self, value: dict[str, Any], error: str) -> None:
        self.assertEqual((value["ok"], value["error"]), (False, error))

    def test_a_message_is_posted_and_kept(self) -> None:
        value = self.say({"channel": "#etl", "text": "hello"})
        self.assertTrue(value["ok"])
        self.assertEqual(self.kept()[-1]["ts"], value["ts"])
        form = b"channel=%23etl&text=a+b"
        self.say(form, Content_Type="application/x-www-form-urlencoded")
        self.assertEqual(self.kept()[-1]["text"], "a b")

    def test_refusals_are_told_with_200(self) -> None:
        self.refused(self.say({"channel": "#etl", "text": "x"}, Authorization=""), "not_authed")
        self.refused(self.say({"channel": "#etl", "text": "x"}, Authorization="Bearer x"), "invalid_auth")
        self.refused(self.say({"channel": "#nowhere", "text": "x"}), "channel_not_found")
        self.refused(self.say({"channel": "#etl"}), "no_text")
        self.refused(self.say({"channel": "#etl", "text": "x" * 40_001}), "msg_too_long")
        self.refused(self.say({"channel": "#etl", "blocks": [{}]}), "invalid_blocks")
        self.refused(self.say(b"{"), "invalid_json")
        self.refused(self.say([1]), "json_not_object")
        self.refused(self.say(b"x", Content_Type="text/plain"), "invalid_post_type")

    def test_a_channel_can_be_made(self) -> None:
        self.ctl("set", "slack", "channel=#new")
        self.assertTrue(self.say({"channel": "#new", "text": "x"})["ok"])

    def test_an_expired_token(self) -> None:
        self.ctl("fault", "slack", "chat.postMessage", "badtoken")
        self.refused(self.say({"channel": "#etl", "text": "x"}), "token_expired")


if __name__ == "__main__":
    unittest.main()
