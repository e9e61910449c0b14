"""The stand-in's instance metadata, container agents and portal: who is given keys, and who is not."""

from __future__ import annotations

import unittest
from typing import Any

from standin import Answer, Case, send

ROLES = "/latest/meta-data/iam/security-credentials/"
TTL = "X-aws-ec2-metadata-token-ttl-seconds"


class Instance(Case):
    def setUp(self) -> None:
        self.url = self.ctl("url", "imds").strip()

    def tearDown(self) -> None:
        self.ctl("set", "imds", "role=instance", "v1=off", "v2=on", "stale=0")
        super().tearDown()

    def token(self, headers: dict[str, str], body: bytes | None = None) -> Answer:
        return send(self.url + "/latest/api/token", "PUT", headers, body)

    def get(self, path: str, token: str | None) -> Answer:
        return send(self.url + path, headers={"X-aws-ec2-metadata-token": token} if token else {})

    def test_a_session(self) -> None:
        answer = self.token({TTL: "60"})
        self.assertEqual((answer.status, answer.headers[TTL]), (200, "60"))
        token = answer.text
        self.assertEqual(self.get(ROLES, token).text, "instance")
        keys = self.get(ROLES + "instance", token).json()
        self.assertEqual((keys["Code"], keys["Type"]), ("Success", "AWS-HMAC"))
        self.assertEqual(self.get(ROLES + "other", token).status, 404)
        self.ctl("set", "imds", "forget=tokens")
        self.assertEqual(self.get(ROLES, token).status, 401)

    def test_tokens_refused(self) -> None:
        for headers in ({}, {TTL: "0"}, {TTL: "21601"}, {TTL: "x"}):
            self.assertEqual(self.token(headers).status, 400)
        self.assertEqual(self.token({TTL: "60"}, b"x").status, 400)
        self.assertEqual(self.token({TTL: "60", "X-Forwarded-For": "10.0.0.1"}).status, 403)
        self.assertEqual(send(self.url + "/latest/api/token", headers={TTL: "60"}).status, 404)

    def test_version_1(self) -> None:
        self.assertEqual(self.get(ROLES, None).status, 401)
        self.ctl("set", "imds", "v1=on", "v2=off", "role=none")
        self.assertEqual(self.get(ROLES, None).status, 404)
        self.assertEqual(self.token({TTL: "60"}).status, 405)


class Containers(Case):
    def test_a_pod_and_a_task(self) -> None:
        url, secrets = self.ctl("url", "ecs").strip(), self.keys()["container"]
        pod = url + "/v1/credentials"
        good = send(pod, headers={"Authorization": secrets["authorization"]}).json()
        self.assertEqual(sorted(good), ["AccessKeyId", "Expiration", "RoleArn", "SecretAccessKey", "Token"])
        self.assertEqual(send(pod).status, 401)
        self.assertEqual(send(pod, headers={"Authorization": "Bearer x"}).status, 403)
        self.assertIn("Token", send(f"{url}/v2/credentials/{secrets['id']}").json())
        self.assertEqual(send(f"{url}/v2/credentials/other").status, 404)
        self.assertNotIn(secrets["id"], str(self.log("ecs")))


class Portal(Case):
    def get(self, token: str, **query: str) -> Answer:
        asked = {"role_name": "sso-loader", "account_id": "123456789012", **query}
        target = "/federation/credentials?" + "&".join(f"{name}={text}" for name, text in asked.items())
        return send(self.ctl("url", "sso").strip(), headers={"x-amz-sso_bearer_token": token}, target=target)

    def test_role_credentials(self) -> None:
        token = self.keys()["sso"]["access_token"]
        value: dict[str, Any] = self.get(token).json()["roleCredentials"]
        self.assertGreater(value["expiration"], 1_700_000_000_000)
        self.assertEqual(self.get("other").status, 401)
        self.assertEqual(self.get(token, role_name="admin").status, 404)
        self.assertEqual(self.get(token, account_id="").status, 400)


if __name__ == "__main__":
    unittest.main()
