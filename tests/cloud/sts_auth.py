"""Who asks STS: the signature recomputed from the raw request, in the order of the service."""

from __future__ import annotations

import hashlib
import hmac
import time
from typing import Any

import aws_keys
import sigv4
from exchange import Request
from s3_auth import SKEW_SECONDS, parse_time
from state import State
from sts_errors import refusal


def _stamp(seconds: float) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


def _check_time(timestamp: str, now: float) -> None:
    asked = parse_time(timestamp) or 0.0
    limit, sign = (now - SKEW_SECONDS, "-") if asked < now else (now + SKEW_SECONDS, "+")
    if abs(asked - now) <= SKEW_SECONDS:
        return
    words = "Signature expired" if asked < now else "Signature not yet current"
    order = "earlier" if asked < now else "still later"
    why = f"{words}: {timestamp} is now {order} than {_stamp(limit)} ({_stamp(now)} {sign} 15 min.)"
    raise refusal("SignatureDoesNotMatch", why=why)


def caller(request: Request, state: State, keys: dict[str, Any], now: float) -> aws_keys.Key:
    """The key that signed the request; refuses any other."""
    header = request.headers.get("Authorization")
    timestamp = request.headers.get("x-amz-date") or ""
    if header is None:
        raise refusal("MissingAuthenticationToken")
    try:
        claim = sigv4.read_header(header, timestamp)
    except sigv4.Malformed as wrong:
        raise refusal("IncompleteSignature", why=str(wrong)) from None
    if claim.service != "sts" or claim.date != timestamp[:8] or claim.terminal != "aws4_request":
        raise refusal("SignatureDoesNotMatch", why="Credential should be scoped to correct service: 'sts'.")
    _check_time(timestamp, now)
    key = aws_keys.find(state, keys, claim.access_key)
    if key is None or request.headers.get("x-amz-security-token") != key.token:
        raise refusal("InvalidClientTokenId")
    if key.expired:
        raise refusal("ExpiredToken")
    needed = {"host"} | {name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    if needed - set(claim.signed):
        raise refusal("SignatureDoesNotMatch", why="Host and all x-amz- headers must be signed.")
    canonical = sigv4.canonical_request(
        request.method,
        sigv4.canonical_path(request.raw_path, normalize=True, once=False),
        sigv4.canonical_query(request.raw_query),
        request.headers.items(),
        claim.signed,
        hashlib.sha256(request.body).hexdigest(),
    )
    text = sigv4.string_to_sign(claim.timestamp, claim.scope, canonical)
    if not hmac.compare_digest(sigv4.sign(key.secret, claim.scope, text), claim.signature):
        # The service quotes what it signed, the session token in it.
        why = (
            "The request signature we calculated does not match the signature you provided. Check your AWS "
            f"Secret Access Key and signing method.\n\nThe Canonical String for this request should have been\n"
            f"'{canonical.decode('latin-1')}'\n\nThe String-to-Sign should have been\n'{text}'\n"
        )
        raise refusal("SignatureDoesNotMatch", why=why)
    return key
