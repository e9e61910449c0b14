"""Named query parameters, from their REST form to stored values.

Source: BigQuery REST reference, QueryParameter; docs "Run parameterized queries".
"""

from __future__ import annotations

import base64
import binascii
from typing import Any

import bq_sql_types
from bq_sql_errors import QueryError, invalid, unsupported
from bq_sql_types import BYTES, JSON, STRING, Type
from bq_sql_values import cast


def _stored(name: str, text: Any, type_: Type) -> Any:
    if text is None:
        return None
    if type_ == BYTES:
        try:
            return base64.b64encode(base64.b64decode(str(text), validate=True)).decode()
        except binascii.Error:
            raise invalid(f"Invalid value for parameter {name}: not base64") from None
    if type_ in (STRING, JSON):
        return str(text)
    try:
        return cast(str(text).lower() if isinstance(text, bool) else str(text), "STRING", type_.kind)
    except (QueryError, KeyError) as bad:
        raise invalid(f"Invalid value for parameter {name}: {bad}") from None


def parameters(given: list[dict[str, Any]]) -> dict[str, tuple[Type, Any]]:
    """Name (in lower case) to type and stored value; raises QueryError."""
    found: dict[str, tuple[Type, Any]] = {}
    for parameter in given:
        name = parameter.get("name")
        if not name:
            raise unsupported("positional query parameters")
        if name.lower() in found:
            raise invalid(f"Duplicate query parameter {name}")
        kind = str((parameter.get("parameterType") or {}).get("type", "")).upper()
        type_ = bq_sql_types.named(kind)
        if not type_ or type_.kind == "GEOGRAPHY":
            if kind in ("ARRAY", "STRUCT", "RANGE", "GEOGRAPHY"):
                raise unsupported(f"query parameters of type {kind}")
            raise invalid(f"Invalid type of query parameter {name}: {kind}")
        value = (parameter.get("parameterValue") or {}).get("value")
        found[name.lower()] = (type_, _stored(name, value, type_))
    return found
