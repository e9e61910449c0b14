"""objects.list: a page of objects and common prefixes (Cloud Storage JSON API reference)."""

from __future__ import annotations

from typing import Any

from exchange import Request, Response
from gcs_objects import long_parameter, resource
from google_errors import refusal
from listing import collect, page_token, token_key
from state import State

MAX_RESULTS = 1000
KNOWN = {
    "alt", "delimiter", "fields", "includeTrailingDelimiter", "key", "maxResults", "pageToken", "prefix",
    "prettyPrint", "projection", "quotaUser", "userIp", "userProject", "versions",
}  # fmt: skip


def _after(token: str) -> str:
    try:
        return token_key(token)
    except ValueError:
        raise refusal(400, "invalid", "Invalid page token", ("parameter", "pageToken")) from None


def list_answer(request: Request, state: State, base: str) -> Response:
    """The page a request asks for. A parameter that is not known here is refused, because to
    ignore one (matchGlob, startOffset) would answer with other objects than asked."""
    unknown = sorted(set(request.query) - KNOWN)
    if unknown:
        raise refusal(
            400, "invalidParameter", f"stand-in: not supported: {unknown[0]}", ("parameter", unknown[0])
        )
    wanted = long_parameter(request, "maxResults")
    limit = MAX_RESULTS if not wanted else min(wanted, MAX_RESULTS)
    token = request.arg("pageToken")
    after = _after(token) if token else ""
    prefix, delimiter = request.arg("prefix") or "", request.arg("delimiter") or ""
    page = collect(state, "gcs", request.params["bucket"], prefix, delimiter, after, limit)
    value: dict[str, Any] = {"kind": "storage#objects"}
    if page.truncated:
        value["nextPageToken"] = page_token(page.last)
    if page.prefixes:
        value["prefixes"] = page.prefixes
    if page.objects:
        value["items"] = [resource(row, base) for row in page.objects]
    return Response.json(value)
