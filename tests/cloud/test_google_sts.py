"""The stand-in's token exchange and impersonation: every way to be refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
import unittest
import urllib.parse
from pathlib import Path
from typing import Any

from google_files import POOL, WORKFORCE
from standin import STORAGE_SCOPE, Answer, Case, make_jwt, post_form, send

EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
TYPE = "urn:ietf:params:oauth:token-type:"
AWS_TYPE = "urn:ietf:params:aws:token-type:aws4_request"
TARGET = "x-goog-cloud-target-resource"


class Exchanges(Case):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.files = Path(cls.env["CLOUD_DIR"]) / "google"
        cls.pod = (cls.files / "oidc.jwt").read_text()
        cls.aws = cls.file("aws")
        cls.url = cls.aws["token_url"]
        cls.account = cls.file("service")

    @classmethod
    def file(cls, name: str) -> dict[str, Any]:
        value: dict[str, Any] = json.loads((cls.files / f"{name}.json").read_text())
        return value

    def form(self, **changes: str | None) -> dict[str, str]:
        """A good exchange of the pod's token, changed; None leaves a field out."""
        whole: dict[str, str | None] = {
            "grant_type": EXCHANGE,
            "audience": POOL + "/providers/oidc",
            "scope": STORAGE_SCOPE,
            "requested_token_type": TYPE + "access_token",
            "subject_token_type": TYPE + "jwt",
            "subject_token": self.pod,
            **changes,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def refused(self, answer: Answer, error: str, words: str = "", status: int = 400) -> None:
        value = answer.json()
        self.assertEqual((answer.status, value["error"]), (status, error), value)
        self.assertIn(words, value["error_description"])

    def test_a_good_exchange(self) -> None:
        value = post_form(self.url, self.form()).json()
        self.assertEqual(value["issued_token_type"], TYPE + "access_token")
        self.assertEqual((value["token_type"], value["expires_in"]), ("Bearer", 3599))
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o"
        bearer = {"Authorization": f"Bearer {value['access_token']}"}
        self.assertEqual(send(url, headers=bearer).status, 200)

    def test_every_field_is_checked(self) -> None:
        for name in ("grant_type", "audience", "requested_token_type", "subject_token_type", "subject_token"):
            self.refused(post_form(self.url, self.form(**{name: None})), "invalid_request", name)
        for changes, error in (
            ({"grant_type": "password"}, "unsupported_grant_type"),
            ({"audience": POOL + "/providers/none"}, "invalid_target"),
            ({"requested_token_type": TYPE + "id_token"}, "invalid_request"),
            ({"subject_token_type": TYPE + "saml2"}, "invalid_request"),
            ({"scope": None}, "invalid_scope"),
            ({"actor_token": "x"}, "invalid_request"),
            ({"options": '{"userProject": "p"}'}, "invalid_request"),
            ({"options": "x"}, "invalid_request"),
        ):
            self.refused(post_form(self.url, self.form(**changes)), error)
        body = json.dumps(self.form()).encode()
        answer = send(self.url, "POST", {"Content-Type": "application/json"}, body)
        self.refused(answer, "invalid_request", "Content-Type")

    def jwt(self, key: str | None = None, header: dict[str, Any] | None = None, **changes: Any) -> str:
        now = int(time.time())
        claims = {
            "iss": self.url.removesuffix("/v1/token") + "/idp",
            "aud": "https:" + POOL + "/providers/oidc",
            "sub": "s",
            "iat": now,
            "exp": now + 60,
            **changes,
        }
        return make_jwt(key or self.account["private_key"], claims, header)

    def test_id_tokens(self) -> None:
        now = int(time.time())
        good = self.form(subject_token=self.jwt(aud=POOL + "/providers/oidc"))
        self.assertEqual(post_form(self.url, good).status, 200)
        for changes, words in (
            ({"aud": "https://iam.googleapis.com/other"}, "audience"),
            ({"iss": "https://elsewhere"}, "issuer"),
            ({"exp": now - 1}, "expired"),
            ({"iat": now + 900}, "future"),
            ({"sub": ""}, "google.subject"),
        ):
            answer = post_form(self.url, self.form(subject_token=self.jwt(**changes)))
            self.refused(answer, "invalid_grant", words)
        forged = self.jwt(header={"alg": "none"})
        self.refused(post_form(self.url, self.form(subject_token=forged)), "invalid_grant", "signature")
        changed = self.pod[:-8] + ("A" if self.pod[-8] != "A" else "B") + self.pod[-7:]
        self.refused(post_form(self.url, self.form(subject_token=changed)), "invalid_grant", "signature")
        self.refused(post_form(self.url, self.form(subject_token="a.b")), "invalid_request", "parse")

    def caller(self, **changes: Any) -> dict[str, str]:
        """A form with a GetCallerIdentity signed as a client does; changes make it wrong."""
        pair = self.keys()[changes.get("kind", "permanent")]
        region, service = "us-east-2", changes.get("service", "sts")
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(time.time() + changes.get("skew", 0)))
        host = changes.get("host", f"sts.{region}.amazonaws.com")
        query = changes.get("query", "Action=GetCallerIdentity&Version=2011-06-15")
        headers = {"host": host, "x-amz-date": stamp, TARGET: self.aws["audience"]}
        if "session_token" in pair:
            headers["x-amz-security-token"] = pair["session_token"]
        headers |= changes.get("headers", {})
        names = sorted(set(headers) - changes.get("unsigned", set()))
        lines = "".join(f"{name}:{headers[name]}\n" for name in names)
        empty = hashlib.sha256(b"").hexdigest()
        canonical = f"POST\n/\n{query}\n{lines}\n{';'.join(names)}\n{empty}"
        scope = f"{stamp[:8]}/{region}/{service}/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        key = ("AWS4" + pair["secret_access_key"]).encode()
        for part in [*scope.split("/"), text]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        headers |= changes.get("after", {})
        credential = f"{pair['access_key_id']}/{scope}"
        headers["Authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={';'.join(names)}, Signature={key.hex()}"
        )
        request = {
            "url": f"https://{host}?{query}",
            "method": changes.get("method", "POST"),
            "headers": [{"key": name, "value": value} for name, value in headers.items()],
        }
        token = urllib.parse.quote(json.dumps(request))
        return self.form(
            audience=self.aws["audience"],
            subject_token_type=AWS_TYPE,
            subject_token=changes.get("token", token),
        )

    def test_aws_identities(self) -> None:
        for kind in ("permanent", "temporary"):
            self.assertEqual(post_form(self.url, self.caller(kind=kind)).status, 200, kind)
        # To sign the target is recommended only.
        self.assertEqual(post_form(self.url, self.caller(unsigned={TARGET})).status, 200)
        for changes, words in (
            ({"kind": "expired"}, "ExpiredToken"),
            ({"after": {TARGET: self.aws["audience"] + "x"}}, "not the audience"),
            ({"headers": {TARGET: "//iam.googleapis.com/other"}}, "not the audience"),
            ({"after": {"x-amz-security-token": "x"}}, "not signed"),
            ({"headers": {"x-amz-security-token": "x"}}, "InvalidClientTokenId"),
            ({"unsigned": {"host"}}, "not signed"),
            ({"skew": -1200}, "expired"),
            ({"skew": 1200}, "expired"),
            ({"service": "s3"}, "service sts"),
            ({"host": "sts.amazonaws.com.example.com"}, "AWS STS endpoint"),
            ({"query": "Action=AssumeRole&Version=2011-06-15"}, "GetCallerIdentity"),
            ({"method": "GET"}, "POST"),
        ):
            with self.subTest(words=words, changes=changes):
                self.refused(post_form(self.url, self.caller(**changes)), "invalid_grant", words)
        for token in ("x", "%7B%7D", "%5B%5D"):
            self.refused(post_form(self.url, self.caller(token=token)), "invalid_request", "parse")

    def basic(self, secret: str) -> dict[str, str]:
        pair = f"{self.keys()['google_workforce']['client_id']}:{secret}".encode()
        return {
            "Authorization": "Basic " + base64.b64encode(pair).decode(),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def test_workforce(self) -> None:
        staff = (self.files / "staff.jwt").read_text()
        form = self.form(audience=WORKFORCE, subject_token=staff)
        self.refused(post_form(self.url, form), "invalid_request", "user project", 403)
        billed = {**form, "options": urllib.parse.quote('{"userProject": "staff-project"}')}
        self.assertEqual(post_form(self.url, billed).status, 200)
        secret = self.keys()["google_workforce"]["client_secret"]
        body = urllib.parse.urlencode(form).encode()
        self.assertEqual(send(self.url, "POST", self.basic(secret), body).status, 200)
        self.refused(send(self.url, "POST", self.basic("x"), body), "invalid_client", status=401)

    def test_refresh_tokens_of_a_workforce(self) -> None:
        url = self.file("workforce-user")["token_url"]
        keys = self.keys()["google_workforce"]
        form = {"grant_type": "refresh_token", "refresh_token": keys["refresh_token"]}
        self.refused(post_form(url, form), "invalid_client", status=401)
        basic = self.basic(keys["client_secret"])
        answer = send(url, "POST", basic, urllib.parse.urlencode(form).encode())
        self.assertEqual(answer.json()["refresh_token"], keys["refresh_token"])
        wrong = urllib.parse.urlencode({**form, "refresh_token": "x"}).encode()
        self.refused(send(url, "POST", basic, wrong), "invalid_grant")


class Impersonations(Case):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        files = Path(cls.env["CLOUD_DIR"]) / "google"
        value = json.loads((files / "impersonated-service.json").read_text())
        cls.url = value["service_account_impersonation_url"]

    def ask(self, body: Any, url: str | None = None, token: str | None = None) -> Answer:
        bearer = token or self.token("https://www.googleapis.com/auth/cloud-platform")
        headers = {"Authorization": f"Bearer {bearer}", "Content-Type": "application/json"}
        return send(url or self.url, "POST", headers, json.dumps(body).encode())

    def test_a_token_of_another(self) -> None:
        answer = self.ask({"scope": [STORAGE_SCOPE], "lifetime": "600s"})
        left = time.mktime(time.strptime(answer.json()["expireTime"], "%Y-%m-%dT%H:%M:%SZ"))
        self.assertAlmostEqual(left - time.mktime(time.gmtime()), 600, delta=5)
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o"
        bearer = {"Authorization": f"Bearer {answer.json()['accessToken']}"}
        self.assertEqual(send(url, headers=bearer).status, 200)
        self.assertEqual(self.log("gcs")[-1]["principal"], self.log("iamcredentials")[-1]["of"])

    def test_what_is_refused(self) -> None:
        good = {"scope": [STORAGE_SCOPE]}
        for body in (
            {},
            {"scope": STORAGE_SCOPE},
            {"scope": ["storage"]},
            {**good, "lifetime": "3601s"},
            {**good, "lifetime": 3600},
            {**good, "lifetime": "1h"},
            {**good, "delegates": ["middle@stand-in.iam.gserviceaccount.com"]},
            {**good, "delegates": ["projects/p/serviceAccounts/middle@stand-in.iam.gserviceaccount.com"]},
            {**good, "subject": "x"},
            [],
        ):
            with self.subTest(body=body):
                answer = self.ask(body)
                self.assertEqual((answer.status, answer.json()["error"]["status"]), (400, "INVALID_ARGUMENT"))
        locked = self.ask(good, self.url.replace("hour@", "locked@"))
        self.assertEqual((locked.status, locked.json()["error"]["status"]), (403, "PERMISSION_DENIED"))
        self.assertEqual(self.ask(good, self.url.replace("hour@", "nobody@")).status, 404)
        self.assertEqual(self.ask(good, self.url.replace("/-/", "/p/")).status, 400)
        self.assertEqual(self.ask(good, token="x").status, 401)
        narrow = self.ask(good, token=self.token(STORAGE_SCOPE))
        self.assertEqual((narrow.status, narrow.reason()), (403, "insufficientPermissions"))

    def test_chains(self) -> None:
        deep = self.url.replace("hour@", "deep@")
        name = "projects/-/serviceAccounts/{}@stand-in.iam.gserviceaccount.com"
        good = {"scope": [STORAGE_SCOPE], "delegates": [name.format("middle")]}
        self.assertEqual(self.ask(good, deep).status, 200)
        self.assertEqual(self.ask({**good, "delegates": []}, deep).status, 403)
        self.assertEqual(self.ask({**good, "delegates": [name.format("locked")]}, deep).status, 403)


if __name__ == "__main__":
    unittest.main()
