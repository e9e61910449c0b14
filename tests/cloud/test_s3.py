"""The stand-in S3: what it serves and, one by one, what it refuses."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import unittest
import urllib.parse
import xml.etree.ElementTree as ET

from standin import Answer, Case, Signer, send

SPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


def code(answer: Answer) -> str:
    return ET.fromstring(answer.body).findtext("Code") or ""


def crc32c(data: bytes) -> str:
    """Base64 CRC-32C, bit by bit: slow, and nobody's code but its own."""
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte
        for _ in range(8):
            register = (register >> 1) ^ (0x82F63B78 & -(register & 1))
    return base64.b64encode((register ^ 0xFFFFFFFF).to_bytes(4, "big")).decode()


class S3Case(Case):
    def setUp(self) -> None:
        self.url = self.env["AWS_ENDPOINT_URL_S3"]
        self.host = urllib.parse.urlsplit(self.url).netloc
        self.signer = Signer(self.env["AWS_ACCESS_KEY_ID"], self.env["AWS_SECRET_ACCESS_KEY"])

    def ask(
        self,
        path: str,
        query: str = "",
        method: str = "GET",
        body: bytes = b"",
        signer: Signer | None = None,
        **headers: str,
    ) -> Answer:
        """A signed request; path and query are sent as they are."""
        signed = (signer or self.signer).headers(method, self.host, path, query, body, **headers)
        target = path + (f"?{query}" if query else "")
        return send(self.url, method, signed, body if method == "PUT" else None, target)


class Objects(S3Case):
    def test_get_answers_bytes_etag_and_date(self) -> None:
        self.put("s3://logs/a", b"hello")
        answer = self.ask("/logs/a")
        self.assertEqual((answer.status, answer.body), (200, b"hello"))
        self.assertEqual(answer.headers["ETag"], f'"{hashlib.md5(b"hello").hexdigest()}"')
        self.assertIn("GMT", answer.headers["Last-Modified"])

    def test_crc32c_is_told_when_asked_for_and_only_of_the_whole(self) -> None:
        self.put("s3://logs/crc", b"123456789")
        answer = self.ask("/logs/crc", x_amz_checksum_mode="ENABLED")
        self.assertEqual(answer.headers["x-amz-checksum-crc32c"], crc32c(b"123456789"))
        self.assertNotIn("x-amz-checksum-crc32c", self.ask("/logs/crc").headers)
        part = self.ask("/logs/crc", x_amz_checksum_mode="ENABLED", Range="bytes=0-3")
        self.assertNotIn("x-amz-checksum-crc32c", part.headers)

    def test_head_has_the_length_and_no_body(self) -> None:
        self.put("s3://logs/h", b"12345")
        answer = self.ask("/logs/h", method="HEAD")
        self.assertEqual((answer.status, answer.headers["Content-Length"], answer.body), (200, "5", b""))
        missing = self.ask("/logs/none", method="HEAD")
        self.assertEqual((missing.status, missing.body), (404, b""))

    def test_ranges(self) -> None:
        self.put("s3://logs/r", b"0123456789")
        for text, status, body in (
            ("bytes=2-4", 206, b"234"),
            ("bytes=7-", 206, b"789"),
            ("bytes=-3", 206, b"789"),
            ("bytes=5-99", 206, b"56789"),
            ("bytes=-99", 206, b"0123456789"),
            ("bytes=4-2", 200, b"0123456789"),
            ("bytes=0-1,4-5", 200, b"0123456789"),
            ("lines=1-2", 200, b"0123456789"),
        ):
            answer = self.ask("/logs/r", Range=text)
            self.assertEqual((answer.status, answer.body), (status, body), text)
        self.assertEqual(self.ask("/logs/r", Range="bytes=2-4").headers["Content-Range"], "bytes 2-4/10")

    def test_a_range_behind_the_end_is_416(self) -> None:
        self.put("s3://logs/r2", b"0123456789")
        answer = self.ask("/logs/r2", Range="bytes=10-")
        self.assertEqual((answer.status, code(answer)), (416, "InvalidRange"))
        self.put("s3://logs/empty", b"")
        self.assertEqual(self.ask("/logs/empty", Range="bytes=0-").status, 416)

    def test_if_match_refuses_an_object_that_changed(self) -> None:
        self.put("s3://logs/m", b"old")
        etag = self.ask("/logs/m").headers["ETag"]
        self.assertEqual(self.ask("/logs/m", If_Match=etag).status, 200)
        self.put("s3://logs/m", b"new")
        answer = self.ask("/logs/m", If_Match=etag)
        self.assertEqual((answer.status, code(answer)), (412, "PreconditionFailed"))

    def test_missing_key_and_bucket(self) -> None:
        self.assertEqual(code(self.ask("/logs/none")), "NoSuchKey")
        self.assertEqual(code(self.ask("/nowhere/none")), "NoSuchBucket")
        self.assertEqual(code(self.ask("/Bad_Bucket/none")), "InvalidBucketName")
        self.assertEqual(code(self.ask("/logs/" + "k" * 1025)), "KeyTooLongError")
        self.assertEqual(code(self.ask("/logs/%FF")), "InvalidURI")

    def test_keys_of_any_characters(self) -> None:
        key = "a b/ü+~%/*'(é)//.."
        path = "/logs/" + urllib.parse.quote(key, safe="/~")
        self.assertEqual(self.ask(path, method="PUT", body=b"x").status, 200)
        self.assertEqual(self.ask(path).body, b"x")
        self.assertIn(key, self.ctl("ls", "s3://logs/a b/"))

    def test_put_and_delete(self) -> None:
        answer = self.ask("/logs/p", method="PUT", body=b"abc", x_amz_checksum_crc32c=crc32c(b"abc"))
        self.assertEqual(answer.status, 200)
        self.assertEqual(self.ask("/logs/p").body, b"abc")
        self.assertEqual(self.ask("/logs/p", method="DELETE").status, 204)
        self.assertEqual(self.ask("/logs/p").status, 404)

    def test_put_refuses_wrong_digests(self) -> None:
        wrong = base64.b64encode(b"0" * 16).decode()
        cases: tuple[tuple[dict[str, str], str], ...] = (
            ({"Content_MD5": wrong}, "BadDigest"),
            ({"Content_MD5": "abc"}, "InvalidDigest"),
            ({"x_amz_checksum_crc32c": "AAAAAA=="}, "BadDigest"),
            ({"x_amz_content_sha256": "0" * 64}, "XAmzContentSHA256Mismatch"),
        )
        for headers, expected in cases:
            answer = self.ask("/logs/bad", "", "PUT", b"abc", None, **headers)
            self.assertEqual((answer.status, code(answer)), (400, expected))
        self.assertEqual(self.ask("/logs/bad").status, 404)

    def test_by_host_name(self) -> None:
        self.put("s3://logs/v", b"host")
        host = f"logs.localhost:{urllib.parse.urlsplit(self.url).port}"
        self.assertEqual(
            send(self.url, "GET", self.signer.headers("GET", host, "/v"), target="/v").body, b"host"
        )


class Refusals(S3Case):
    def refused(self, answer: Answer, status: int, expected: str) -> None:
        self.assertEqual((answer.status, code(answer)), (status, expected))

    def other(self, **changes: object) -> Signer:
        return dataclasses.replace(self.signer, **changes)  # type: ignore[arg-type]

    def key(self, name: str) -> Signer:
        pair = self.keys()[name]
        return Signer(pair["access_key_id"], pair["secret_access_key"], pair.get("session_token"))

    def test_no_signature(self) -> None:
        self.refused(send(self.url + "/logs/a"), 403, "AccessDenied")

    def test_wrong_secret(self) -> None:
        self.refused(self.ask("/logs/a", signer=self.other(secret="x")), 403, "SignatureDoesNotMatch")

    def test_query_changed_after_signing(self) -> None:
        headers = self.signer.headers("GET", self.host, "/logs", "list-type=2")
        answer = send(self.url, "GET", headers, target="/logs?list-type=2&prefix=a")
        self.refused(answer, 403, "SignatureDoesNotMatch")

    def test_path_changed_after_signing(self) -> None:
        headers = self.signer.headers("GET", self.host, "/logs/a")
        self.refused(send(self.url, "GET", headers, target="/logs/b"), 403, "SignatureDoesNotMatch")

    def test_unsorted_query_is_sorted_by_the_service(self) -> None:
        headers = self.signer.headers("GET", self.host, "/logs", "list-type=2&prefix=a%2Fb")
        self.assertEqual(send(self.url, "GET", headers, target="/logs?prefix=a%2Fb&list-type=2").status, 200)

    def test_unknown_key(self) -> None:
        self.refused(self.ask("/logs/a", signer=self.other(key="AKIANOBODY")), 403, "InvalidAccessKeyId")

    def test_powerless_key(self) -> None:
        self.refused(self.ask("/logs/a", signer=self.key("powerless")), 403, "AccessDenied")

    def test_clock_skew_either_way(self) -> None:
        for skew in (-901, 901):
            self.refused(self.ask("/logs/a", signer=self.other(skew=skew)), 403, "RequestTimeTooSkewed")
        self.assertEqual(self.ask("/logs", "list-type=2", signer=self.other(skew=-800)).status, 200)

    def test_temporary_keys_need_their_token(self) -> None:
        good = self.key("temporary")
        self.assertEqual(self.ask("/logs", "list-type=2", signer=good).status, 200)
        bare = dataclasses.replace(good, token=None)
        self.refused(self.ask("/logs/a", signer=bare), 403, "InvalidAccessKeyId")
        wrong = dataclasses.replace(good, token="x")
        self.refused(self.ask("/logs/a", signer=wrong), 400, "InvalidToken")
        self.refused(self.ask("/logs/a", signer=self.key("expired")), 400, "ExpiredToken")

    def test_headers_that_must_be_signed(self) -> None:
        for name in ("x-amz-meta-a", "x-amz-checksum-mode"):
            headers = {**self.signer.headers("GET", self.host, "/logs/a"), name: "1"}
            self.refused(send(self.url, "GET", headers, target="/logs/a"), 403, "AccessDenied")

    def test_missing_and_bad_payload_hash(self) -> None:
        headers = self.signer.headers("GET", self.host, "/logs/a")
        del headers["x-amz-content-sha256"]
        self.refused(send(self.url, "GET", headers, target="/logs/a"), 400, "InvalidRequest")
        self.refused(self.ask("/logs/a", x_amz_content_sha256="abc"), 400, "InvalidArgument")
        streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        self.refused(self.ask("/logs/a", x_amz_content_sha256=streaming), 501, "NotImplemented")

    def test_unsigned_payload_is_allowed_when_said(self) -> None:
        answer = self.ask("/logs/u", method="PUT", body=b"abc", x_amz_content_sha256="UNSIGNED-PAYLOAD")
        self.assertEqual(answer.status, 200)

    def test_malformed_claims(self) -> None:
        good = self.signer.headers("GET", self.host, "/logs/a")
        for old, new, expected in (
            ("AWS4-HMAC-SHA256 ", "AWS ", "InvalidRequest"),
            ("/s3/", "/ec2/", "AuthorizationHeaderMalformed"),
            ("aws4_request", "aws5_request", "AuthorizationHeaderMalformed"),
            ("Credential=", "Credential=x/", "AuthorizationHeaderMalformed"),
            ("Signature=", "Signature ", "AuthorizationHeaderMalformed"),
        ):
            headers = {**good, "Authorization": good["Authorization"].replace(old, new)}
            self.refused(send(self.url, "GET", headers, target="/logs/a"), 400, expected)
        undated = {name: value for name, value in good.items() if name != "x-amz-date"}
        self.refused(send(self.url, "GET", undated, target="/logs/a"), 403, "AccessDenied")

    def test_wrong_region_by_path_redirects(self) -> None:
        self.ctl("mkbucket", "s3://far", "region=eu-west-1")
        answer = self.ask("/far/a")
        self.refused(answer, 301, "PermanentRedirect")
        self.assertEqual(answer.headers["x-amz-bucket-region"], "eu-west-1")
        self.assertIsNone(answer.headers["Location"])
        right = self.ask("/far", "list-type=2", signer=self.other(region="eu-west-1"))
        self.assertEqual(right.status, 200)

    def test_wrong_region_by_host_is_400_and_tells_the_region(self) -> None:
        self.ctl("mkbucket", "s3://far", "region=eu-west-1")
        host = f"far.localhost:{urllib.parse.urlsplit(self.url).port}"
        answer = send(self.url, "GET", self.signer.headers("GET", host, "/a"), target="/a")
        self.refused(answer, 400, "AuthorizationHeaderMalformed")
        self.assertEqual(ET.fromstring(answer.body).findtext("Region"), "eu-west-1")

    def test_transfer_encoding_and_missing_length(self) -> None:
        headers = self.signer.headers("PUT", self.host, "/logs/c", body=b"abc")
        chunked = {**headers, "Transfer-Encoding": "chunked"}
        answer = send(self.url, "PUT", chunked, b"3\r\nabc\r\n0\r\n\r\n", "/logs/c")
        self.refused(answer, 501, "NotImplemented")
        bare = self.signer.headers("PUT", self.host, "/logs/c")
        self.refused(send(self.url, "PUT", bare, None, "/logs/c"), 411, "MissingContentLength")

    def test_other_methods(self) -> None:
        self.refused(self.ask("/logs/a", method="POST"), 405, "MethodNotAllowed")

    def test_secrets_stay_out_of_the_log(self) -> None:
        self.ask("/logs/a")
        send(self.url, target="/logs/a?X-Amz-Security-Token=hidden&X-Amz-Signature=hidden")
        lines = self.ctl("log", "s3")
        for secret in (self.signer.secret, "Signature=hidden", "Token=hidden", "AWS4-HMAC"):
            self.assertNotIn(secret, lines)


class Listing(S3Case):
    def setUp(self) -> None:
        super().setUp()
        # Keys whose order by UTF-8 bytes differs from that by UTF-16 units, and odd ones.
        self.names = ["l/a", "l/b/1", "l/b/2", "l/c d+é", "l/\uff5e", "l/\U0001f600"]
        for name in self.names:
            self.put(f"s3://logs/{name}", b"x")

    def page(self, query: str) -> ET.Element:
        answer = self.ask("/logs", "&".join(sorted(f"list-type=2&{query}".split("&"))))
        self.assertEqual(answer.status, 200, answer.text)
        return ET.fromstring(answer.body)

    def keys_of(self, page: ET.Element) -> list[str]:
        return [each.text or "" for each in page.iter(f"{SPACE}Key")]

    def test_order_is_that_of_utf8_bytes(self) -> None:
        page = self.page("prefix=l%2F")
        self.assertEqual(self.keys_of(page), sorted(self.names, key=str.encode))
        self.assertEqual(page.findtext(f"{SPACE}KeyCount"), "6")

    def test_pages_meet_exactly(self) -> None:
        found, token = [], ""
        for _ in range(6):
            more = f"&continuation-token={urllib.parse.quote(token, safe='')}" if token else ""
            page = self.page(f"max-keys=1&prefix=l%2F{more}")
            found += self.keys_of(page)
            token = page.findtext(f"{SPACE}NextContinuationToken") or ""
        self.assertEqual(page.findtext(f"{SPACE}IsTruncated"), "false")
        self.assertEqual(found, sorted(self.names, key=str.encode))

    def test_url_encoding(self) -> None:
        page = self.page("encoding-type=url&prefix=l%2Fc%20d")
        self.assertEqual(self.keys_of(page), ["l/c+d%2B%C3%A9"])
        self.assertEqual(page.findtext(f"{SPACE}Prefix"), "l/c+d")

    def test_delimiter_rolls_up(self) -> None:
        page = self.page("delimiter=%2F&prefix=l%2F")
        prefixes = [each.findtext(f"{SPACE}Prefix") for each in page.iter(f"{SPACE}CommonPrefixes")]
        self.assertEqual(prefixes, ["l/b/"])
        self.assertEqual(page.findtext(f"{SPACE}KeyCount"), "5")

    def test_start_after(self) -> None:
        self.assertEqual(self.keys_of(self.page("prefix=l%2F&start-after=l%2Fb%2F1"))[0], "l/b/2")

    def test_more_than_1000_keys_come_in_pages(self) -> None:
        self.assertEqual(self.page("max-keys=5000").findtext(f"{SPACE}MaxKeys"), "1000")

    def test_bad_parameters(self) -> None:
        for query in (
            "list-type=2&max-keys=x",
            "list-type=2&max-keys=-1",
            "encoding-type=xml&list-type=2",
            "continuation-token=%21&list-type=2",
            "continuation-token=&list-type=2",
        ):
            answer = self.ask("/logs", query)
            self.assertEqual((answer.status, code(answer)), (400, "InvalidArgument"), query)
        self.assertEqual(code(self.ask("/nowhere", "list-type=2")), "NoSuchBucket")

    def test_a_control_character_in_a_key_needs_url_encoding(self) -> None:
        self.ask("/logs/ctl%01", method="PUT", body=b"x")
        answer = self.ask("/logs", "list-type=2&prefix=ctl")
        self.assertIn(b"&#x1;", answer.body)
        self.assertEqual(self.keys_of(self.page("encoding-type=url&prefix=ctl")), ["ctl%01"])
        self.ask("/logs/ctl%01", method="DELETE")


if __name__ == "__main__":
    unittest.main()
