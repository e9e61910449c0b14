"""The same files and environment lead botocore and our programs to the same identity: the
owner of the keys that botocore finds, and whom the stand-in's S3 saw; or both are refused."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import sqlite3
import subprocess
import time
import unittest.mock
from pathlib import Path

import botocore.credentials
import botocore.session
import botocore.tokens

from programs import BIN
from standin import StandIn

ROLE = "arn:aws:iam::123456789012:role"
REFUSED = "refused"


def profile(name: str, **settings: str) -> str:
    head = "[default]\n" if name == "default" else f"[profile {name}]\n"
    return head + "".join(f"{key} = {value}\n" for key, value in settings.items())


def without_time(arn: str) -> str:
    return re.sub("/(hourtools|botocore-session)-[0-9]+$", "", arn.partition("::123456789012:")[2])


class Credentials(StandIn):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ctl("mkbucket", "s3://logs")
        cls.ctl("put", "s3://logs/a", "-", stdin=b"hi\n")
        cls.own = {name: cls.env.pop(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        for service in ("sts", "sso", "imds", "ecs"):
            setattr(cls, service, cls.ctl("url", service).decode().strip())
        cls.keys = json.loads((Path(cls.env["CLOUD_DIR"]) / "keys.json").read_text())
        cls.env |= {"AWS_ENDPOINT_URL_STS": cls.sts, "AWS_ENDPOINT_URL_SSO": cls.sso, "HOME": str(cls.dir)}
        cls.env |= {"AWS_CONFIG_FILE": str(cls.dir / "config")}
        cls.env |= {"AWS_SHARED_CREDENTIALS_FILE": str(cls.dir / "credentials")}
        cls.env |= {"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "1", "AWS_MAX_ATTEMPTS": "1"}
        cls.env |= {"AWS_DEFAULT_REGION": cls.env["AWS_REGION"]}  # the one that botocore reads
        # botocore looked where HOME was when it was imported.
        for each in (botocore.credentials.SSOProvider, botocore.tokens.SSOTokenProvider):
            place = unittest.mock.patch.object(each, "_SSO_TOKEN_CACHE_DIR", str(cls.dir / ".aws/sso/cache"))
            cls.enterClassContext(place)
        (cls.dir / "token").write_bytes(cls.ctl("ask", "sts", "token").strip())
        cls.web = {"AWS_WEB_IDENTITY_TOKEN_FILE": str(cls.dir / "token"), "AWS_ROLE_ARN": f"{ROLE}/pod"}
        cls.pod = {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{cls.ecs}/v1/credentials",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": cls.keys["container"]["authorization"],
        }
        cls.instance = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": cls.imds}

    def setUp(self) -> None:
        id, secret = self.own.values()
        self.write("credentials", f"[default]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
        self.write("config", "")

    def write(self, name: str, text: str) -> None:
        (self.dir / name).write_text(text)

    def granted(self, user: str) -> dict[str, str]:
        """Settings of a profile with new keys of that user."""
        arn = f"arn=arn:aws:iam::123456789012:user/{user}"
        key = json.loads(self.ctl("ask", "sts", "grant", arn))
        return {
            "aws_access_key_id": key["AccessKeyId"],
            "aws_secret_access_key": key["SecretAccessKey"],
            "aws_session_token": key["Token"],
        }

    def login(self, name: str, token: str | None = None, seconds: int = 3600) -> None:
        cache = self.dir / ".aws/sso/cache"
        cache.mkdir(parents=True, exist_ok=True)
        end = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        value = {"accessToken": token or self.keys["sso"]["access_token"], "expiresAt": end}
        value |= {"startUrl": "https://my.awsapps.com/start", "region": "eu-west-1"}
        (cache / f"{hashlib.sha1(name.encode()).hexdigest()}.json").write_text(json.dumps(value))

    def owner(self, access_key: str) -> str:
        """Whose key it is, the account and a session's made-up name apart."""
        for name, pair in self.keys.items():
            if isinstance(pair, dict) and pair.get("access_key_id") == access_key:
                return f"user/{name}"
        path = Path(self.env["CLOUD_DIR"]) / "state.db"
        with contextlib.closing(sqlite3.connect(path)) as db:
            (arn,) = db.execute("SELECT arn FROM aws_keys WHERE access_key = ?", (access_key,)).fetchone()
        return without_time(arn)

    def theirs(self, env: dict[str, str]) -> str:
        with unittest.mock.patch.dict(os.environ, self.env | env, clear=True):
            try:
                found = botocore.session.Session().get_credentials()
                return self.owner(found.get_frozen_credentials().access_key) if found else REFUSED
            except Exception as refusal:  # each provider raises its own
                self.last = repr(refusal)
                return REFUSED

    def ours(self, env: dict[str, str]) -> str:
        command = [str(BIN / "s3cat"), "s3://logs/a"]
        done = subprocess.run(command, env=self.env | env, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            self.last = done.stderr
            return REFUSED
        log = (Path(self.env["CLOUD_DIR"]) / "requests.log").read_text().splitlines()
        return without_time(json.loads(log[-1])["as"])

    def both(self, expected: str, **env: str) -> None:
        self.last = ""
        self.assertEqual((self.ours(env), self.theirs(env)), (expected, expected), self.last)

    def test_environment(self) -> None:
        """environment keys, also beside a profile; half of a pair is refused"""
        self.both("user/permanent", **self.own)
        self.write("config", profile("other", **self.granted("other")))
        self.both("user/permanent", **self.own, AWS_PROFILE="other")
        self.both(REFUSED, AWS_ACCESS_KEY_ID="AKIA")

    def test_files(self) -> None:
        """keys in either file, the credentials file first; a profile that is not there"""
        self.both("user/permanent")
        self.write("config", profile("p", **self.granted("config")) + profile("default", region="eu-west-1"))
        self.both("user/config", AWS_PROFILE="p")
        text = profile("p", **self.granted("credentials")).replace("profile ", "")
        self.write("credentials", text)
        self.both("user/credentials", AWS_PROFILE="p")
        self.both(REFUSED, AWS_PROFILE="nobody")

    def test_web_identity(self) -> None:
        """web identity by the environment and by a profile; it goes before keys of a profile"""
        self.both("assumed-role/pod", **self.web)
        self.both("assumed-role/pod/me", **self.web, AWS_ROLE_SESSION_NAME="me")
        settings = {"role_arn": f"{ROLE}/pod", "web_identity_token_file": str(self.dir / "token")}
        self.write("config", profile("w", **settings, role_session_name="me"))
        self.both("assumed-role/pod/me", AWS_PROFILE="w")
        self.both(REFUSED, **self.web | {"AWS_ROLE_ARN": f"{ROLE}/closed"})
        self.both(REFUSED, **self.web | {"AWS_WEB_IDENTITY_TOKEN_FILE": "/none"})

    def test_roles(self) -> None:
        """a role by another profile, a chain of two, its own keys, what is sent along"""
        role = {"role_arn": f"{ROLE}/loader", "source_profile": "default"}
        self.write(
            "config",
            profile("loader", **role)
            + profile("reader", role_arn=f"{ROLE}/reader", source_profile="loader")
            + profile("named", **role, role_session_name="me", duration_seconds="900")
            + profile("partner", **role | {"role_arn": f"{ROLE}/partner"}, external_id="partner-42")
            + profile("stranger", **role | {"role_arn": f"{ROLE}/partner"})
            + profile("self", **role | {"source_profile": "self"}, **self.granted("permanent"))
            + profile("by", **role | {"source_profile": "self"}),
        )
        self.both("assumed-role/loader", AWS_PROFILE="loader")
        self.both("assumed-role/reader", AWS_PROFILE="reader")
        self.both("assumed-role/loader/me", AWS_PROFILE="named")
        self.both("assumed-role/partner", AWS_PROFILE="partner")
        self.both(REFUSED, AWS_PROFILE="stranger")
        self.both("assumed-role/loader", AWS_PROFILE="self")
        self.both("assumed-role/loader", AWS_PROFILE="by")

    def test_loops(self) -> None:
        """profiles that lead to themselves, to none, or to one without keys"""
        self.write(
            "config",
            profile("a", role_arn=f"{ROLE}/loader", source_profile="b")
            + profile("b", role_arn=f"{ROLE}/loader", source_profile="a")
            + profile("self", role_arn=f"{ROLE}/loader", source_profile="self")
            + profile("lost", role_arn=f"{ROLE}/loader", source_profile="nobody")
            + profile("poor", role_arn=f"{ROLE}/loader", source_profile="empty")
            + profile("empty", region="eu-west-1")
            + profile("neither", role_arn=f"{ROLE}/loader")
            + profile(
                "both", role_arn=f"{ROLE}/loader", source_profile="default", credential_source="Environment"
            ),
        )
        for name in ("a", "self", "lost", "poor", "neither", "both"):
            with self.subTest(name):
                self.both(REFUSED, AWS_PROFILE=name)

    def test_sources(self) -> None:
        """credential_source: environment, container, instance, and one that is none"""
        for name in ("EcsContainer", "Ec2InstanceMetadata", "Environment", "Other"):
            text = profile(name, role_arn=f"{ROLE}/loader", credential_source=name)
            self.write("config", (self.dir / "config").read_text() + text)
        self.both("assumed-role/loader", AWS_PROFILE="EcsContainer", **self.pod)
        self.both("assumed-role/loader", AWS_PROFILE="Ec2InstanceMetadata", **self.instance)
        self.both(REFUSED, AWS_PROFILE="Environment")
        self.both(REFUSED, AWS_PROFILE="Other")

    def test_process(self) -> None:
        """credential_process: its words, its order among keys of the files, its failures"""
        key = self.granted("process")
        value = {
            "Version": 1,
            "AccessKeyId": key["aws_access_key_id"],
            "SessionToken": key["aws_session_token"],
        }
        value["SecretAccessKey"] = key["aws_secret_access_key"]
        self.write("two words.json", json.dumps(value))
        command = f"cat '{self.dir}/two words.json'"
        self.write("config", profile("p", credential_process=command, **self.granted("config")))
        self.both("user/process", AWS_PROFILE="p")
        id, secret = self.own.values()
        self.write("credentials", f"[p]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n")
        self.both("user/permanent", AWS_PROFILE="p")
        role = profile("r", role_arn=f"{ROLE}/loader", source_profile="q")
        self.write("two words.json", json.dumps(value | {"Version": 2}))
        for bad in (command, "false", "/none/such", "echo x", "'open"):
            with self.subTest(bad):
                self.write("config", role + profile("q", credential_process=bad))
                self.both(REFUSED, AWS_PROFILE="r")

    def test_login(self) -> None:
        """IAM Identity Center by session and by start URL, as a source, and without a login"""
        account = {"sso_account_id": "123456789012", "sso_role_name": "sso-loader"}
        place = {"sso_start_url": "https://my.awsapps.com/start", "sso_region": "eu-west-1"}
        session = "[sso-session corp]\nsso_registration_scopes = sso:account:access\n"
        self.write(
            "config",
            session
            + "".join(f"{name} = {value}\n" for name, value in place.items())
            + profile("dev", sso_session="corp", **account)
            + profile("legacy", **place, **account)
            + profile("role", role_arn=f"{ROLE}/loader", source_profile="dev")
            + profile("admin", sso_session="corp", **account | {"sso_role_name": "admin"})
            + profile("differs", sso_session="corp", **account, sso_region="us-east-1")
            + profile("half", sso_session="corp", sso_account_id="123456789012"),
        )
        self.both(REFUSED, AWS_PROFILE="dev")
        self.login("corp")
        self.both("assumed-role/sso-loader/person", AWS_PROFILE="dev")
        self.both("assumed-role/loader", AWS_PROFILE="role")
        self.both(REFUSED, AWS_PROFILE="legacy")
        self.login(place["sso_start_url"])
        self.both("assumed-role/sso-loader/person", AWS_PROFILE="legacy")
        for name in ("admin", "differs", "half"):
            with self.subTest(name):
                self.both(REFUSED, AWS_PROFILE=name)
        self.login("corp", token="other")
        self.both(REFUSED, AWS_PROFILE="dev")
        self.login(place["sso_start_url"], seconds=-60)
        self.both(REFUSED, AWS_PROFILE="legacy")

    def test_container(self) -> None:
        """a container's agent: token, token file, a line break in it, a host elsewhere"""
        self.write("credentials", "")
        self.both("assumed-role/task/container", **self.pod)
        file = {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": str(self.dir / "pod")}
        self.write("pod", self.pod["AWS_CONTAINER_AUTHORIZATION_TOKEN"])
        url = {"AWS_CONTAINER_CREDENTIALS_FULL_URI": self.pod["AWS_CONTAINER_CREDENTIALS_FULL_URI"]}
        self.both("assumed-role/task/container", **url, **file)
        self.both("assumed-role/task/container", **url, **file, AWS_CONTAINER_AUTHORIZATION_TOKEN="other")
        self.write("pod", "token\n")
        self.both(REFUSED, **url, **file)
        self.both(REFUSED, **url)
        for other in ("http://10.0.0.1:1/", "http://169.254.170.3/"):
            with self.subTest(other):
                self.both(REFUSED, AWS_CONTAINER_CREDENTIALS_FULL_URI=other)

    def test_instance(self) -> None:
        """the instance metadata service, by session; disabled; without a role"""
        self.write("credentials", "")
        self.both("assumed-role/instance/i-0123456789abcdef0", **self.instance)
        self.both(REFUSED, **self.instance | {"AWS_EC2_METADATA_DISABLED": "true"})
        self.ctl("set", "imds", "role=none")
        self.both(REFUSED, **self.instance)
        self.ctl("set", "imds", "role=instance")

    def test_order(self) -> None:
        """a profile goes before the container, that before the instance"""
        self.both("user/permanent", **self.pod, **self.instance)
        self.write("credentials", "")
        self.both("assumed-role/task/container", **self.pod, **self.instance)

    def test_known_differences(self) -> None:
        """where the SDKs differ among themselves: web identity before a profile's role; version 1"""
        self.write("config", profile("l", role_arn=f"{ROLE}/loader", source_profile="default"))
        env = {**self.web, "AWS_PROFILE": "l"}
        # The page's order, and that of the SDKs for Go, Java and Rust; botocore takes the role first.
        self.assertEqual(self.ours(env), "assumed-role/pod")
        self.assertEqual(self.theirs(env), "assumed-role/loader")
        self.write("credentials", "")
        self.write("config", "")
        self.ctl("set", "imds", "v1=on", "v2=off")
        # botocore falls back to version 1 unless told not to; ours only when told to.
        self.assertEqual(self.ours(self.instance), REFUSED)
        self.both(REFUSED, **self.instance, AWS_EC2_METADATA_V1_DISABLED="true")
        self.both(
            "assumed-role/instance/i-0123456789abcdef0", **self.instance, AWS_EC2_METADATA_V1_DISABLED="false"
        )
        self.ctl("set", "imds", "v1=off", "v2=on")
