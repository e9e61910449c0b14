"""Stored values as the REST API shows them, and the paging of rows.

From the REST reference (tabledata.list, jobs.getQueryResults) : every value is a string, a
TIMESTAMP is seconds since 1970 as a double ("1.6094592E9") unless
formatOptions.useInt64Timestamp asks for microseconds.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
from decimal import Decimal
from typing import Any

from bq_api import ApiError
from bq_schema import Field
from bq_sql_time import to_micros
from exchange import Request

# A page without maxResults; the service bounds it by bytes instead.
PAGE_ROWS = 10_000


def double_text(value: float) -> str:
    """A double as the service prints it: 1.5, 1.0E10, NaN, Infinity."""
    if math.isnan(value):
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(float(value))
    number = Decimal(repr(float(value)))
    digits = "".join(map(str, number.as_tuple().digits)).rstrip("0")
    return f"{'-' if value < 0 else ''}{digits[0]}.{digits[1:] or '0'}E{number.adjusted()}"


def timestamp_text(stored: str, int64: bool) -> str:
    """A stored TIMESTAMP as the service prints it, every digit kept."""
    micros = to_micros(stored)
    if int64:
        return str(micros)
    sign, digits = ("-", str(-micros)) if micros < 0 else ("", str(micros))
    if abs(micros) < 10**13:
        digits = digits.rjust(7, "0")
        return f"{sign}{digits[:-6]}.{digits[-6:].rstrip('0') or '0'}"
    return f"{sign}{digits[0]}.{digits[1:].rstrip('0') or '0'}E{len(digits) - 7}"


def cell(field: Field, stored: Any, int64: bool) -> dict[str, Any]:
    """One value as {"v": ...}; stored is as warehouse.db holds it."""
    if stored is not None and (field["mode"] == "REPEATED" or field["type"] == "RECORD"):
        stored = json.loads(stored)
    return {"v": _shown(field, stored, int64)}


def _shown(field: Field, value: Any, int64: bool) -> Any:
    if field.get("mode") == "REPEATED":
        single = {**field, "mode": "NULLABLE"}
        return [{"v": _shown(single, item, int64)} for item in value or []]
    if value is None:
        return None
    kind = field["type"]
    if kind == "RECORD":
        return {"f": [{"v": _shown(each, value.get(each["name"]), int64)} for each in field["fields"]]}
    if kind == "BOOLEAN":
        return "true" if value else "false"
    if kind == "FLOAT":
        return double_text(float(value))
    if kind == "TIMESTAMP":
        return timestamp_text(value, int64)
    return str(value)


def rest_rows(fields: list[Field], rows: list[Any], int64: bool) -> list[dict[str, Any]]:
    """Rows of stored values as the API's {"f": [{"v": ...}]}."""
    fields = [{"mode": "NULLABLE", **field} for field in fields]
    return [
        {"f": [cell(field, value, int64) for field, value in zip(fields, row, strict=True)]} for row in rows
    ]


def wants_int64(request: Request) -> bool:
    """The caller asked for TIMESTAMP as microseconds."""
    return (request.arg("formatOptions.useInt64Timestamp") or "").lower() == "true"


def number(request: Request, name: str) -> int | None:
    """A query parameter that must be a non-negative integer, or None."""
    text = request.arg(name)
    if text is None or text == "":
        return None
    if not (text.isascii() and text.isdigit()):
        raise ApiError("invalid", f"Invalid value for {name}: {text} is not a valid value")
    return int(text)


def page(request: Request) -> tuple[int, int]:
    """The first row wanted and how many, from pageToken or startIndex and maxResults."""
    token = request.arg("pageToken")
    first = token_index(token) if token else number(request, "startIndex") or 0
    limit = number(request, "maxResults")
    return first, PAGE_ROWS if limit is None else min(limit, PAGE_ROWS)


def token_of(index: int) -> str:
    """The page token that leads to row index."""
    return base64.urlsafe_b64encode(f"row={index}".encode()).decode()


def token_index(token: str) -> int:
    try:
        text = base64.urlsafe_b64decode(token.encode()).decode()
        return int(text.removeprefix("row=")) if text.startswith("row=") else int("")
    except (ValueError, binascii.Error):
        raise ApiError("invalid", f"Invalid page token: {token}") from None
