"""The stand-in OAuth endpoint and metadata server: every way to be refused a token."""

from __future__ import annotations

import base64
import json
import subprocess
import time
import unittest
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from standin import STORAGE_SCOPE, Answer, Case, make_jwt, post_assertion, post_form, send

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"


class Grants(Case):
    def setUp(self) -> None:
        text = Path(self.env["GOOGLE_APPLICATION_CREDENTIALS"]).read_text()
        self.account: dict[str, str] = json.loads(text)
        self.uri = self.account["token_uri"]

    def claims(self, **changes: Any) -> dict[str, Any]:
        now = int(time.time())
        whole = {
            "iss": self.account["client_email"],
            "aud": self.uri,
            "iat": now,
            "exp": now + 3600,
            "scope": STORAGE_SCOPE,
            **changes,
        }
        return {name: value for name, value in whole.items() if value is not None}

    def grant(
        self, claims: dict[str, Any], header: dict[str, Any] | None = None, key: str | None = None
    ) -> Answer:
        return post_assertion(self.uri, make_jwt(key or self.account["private_key"], claims, header))

    def refused(self, answer: Answer, error: str, words: str) -> None:
        value = answer.json()
        self.assertEqual((answer.status, value["error"]), (400, error))
        self.assertIn(words, value["error_description"])

    def test_a_good_assertion(self) -> None:
        value = self.grant(self.claims()).json()
        self.assertEqual((value["expires_in"], value["token_type"]), (3599, "Bearer"))
        header = {"alg": "RS256", "typ": "JWT", "kid": self.account["private_key_id"]}
        self.assertEqual(self.grant(self.claims(), header).status, 200)
        public = self.claims(aud="https://oauth2.googleapis.com/token")
        self.assertEqual(self.grant(public).status, 200)

    def test_the_credentials_are_private(self) -> None:
        for name in ("service-account.json", "keys.json"):
            mode = (Path(self.env["CLOUD_DIR"]) / name).stat().st_mode & 0o777
            self.assertEqual(mode, 0o600, name)

    def test_a_foreign_key(self) -> None:
        command = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
        foreign = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        self.refused(self.grant(self.claims(), key=foreign), "invalid_grant", "Invalid JWT Signature.")

    def test_a_changed_claim_and_a_changed_signature(self) -> None:
        head, _, signature = make_jwt(self.account["private_key"], self.claims()).split(".")
        other = base64.urlsafe_b64encode(json.dumps(self.claims(sub="x")).encode()).rstrip(b"=").decode()
        answer = post_assertion(self.uri, f"{head}.{other}.{signature}")
        self.refused(answer, "invalid_grant", "Invalid JWT Signature.")
        good = make_jwt(self.account["private_key"], self.claims())
        flipped = good[:-20] + ("A" if good[-20] != "A" else "B") + good[-19:]
        self.refused(post_assertion(self.uri, flipped), "invalid_grant", "Invalid JWT Signature.")
        self.refused(post_assertion(self.uri, good[:-40]), "invalid_grant", "Invalid JWT Signature.")

    def test_a_signature_of_another_length(self) -> None:
        # The same number, one zero byte longer: RFC 8017 section 8.2.2 step 1 refuses it.
        message, _, text = make_jwt(self.account["private_key"], self.claims()).rpartition(".")
        longer = b"\x00" + base64.urlsafe_b64decode(text + "==")
        padded = base64.urlsafe_b64encode(longer).rstrip(b"=").decode()
        answer = post_assertion(self.uri, f"{message}.{padded}")
        self.refused(answer, "invalid_grant", "Invalid JWT Signature.")

    def test_wrong_key_id_algorithm_issuer_audience(self) -> None:
        claims = self.claims()
        self.refused(self.grant(claims, {"alg": "RS256", "kid": "x"}), "invalid_grant", "Signature")
        self.refused(self.grant(claims, {"alg": "none"}), "invalid_grant", "RS256")
        self.refused(self.grant(claims, {"alg": "HS256"}), "invalid_grant", "RS256")
        self.refused(self.grant(self.claims(iss="x@y")), "invalid_grant", "account not found")
        self.refused(self.grant(self.claims(aud="https://x/token")), "invalid_grant", "audience")

    def test_times(self) -> None:
        now = int(time.time())
        for changes in (
            {"exp": now + 3601},
            {"iat": now - 7200, "exp": now - 3600},
            {"iat": now + 900, "exp": now + 1000},
            {"exp": now - 1},
            {"exp": None},
            {"iat": None},
            {"exp": str(now + 60)},
        ):
            self.refused(
                self.grant(self.claims(**changes)), "invalid_grant", "short-lived token (60 minutes)"
            )

    def test_scope(self) -> None:
        self.refused(self.grant(self.claims(scope=None)), "invalid_scope", "Invalid OAuth scope")
        self.refused(self.grant(self.claims(scope=" ")), "invalid_scope", "Invalid OAuth scope")

    def test_forms(self) -> None:
        good = make_jwt(self.account["private_key"], self.claims())
        self.refused(post_form(self.uri, {"assertion": good}), "invalid_request", "grant_type")
        self.refused(post_form(self.uri, {"grant_type": GRANT}), "invalid_request", "assertion")
        other = {"grant_type": "password", "assertion": good}
        self.refused(post_form(self.uri, other), "unsupported_grant_type", "password")
        for broken in ("x", "a.b.c", "W10.W10.W10", good.replace(".", "=.", 1)):
            self.refused(post_assertion(self.uri, broken), "invalid_request", "not a JWT")
        body = json.dumps({"grant_type": GRANT, "assertion": good}).encode()
        answer = send(self.uri, "POST", {"Content-Type": "application/json"}, body)
        self.refused(answer, "invalid_request", "Content-Type")

    def test_token_life_is_adjustable(self) -> None:
        self.ctl("token", "ttl=1")
        bearer = {"Authorization": f"Bearer {self.token()}"}
        self.ctl("token", "ttl=3599")
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o"
        self.assertEqual(send(url, headers=bearer).status, 200)
        time.sleep(1.1)
        self.assertEqual(send(url, headers=bearer).status, 401)

    def refresh(self, **changes: str) -> Answer:
        user = self.keys()["google_user"]
        return post_form(self.uri, {"grant_type": "refresh_token", **user, **changes})

    def test_refresh_tokens(self) -> None:
        value = self.refresh().json()
        self.assertEqual((value["expires_in"], value["token_type"]), (3599, "Bearer"))
        self.assertEqual(self.refresh(scope=STORAGE_SCOPE).status, 200)
        self.refused(self.refresh(refresh_token="1//x"), "invalid_grant", "expired or revoked")
        self.refused(self.refresh(refresh_token=""), "invalid_request", "refresh_token")
        self.refused(self.refresh(scope="openid"), "invalid_scope", "invalid")
        for name in ("client_id", "client_secret"):
            answer = self.refresh(**{name: "x"})
            self.assertEqual((answer.status, answer.json()["error"]), (401, "invalid_client"))
        self.ctl("token", "refresh=revoked")
        self.refused(self.refresh(), "invalid_grant", "expired or revoked")
        self.ctl("token", "refresh=good")

    def test_another_clock(self) -> None:
        self.ctl("token", "clock_s=7200")
        answer = self.grant(self.claims())
        self.refused(answer, "invalid_grant", "short-lived token")
        theirs = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        self.assertAlmostEqual(theirs - time.time(), 7200, delta=30)
        later = int(time.time()) + 7200
        self.assertEqual(self.grant(self.claims(iat=later, exp=later + 3600)).status, 200)
        self.ctl("token", "clock_s=0")

    def test_self_signed_tokens(self) -> None:
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o"
        email = self.account["client_email"]
        header = {"alg": "RS256", "typ": "JWT", "kid": self.account["private_key_id"]}
        for changes, status in (
            ({"sub": email, "aud": None}, 200),
            ({"aud": None}, 401),
            ({"sub": email}, 401),
            ({"sub": email, "aud": None, "iss": "x@y"}, 401),
            ({"sub": email, "aud": None, "scope": "x"}, 403),
            ({"sub": email, "aud": None, "exp": int(time.time()) - 400}, 401),
        ):
            token = make_jwt(self.account["private_key"], self.claims(**changes), header)
            answer = send(url, headers={"Authorization": f"Bearer {token}"})
            self.assertEqual(answer.status, status, changes)
        headless = make_jwt(self.account["private_key"], self.claims(sub=email, aud=None))
        self.assertEqual(send(url, headers={"Authorization": f"Bearer {headless}"}).status, 401)

    def test_an_unknown_knob_is_refused(self) -> None:
        with self.assertRaisesRegex(AssertionError, "no setting life=5"):
            self.ctl("token", "life=5")


class MetadataServer(Case):
    def ask(self, path: str, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        return send(f"http://{self.env['GCE_METADATA_HOST']}/computeMetadata/v1{path}", "GET", given)

    def test_a_token_that_storage_accepts(self) -> None:
        answer = self.ask("/instance/service-accounts/default/token", Metadata_Flavor="Google")
        self.assertEqual(answer.headers["Metadata-Flavor"], "Google")
        bearer = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        url = self.env["STORAGE_EMULATOR_HOST"] + "/storage/v1/b/lake/o"
        self.assertEqual(send(url, headers=bearer).status, 200)

    def test_the_flavor_header_is_required(self) -> None:
        path = "/instance/service-accounts/default/token"
        self.assertEqual(self.ask(path).status, 403)
        self.assertEqual(self.ask(path, Metadata_Flavor="Amazon").status, 403)

    def test_forwarded_requests_are_refused(self) -> None:
        answer = self.ask("/project/project-id", Metadata_Flavor="Google", X_Forwarded_For="10.0.0.1")
        self.assertEqual(answer.status, 403)

    def test_project_and_account(self) -> None:
        project = self.ask("/project/project-id", Metadata_Flavor="Google")
        self.assertEqual(project.text, self.env["GOOGLE_CLOUD_PROJECT"])
        answer = self.ask("/instance/service-accounts/default/email", Metadata_Flavor="Google")
        self.assertIn("@", answer.text)
        account = self.ask("/instance/service-accounts/default/?recursive=true", Metadata_Flavor="Google")
        self.assertEqual(account.json()["email"], answer.text)
        self.assertEqual(self.ask("/universe/universe-domain", Metadata_Flavor="Google").status, 404)
        self.ctl("set", "metadata", "universe=example.test")
        universe = self.ask("/universe/universe-domain", Metadata_Flavor="Google")
        self.assertEqual(universe.text, "example.test")
        self.ctl("set", "metadata", "universe=")
        self.assertEqual(self.ask("/nothing", Metadata_Flavor="Google").status, 404)


if __name__ == "__main__":
    unittest.main()
