"""The access tokens in force: granted by the OAuth and metadata services, asked for by all
other Google services. They outlive a restart of the stand-in, as they do Google's."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

from account import EMAIL
from exchange import HttpError, Request
from google_errors import error_answer
from state import State

CLOUD_PLATFORM = "https://www.googleapis.com/auth/cloud-platform"
DEFAULT_SECONDS = 3599

SCHEMA = """
CREATE TABLE IF NOT EXISTS tokens (
    token TEXT PRIMARY KEY, expires REAL NOT NULL, scopes TEXT NOT NULL, principal TEXT NOT NULL);
"""
# What a self-signed JWT is worth (AIP-4111): the OAuth service, that knows the key, puts itself here.
verify_jwt: list[Callable[[str], tuple[float, str, str]]] = []


def grant(state: State, scopes: str, seconds: int, principal: str = EMAIL) -> str:
    """A new opaque token of principal for the blank-separated scopes, good for so many seconds."""
    token = "ya29." + secrets.token_urlsafe(90)
    with state.transaction() as db:
        db.execute(
            "INSERT INTO tokens VALUES (?, ?, ?, ?)", (token, time.time() + seconds, scopes, principal)
        )
    return token


def expire_all(state: State) -> None:
    """End every token granted so far, whatever life it was told."""
    with state.transaction() as db:
        db.execute("UPDATE tokens SET expires = 0")


def _refuse(status: int, reason: str, message: str, challenge: str) -> HttpError:
    response = error_answer(status, reason, message, ("header", "Authorization"))
    response.headers["WWW-Authenticate"] = f'Bearer realm="https://accounts.google.com/"{challenge}'
    return HttpError(response)


def look_up(token: str, state: State) -> tuple[float, str, str] | None:
    """When a token ends, its scopes and whose it is; None when it is none."""
    if token.startswith("eyJ") and verify_jwt:
        try:
            return verify_jwt[-1](token)
        except HttpError:
            return None
    with state.lock:
        row: tuple[float, str, str] | None = state.db.execute(
            "SELECT expires, scopes, principal FROM tokens WHERE token = ?", (token,)
        ).fetchone()
    return row


def require(request: Request, state: State, *scopes: str, anonymous: str = "Login Required.") -> str:
    """Refuse a request whose bearer token is missing, unknown, over, or of none of the scopes
    (cloud-platform stands for all). anonymous words the refusal of a request without one. Whose
    token it is, which is logged, with the project that is to pay."""
    kind, _, token = (request.headers.get("Authorization") or "").partition(" ")
    if not kind:
        raise _refuse(401, "required", anonymous, "")
    row = look_up(token.strip(), state)
    if kind.lower() != "bearer" or row is None or row[0] <= time.time():
        raise _refuse(401, "authError", "Invalid Credentials", ', error="invalid_token"')
    if not {CLOUD_PLATFORM, *scopes} & set(row[1].split()):
        raise _refuse(
            403,
            "insufficientPermissions",
            "Request had insufficient authentication scopes.",
            ', error="insufficient_scope"',
        )
    request.extra["principal"] = row[2]
    project = request.headers.get("x-goog-user-project")
    if project is not None:
        request.extra["user_project"] = project
    return row[2]


def expired_answer() -> HttpError:
    return _refuse(401, "authError", "Invalid Credentials", ', error="invalid_token"')
