"""Who may ask S3: the signature recomputed from the raw request, and every rule around it.

The order of the checks is the service's: the claim must be readable and of this service, the
bucket's region must be the signed one, then the time, the key, the token, the signed headers,
the signature, the payload.
"""

from __future__ import annotations

import calendar
import hashlib
import hmac
import re
import time
from typing import Any

import aws_keys
import sigv4
from exchange import Request
from s3_errors import refusal
from state import State

SKEW_SECONDS = 15 * 60
SHA256 = re.compile("[0-9a-f]{64}")


def parse_time(text: str) -> float | None:
    """Seconds since 1970 of 20150830T123600Z; None when it is not of that form."""
    try:
        return calendar.timegm(time.strptime(text, "%Y%m%dT%H%M%SZ"))
    except ValueError:
        return None


def iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def read_claim(request: Request) -> sigv4.Claim:
    """The request's claim, well formed and addressed to S3."""
    header = request.headers.get("Authorization")
    presigned = "X-Amz-Signature=" in request.raw_query
    if header is None and not presigned:
        raise refusal(request, "AccessDenied")
    if header is not None and presigned:
        raise refusal(
            request,
            "InvalidArgument",
            why="Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature "
            "query string parameter or the Authorization header should be specified",
        )
    code = "AuthorizationQueryParametersError" if presigned else "AuthorizationHeaderMalformed"
    try:
        if header is None:
            claim = sigv4.read_query(request.raw_query)
        elif header.split(" ", 1)[0] != sigv4.ALGORITHM:
            raise refusal(
                request,
                "InvalidRequest",
                why="The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            )
        else:
            claim = sigv4.read_header(header, _header_time(request))
        _check_scope(claim)
    except sigv4.Malformed as wrong:
        raise refusal(request, code, why=str(wrong)) from None
    return claim


def _header_time(request: Request) -> str:
    text = request.headers.get("x-amz-date")
    if text is None or parse_time(text) is None:
        raise refusal(
            request, "AccessDenied", message="AWS authentication requires a valid Date or x-amz-date header"
        )
    return text


def _check_scope(claim: sigv4.Claim) -> None:
    if claim.service != "s3":
        raise sigv4.Malformed(f'incorrect service "{claim.service}". This endpoint belongs to "s3".')
    if claim.terminal != "aws4_request":
        raise sigv4.Malformed(f'incorrect terminal "{claim.terminal}". This endpoint uses "aws4_request".')
    if claim.date != claim.timestamp[:8]:
        raise sigv4.Malformed(
            f'Invalid credential date "{claim.date}". This date is not the same as X-Amz-Date: '
            f'"{claim.timestamp[:8]}".'
        )


def check_region(
    request: Request, state: State, claim: sigv4.Claim, bucket: str, by_host: bool, host: str, code: str
) -> None:
    """Send a request signed for another region than its bucket's there. host is what the bucket
    answers to. Here one port plays every region's endpoint, so the signed region stands for the
    endpoint asked; by path the service answers with the redirect `code`, by host name (which leads to the
    bucket's region) with a complaint about the signature."""
    found = state.bucket("s3", bucket)
    if found is None or found.region == claim.region:
        return
    headers = {"x-amz-bucket-region": found.region}
    if by_host:
        why = f"the region '{claim.region}' is wrong; expecting '{found.region}'"
        raise refusal(request, "AuthorizationHeaderMalformed", {"Region": found.region}, headers, why=why)
    raise refusal(request, code, {"Endpoint": host, "Bucket": bucket}, headers)


def check_time(request: Request, claim: sigv4.Claim, now: float) -> None:
    asked = parse_time(claim.timestamp)
    if asked is None:
        raise refusal(
            request,
            "AuthorizationQueryParametersError",
            why="X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
        )
    if claim.expires is not None and now > asked + claim.expires:
        details = {
            "X-Amz-Expires": str(claim.expires),
            "Expires": iso(asked + claim.expires),
            "ServerTime": iso(now),
        }
        raise refusal(request, "AccessDenied", details, message="Request has expired")
    if asked - now > SKEW_SECONDS or (claim.expires is None and now - asked > SKEW_SECONDS):
        details = {
            "RequestTime": claim.timestamp,
            "ServerTime": iso(now),
            "MaxAllowedSkewMilliseconds": str(SKEW_SECONDS * 1000),
        }
        raise refusal(request, "RequestTimeTooSkewed", details)


def find_secret(request: Request, state: State, keys: dict[str, Any], claim: sigv4.Claim) -> str:
    """The secret of the claim's key, whose session token must come along, and no other."""
    token = request.headers.get("x-amz-security-token") or request.arg("X-Amz-Security-Token")
    key = aws_keys.find(state, keys, claim.access_key)
    if key is None or (key.token is not None and token is None):
        raise refusal(request, "InvalidAccessKeyId", {"AWSAccessKeyId": claim.access_key})
    if token != key.token:
        raise refusal(request, "InvalidToken", {"Token-0": "(not shown)"})
    if key.expired:
        raise refusal(request, "ExpiredToken", {"Token-0": "(not shown)"})
    request.extra["as"] = key.arn
    return key.secret


def check_signed_headers(request: Request, claim: sigv4.Claim) -> None:
    """host and every x-amz-* header that came must be signed."""
    needed = {"host"} | {name.lower() for name in request.headers if name.lower().startswith("x-amz-")}
    unsigned = sorted(needed - set(claim.signed))
    if unsigned:
        raise refusal(
            request,
            "AccessDenied",
            {"HeadersNotSigned": ", ".join(unsigned)},
            message="There were headers present in the request which were not signed",
        )


def payload_hash(request: Request, claim: sigv4.Claim) -> str:
    """What stands for the payload in the canonical request. UNSIGNED-PAYLOAD is meant for TLS,
    which this port stands for; the streaming (aws-chunked) forms are refused."""
    declared = request.headers.get("x-amz-content-sha256")
    if declared is None:
        if claim.expires is not None:
            return "UNSIGNED-PAYLOAD"
        raise refusal(
            request, "InvalidRequest", why="Missing required header for this request: x-amz-content-sha256"
        )
    if declared.startswith("STREAMING-"):
        raise refusal(request, "NotImplemented", {"Header": "x-amz-content-sha256"})
    if declared != "UNSIGNED-PAYLOAD" and not SHA256.fullmatch(declared):
        raise refusal(
            request,
            "InvalidArgument",
            {"ArgumentName": "x-amz-content-sha256", "ArgumentValue": declared},
            why="x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, "
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD, or a valid sha256 value.",
        )
    return declared


def check_signature(request: Request, claim: sigv4.Claim, secret: str, payload: str) -> None:
    # A request through a proxy names the host in its target too; what is signed is the path.
    path = re.sub(r"^https?://[^/]*", "", request.raw_target.partition("?")[0])
    canonical = sigv4.canonical_request(
        request.method,
        sigv4.canonical_path(path, normalize=False, once=True),
        sigv4.canonical_query(request.raw_query),
        request.headers.items(),
        claim.signed,
        payload,
    )
    text = sigv4.string_to_sign(claim.timestamp, claim.scope, canonical)
    if not hmac.compare_digest(sigv4.sign(secret, claim.scope, text), claim.signature):
        details = {
            "AWSAccessKeyId": claim.access_key,
            "StringToSign": text,
            "SignatureProvided": claim.signature,
            "CanonicalRequest": canonical.encode("latin-1", "surrogateescape").decode("utf-8", "replace"),
        }
        raise refusal(request, "SignatureDoesNotMatch", details)


def check_payload(request: Request, declared: str) -> None:
    if declared == "UNSIGNED-PAYLOAD":
        return
    digest = hashlib.sha256()
    request.body_file.seek(0)
    while block := request.body_file.read(1 << 20):
        digest.update(block)
    request.body_file.seek(0)
    if digest.hexdigest() != declared:
        details = {
            "ClientComputedContentSHA256": declared,
            "S3ComputedContentSHA256": digest.hexdigest(),
        }
        raise refusal(request, "XAmzContentSHA256Mismatch", details)
