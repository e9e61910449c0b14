"""What the stand-in's own tests share: a stand-in of their own, raw HTTP, signing as a client.

Requests go through http.client byte for byte as a test writes them; the signer here knows
nothing of sigv4.py, so the two check each other.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import os
import shlex
import subprocess
import tempfile
import time
import unittest
import urllib.parse
from dataclasses import dataclass
from email.message import Message
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
STORAGE_SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")

    def reason(self) -> str:
        """The machine-readable reason of a Google error body."""
        return str(self.json()["error"]["errors"][0]["reason"])


def send(
    url: str,
    method: str = "GET",
    headers: dict[str, str] | None = None,
    body: bytes | None = None,
    target: str | None = None,
) -> Answer:
    """One request on its own connection; target, when given, replaces the URL's path as it is."""
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection("127.0.0.1", parts.port, timeout=30)
    try:
        path = target or (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        given = {"Host": parts.netloc, **(headers or {})}
        if body is not None and not {"Content-Length", "Transfer-Encoding"} & set(given):
            given["Content-Length"] = str(len(body))
        for name, value in given.items():
            connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())
    finally:
        connection.close()


def start(directory: str | None = None, **env: str) -> dict[str, str]:
    """Run `up`, with env added to the environment; what it exports."""
    arguments = [str(HERE / "up"), *([directory] if directory else [])]
    done = subprocess.run(
        arguments, env={**os.environ, **env}, capture_output=True, text=True, check=True, timeout=30
    )
    text = done.stdout
    words = (shlex.split(line)[1] for line in text.splitlines())
    return dict(word.split("=", 1) for word in words)


def run(program: str, env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `ctl` or `down` in a stand-in's environment."""
    return subprocess.run(
        [str(HERE / program), *arguments],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


class Case(unittest.TestCase):
    """Tests that share one stand-in, with buckets s3://logs and gs://lake."""

    env: dict[str, str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.env = start()
        cls.addClassCleanup(run, "down", cls.env)
        cls.ctl("mkbucket", "s3://logs")
        cls.ctl("mkbucket", "gs://lake")

    def tearDown(self) -> None:
        log = Path(self.env["CLOUD_DIR"]) / "server.log"
        self.assertEqual(log.read_text(), "", "the stand-in met a bug of its own")

    @classmethod
    def ctl(cls, *arguments: str) -> str:
        done = run("ctl", cls.env, *arguments)
        if done.returncode:
            raise AssertionError(f"ctl {arguments}: {done.stderr}")
        return done.stdout

    def put(self, url: str, data: bytes) -> None:
        """Put an object in by the control port, past every rule."""
        target = "/object?url=" + urllib.parse.quote(url, safe="")
        self.assertEqual(send(self.env["CLOUD_CONTROL"], "PUT", {}, data, target).status, 200)

    def log(self, service: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.ctl("log", service).splitlines()]

    def keys(self) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((Path(self.env["CLOUD_DIR"]) / "keys.json").read_text())
        return value

    def token(self, scope: str = STORAGE_SCOPE) -> str:
        """An access token from the OAuth service, by an assertion openssl signed."""
        account = json.loads(Path(self.env["GOOGLE_APPLICATION_CREDENTIALS"]).read_text())
        now = int(time.time())
        claims = {
            "iss": account["client_email"],
            "aud": account["token_uri"],
            "iat": now,
            "exp": now + 3600,
            "scope": scope,
        }
        answer = post_assertion(account["token_uri"], make_jwt(account["private_key"], claims))
        return str(answer.json()["access_token"])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def make_jwt(private_key: str, claims: dict[str, Any], header: dict[str, Any] | None = None) -> str:
    """A JWT signed RS256 by openssl."""
    parts = [header or {"alg": "RS256", "typ": "JWT"}, claims]
    message = ".".join(_base64url(json.dumps(part).encode()) for part in parts)
    with tempfile.NamedTemporaryFile("w") as key:
        key.write(private_key)
        key.flush()
        command = ["openssl", "dgst", "-sha256", "-sign", key.name]
        done = subprocess.run(command, input=message.encode(), capture_output=True, check=True)
    return f"{message}.{_base64url(done.stdout)}"


def post_form(url: str, form: dict[str, str]) -> Answer:
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return send(url, "POST", kind, urllib.parse.urlencode(form).encode())


def post_assertion(url: str, assertion: str) -> Answer:
    grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"
    return post_form(url, {"grant_type": grant, "assertion": assertion})


@dataclass
class Signer:
    """A client's SigV4 for S3. The fields are what a test makes wrong."""

    key: str
    secret: str
    token: str | None = None
    region: str = "us-east-1"
    service: str = "s3"
    skew: int = 0
    signed_more: tuple[str, ...] = ()

    def headers(
        self, method: str, host: str, path: str, query: str = "", body: bytes = b"", **more: str
    ) -> dict[str, str]:
        """Headers for a request whose path and query are canonical already."""
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + self.skew))
        headers = {
            "Host": host,
            "x-amz-content-sha256": hashlib.sha256(body).hexdigest(),
            "x-amz-date": stamp,
            **({"x-amz-security-token": self.token} if self.token else {}),
            **{name.replace("_", "-"): value for name, value in more.items()},
        }
        names = sorted(
            name for name in headers if name.lower() == "host" or name.startswith("x-amz-")
        ) + list(self.signed_more)
        lower = {name.lower(): value for name, value in headers.items()}
        signed = ";".join(sorted(name.lower() for name in names))
        lines = "".join(f"{name}:{lower.get(name, '')}\n" for name in signed.split(";"))
        canonical = f"{method}\n{path}\n{query}\n{lines}\n{signed}\n{headers['x-amz-content-sha256']}"
        scope = f"{stamp[:8]}/{self.region}/{self.service}/aws4_request"
        digest = hashlib.sha256(canonical.encode()).hexdigest()
        key = ("AWS4" + self.secret).encode()
        for part in [*scope.split("/"), f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{digest}"]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.key}/{scope}, SignedHeaders={signed}, Signature={key.hex()}"
        )
        return headers
