"""BigQuery's error vocabulary: reasons, their HTTP codes, and the error bodies.

Reasons and codes are those of the page "Error messages" of the BigQuery
documentation (error table); the shape of the body is Google's JSON error body.
"""

from __future__ import annotations

from typing import Any

CODES = {
    "accessDenied": 403,
    "authError": 401,
    "backendError": 503,
    "conditionNotMet": 412,
    "duplicate": 409,
    "internalError": 500,
    "invalid": 400,
    "invalidQuery": 400,
    "notFound": 404,
    "notImplemented": 501,
    "parseError": 400,
    "quotaExceeded": 403,
    "rateLimitExceeded": 403,
    "required": 400,
    "resourceInUse": 400,
    "resourcesExceeded": 400,
    "stopped": 200,
    "timeout": 400,
}

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ALREADY_EXISTS",
    412: "FAILED_PRECONDITION",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
}


class ApiError(Exception):
    """A refusal, told over HTTP at once or in a job's errorResult later."""

    def __init__(self, reason: str, message: str, location: str | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.location = location

    @property
    def code(self) -> int:
        """The HTTP status of this reason (400 for one that has none)."""
        return CODES.get(self.reason, 400)

    def proto(self) -> dict[str, str]:
        """The ErrorProto of a job's status."""
        proto = {"reason": self.reason}
        if self.location:
            proto["location"] = self.location
        proto["message"] = self.message
        return proto

    def body(self) -> dict[str, Any]:
        """The JSON error body of an HTTP answer."""
        entry = {"message": self.message, "domain": "global", "reason": self.reason}
        if self.location:
            entry["location"] = self.location
        error = {"code": self.code, "message": self.message, "errors": [entry]}
        if self.code in STATUSES:
            error["status"] = STATUSES[self.code]
        return {"error": error}


class JobError(Exception):
    """A job ends in failure: its errorResult and its list of errors."""

    def __init__(self, result: dict[str, str], errors: list[dict[str, str]]) -> None:
        super().__init__(result.get("message", ""))
        self.result = result
        self.errors = errors
