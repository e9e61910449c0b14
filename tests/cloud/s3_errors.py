"""S3's error answers: XML as in "Error responses" (Amazon S3 API Reference)."""

from __future__ import annotations

import secrets
from xml.sax.saxutils import escape

from exchange import HttpError, Request, Response

NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"

# Code -> status and message, worded as the service words it. {…} is filled by the caller.
ERRORS: dict[str, tuple[int, str]] = {
    "AccessDenied": (403, "Access Denied"),
    "AuthorizationHeaderMalformed": (400, "The authorization header is malformed; {why}"),
    "AuthorizationQueryParametersError": (400, "{why}"),
    "BadDigest": (400, "The {what} you specified did not match the calculated checksum."),
    "ExpiredToken": (400, "The provided token has expired."),
    "IncompleteBody": (
        400,
        "You did not provide the number of bytes specified by the Content-Length HTTP header.",
    ),
    "InternalError": (500, "We encountered an internal error. Please try again."),
    "InvalidAccessKeyId": (403, "The AWS Access Key Id you provided does not exist in our records."),
    "InvalidArgument": (400, "{why}"),
    "InvalidBucketName": (400, "The specified bucket is not valid."),
    "InvalidDigest": (400, "The Content-MD5 you specified was invalid."),
    "InvalidObjectState": (403, "The operation is not valid for the object's storage class"),
    "InvalidPartNumber": (416, "The requested partnumber is not satisfiable"),
    "InvalidRange": (416, "The requested range is not satisfiable"),
    "InvalidRequest": (400, "{why}"),
    "InvalidToken": (400, "The provided token is malformed or otherwise invalid."),
    "InvalidURI": (400, "Couldn't parse the specified URI."),
    "KeyTooLongError": (400, "Your key is too long"),
    "MethodNotAllowed": (405, "The specified method is not allowed against this resource."),
    "MissingContentLength": (411, "You must provide the Content-Length HTTP header."),
    "NoSuchBucket": (404, "The specified bucket does not exist"),
    "NoSuchKey": (404, "The specified key does not exist."),
    "NoSuchVersion": (404, "The specified version does not exist."),
    "NotImplemented": (501, "A header you provided implies functionality that is not implemented"),
    "PermanentRedirect": (
        301,
        (
            "The bucket you are attempting to access must be addressed using the specified endpoint. "
            "Please send all future requests to this endpoint."
        ),
    ),
    "PreconditionFailed": (412, "At least one of the pre-conditions you specified did not hold"),
    "RequestTimeTooSkewed": (
        403,
        "The difference between the request time and the current time is too large.",
    ),
    "RequestTimeout": (
        400,
        (
            "Your socket connection to the server was not read from or written to within the timeout period. "
            "Idle connections will be closed."
        ),
    ),
    "ServiceUnavailable": (503, "Service is unable to handle request."),
    "SignatureDoesNotMatch": (
        403,
        (
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method."
        ),
    ),
    "SlowDown": (503, "Please reduce your request rate."),
    "TemporaryRedirect": (307, "You are being redirected to the bucket while DNS updates."),
    "XAmzContentSHA256Mismatch": (
        400,
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
    ),
}

# The code a fault script's bare status stands for.
BY_STATUS = {403: "AccessDenied", 404: "NoSuchKey", 429: "SlowDown", 500: "InternalError", 503: "SlowDown"}


def ids() -> dict[str, str]:
    """The two headers every answer of S3 bears."""
    return {"x-amz-request-id": secrets.token_hex(8).upper(), "x-amz-id-2": secrets.token_urlsafe(57)}


def xml_text(text: str) -> str:
    """text for an XML element. Control characters become references that XML 1.0 forbids, as
    S3's own do: that is what encoding-type=url is for."""
    return "".join(
        f"&#x{ord(each):x};" if ord(each) < 32 and each not in "\t\n" else each for each in escape(text)
    )


def element(name: str, text: object) -> str:
    return f"<{name}>{xml_text(str(text))}</{name}>"


def error_answer(
    request: Request, code: str, details: dict[str, str], headers: dict[str, str], status: int, message: str
) -> Response:
    """An error document; a HEAD request gets its headers alone."""
    answer_ids = ids()
    fields = {"Code": code, "Message": message, **details}
    fields |= {"RequestId": answer_ids["x-amz-request-id"], "HostId": answer_ids["x-amz-id-2"]}
    body = '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
    body += "".join(element(name, text) for name, text in fields.items()) + "</Error>"
    head = {"Content-Type": "application/xml", "Server": "AmazonS3", **answer_ids, **headers}
    if request.method == "HEAD":
        return Response(status, head)
    return Response(status, head, body.encode("utf-8", "surrogateescape"))


def refusal(
    request: Request,
    code: str,
    details: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
    message: str = "",
    **words: str,
) -> HttpError:
    """The error `code` to raise; details become elements of its document, words fill its
    message, and message replaces it."""
    status, template = ERRORS[code]
    text = message or template.format(**words)
    return HttpError(error_answer(request, code, details or {}, headers or {}, status, text))
