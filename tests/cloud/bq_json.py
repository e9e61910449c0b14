"""Values of type JSON: a row's parsed tree back into text, its numbers as they were spelled."""

from __future__ import annotations

import json
from typing import Any

INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
UINT64_MAX = 2**64 - 1


class Int(str):
    """A JSON number without fraction or exponent, as spelled in the source."""

    __slots__ = ()


class Float(str):
    """A JSON number with fraction or exponent, as spelled in the source."""

    __slots__ = ()


class Raw(str):
    """Text that stands in JSON as it is."""

    __slots__ = ()


def pieces(value: Any) -> list[Any]:
    """A container as the text and the values that it is made of, in order."""
    parts: list[Any] = []
    for item in value:
        if type(value) is tuple:
            parts += [Raw(","), Raw(json.dumps(item[0], ensure_ascii=False)), Raw(":"), item[1]]
        else:
            parts += [Raw(","), item]
    ends = "{}" if type(value) is tuple else "[]"
    return [Raw(ends[0]), *parts[1:], Raw(ends[1])]


def json_text(value: Any) -> str:
    """A parsed JSON tree (objects as tuples of pairs), 500 levels deep, as compact JSON text.

    ValueError for a number that JSON does not store ("Data types", JSON type).
    """
    text, todo = [], [value]
    while todo:
        value = todo.pop()
        kind = type(value)
        if kind is tuple or kind is list:
            todo.extend(reversed(pieces(value)))
            continue
        if kind is Int and (len(value) > 20 or not INT64_MIN <= int(value) <= UINT64_MAX):
            raise ValueError(value)
        if kind is Float and abs(float(value)) == float("inf"):
            raise ValueError(value)
        text.append(value if kind in (Raw, Int, Float) else json.dumps(value, ensure_ascii=False))
    return "".join(text)
