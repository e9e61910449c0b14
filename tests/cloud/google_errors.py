"""Google's JSON error answers: {"error": {"code", "message", "errors": [...]}}.

Source: "HTTP status and error codes for JSON" (Cloud Storage) and "Error messages" (BigQuery).
"""

from __future__ import annotations

from typing import Any

from exchange import HttpError, Response

# What a fault script's bare status says: reason and message.
BY_STATUS: dict[int, tuple[str, str]] = {
    400: ("badRequest", "Bad Request"),
    401: ("authError", "Invalid Credentials"),
    403: ("forbidden", "Access denied."),
    404: ("notFound", "Not Found"),
    405: ("methodNotAllowed", "Method not allowed"),
    408: ("requestTimeout", "Request Timeout"),
    429: (
        "rateLimitExceeded",
        "The rate of requests exceeds the limit. Please reduce your request rate.",
    ),
    500: ("backendError", "Backend Error"),
    502: ("backendError", "Bad Gateway"),
    503: ("backendError", "We encountered an internal error. Please try again."),
}


def error_answer(
    status: int, reason: str, message: str, location: tuple[str, str] | None = None, code: str | None = None
) -> Response:
    """An error body. location is (locationType, location); code is the gRPC-like "status" that
    BigQuery adds."""
    item: dict[str, str] = {"message": message, "domain": "global", "reason": reason}
    if location:
        item["locationType"], item["location"] = location
    error: dict[str, Any] = {"code": status, "message": message, "errors": [item]}
    if code:
        error["status"] = code
    return Response.json({"error": error}, status)


def refusal(
    status: int, reason: str, message: str, location: tuple[str, str] | None = None, code: str | None = None
) -> HttpError:
    """The same, to be raised."""
    return HttpError(error_answer(status, reason, message, location, code))


def plain_failure(status: int) -> Response:
    """The answer to a status that only a fault script names."""
    reason, message = BY_STATUS.get(status, ("backendError", "Backend Error"))
    location = ("header", "Authorization") if status == 401 else None
    return error_answer(status, reason, message, location)
