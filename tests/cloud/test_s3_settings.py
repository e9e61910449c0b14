"""The stand-in S3's settings: its clock, the checksums objects have, pages, redirects."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import unittest
import xml.etree.ElementTree as ET
import zlib

from test_s3 import SPACE, S3Case, code


class Settings(S3Case):
    def tearDown(self) -> None:
        self.ctl("set", "s3", "all=default")
        super().tearDown()

    def test_the_clock_decides_what_is_skewed(self) -> None:
        self.put("s3://logs/a", b"hello")
        self.ctl("set", "s3", "clock_s=3600")
        self.assertEqual(code(self.ask("/logs/a")), "RequestTimeTooSkewed")
        ahead = dataclasses.replace(self.signer, skew=3600)
        self.assertEqual(self.ask("/logs/a", signer=ahead).status, 200)

    def test_checksums_are_those_of_the_kind(self) -> None:
        self.put("s3://logs/a", b"hello\n")
        expected = {
            "crc32": zlib.crc32(b"hello\n").to_bytes(4, "big"),
            "sha256": hashlib.sha256(b"hello\n").digest(),
            "sha1": hashlib.sha1(b"hello\n", usedforsecurity=False).digest(),
            "crc64nvme": bytes.fromhex("6a43fb4bad5a5607"),
        }
        for kind, value in expected.items():
            self.ctl("set", "s3", f"checksum={kind}")
            answer = self.ask("/logs/a", **{"x-amz-checksum-mode": "ENABLED"})
            self.assertEqual(answer.headers[f"x-amz-checksum-{kind}"], base64.b64encode(value).decode())
            self.assertEqual(answer.headers["x-amz-checksum-type"], "FULL_OBJECT")

    def test_composite_and_no_checksums(self) -> None:
        self.put("s3://logs/a", b"hello\n")
        self.ctl("set", "s3", "checksum=composite")
        answer = self.ask("/logs/a", **{"x-amz-checksum-mode": "ENABLED"})
        self.assertRegex(answer.headers["x-amz-checksum-crc32c"], "^.{6}==-1$")
        self.assertEqual(answer.headers["x-amz-checksum-type"], "COMPOSITE")
        self.ctl("set", "s3", "checksum=none")
        answer = self.ask("/logs/a", **{"x-amz-checksum-mode": "ENABLED"})
        self.assertFalse([name for name in answer.headers if name.startswith("x-amz-checksum")])

    def test_pages_are_as_short_as_set(self) -> None:
        for key in "abc":
            self.put(f"s3://logs/page/{key}", b"x")
        self.ctl("set", "s3", "page=2")
        page = ET.fromstring(self.ask("/logs", "list-type=2&prefix=page%2F").body)
        self.assertEqual(len(page.findall(f"{SPACE}Contents")), 2)
        self.assertEqual(page.findtext(f"{SPACE}IsTruncated"), "true")

    def test_a_redirect_may_be_temporary(self) -> None:
        self.ctl("mkbucket", "s3://far", "region=eu-west-3")
        self.ctl("set", "s3", "redirect=307")
        answer = self.ask("/far/a")
        self.assertEqual((answer.status, code(answer)), (307, "TemporaryRedirect"))
        self.assertEqual(answer.headers["x-amz-bucket-region"], "eu-west-3")

    def test_unknown_settings_are_refused(self) -> None:
        for setting in ("page=0", "page=1001", "checksum=md5", "redirect=302", "clock=1"):
            with self.assertRaises(AssertionError):
                self.ctl("set", "s3", setting)


if __name__ == "__main__":
    unittest.main()
