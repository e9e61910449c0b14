"""boto3 and s5cmd against the stand-in's S3."""

from __future__ import annotations

import subprocess
import urllib.request

import boto3
import botocore.exceptions
from botocore.config import Config

from programs import VENV, objects_of_an_hour
from standin import StandIn

HOUR = "2021/01/01/00/"


class Clients(StandIn):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ctl("mkbucket", "s3://logs")
        cls.objects = objects_of_an_hour()
        cls.s3 = cls.client(cls.env["AWS_SECRET_ACCESS_KEY"])
        for key, data in cls.objects.items():
            cls.s3.put_object(Bucket="logs", Key=key, Body=data)

    @classmethod
    def client(cls, secret: str, **settings: object):
        return boto3.client(
            "s3",
            endpoint_url=cls.env["AWS_ENDPOINT_URL_S3"],
            region_name=cls.env["AWS_REGION"],
            aws_access_key_id=cls.env["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=secret,
            config=Config(retries={"total_max_attempts": 1}, **settings),
        )

    def refused(self, code: str, function: object, **words: object) -> None:
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            function(**words)
        self.assertEqual(caught.exception.response["Error"]["Code"], code)

    def test_list(self) -> None:
        """boto3 lists odd keys page by page, in the order of their bytes"""
        pages = self.s3.get_paginator("list_objects_v2").paginate(
            Bucket="logs", Prefix=HOUR, PaginationConfig={"PageSize": 3}
        )
        keys = [row["Key"] for page in pages for row in page["Contents"]]
        self.assertEqual(keys, sorted(self.objects, key=str.encode))

    def test_list_folders(self) -> None:
        """boto3 lists folders with a delimiter, and after a key"""
        found = self.s3.list_objects_v2(Bucket="logs", Prefix="2021/01/", Delimiter="/")
        self.assertEqual([x["Prefix"] for x in found["CommonPrefixes"]], ["2021/01/01/"])
        keys = sorted(self.objects, key=str.encode)
        after = self.s3.list_objects_v2(Bucket="logs", Prefix=HOUR, StartAfter=keys[4])
        self.assertEqual([x["Key"] for x in after["Contents"]], keys[5:])

    def test_get(self) -> None:
        """boto3 gets every odd key, checks the checksum it asked for, and reads ranges"""
        for key, data in self.objects.items():
            answer = self.s3.get_object(Bucket="logs", Key=key, ChecksumMode="ENABLED")
            self.assertEqual(answer["Body"].read(), data)
        key = HOUR + "a b.json"
        part = self.s3.get_object(Bucket="logs", Key=key, Range="bytes=2-4")
        self.assertEqual((part["Body"].read(), part["ContentRange"]), (b'n":', "bytes 2-4/8"))
        self.assertEqual(
            self.s3.get_object(Bucket="logs", Key=key, Range="bytes=-3")["Body"].read(), b"0}\n"
        )
        self.refused("InvalidRange", self.s3.get_object, Bucket="logs", Key=key, Range="bytes=8-")

    def test_if_match(self) -> None:
        """boto3's If-Match holds for the listed ETag only"""
        key = HOUR + "a+b.json"
        etag = self.s3.head_object(Bucket="logs", Key=key)["ETag"]
        self.s3.get_object(Bucket="logs", Key=key, IfMatch=etag)
        other = '"' + "0" * 32 + '"'
        self.refused(
            "PreconditionFailed", self.s3.get_object, Bucket="logs", Key=key, IfMatch=other
        )
        self.refused(
            "PreconditionFailed",
            self.s3.put_object,
            Bucket="logs",
            Key=key,
            Body=b"x",
            IfNoneMatch="*",
        )

    def test_refusals(self) -> None:
        """boto3 is told of a wrong secret, a missing bucket and a missing key"""
        wrong = self.client("wrong")
        self.refused("SignatureDoesNotMatch", wrong.list_objects_v2, Bucket="logs")
        self.refused("NoSuchBucket", self.s3.list_objects_v2, Bucket="none")
        self.refused("NoSuchKey", self.s3.get_object, Bucket="logs", Key="none")
        self.s3.put_object(Bucket="logs", Key="gone", Body=b"x")
        self.s3.delete_object(Bucket="logs", Key="gone")
        self.refused("404", self.s3.head_object, Bucket="logs", Key="gone")

    def test_presigned(self) -> None:
        """a URL that boto3 presigned is served without further headers"""
        client = self.client(self.env["AWS_SECRET_ACCESS_KEY"], signature_version="s3v4")
        for key, data in self.objects.items():
            wanted = {"Bucket": "logs", "Key": key}
            url = client.generate_presigned_url("get_object", Params=wanted, ExpiresIn=60)
            with urllib.request.urlopen(url) as answer:
                self.assertEqual(answer.read(), data)

    def s5cmd(self, *words: str, stdin: bytes = b"") -> bytes:
        command = [str(VENV / "s5cmd"), "--endpoint-url", self.env["AWS_ENDPOINT_URL_S3"], *words]
        done = subprocess.run(
            command, input=stdin, capture_output=True, env=self.env, check=False, timeout=60
        )
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        return done.stdout

    def test_s5cmd(self) -> None:
        """s5cmd (Go) writes, lists, reads, and s3cat reads what it wrote"""
        data = b'{"n":1}\n' * 200_000
        self.s5cmd("pipe", "s3://logs/s5/a b+c.json", stdin=data[:4000])
        (self.dir / "big.json").write_bytes(data)
        self.s5cmd("cp", str(self.dir / "big.json"), "s3://logs/s5/big.json")
        self.assertEqual(self.s5cmd("cat", "s3://logs/s5/big.json"), data)
        self.assertEqual(len(self.s5cmd("ls", "s3://logs/s5/*").splitlines()), 2)
        self.assertEqual(self.run_program("s3cat", "s3://logs/s5/"), data[:4000] + data)
