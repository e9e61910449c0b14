"""s3cat against moto's S3, its signatures verified."""

from __future__ import annotations

import gzip
import urllib.request

import boto3
from botocore.config import Config

from programs import VENV, Case, Server, free_port, listing, objects_of_an_hour

PREFIX = "s3://logs/2021/01/01/00/"


class Moto(Case):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        port = free_port()
        cls.server = Server(
            [str(VENV / "moto_server"), "-H", "127.0.0.1", "-p", str(port)],
            port,
            {"INITIAL_NO_AUTH_ACTION_COUNT": "1000000", "MOTO_S3_DEFAULT_MAX_KEYS": "50"},
            cls.dir / "moto.log",
        )
        cls.addClassCleanup(cls.server.close)
        cls.s3 = cls.client("s3", "AKIAIOSFODNN7EXAMPLE", "nothing")
        cls.s3.create_bucket(Bucket="logs")
        cls.objects = objects_of_an_hour()
        for key, data in cls.objects.items():
            cls.s3.put_object(Bucket="logs", Key=key, Body=data)
        iam = cls.client("iam", "AKIAIOSFODNN7EXAMPLE", "nothing")
        iam.create_user(UserName="reader")
        may = '[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]'
        policy = f'{{"Version":"2012-10-17","Statement":{may}}}'
        iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=policy)
        key = iam.create_access_key(UserName="reader")["AccessKey"]
        cls.env |= {
            "AWS_ENDPOINT_URL_S3": cls.server.url,
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_REGION": "us-east-1",
        }
        cls.s3 = cls.client("s3", key["AccessKeyId"], key["SecretAccessKey"])
        # From here on moto recomputes every signature.
        request = urllib.request.Request(
            cls.server.url + "/moto-api/reset-auth", b"0", method="POST"
        )
        request.add_header("Content-Type", "text/plain")
        urllib.request.urlopen(request).close()

    @classmethod
    def client(cls, service: str, key: str, secret: str):
        return boto3.client(
            service,
            endpoint_url=cls.server.url,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(s3={"addressing_style": "path"}, retries={"total_max_attempts": 1}),
        )

    def test_list(self) -> None:
        """s3cat -l lists odd keys as boto3 does: order, size, ETag"""
        theirs = self.s3.list_objects_v2(Bucket="logs", Prefix="2021/01/01/00/")["Contents"]
        self.assertEqual(len(theirs), len(self.objects))
        wanted = [(x["Key"], x["Size"], x["ETag"].strip('"')) for x in theirs]
        self.assertEqual(listing(self.run_program("s3cat", "-l", PREFIX)), wanted)

    def test_read(self) -> None:
        """s3cat reads every odd key, in order"""
        whole = b"".join(self.objects[key] for key in sorted(self.objects, key=str.encode))
        self.assertEqual(self.run_program("s3cat", PREFIX), whole)

    def test_read_listing(self) -> None:
        """s3cat -m reads what -l listed; an object that changed since is refused by If-Match"""
        listed = self.run_program("s3cat", "-l", PREFIX)
        (self.dir / "listing.tsv").write_bytes(listed)
        whole = b"".join(self.objects[key] for key in sorted(self.objects, key=str.encode))
        self.assertEqual(self.run_program("s3cat", "-m", "listing.tsv"), whole)
        changed = "2021/01/01/00/a b.json"
        self.s3.put_object(Bucket="logs", Key=changed, Body=b"{}\n")
        self.run_program("s3cat", "-m", "listing.tsv", status=65)
        self.assertIn("a b.json", self.errors)
        self.s3.put_object(Bucket="logs", Key=changed, Body=self.objects[changed])

    def test_pages(self) -> None:
        """s3cat follows continuation tokens: 120 objects of three pages"""
        for i in range(120):
            self.s3.put_object(Bucket="logs", Key=f"many/{i:04}+ é", Body=b"%d\n" % i)
        whole = b"".join(b"%d\n" % i for i in range(120))
        self.assertEqual(len(listing(self.run_program("s3cat", "-l", "s3://logs/many/"))), 120)
        self.assertEqual(self.run_program("s3cat", "s3://logs/many/"), whole)

    def test_gzip(self) -> None:
        """s3cat decodes gzip and concatenated gzip; a cut one is refused by name"""
        lines = [b'{"n":%d}\n' % i for i in range(50000)]
        half = len(lines) // 2
        members = gzip.compress(b"".join(lines[:half])) + gzip.compress(b"".join(lines[half:]))
        self.s3.put_object(Bucket="logs", Key="gz/a.json.gz", Body=members, ContentEncoding="gzip")
        self.assertEqual(self.run_program("s3cat", "s3://logs/gz/"), b"".join(lines))
        self.s3.put_object(Bucket="logs", Key="cut/a.json.gz", Body=members[:-20])
        self.run_program("s3cat", "s3://logs/cut/", status=65)
        self.assertIn("s3://logs/cut/a.json.gz", self.errors)

    def test_refusals(self) -> None:
        """wrong secret 77, missing bucket 69, nothing there 66, as moto refuses them"""
        self.run_program("s3cat", PREFIX, status=77, AWS_SECRET_ACCESS_KEY="wrong")
        self.run_program("s3cat", PREFIX, status=77, AWS_ACCESS_KEY_ID="AKIAIOSFODNN7EXAMPLE")
        self.run_program("s3cat", "s3://other/2021/", status=69)
        self.run_program("s3cat", "s3://logs/2022/", status=66)
        self.run_program("s3cat", "s3://logs/2022/missing.json", status=66)
