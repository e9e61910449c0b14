"""S3 and Cloud Storage servers that others wrote: built, started, and led to."""

from __future__ import annotations

import subprocess
import urllib.request

import boto3
from botocore.config import Config
from google.auth.credentials import AnonymousCredentials
from google.cloud import storage

from programs import CLEAN, VENV, Case, Server, free_port
from standin import StandIn

# Built as modules, hashes as the public checksum database has them.
MODULES = {
    "versitygw": "github.com/versity/versitygw/cmd/versitygw@v1.0.14",
    "fake-gcs-server": "github.com/fsouza/fake-gcs-server@v1.56.1",
}
BUILD_SECONDS = 600.0
REGION = "us-east-1"


def built(name: str) -> str:
    """The server's program, built by the pinned Go of requirements.txt unless it is there."""
    module = MODULES[name]
    folder = VENV.parent / "go" / module.rsplit("/", 1)[1]
    if not (folder / name).exists():
        # Ours decides, not a go.mod: no other toolchain is fetched.
        env = CLEAN | {"GOBIN": str(folder), "GOTOOLCHAIN": "local", "GOFLAGS": "-trimpath"}
        command = [str(VENV / "go"), "install", "-ldflags=-s -w", module]
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
        if done.returncode != 0:
            raise AssertionError(f"{name} cannot be built:\n{done.stderr}")
    return str(folder / name)


class S3Server(Case):
    """env leads our programs to the server, s3 is boto3 as an account that may do everything."""

    server: str
    url: str
    key: str
    secret: str
    page = 1000

    @classmethod
    def client(cls, service: str = "s3", **words: object):
        return boto3.client(
            service,
            endpoint_url=cls.url,
            region_name=REGION,
            aws_access_key_id=cls.key,
            aws_secret_access_key=cls.secret,
            config=Config(
                s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}, **words
            ),
        )

    @classmethod
    def lead(cls) -> None:
        cls.env |= {
            "AWS_ENDPOINT_URL_S3": cls.url,
            "AWS_ACCESS_KEY_ID": cls.key,
            "AWS_SECRET_ACCESS_KEY": cls.secret,
            "AWS_REGION": REGION,
        }
        cls.s3 = cls.client()


class Versitygw(S3Server):
    server = "versitygw"

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        port = free_port()
        for name in ("s3", "versions"):
            (cls.dir / name).mkdir()
        cls.key, cls.secret = "AKIAVERSITYGWEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCY"
        command = [built("versitygw"), "-q", "-p", f"127.0.0.1:{port}", "-r", REGION]
        command += ["posix", "--versioning-dir", str(cls.dir / "versions"), str(cls.dir / "s3")]
        env = {"ROOT_ACCESS_KEY": cls.key, "ROOT_SECRET_KEY": cls.secret}
        server = Server(command, port, env, cls.dir / "versitygw.log")
        cls.addClassCleanup(server.close)
        cls.url = server.url
        cls.lead()
        cls.s3.create_bucket(Bucket="logs")


class Moto(S3Server):
    server = "moto"
    page = 50

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        port = free_port()
        server = Server(
            [str(VENV / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
            port,
            {"INITIAL_NO_AUTH_ACTION_COUNT": "1000000", "MOTO_S3_DEFAULT_MAX_KEYS": str(cls.page)},
            cls.dir / "moto.log",
        )
        cls.addClassCleanup(server.close)
        cls.url = server.url
        cls.key, cls.secret = "AKIAIOSFODNN7EXAMPLE", "nothing"
        cls.client().create_bucket(Bucket="logs")
        iam = cls.client("iam")
        iam.create_user(UserName="reader")
        may = '[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]'
        policy = f'{{"Version":"2012-10-17","Statement":{may}}}'
        iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=policy)
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        cls.key, cls.secret = key["AccessKeyId"], key["SecretAccessKey"]
        cls.lead()
        # From here on moto recomputes every signature.
        request = urllib.request.Request(cls.url + "/moto-api/reset-auth", b"0", method="POST")
        request.add_header("Content-Type", "text/plain")
        urllib.request.urlopen(request).close()


class StandInS3(StandIn, S3Server):
    server = "stand-in"
    page = 50

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ctl("mkbucket", "s3://logs")
        cls.ctl("set", "s3", f"page={cls.page}")
        cls.url = cls.env["AWS_ENDPOINT_URL_S3"]
        cls.key, cls.secret = cls.env["AWS_ACCESS_KEY_ID"], cls.env["AWS_SECRET_ACCESS_KEY"]
        cls.lead()


class GcsServer(Case):
    """env leads our programs to the server, client and bucket are google-cloud-storage's."""

    server: str
    url: str
    client: storage.Client
    bucket: storage.Bucket

    @classmethod
    def lead(cls, credentials: object) -> None:
        cls.client = storage.Client(
            project="p", credentials=credentials, client_options={"api_endpoint": cls.url}
        )
        cls.bucket = cls.client.bucket("logs")


class FakeGcsMemory(GcsServer):
    server = "fake-gcs-server, memory"
    backend: list[str] = ["-backend", "memory"]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        port = free_port()
        host = f"127.0.0.1:{port}"
        cls.https_port = free_port()
        command = [built("fake-gcs-server"), "-scheme", "both", "-host", "127.0.0.1"]
        command += ["-port-http", str(port), "-port", str(cls.https_port)]
        command += ["-public-host", host, "-external-url", f"http://{host}"]
        server = Server([*command, *cls.backend], port, {}, cls.dir / "fake-gcs.log")
        cls.addClassCleanup(server.close)
        cls.url = cls.env["STORAGE_EMULATOR_HOST"] = server.url
        cls.lead(AnonymousCredentials())
        cls.client.create_bucket("logs")


class FakeGcsFiles(FakeGcsMemory):
    server = "fake-gcs-server, files"

    @classmethod
    def setUpClass(cls) -> None:
        # Its log, beside which it starts, is in the directory that super() makes.
        cls.backend = ["-backend", "filesystem", "-filesystem-root", "gcs"]
        super().setUpClass()


class StandInGcs(StandIn, GcsServer):
    server = "stand-in"

    @classmethod
    def setUpClass(cls) -> None:
        from google.oauth2 import service_account

        super().setUpClass()
        cls.ctl("mkbucket", "gs://logs")
        cls.url = cls.env["STORAGE_EMULATOR_HOST"]
        cls.lead(
            service_account.Credentials.from_service_account_file(
                cls.env["GOOGLE_APPLICATION_CREDENTIALS"],
                scopes=["https://www.googleapis.com/auth/devstorage.full_control"],
            )
        )
