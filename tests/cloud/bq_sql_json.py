"""JSON text: paths into it, members of records.

Source: BigQuery docs "JSON functions". Numbers keep their spelling.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

from bq_sql_errors import invalid


class _Number(str):
    """A JSON number as it is spelled."""

    __slots__ = ()


_STEP = re.compile(r"\.([A-Za-z_$][\w$-]*|\d+)|\.\"((?:[^\"\\]|\\.)*)\"|\[(\d+)\]|\[['\"]([^'\"]*)['\"]\]")
_MISSING = object()


@lru_cache(maxsize=256)
def _steps(path: str) -> tuple[str | int, ...]:
    """Keys and indexes of a JSONPath; raises QueryError."""
    if not path.startswith("$"):
        raise invalid(f"JSONPath must start with '$': {path}")
    steps: list[str | int] = []
    offset = 1
    while offset < len(path):
        match = _STEP.match(path, offset)
        if not match:
            raise invalid(f"Invalid token in JSONPath at: {path[offset:]}")
        key = next(g for g in (match[1], match[2], match[4], match[3]) if g is not None)
        steps.append(int(key) if match[3] is not None else key)
        offset = match.end()
    return tuple(steps)


def _load(text: str) -> Any:
    """The tree of text, _MISSING when it is not JSON."""
    try:
        return json.loads(text, parse_int=_Number, parse_float=_Number, parse_constant=_Number)
    except (ValueError, RecursionError):
        return _MISSING


def dump(value: Any) -> str:
    """Compact JSON text."""
    if isinstance(value, _Number):
        return str(value)
    if isinstance(value, dict):
        return (
            "{" + ",".join(f"{json.dumps(k, ensure_ascii=False)}:{dump(v)}" for k, v in value.items()) + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _find(text: str, path: str) -> Any:
    value = _load(text)
    for step in _steps(path):
        if isinstance(step, int) and isinstance(value, list) and step < len(value):
            value = value[step]
        elif isinstance(value, dict) and str(step) in value:
            value = value[str(step)]
        else:
            return _MISSING
    return value


def scalar(text: str, path: str) -> str | None:
    """JSON_VALUE: a scalar's text; NULL for null, containers and what is not there."""
    value = _find(text, path)
    if value is _MISSING or value is None or isinstance(value, (dict, list)):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def query(text: str, path: str, keep_null: bool) -> str | None:
    """JSON_QUERY: JSON text; a JSON null only when keep_null (a JSON argument), else NULL."""
    value = _find(text, path)
    if value is _MISSING or (value is None and not keep_null):
        return None
    return dump(value)


def parse(text: str) -> str:
    """PARSE_JSON."""
    value = _load(text)
    if value is _MISSING:
        raise invalid(f"Invalid input to PARSE_JSON: syntax error while parsing value: {text[:100]}")
    return dump(value)


def member(record: str | None, name: str, kind: str) -> Any:
    """A field of a stored RECORD, as a column of kind would store it."""
    if record is None:
        return None
    value = json.loads(record).get(name)
    if isinstance(value, (dict, list)) or (
        kind == "JSON" and value is not None and not isinstance(value, str)
    ):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return int(value) if isinstance(value, bool) else value
