"""JSON text as a tree whose parts know how they are spelled: numbers are text, objects keep double keys and order."""

from __future__ import annotations

import json
import re
from typing import Any

SPACE = re.compile(r"[ \t\r\n]*")
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*|true|false|null|[{}\[\]:,]')
WORDS = {"true": True, "false": False, "null": None}


class Number(str):
    """A JSON number as it is spelled."""


class Pairs(list):
    """An object, with its keys in order and as often as they are there; source is its text."""

    source = ""


class Items(list):
    """An array; source is its text."""

    source = ""


def source(value: Any) -> str:
    """The text of a value that is no string."""
    if isinstance(value, (Pairs, Items)):
        return value.source
    return str(value).lower() if isinstance(value, bool) else str(value)


def decode(text: str) -> Any:
    return _value(text, SPACE.match(text).end())[0]


def _token(text: str, at: int) -> tuple[str, int]:
    match = TOKEN.match(text, SPACE.match(text, at).end())
    assert match, text[at:]
    return match[0], match.end()


def _value(text: str, at: int) -> tuple[Any, int]:
    token, end = _token(text, at)
    if token in "{[":
        return _members(text, end - 1, Pairs() if token == "{" else Items())
    if token in WORDS:
        return WORDS[token], end
    return (json.loads(token) if token[0] == '"' else Number(token)), end


def _members(text: str, start: int, into: Pairs | Items) -> tuple[Any, int]:
    closer = "}" if isinstance(into, Pairs) else "]"
    token, end = _token(text, start + 1)
    at = end if token == closer else start + 1
    while token != closer:
        key = None
        if closer == "}":
            key, at = _value(text, at)
            at = _token(text, at)[1]
        value, at = _value(text, at)
        into.append((key, value) if closer == "}" else value)
        token, at = _token(text, at)
    into.source = text[start:at]
    return into, at
