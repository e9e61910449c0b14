"""The stand-in STS and its identity provider: every way to be refused a role."""

from __future__ import annotations

import json
import time
import unittest
import urllib.parse
from typing import Any

from standin import Answer, Case, Signer, make_jwt, send

ROLE = "arn:aws:iam::123456789012:role/"
SUBJECT = "system:serviceaccount:default:loader"


class Roles(Case):
    def setUp(self) -> None:
        self.url = self.ctl("url", "sts").strip()
        self.host = urllib.parse.urlsplit(self.url).netloc
        pair = self.keys()["permanent"]
        self.own = Signer(pair["access_key_id"], pair["secret_access_key"], service="sts")

    def tearDown(self) -> None:
        self.ctl("set", "sts", "clock_s=0", "ttl=0")
        super().tearDown()

    def call(self, signer: Signer | None, action: str, **fields: Any) -> Answer:
        form = {"Action": action, "Version": "2011-06-15", **fields}
        body = urllib.parse.urlencode(
            {name: text for name, text in form.items() if text is not None}
        ).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if signer:
            headers |= signer.headers("POST", self.host, "/", body=body)
        return send(self.url, "POST", headers, body)

    def assume(self, signer: Signer | None, role: str, **fields: Any) -> Answer:
        session = {"RoleSessionName": "me", **fields}
        return self.call(signer, "AssumeRole", RoleArn=ROLE + role, **session)

    def keys_of(self, answer: Answer) -> Signer:
        self.assertEqual(answer.status, 200, answer.text)
        found = [
            answer.text.split(f"<{name}>")[1].split("<")[0]
            for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")
        ]
        return Signer(*found, service="sts")

    def refused(self, answer: Answer, status: int, code: str, words: str = "") -> None:
        self.assertEqual(answer.status, status, answer.text)
        self.assertIn(f"<Code>{code}</Code>", answer.text)
        self.assertIn(words, answer.text)
        self.assertIn("<ErrorResponse xmlns=", answer.text)

    def test_a_role_and_what_its_keys_may(self) -> None:
        loader = self.keys_of(self.assume(self.own, "loader"))
        who = self.call(loader, "GetCallerIdentity")
        self.assertIn("<Arn>arn:aws:sts::123456789012:assumed-role/loader/me</Arn>", who.text)
        self.keys_of(self.assume(loader, "reader"))
        self.refused(self.assume(self.own, "reader"), 403, "AccessDenied", "user/permanent is not authorized")
        s3 = urllib.parse.urlsplit(self.env["AWS_ENDPOINT_URL_S3"]).netloc
        for_s3 = Signer(loader.key, loader.secret, loader.token)
        url = self.env["AWS_ENDPOINT_URL_S3"] + "/logs?list-type=2"
        self.assertEqual(send(url, headers=for_s3.headers("GET", s3, "/logs", "list-type=2")).status, 200)
        self.ctl("set", "sts", "expire=all")
        answer = send(url, headers=for_s3.headers("GET", s3, "/logs", "list-type=2"))
        self.assertIn("<Code>ExpiredToken</Code>", answer.text)
        self.refused(self.assume(loader, "reader"), 403, "ExpiredToken")

    def test_signatures(self) -> None:
        own = self.own
        self.refused(self.assume(None, "loader"), 403, "MissingAuthenticationToken")
        for wrong, code, words in (
            (Signer(own.key, "x", service="sts"), "SignatureDoesNotMatch", "The Canonical String"),
            (Signer("AKIAX", own.secret, service="sts"), "InvalidClientTokenId", ""),
            (Signer(own.key, own.secret, "token", service="sts"), "InvalidClientTokenId", ""),
            (Signer(own.key, own.secret), "SignatureDoesNotMatch", "scoped to correct service: 'sts'"),
            (Signer(own.key, own.secret, service="sts", skew=-1000), "SignatureDoesNotMatch", "expired"),
            (
                Signer(own.key, own.secret, service="sts", skew=1000),
                "SignatureDoesNotMatch",
                "not yet current",
            ),
        ):
            self.refused(self.assume(wrong, "loader"), 403, code, words)

    def test_rules_of_what_is_asked(self) -> None:
        for fields in (
            {"RoleSessionName": "a b"},
            {"RoleSessionName": "a"},
            {"RoleSessionName": "a" * 65},
            {"RoleSessionName": None},
            {"DurationSeconds": "899"},
            {"DurationSeconds": "43201"},
            {"DurationSeconds": "1h"},
            {"ExternalId": "x"},
        ):
            self.refused(self.assume(self.own, "loader", **fields), 400, "ValidationError")
        self.refused(
            self.assume(self.own, "brief", DurationSeconds="3601"),
            400,
            "ValidationError",
            "MaxSessionDuration",
        )
        loader = self.keys_of(self.assume(self.own, "loader", DurationSeconds="43200"))
        answer = self.assume(loader, "reader", DurationSeconds="3601")
        self.refused(answer, 400, "ValidationError", "role chaining")
        self.refused(self.assume(self.own, "partner"), 403, "AccessDenied")
        self.refused(self.assume(self.own, "partner", ExternalId="partner-43"), 403, "AccessDenied")
        self.keys_of(self.assume(self.own, "partner", ExternalId="partner-42"))
        self.refused(self.assume(self.own, "nobody"), 403, "AccessDenied")
        self.refused(self.call(self.own, "Assume"), 400, "InvalidAction")
        self.refused(
            self.call(self.own, "AssumeRole", RoleArn="me", RoleSessionName="me"), 400, "ValidationError"
        )

    def web(self, token: str, role: str = "pod") -> Answer:
        return self.call(
            None,
            "AssumeRoleWithWebIdentity",
            RoleArn=ROLE + role,
            RoleSessionName="me",
            WebIdentityToken=token,
        )

    def test_web_identity(self) -> None:
        token = self.ctl("ask", "sts", "token").strip()
        pod = self.keys_of(self.web(token))
        self.assertIn("assumed-role/pod/me", self.call(pod, "GetCallerIdentity").text)
        self.refused(self.web(token, "loader"), 403, "AccessDenied")
        for change, code, words in (
            ("life=-1", "ExpiredTokenException", "Token expired"),
            ("aud=other", "InvalidIdentityToken", "Incorrect token audience"),
            ("iss=https://other", "InvalidIdentityToken", "No OpenIDConnect provider found"),
        ):
            self.refused(self.web(self.ctl("ask", "sts", "token", change).strip()), 400, code, words)
        other = self.ctl("ask", "sts", "token", "sub=other").strip()
        self.refused(self.web(other), 403, "AccessDenied")
        self.refused(self.web("x.y.z"), 400, "InvalidIdentityToken", "not a valid JWT")
        self.refused(self.web(token[:-8] + "AAAAAAAA"), 400, "InvalidIdentityToken", "verification key")

    def test_tokens_of_another_key_or_algorithm(self) -> None:
        now = int(time.time())
        issuer = self.url + "/oidc"
        claims = {"iss": issuer, "aud": "sts.amazonaws.com", "sub": SUBJECT, "exp": now + 60}
        key = self.keys()["google"]["private_key"]
        header = {"alg": "RS256", "kid": "stand-in-pods"}
        self.keys_of(self.web(make_jwt(key, claims, header)))
        for wrong in (
            {"alg": "RS256", "kid": "other"},
            {"alg": "none", "kid": "stand-in-pods"},
            {"alg": "RS256"},
        ):
            self.refused(self.web(make_jwt(key, claims, wrong)), 400, "InvalidIdentityToken")
        discovery = json.loads(send(issuer + "/.well-known/openid-configuration").body)
        self.assertEqual(discovery["issuer"], issuer)
        self.assertEqual(send(discovery["jwks_uri"]).json()["keys"][0]["kid"], "stand-in-pods")

    def test_its_clock(self) -> None:
        self.ctl("set", "sts", "clock_s=3600")
        answer = self.assume(self.own, "loader")
        self.refused(answer, 403, "SignatureDoesNotMatch", "Signature expired")
        self.own.skew = 3600
        self.keys_of(self.assume(self.own, "loader"))


if __name__ == "__main__":
    unittest.main()
