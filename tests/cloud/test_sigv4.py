"""The recomputed SigV4 against AWS's published vectors, header and query form each."""

from __future__ import annotations

import hashlib
import json
import unittest
from pathlib import Path

import sigv4

VECTORS = Path(__file__).resolve().parents[3] / "shared" / "data" / "sigv4"


def read_request(text: str) -> tuple[str, str, list[tuple[str, str]], bytes]:
    """Method, target, headers and body of a request in wire form (bare or CRLF line ends)."""
    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    lines = head.split("\n")
    method, rest = lines[0].split(" ", 1)
    headers: list[tuple[str, str]] = []
    for line in lines[1:]:
        if line[:1] in (" ", "\t"):
            name, value = headers[-1]
            headers[-1] = (name, value + " " + line.strip())
        elif line:
            name, _, value = line.partition(":")
            headers.append((name, value))
    return method, rest.rsplit(" ", 1)[0], headers, body.encode()


@unittest.skipUnless(VECTORS.is_dir(), f"the published SigV4 vectors are not at {VECTORS}")
class Vectors(unittest.TestCase):
    def check(self, kind: str) -> None:
        cases = sorted(path for path in VECTORS.iterdir() if path.is_dir())
        self.assertGreaterEqual(len(cases), 37)
        for case in cases:
            with self.subTest(case.name):
                self.check_case(case, kind)

    def check_case(self, case: Path, kind: str) -> None:
        def read(name: str) -> str:
            return (case / f"{kind}-{name}.txt").read_text(encoding="utf-8")

        context = json.loads((case / "context.json").read_text(encoding="utf-8"))
        method, target, headers, body = read_request(read("signed-request"))
        raw_path, _, raw_query = target.partition("?")
        if kind == "header":
            given = {name.lower(): value for name, value in headers}
            claim = sigv4.read_header(given["authorization"], given["x-amz-date"])
        else:
            claim = sigv4.read_query(raw_query)
            if "X-Amz-Security-Token" in raw_query and context.get("omit_session_token"):
                # Added after signing, as the vector's name says.
                raw_query = (
                    raw_query[: raw_query.index("&X-Amz-Security-Token")]
                    + "&X-Amz-Signature="
                    + claim.signature
                )
        canonical = sigv4.canonical_request(
            method,
            sigv4.canonical_path(raw_path, context["normalize"], once=False),
            sigv4.canonical_query(raw_query),
            headers,
            claim.signed,
            hashlib.sha256(body).hexdigest(),
        )
        self.assertEqual(canonical, read("canonical-request"))
        text = sigv4.string_to_sign(claim.timestamp, claim.scope, canonical)
        self.assertEqual(text, read("string-to-sign"))
        secret = context["credentials"]["secret_access_key"]
        self.assertEqual(sigv4.sign(secret, claim.scope, text), read("signature"))
        self.assertEqual(claim.signature, read("signature"))

    def test_header_vectors(self) -> None:
        self.check("header")

    def test_query_vectors(self) -> None:
        self.check("query")


class S3Path(unittest.TestCase):
    def test_s3_encodes_once_and_keeps_dots_and_slashes(self) -> None:
        self.assertEqual(
            sigv4.canonical_path("/b/a%20b//./c%2Bd/../%C3%A9", False, True), "/b/a%20b//./c%2Bd/../%C3%A9"
        )

    def test_other_services_encode_twice(self) -> None:
        self.assertEqual(sigv4.canonical_path("/a%20b", True, False), "/a%2520b")

    def test_query_sorts_by_encoded_name_then_value(self) -> None:
        self.assertEqual(sigv4.canonical_query("b=2&a=%7E&a=!&A&%C3%A9="), "%C3%A9=&A=&a=%21&a=~&b=2")

    def test_a_claim_that_cannot_be_read_says_why(self) -> None:
        with self.assertRaisesRegex(sigv4.Malformed, "Credential is mal-formed"):
            sigv4.read_header("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0", "")
        with self.assertRaisesRegex(sigv4.Malformed, "604800"):
            sigv4.read_query(
                "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a&X-Amz-Date=b&X-Amz-Expires=604801"
                "&X-Amz-SignedHeaders=host&X-Amz-Signature=0"
            )


if __name__ == "__main__":
    unittest.main()
