"""google-auth with every type of credentials file, beside our programs with the same file."""

from __future__ import annotations

import json
import os
import sys
import unittest.mock
import urllib.parse
from pathlib import Path
from typing import Any

import google.auth
import google.auth.exceptions
import google.auth.transport.requests
import requests

from standin import CLOUD, StandIn

sys.path.insert(0, str(CLOUD))
import google_files  # noqa: E402

SCOPE = "https://www.googleapis.com/auth/devstorage.read_write"
# Where google-auth asks, whatever the file says; and for an identity's project, which nobody here has.
OAUTH = "https://oauth2.googleapis.com"
PUBLIC = ("https://iamcredentials.googleapis.com", "https://cloudresourcemanager.googleapis.com")
# google-auth takes no such source of an impersonation; AIP-4115 bounds it to no type.
OURS_ALONE = {"impersonated-chain", "impersonated-oidc"}


class Here(google.auth.transport.requests.Request):
    """google-auth's requests to public addresses, led to the stand-in's services."""

    def __init__(self, to: dict[str, str]) -> None:
        super().__init__(requests.Session())
        self.session.trust_env = False
        self._to = to

    def __call__(self, url: str, *args: Any, **more: Any) -> Any:
        for public, here in self._to.items():
            url = url.replace(public, here)
        if urllib.parse.urlsplit(url).hostname != "127.0.0.1":
            raise google.auth.exceptions.TransportError(f"would leave the machine: {url}")
        return super().__call__(url, *args, **more)


class Clients(StandIn):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ctl("mkbucket", "gs://lake")
        cls.ctl("put", "gs://lake/o", "-", stdin=b"{}\n")
        keys = json.loads((cls.dir / "cloud" / "keys.json").read_text())["permanent"]
        cls.env |= {
            "AWS_ACCESS_KEY_ID": keys["access_key_id"],
            "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
            "AWS_REGION": "eu-north-1",
        }
        # google-auth looks into the environment of this process.
        changed = unittest.mock.patch.dict(os.environ, cls.env)
        changed.start()
        cls.addClassCleanup(changed.stop)
        file = json.loads(cls.file("impersonated-user").read_text())
        iam = file["service_account_impersonation_url"].split("/v1/")[0]
        cls.here = Here(
            {url: iam for url in PUBLIC}
            | {OAUTH: file["source_credentials"]["token_uri"].removesuffix("/token")}
        )

    @classmethod
    def file(cls, name: str) -> Path:
        return cls.dir / "cloud" / "google" / f"{name}.json"

    def load(self, name: str) -> Any:
        """google-auth's credentials of a file, with a token."""
        path = str(self.file(name))
        credentials, _ = google.auth.load_credentials_from_file(
            path, scopes=[SCOPE], request=self.here
        )
        credentials.refresh(self.here)
        return credentials

    def theirs(self, name: str) -> dict[str, Any]:
        """The log line of a read with google-auth's token."""
        credentials = self.load(name)
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o/o"
        headers: dict[str, str] = {}
        credentials.apply(headers)
        answer = self.here.session.get(url, headers=headers, timeout=30)
        self.assertEqual(answer.status_code, 200, answer.text)
        return self.requests("gcs")[-1]

    def ours(self, name: str) -> dict[str, Any]:
        """The log line of gcscat's first read, and that its words hold no secret of the file."""
        before = len(self.requests("gcs"))
        path = self.file(name)
        env = {"GOOGLE_APPLICATION_CREDENTIALS": str(path)}
        self.assertEqual(self.run_program("gcscat", "-v", "gs://lake/o", **env), b"{}\n")
        for secret in secrets_of(json.loads(path.read_text())):
            self.assertNotIn(secret, self.errors)
        return self.requests("gcs")[before]

    def test_same_principal(self) -> None:
        """every type of file brings both a token of the same principal, and the same project pays"""
        for name, principal in google_files.PRINCIPALS.items():
            with self.subTest(name):
                line = self.ours(name)
                self.assertEqual(line["principal"], principal)
                if name in OURS_ALONE:
                    with self.assertRaises(google.auth.exceptions.InvalidType):
                        self.load(name)
                    continue
                other = self.theirs(name)
                for key in ("principal", "user_project"):
                    self.assertEqual(other.get(key), line.get(key), key)

    def test_refused(self) -> None:
        """what google-auth is refused, we are, with exit 77"""
        for name, change in {
            "user": {"refresh_token": "1//wrong"},
            "oidc-text": {"audience": google_files.POOL + "/providers/none"},
            "workforce": {"workforce_pool_user_project": "another"},
            "workforce-client": {"client_secret": "wrong"},
            "aws": {"audience": google_files.POOL + "/providers/oidc"},
        }.items():
            with self.subTest(name):
                path = self.file(name + "-wrong")
                path.write_text(json.dumps(json.loads(self.file(name).read_text()) | change))
                with self.assertRaises(
                    (google.auth.exceptions.RefreshError, google.auth.exceptions.OAuthError)
                ):
                    self.load(name + "-wrong")
                env = {"GOOGLE_APPLICATION_CREDENTIALS": str(path)}
                self.run_program("gcscat", "gs://lake/o", status=77, **env)

    def test_well_known(self) -> None:
        """gcloud's own file is found where google-auth looks"""
        folder = self.dir / "gcloud"
        folder.mkdir()
        known = folder / "application_default_credentials.json"
        known.write_text(self.file("user").read_text())
        env = {"CLOUDSDK_CONFIG": str(folder), "GOOGLE_APPLICATION_CREDENTIALS": ""}
        self.run_program("gcscat", "gs://lake/o", **env)
        self.assertEqual(self.requests("gcs")[-1]["principal"], google_files.PRINCIPALS["user"])


def secrets_of(value: Any) -> list[str]:
    """The strings of a file that nobody may see."""
    if not isinstance(value, dict):
        return []
    names = {"private_key", "client_secret", "refresh_token", "X-Idp-Key"}
    own = [text for name, text in value.items() if name in names]
    return own + [secret for inner in value.values() for secret in secrets_of(inner)]


