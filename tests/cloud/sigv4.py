"""AWS Signature Version 4, recomputed from a raw request: pure functions, no service's rules.

Source: "Create a signed AWS API request" (AWS IAM User Guide) and, for what S3 does otherwise,
"Signature Calculations for the Authorization Header" (Amazon S3 API Reference): S3 encodes each
path segment once and never normalizes; other services encode twice and normalize.
"""

from __future__ import annotations

import hashlib
import hmac
import posixpath
import re
import urllib.parse
from collections.abc import Iterable
from dataclasses import dataclass

ALGORITHM = "AWS4-HMAC-SHA256"
EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()


class Malformed(ValueError):
    """A claim that cannot be read; the text says why in the service's words."""


@dataclass(frozen=True)
class Claim:
    """What a request says of its own signature. timestamp is its x-amz-date as written;
    expires is seconds of a presigned URL, None for a signed header."""

    access_key: str
    date: str
    region: str
    service: str
    terminal: str
    signed: tuple[str, ...]
    signature: str
    timestamp: str
    expires: int | None = None

    @property
    def scope(self) -> str:
        return f"{self.date}/{self.region}/{self.service}/{self.terminal}"


def encode(data: bytes, safe: str = "") -> str:
    """Percent-encode all but the unreserved characters of RFC 3986 (and safe), upper case."""
    return urllib.parse.quote(data, safe="-._~" + safe)


def split_query(raw_query: str) -> list[tuple[bytes, bytes]]:
    """The pairs of a raw query string, decoded once; "+" is itself, as S3's signer has it."""
    pairs = []
    for item in raw_query.split("&"):
        if item:
            name, _, value = item.partition("=")
            pairs.append((urllib.parse.unquote_to_bytes(name), urllib.parse.unquote_to_bytes(value)))
    return pairs


def canonical_path(raw_path: str, normalize: bool, once: bool) -> str:
    """raw_path as it is signed. once: as S3 does, what came encoded is not encoded again."""
    path = raw_path or "/"
    if normalize:
        tail = "/" if path.endswith(("/", "/.", "/..")) else ""
        path = "/" + posixpath.normpath("/" + path).lstrip("/")
        path = path.rstrip("/") + tail if path != "/" else "/"
    data = urllib.parse.unquote_to_bytes(path) if once else path.encode()
    return encode(data, "/")


def canonical_query(raw_query: str) -> str:
    """Sorted by encoded name, then encoded value; the signature itself is not signed."""
    pairs = [(encode(name), encode(value)) for name, value in split_query(raw_query)]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs) if name != "X-Amz-Signature")


def canonical_headers(headers: Iterable[tuple[str, str]], signed: Iterable[str]) -> str:
    """The signed headers' lines: lower-case names, values trimmed, inner blanks made one."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name.lower(), []).append(re.sub(r"\s+", " ", value.strip()))
    return "".join(f"{name}:{','.join(values.get(name, []))}\n" for name in signed)


def canonical_request(
    method: str,
    path: str,
    query: str,
    headers: Iterable[tuple[str, str]],
    signed: tuple[str, ...],
    payload_hash: str,
) -> str:
    """path and query are canonical already."""
    return "\n".join(
        [method, path, query, canonical_headers(headers, signed), ";".join(signed), payload_hash]
    )


def string_to_sign(timestamp: str, scope: str, canonical: str) -> str:
    digest = hashlib.sha256(canonical.encode("latin-1", "surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{timestamp}\n{scope}\n{digest}"


def sign(secret: str, claim_scope: str, text: str) -> str:
    """The signature of text under the key derived for the scope's date, region and service."""
    key = b"AWS4" + secret.encode()
    for part in claim_scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode("latin-1", "surrogateescape"), hashlib.sha256).hexdigest()


def _credential(text: str) -> tuple[str, str, str, str, str]:
    # A key may not hold a slash, so the last five parts are the scope's.
    parts = text.split("/")
    if len(parts) != 5:
        raise Malformed(
            'the Credential is mal-formed; expecting "<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request".'
        )
    return parts[0], parts[1], parts[2], parts[3], parts[4]


def read_header(value: str, timestamp: str) -> Claim:
    """The claim of an Authorization header whose algorithm is ALGORITHM."""
    fields: dict[str, str] = {}
    for item in value.removeprefix(ALGORITHM).split(","):
        name, equals, text = item.strip().partition("=")
        if not equals:
            raise Malformed("missing equal-sign in a component of the Authorization header.")
        fields[name] = text
    for name in ("Credential", "SignedHeaders", "Signature"):
        if not fields.get(name):
            raise Malformed(f"the authorization header requires {name}.")
    signed = tuple(fields["SignedHeaders"].split(";"))
    return Claim(*_credential(fields["Credential"]), signed, fields["Signature"], timestamp)


def read_query(raw_query: str) -> Claim:
    """The claim of a presigned URL."""
    fields = {name.decode("latin-1"): value.decode("latin-1") for name, value in split_query(raw_query)}
    names = ("Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature")
    missing = [name for name in names if f"X-Amz-{name}" not in fields]
    if missing or fields["X-Amz-Algorithm"] != ALGORITHM:
        raise Malformed(
            "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, "
            "X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
        )
    if not fields["X-Amz-Expires"].isdigit() or int(fields["X-Amz-Expires"]) > 604800:
        raise Malformed(
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds"
        )
    return Claim(
        *_credential(fields["X-Amz-Credential"]),
        tuple(fields["X-Amz-SignedHeaders"].split(";")),
        fields["X-Amz-Signature"],
        fields["X-Amz-Date"],
        int(fields["X-Amz-Expires"]),
    )
