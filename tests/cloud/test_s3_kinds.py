"""The stand-in S3's kinds of objects and buckets: in parts, archived, encrypted, with versions."""

from __future__ import annotations

import base64
import hashlib
import unittest
import xml.etree.ElementTree as ET
import zlib

from standin import send
from test_s3 import SPACE, S3Case, code

DATA = b"0123456789" * 3


class Kinds(S3Case):
    def setUp(self) -> None:
        super().setUp()
        self.put("s3://logs/k", DATA)

    def tearDown(self) -> None:
        self.ctl("set", "s3", "all=default")
        super().tearDown()

    def test_an_object_in_parts_has_their_etag_checksum_and_bounds(self) -> None:
        self.ctl("set", "s3", "part_bytes=12", "checksum=composite-crc32")
        parts = [DATA[:12], DATA[12:24], DATA[24:]]
        digests = b"".join(hashlib.md5(part).digest() for part in parts)
        answer = self.ask("/logs/k", method="HEAD", **{"x-amz-checksum-mode": "ENABLED"})
        self.assertEqual(answer.headers["ETag"], f'"{hashlib.md5(digests).hexdigest()}-3"')
        sums = b"".join(zlib.crc32(part).to_bytes(4, "big") for part in parts)
        whole = base64.b64encode(zlib.crc32(sums).to_bytes(4, "big")).decode()
        self.assertEqual(answer.headers["x-amz-checksum-crc32"], f"{whole}-3")
        one = self.ask("/logs/k", "partNumber=2")
        self.assertEqual((one.status, one.body, one.headers["x-amz-mp-parts-count"]), (206, parts[1], "3"))
        self.assertEqual(code(self.ask("/logs/k", "partNumber=4")), "InvalidPartNumber")
        listed = ET.fromstring(self.ask("/logs", "list-type=2&prefix=k").body)
        self.assertEqual(listed.findtext(f"{SPACE}Contents/{SPACE}ETag"), answer.headers["ETag"])

    def test_parts_are_told_by_pages(self) -> None:
        self.ctl("set", "s3", "part_bytes=12", "checksum=composite")
        more = {"x-amz-object-attributes": "ObjectParts", "x-amz-max-parts": "2"}
        first = ET.fromstring(self.ask("/logs/k", "attributes=", **more).body)
        at = f"{SPACE}ObjectParts/{SPACE}"
        self.assertEqual([size.text for size in first.findall(f"{at}Part/{SPACE}Size")], ["12", "12"])
        self.assertEqual(first.findtext(f"{at}IsTruncated"), "true")
        more["x-amz-part-number-marker"] = str(first.findtext(f"{at}NextPartNumberMarker"))
        last = ET.fromstring(self.ask("/logs/k", "attributes=", **more).body)
        self.assertEqual([size.text for size in last.findall(f"{at}Part/{SPACE}Size")], ["6"])
        # Without checksums parts are only counted.
        self.ctl("set", "s3", "checksum=none")
        bare = ET.fromstring(self.ask("/logs/k", "attributes=", **more).body)
        self.assertEqual((bare.findall(f"{at}Part"), bare.findtext(f"{at}PartsCount")), ([], "3"))
        self.assertEqual(code(self.ask("/logs/k", "attributes=")), "InvalidArgument")

    def test_what_may_not_be_read_says_why(self) -> None:
        self.ctl("set", "s3", "archived=INTELLIGENT_TIERING:ARCHIVE_ACCESS")
        answer = self.ask("/logs/k")
        self.assertEqual((answer.status, code(answer)), (403, "InvalidObjectState"))
        self.assertIn(b"<AccessTier>ARCHIVE_ACCESS</AccessTier>", answer.body)
        head = self.ask("/logs/k", method="HEAD")
        self.assertEqual((head.status, head.headers["x-amz-storage-class"]), (200, "INTELLIGENT_TIERING"))
        self.ctl("set", "s3", "all=default", "encryption=customer")
        self.assertEqual(code(self.ask("/logs/k")), "InvalidRequest")
        self.ctl("set", "s3", "all=default", "deny=ListBucket")
        self.assertEqual(code(self.ask("/logs", "list-type=2")), "AccessDenied")
        self.assertEqual(self.ask("/logs/k").status, 200)
        self.assertEqual(code(self.ask("/logs/none")), "AccessDenied")

    def test_who_pays_and_who_comes_unsigned(self) -> None:
        self.ctl("set", "s3", "payer=requester")
        self.assertEqual(code(self.ask("/logs/k")), "AccessDenied")
        answer = self.ask("/logs/k", **{"x-amz-request-payer": "requester"})
        self.assertEqual((answer.status, answer.headers["x-amz-request-charged"]), (200, "requester"))
        self.ctl("set", "s3", "all=default", "public=yes")
        self.assertEqual(send(self.env["AWS_ENDPOINT_URL_S3"] + "/logs/k").body, DATA)
        self.ctl("set", "s3", "public=no")
        self.assertEqual(code(send(self.env["AWS_ENDPOINT_URL_S3"] + "/logs/k")), "AccessDenied")

    def test_versions_are_told_and_asked_for(self) -> None:
        self.put("s3://logs/.versions/old/k", b"old")
        self.ctl("set", "s3", "versions=on")
        now = self.ask("/logs/k").headers["x-amz-version-id"]
        self.assertEqual(self.ask("/logs/k", f"versionId={now}").body, DATA)
        old = self.ask("/logs/k", "versionId=old")
        self.assertEqual((old.body, old.headers["x-amz-version-id"]), (b"old", "old"))
        self.assertEqual(code(self.ask("/logs/k", "versionId=older")), "NoSuchVersion")

    def test_a_listing_is_made_of_as_many_keys_as_set(self) -> None:
        self.ctl("set", "s3", "synthetic=5", "page=3")
        page = ET.fromstring(self.ask("/logs", "list-type=2&prefix=p%2F").body)
        keys = [key.text for key in page.findall(f"{SPACE}Contents/{SPACE}Key")]
        self.assertEqual(keys, [f"p/{n:09d}.json" for n in range(3)])
        token = page.findtext(f"{SPACE}NextContinuationToken")
        token = str(token).replace("=", "%3D")
        rest = self.ask("/logs", f"continuation-token={token}&list-type=2&prefix=p%2F")
        keys = [key.text for key in ET.fromstring(rest.body).findall(f"{SPACE}Contents/{SPACE}Key")]
        self.assertEqual(keys, [f"p/{n:09d}.json" for n in (3, 4)])


if __name__ == "__main__":
    unittest.main()
