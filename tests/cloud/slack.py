"""Slack: an incoming webhook and chat.postMessage. What was said is kept in slack.jsonl.

Sources: "Sending messages using incoming webhooks" and "chat.postMessage" (Slack API), with the
limits of "Reference: blocks".
"""

from __future__ import annotations

import hmac
import json
import threading
import time
import urllib.parse
from typing import Any

from account import Account
from requestlog import RequestLog, now_text
from server import Cloud, HttpError, Request, Response, Service, route

TEXT_LIMIT = 40_000
BLOCK_LIMIT = 50
# Characters of the text of each kind of block.
BLOCK_TEXT_LIMIT = {"section": 3000, "header": 150, "markdown": 12_000}
CHANNELS = {"#general", "#etl", "C0STANDIN00"}


def _api(error: str, status: int = 200) -> HttpError:
    """chat.postMessage tells its errors with 200."""
    return HttpError(Response.json({"ok": False, "error": error}, status))


def blocks_fault(blocks: object) -> bool:
    """True when blocks are not what the service renders."""
    if not isinstance(blocks, list) or len(blocks) > BLOCK_LIMIT:
        return True
    for block in blocks:
        if not isinstance(block, dict) or not isinstance(block.get("type"), str):
            return True
        text = block.get("text")
        if isinstance(text, dict):
            text = text.get("text")
        if len(text or "") > BLOCK_TEXT_LIMIT.get(block["type"], TEXT_LIMIT):
            return True
    return False


def message_fault(message: dict[str, Any]) -> str | None:
    """Why a message is refused, in the service's word; None when it may be posted."""
    text, blocks = message.get("text"), message.get("blocks")
    if not blocks and not message.get("attachments") and not (isinstance(text, str) and text):
        return "no_text"
    if isinstance(text, str) and len(text) > TEXT_LIMIT:
        return "msg_too_long"
    if blocks is not None and blocks_fault(blocks):
        return "invalid_blocks"
    return None


class Slack(Service):
    name = "slack"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._keys = account.keys["slack"]
        self._messages = RequestLog(self.state.dir / "slack.jsonl")
        self._channels = set(CHANNELS)
        self._lock = threading.Lock()
        self._per_second = 0
        self._recent: list[float] = []
        self.routes = [
            route(
                "webhook", "POST", "/services/(?P<team>[^/]+)/(?P<app>[^/]+)/(?P<hook>[^/]+)", self._webhook
            ),
            route("chat.postMessage", "POST", "/api/chat[.]postMessage", self._post_message),
        ]
        self.commands = {"set": self._set}

    def exports(self) -> dict[str, str]:
        keys = self._keys
        return {
            "SLACK_WEBHOOK_URL": f"{self.url}/services/{keys['team']}/{keys['app']}/{keys['hook']}",
            "SLACK_BOT_TOKEN": keys["bot"],
            "SLACK_API_URL": f"{self.url}/api",
        }

    def _set(self, args: dict[str, Any]) -> None:
        """channel=NAME makes a channel; per_second=N refuses more with 429 (0: no limit)."""
        for name, value in args.items():
            if name == "channel":
                self._channels.add(value)
            elif name == "per_second":
                self._per_second = int(value)
            else:
                raise ValueError(f"no setting {name!r}")

    def target_for_log(self, request: Request) -> str:
        before, slash, _ = request.raw_target.rpartition("/")
        return f"{before}{slash}-" if request.route == "webhook" else request.raw_target

    def failure(self, request: Request, status: int) -> Response:
        error = "ratelimited" if status == 429 else "internal_error"
        if request.route == "chat.postMessage":
            return Response.json({"ok": False, "error": error}, status)
        return Response.text({429: "rate_limited", 500: "rollup_error"}.get(status, error), status)

    def expired(self, request: Request) -> Response:
        if request.route == "webhook":
            return Response.text("invalid_token", 403)
        return _api("token_expired").response

    def _limit(self, request: Request) -> None:
        """One rate for both ways in, counted over the last second."""
        with self._lock:
            now = time.monotonic()
            self._recent = [when for when in self._recent if now - when < 1]
            if self._per_second and len(self._recent) >= self._per_second:
                response = self.failure(request, 429)
                response.headers["Retry-After"] = "1"
                raise HttpError(response)
            self._recent.append(now)

    def _keep(self, request: Request, channel: str, message: dict[str, Any]) -> str:
        """Keep a posted message; its ts, unique within the stand-in."""
        number = self.state.next_number("slack")
        ts = f"{int(time.time())}.{number:06d}"
        kept = {"time": now_text(), "via": request.route, "channel": channel, "ts": ts}
        kept |= {name: message[name] for name in ("text", "blocks", "attachments") if name in message}
        self._messages.write(kept)
        request.extra["message"] = kept.get("text")
        return ts

    def _webhook(self, request: Request) -> Response:
        keys = self._keys
        if request.params["team"] != keys["team"]:
            return Response.text("no_team", 404)
        if request.params["app"] != keys["app"]:
            return Response.text("no_service", 404)
        if not hmac.compare_digest(request.params["hook"], keys["hook"]):
            return Response.text("invalid_token", 403)
        try:
            text = request.body.decode("utf-8")
            if not text.lstrip().startswith("{"):
                text = urllib.parse.parse_qs(text)["payload"][0]
            message = json.loads(text)
        except (ValueError, KeyError):
            return Response.text("invalid_payload", 400)
        fault = message_fault(message)
        if fault:
            return Response.text(fault, 400)
        self._limit(request)
        self._keep(request, "(webhook)", message)
        return Response(200, {"Content-Type": "text/html"}, b"ok")

    def _post_message(self, request: Request) -> Response:
        kind = (request.headers.get("Content-Type") or "").split(";")[0].strip().lower()
        message: Any = None
        try:
            if kind == "application/json":
                message = request.json()
            elif kind == "application/x-www-form-urlencoded":
                pairs = urllib.parse.parse_qsl(request.body.decode("utf-8"), keep_blank_values=True)
                message = dict(pairs)
                if "blocks" in message:
                    message["blocks"] = json.loads(message["blocks"])
        except ValueError:
            raise _api("invalid_json" if kind == "application/json" else "invalid_form_data") from None
        if not isinstance(message, dict):
            raise _api("invalid_post_type" if message is None else "json_not_object")
        self._check_token(request)
        if message.get("channel") not in self._channels:
            raise _api("channel_not_found")
        fault = message_fault(message)
        if fault:
            raise _api(fault)
        self._limit(request)
        ts = self._keep(request, message["channel"], message)
        return Response.json({"ok": True, "channel": message["channel"], "ts": ts, "message": message})

    def _check_token(self, request: Request) -> None:
        kind, _, token = (request.headers.get("Authorization") or "").partition(" ")
        if not kind:
            raise _api("not_authed")
        if kind.lower() != "bearer" or not hmac.compare_digest(
            token.strip().encode(), self._keys["bot"].encode()
        ):
            raise _api("invalid_auth")


def create(cloud: Cloud, account: Account) -> Service:
    return Slack(cloud, account)
