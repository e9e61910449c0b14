"""Reading ahead, versions, and access without credentials: what s3cat makes of them at a server."""

from __future__ import annotations

import json

from s3_checks import Checks
from s3_features import MIB, Features, lines
from verdicts import feature


class Ahead(Features):
    @feature("s3", "-j: objects and ranges of a large one ahead, in order")
    def test_ahead(self) -> None:
        """s3cat -j reads the same bytes in the same order, a large object among small ones"""
        objects = {f"ahead/{i:02}": lines(i, 3000 * i) for i in range(40)}
        whole = self.put(objects | {"ahead/20big": lines(50, 40 * MIB)})
        for jobs in ("1", "3", "16"):
            self.same(self.run_program("s3cat", "-j", jobs, "s3://logs/ahead/"), whole)

    @feature("s3", "-j: a cut within the ranges of a large object")
    def test_ahead_cut(self) -> None:
        """of ranges that are read at a time, one that is cut is taken up where it stopped"""
        data = lines(51, 40 * MIB)
        self.put({"ahead-cut/a": data})
        for after in (300, 9 * MIB, 33 * MIB):
            proxy = self.tampered("cut", after)
            env = {"AWS_ENDPOINT_URL_S3": proxy.url}
            self.same(self.run_program("s3cat", "-j", "8", "s3://logs/ahead-cut/a", **env), data)
            self.assertTrue(proxy.harmed)


class Whole(Ahead, Checks):
    @feature("s3", "-j: a changed byte within ranges is found: checksum")
    def test_ahead_flipped(self) -> None:
        """a byte that changed in one of many ranges is found by the whole object's checksum"""
        data = self.put({"ahead-flip/a": lines(52, 40 * MIB)}, ChecksumAlgorithm="CRC64NVME")
        proxy = self.tampered("flip", 30 * MIB)
        env = {"AWS_ENDPOINT_URL_S3": proxy.url, "AWS_MAX_ATTEMPTS": "1"}
        words = ("s3cat", "-j", "8", "s3://logs/ahead-flip/a")
        found = self.run_program(*words, status=(0, 75), **env)
        self.assertTrue(proxy.harmed)
        if self.status == 0:
            self.same(found, data)

    @feature("s3", "versions: --version-id")
    def test_versions(self) -> None:
        """an older version is read by its id; without one the newest"""
        self.s3.create_bucket(Bucket="versions")
        self.s3.put_bucket_versioning(
            Bucket="versions", VersioningConfiguration={"Status": "Enabled"}
        )
        ids = [
            self.s3.put_object(Bucket="versions", Key="a b+é", Body=body)["VersionId"]
            for body in (b"1\n", b"2\n", b"3\n")
        ]
        url = "s3://versions/a b+é"
        self.assertEqual(self.run_program("s3cat", url), b"3\n")
        for version, body in zip(ids, (b"1\n", b"2\n", b"3\n"), strict=True):
            self.assertEqual(self.run_program("s3cat", "--version-id", version, url), body)
        self.run_program(
            "s3cat", "--version-id", "01JDG8V0000000000000000000", url, status=(66, 69)
        )

    @feature("s3", "no credentials: refused")
    def test_refused(self) -> None:
        """without credentials, what is not public is refused (77)"""
        self.put({"anonymous/a": b"1\n"})
        none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        self.run_program("s3cat", "--no-sign-request", "s3://logs/anonymous/a", status=77, **none)

    @feature("s3", "no credentials: a public bucket")
    def test_anonymous(self) -> None:
        """a public bucket is read without credentials"""
        self.s3.create_bucket(Bucket="public")
        self.s3.put_object(Bucket="public", Key="a", Body=b"1\n")
        may = {"Effect": "Allow", "Principal": "*"}
        rules = [
            may | {"Action": "s3:GetObject", "Resource": "arn:aws:s3:::public/*"},
            may | {"Action": "s3:ListBucket", "Resource": "arn:aws:s3:::public"},
        ]
        policy = json.dumps({"Version": "2012-10-17", "Statement": rules})
        self.s3.put_bucket_policy(Bucket="public", Policy=policy)
        none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        found = self.run_program("s3cat", "--no-sign-request", "s3://public/", **none)
        self.assertEqual(found, b"1\n")
