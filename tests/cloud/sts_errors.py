"""STS's error answers: XML as in "Common errors" (AWS Security Token Service API Reference)."""

from __future__ import annotations

import uuid

from exchange import HttpError, Response
from s3_errors import element

NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"

# Code -> status and message; {…} is filled by the caller.
ERRORS: dict[str, tuple[int, str]] = {
    "AccessDenied": (403, "{why}"),
    "ExpiredToken": (403, "The security token included in the request is expired"),
    "ExpiredTokenException": (400, "{why}"),
    "IDPCommunicationError": (400, "An error occurred while communicating with the identity provider."),
    "IncompleteSignature": (400, "{why}"),
    "InternalFailure": (500, "The request processing has failed because of an unknown error."),
    "InvalidAction": (400, "Could not find operation {why} for version 2011-06-15"),
    "InvalidClientTokenId": (403, "The security token included in the request is invalid."),
    "InvalidIdentityToken": (400, "{why}"),
    "MalformedInput": (400, "{why}"),
    "MissingAuthenticationToken": (403, "Request is missing Authentication Token"),
    "ServiceUnavailable": (503, "The request has failed due to a temporary failure of the server."),
    "SignatureDoesNotMatch": (403, "{why}"),
    "Throttling": (400, "Rate exceeded"),
    "ValidationError": (400, "{why}"),
}

# The code a fault script's bare status stands for.
BY_STATUS = {
    400: "Throttling",
    403: "InvalidClientTokenId",
    429: "Throttling",
    500: "InternalFailure",
    503: "ServiceUnavailable",
}


def error_answer(code: str, status: int, message: str) -> Response:
    request_id = str(uuid.uuid4())
    kind = "Sender" if status < 500 else "Receiver"
    body = (
        f'<ErrorResponse xmlns="{NAMESPACE}">\n  <Error>\n    '
        + "\n    ".join((element("Type", kind), element("Code", code), element("Message", message)))
        + f"\n  </Error>\n  {element('RequestId', request_id)}\n</ErrorResponse>\n"
    )
    return Response(status, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode())


def refusal(code: str, **words: str) -> HttpError:
    """The error `code` to raise; words fill its message."""
    status, template = ERRORS[code]
    return HttpError(error_answer(code, status, template.format(**words)))
