"""NDJSON rows into stored rows: a schema compiled to one closure per column."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from bq_schema import Field
from bq_values import CONVERTERS, Converter, Float, Int, Stored, ValueRefused, plain

# "Quotas and limits", load jobs: maximum row size 100 MB.
MAX_ROW = 100 * 1024 * 1024

# Words of the service's JSON parser for what Python's calls otherwise.
PARSER_WORDS = (
    ("Expecting property name", "Expected string key in object"),
    ("Expecting ':' delimiter", "Expected : between key:value pair"),
    ("Expecting ',' delimiter", "Expected , or closing bracket after value"),
    ("Expecting value", "Unexpected token"),
    ("Unterminated string", "Closing quote expected in string"),
    ("Invalid \\", "Illegal escape sequence in string"),
    ("Invalid control character", "Illegal control character in string"),
)


def null_refused(name: str) -> ValueRefused:
    """No value, or none at all, where there must be one.

    The page says that an array may be null; loads are reported to refuse it in these words, so
    the stand-in does. Of a REQUIRED column that a row lacks, too, they are the reported ones.
    """
    return ValueRefused(f"Only optional fields can be set to NULL. Field: {name}; Value: NULL")


def _no_constant(name: str) -> None:
    raise ValueRefused("Parser terminated before end of string")


# Objects become tuples of pairs: it keeps double keys and order at C speed.
_DECODER = json.JSONDecoder(
    object_pairs_hook=tuple, parse_int=Int, parse_float=Float, parse_constant=_no_constant
)


def parse(line: bytes) -> tuple[tuple[str, Any], ...]:
    """One line as the pairs of its object; ValueRefused when it is none."""
    if len(line) > MAX_ROW:
        raise ValueRefused(f"Row size is larger than: {MAX_ROW}.")
    text = line.decode("utf-8", "replace").strip(" \t\r\n")
    try:
        value, end = _DECODER.raw_decode(text)
    except json.JSONDecodeError as bad:
        for theirs, ours in PARSER_WORDS:
            if bad.msg.startswith(theirs):
                raise ValueRefused(ours) from None
        raise ValueRefused("Parser terminated before end of string") from None
    except RecursionError:
        raise ValueRefused("Exceeded maximum nesting depth") from None
    if end != len(text):
        raise ValueRefused("Parser terminated before end of string")
    if type(value) is list:
        raise ValueRefused("Start of array encountered without start of object.")
    if type(value) is not tuple:
        raise ValueRefused("Value encountered without start of object.")
    if "\\u" in text and any(s in text for s in ("\\ud", "\\uD")):
        value = _mend(value)
    return value


def _mend(value: Any) -> Any:
    """value with lone surrogates, which UTF-8 cannot hold, as U+FFFD."""
    if type(value) is str:
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if type(value) is list:
        return [_mend(item) for item in value]
    if type(value) is tuple:
        return tuple((_mend(key), _mend(item)) for key, item in value)
    return value


def record(fields: list[Field], ignore_unknown: bool, path: str = "") -> Callable[[Any], list[Stored]]:
    """A function from an object's pairs to its stored values in fields' order.

    path is empty for a row, whose containers are stored as JSON text, and the
    dotted name with a point at its end for a nested record, whose stay trees.
    """
    columns = {}
    for place, field in enumerate(fields):
        name = path + field["name"]
        converter = _column(field, name, ignore_unknown, nested=bool(path))
        columns[field["name"].lower()] = (place, converter, field["mode"] == "NULLABLE", name)
    exact = {field["name"]: columns[field["name"].lower()] for field in fields}
    empty: Stored = [] if path else "[]"
    # An array that the row does not name is empty, never NULL.
    blank = [empty if field["mode"] == "REPEATED" else None for field in fields]
    required = [
        (place, path + field["name"]) for place, field in enumerate(fields) if field["mode"] == "REQUIRED"
    ]
    width = len(fields)

    def convert(pairs: Any) -> list[Stored]:
        row = blank.copy()
        seen = bytearray(width)
        for key, value in pairs:
            column = exact.get(key) or (columns.get(key.lower()) if key.isascii() else None)
            if column is None:
                if ignore_unknown:
                    continue
                raise ValueRefused(f"No such field: {path}{key}.")
            place, converter, nullable, name = column
            if seen[place]:
                raise ValueRefused(f"Multiple definition of field: {name}")
            seen[place] = 1
            if value is not None:
                row[place] = converter(value)
            elif not nullable:
                raise null_refused(name)
        for place, name in required:
            if not seen[place]:
                raise null_refused(name)
        return row

    return convert


def _column(field: Field, path: str, ignore_unknown: bool, nested: bool) -> Converter:
    """The converter of one column; of a row's, containers end as JSON text."""
    if field["type"] == "RECORD":
        convert = _struct(field["fields"], path, ignore_unknown)
    else:
        convert = CONVERTERS[field["type"]](path, field)
    if field["mode"] == "REPEATED":
        convert = _repeated(convert, path)
    if nested or (field["mode"] != "REPEATED" and field["type"] != "RECORD"):
        return convert
    return lambda value: json.dumps(_for_json(convert(value)), ensure_ascii=False, separators=(",", ":"))


def _struct(fields: list[Field], path: str, ignore_unknown: bool) -> Converter:
    names = [field["name"] for field in fields]
    convert = record(fields, ignore_unknown, path + ".")

    def struct(value: Any) -> Stored:
        if type(value) is list:
            raise ValueRefused(f"Array specified for non-repeated field: {path}.")
        if type(value) is not tuple:
            raise ValueRefused(f"Could not convert value to record. Field: {path}; Value: {plain(value)}")
        return dict(zip(names, convert(value), strict=True))

    return struct


def _repeated(single: Converter, path: str) -> Converter:
    def repeated(value: Any) -> Stored:
        if type(value) is not list:
            raise ValueRefused(f"Repeated field must be imported as a JSON array. Field: {path}.")
        items = []
        for item in value:
            if item is None:
                raise null_refused(path)
            items.append(single(item))
        return items

    return repeated


def _for_json(value: Any) -> Any:
    """A tree that json.dumps writes as valid JSON (infinities as text)."""
    if type(value) is float and value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    if type(value) is list:
        return [_for_json(item) for item in value]
    if type(value) is dict:
        return {key: _for_json(item) for key, item in value.items()}
    return value
