"""Our signer (src/aws/sigv4.c, driven by sign.c) against botocore's."""

from __future__ import annotations

import datetime
import os
import random
import subprocess
import unittest
import urllib.parse
from pathlib import Path

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.utils import percent_encode

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
TOKEN = "FwoGZXIvYXdzEBYaD/+=="
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
ODD = " !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~aZ09éß한글🙂\t"
REQUESTS = 200


def text(chance: random.Random, longest: int, alphabet: str = ODD) -> str:
    return "".join(chance.choice(alphabet) for _ in range(chance.randint(1, longest)))


def escaped(*fields: str) -> str:
    table = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
    return "\t".join(field.translate(table) for field in fields) + "\n"


class Odd:
    """One random request: keys with dots, slashes and letters beyond ASCII, queries, headers."""

    def __init__(self, seed: int, presign: bool) -> None:
        chance = random.Random(seed)
        self.method = chance.choice(["GET", "HEAD", "PUT", "DELETE"])
        self.path = "/bucket/" + "/".join(text(chance, 12) for _ in range(chance.randint(1, 4)))
        if chance.random() < 0.3:
            self.path += chance.choice(["//", "/./x", "/../x", "/"])
        self.query = {text(chance, 8): text(chance, 20) for _ in range(chance.randint(0, 5))}
        for empty in ("location", "uploads")[: chance.randint(0, 2)]:
            self.query[empty] = ""
        host = chance.choice(["127.0.0.1:9000", "b.s3.us-east-1.amazonaws.com", "localhost:1"])
        self.headers = {"Host": host}
        if not presign:
            self.headers["x-amz-content-sha256"] = EMPTY
            for _ in range(chance.randint(0, 4)):
                name = "X-" + text(chance, 8, "aBcD-09")
                self.headers[name] = text(chance, 20, "ab  =,;\"/'+%  Z")
        self.token = TOKEN if chance.random() < 0.3 else None
        self.presign = presign

    def theirs(self) -> tuple[str, int]:
        """What botocore makes of it, and the time it took."""
        url = f"http://{self.headers['Host']}{percent_encode(self.path, safe='/~')}"
        request = AWSRequest(self.method, url, headers=dict(self.headers), params=self.query)
        credentials = Credentials(KEY, SECRET, self.token)
        if self.presign:
            S3SigV4QueryAuth(credentials, "s3", "us-east-1", expires=60).add_auth(request)
        else:
            S3SigV4Auth(credentials, "s3", "us-east-1").add_auth(request)
        when = datetime.datetime.strptime(request.context["timestamp"], "%Y%m%dT%H%M%SZ")
        seconds = int(when.replace(tzinfo=datetime.timezone.utc).timestamp())
        return (request.url if self.presign else request.headers["Authorization"]), seconds

    def lines(self, seconds: int) -> str:
        """The request as sign.c reads it."""
        rows = [("method", self.method), ("path", self.path), ("time", str(seconds))]
        rows += [("hash", "UNSIGNED-PAYLOAD" if self.presign else EMPTY)]
        rows += [("token", self.token)] if self.token else []
        rows += [("query", name, value) for name, value in self.query.items()]
        rows += [("header", name, value) for name, value in self.headers.items()]
        return "".join(escaped(*row) for row in rows) + ("presign\n" if self.presign else "sign\n")


def ours(requests: list[Odd], seconds: list[int]) -> list[str]:
    program = Path(os.environ["UNIT"]).parent / "conformance" / "sign"
    lines = "".join(request.lines(when) for request, when in zip(requests, seconds, strict=True))
    done = subprocess.run(
        [program, KEY, SECRET], input=lines, capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


class Signatures(unittest.TestCase):
    def test_header(self) -> None:
        """200 random odd requests get the Authorization that botocore gives them"""
        requests = [Odd(seed, presign=False) for seed in range(REQUESTS)]
        theirs = [request.theirs() for request in requests]
        for request, (wanted, _), got in zip(
            requests, theirs, ours(requests, [when for _, when in theirs]), strict=True
        ):
            self.assertEqual(got, wanted, vars(request))

    def test_query(self) -> None:
        """200 random odd presigned URLs say, parameter for parameter, what botocore's say"""
        requests = [Odd(seed, presign=True) for seed in range(REQUESTS)]
        theirs = [request.theirs() for request in requests]
        for request, (wanted, _), got in zip(
            requests, theirs, ours(requests, [when for _, when in theirs]), strict=True
        ):
            left, right = (urllib.parse.urlsplit(url) for url in (got, wanted))
            self.assertEqual(left.path, right.path, vars(request))
            self.assertEqual(
                sorted(left.query.split("&")), sorted(right.query.split("&")), vars(request)
            )
