"""The scalar functions of the stand-in's SQL: signatures and what they do to stored values.

Each is one Python function under its signatures, "NAME(TYPE, …[, OPTIONAL …]) -> TYPE"; "…" after
the last type repeats it. Beside the types there are UNIT kinds (a bare word like HOUR, passed as
text) and INTERVAL kinds (passed as amount and unit). A NULL argument makes the result NULL.
Source: BigQuery docs "Functions" (string, mathematical, hash, JSON functions).
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Any

import bq_sql_json
import bq_sql_types
from bq_sql_errors import invalid
from bq_sql_types import Type
from bq_sql_values import decimal_text, int64, real


@dataclass(frozen=True)
class Signature:
    """params are type names or UNIT/INTERVAL kinds; from required on they may be left out."""

    text: str
    params: tuple[str, ...]
    required: int
    repeats: bool
    result: Type
    sql_name: str


SIGNATURES: dict[str, list[Signature]] = {}
IMPLEMENTATIONS: dict[str, Callable[..., Any]] = {}
_SIGNATURE = re.compile(r"(\w+)\(([^\[\])]*)(?:\[([^\]]*)\])?\) -> (\w+)")


def signatures(*texts: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under these signatures."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        sql_name = "bq_" + function.__name__.strip("_")
        IMPLEMENTATIONS[sql_name] = function
        for text in texts:
            match = _SIGNATURE.fullmatch(text)
            result = bq_sql_types.named(match[4]) if match else None
            if not match or not result:
                raise ValueError(f"not a signature: {text}")
            needed, optional = ([p.strip() for p in (match[i] or "").split(",") if p.strip()] for i in (2, 3))
            repeats = bool(needed) and needed[-1].endswith("…")
            params = tuple(p.removesuffix("…") for p in needed + optional)
            signature = Signature(text.split(" ->")[0], params, len(needed), repeats, result, sql_name)
            SIGNATURES.setdefault(match[1], []).append(signature)
        return function

    return register


# Look-around, back references and possessive marks, which RE2 lacks.
_NOT_RE2 = re.compile(r"(?<!\\)(?:\\\\)*(?:\(\?<?[=!]|\(\?P=|\(\?>|\\[1-9]|[*+?]\+)")


@lru_cache(maxsize=128)
def pattern(text: str) -> re.Pattern[str]:
    """A regular expression of the query's, in what RE2 and re share; raises QueryError."""
    beyond = _NOT_RE2.search(text)
    if beyond:
        raise invalid(f"Cannot parse regular expression: invalid perl operator: {beyond[0]}")
    try:
        return re.compile(text, re.ASCII)
    except re.error as bad:
        raise invalid(f"Cannot parse regular expression: {bad}: {text}") from None


@lru_cache(maxsize=128)
def _like_pattern(text: str) -> re.Pattern[str]:
    out, chars = "", iter(text)
    for char in chars:
        if char == "\\":
            following = next(chars, None)
            if following is None:
                raise invalid("LIKE pattern ends with a backslash which is not escaped")
            out += re.escape(following)
        else:
            out += {"%": ".*", "_": "."}.get(char) or re.escape(char)
    return re.compile(out, re.DOTALL)


def like(value: str | None, text: str | None) -> int | None:
    """value LIKE text."""
    if value is None or text is None:
        return None
    return int(_like_pattern(text).fullmatch(value) is not None)


@signatures("LOWER(STRING) -> STRING")
def _lower(value: str) -> str:
    return value.lower()


@signatures("UPPER(STRING) -> STRING")
def _upper(value: str) -> str:
    return value.upper()


@signatures("TRIM(STRING[, STRING]) -> STRING")
def _trim(value: str, chars: str | None = None) -> str:
    return value.strip(chars)


@signatures("LTRIM(STRING[, STRING]) -> STRING")
def _ltrim(value: str, chars: str | None = None) -> str:
    return value.lstrip(chars)


@signatures("RTRIM(STRING[, STRING]) -> STRING")
def _rtrim(value: str, chars: str | None = None) -> str:
    return value.rstrip(chars)


@signatures("CONCAT(STRING…) -> STRING")
def _concat(*values: str) -> str:
    return "".join(values)


@signatures("LENGTH(STRING) -> INT64", "CHAR_LENGTH(STRING) -> INT64")
def _length(value: str) -> int:
    return len(value)


@signatures("LENGTH(BYTES) -> INT64", "BYTE_LENGTH(BYTES) -> INT64")
def _byte_length(value: str) -> int:
    return len(base64.b64decode(value))


@signatures("BYTE_LENGTH(STRING) -> INT64")
def _text_byte_length(value: str) -> int:
    return len(value.encode())


@signatures("SUBSTR(STRING, INT64[, INT64]) -> STRING", "SUBSTRING(STRING, INT64[, INT64]) -> STRING")
def _substr(value: str, start: int, length: int | None = None) -> str:
    if length is not None and length < 0:
        raise invalid("Third argument in SUBSTR() cannot be negative")
    first = start - 1 if start > 0 else max(len(value) + start, 0) if start < 0 else 0
    return value[first:] if length is None else value[first : first + length]


@signatures("LEFT(STRING, INT64) -> STRING")
def _left(value: str, length: int) -> str:
    if length < 0:
        raise invalid("Second argument in LEFT() cannot be negative")
    return value[:length]


@signatures("RIGHT(STRING, INT64) -> STRING")
def _right(value: str, length: int) -> str:
    if length < 0:
        raise invalid("Second argument in RIGHT() cannot be negative")
    return value[max(len(value) - length, 0) :]


@signatures("LPAD(STRING, INT64[, STRING]) -> STRING")
def _lpad(value: str, length: int, fill: str = " ") -> str:
    missing = max(length - len(value), 0)
    return (fill * missing)[:missing] + value[: max(length, 0)]


@signatures("REVERSE(STRING) -> STRING")
def _reverse(value: str) -> str:
    return value[::-1]


@signatures("REPLACE(STRING, STRING, STRING) -> STRING")
def _replace(value: str, old: str, new: str) -> str:
    return value.replace(old, new) if old else value


@signatures("STARTS_WITH(STRING, STRING) -> BOOL")
def _starts_with(value: str, start: str) -> int:
    return int(value.startswith(start))


@signatures("ENDS_WITH(STRING, STRING) -> BOOL")
def _ends_with(value: str, end: str) -> int:
    return int(value.endswith(end))


@signatures("STRPOS(STRING, STRING) -> INT64")
def _strpos(value: str, part: str) -> int:
    return value.find(part) + 1


@signatures("REGEXP_CONTAINS(STRING, STRING) -> BOOL")
def _regexp_contains(value: str, regexp: str) -> int:
    return int(pattern(regexp).search(value) is not None)


@signatures("REGEXP_EXTRACT(STRING, STRING) -> STRING")
def _regexp_extract(value: str, regexp: str) -> str | None:
    compiled = pattern(regexp)
    if compiled.groups > 1:
        raise invalid(f"Regular expression has more than one capturing group: {regexp}")
    match = compiled.search(value)
    return match[compiled.groups] if match else None


@signatures("REGEXP_REPLACE(STRING, STRING, STRING) -> STRING")
def _regexp_replace(value: str, regexp: str, new: str) -> str:
    def expand(match: re.Match[str]) -> str:
        return re.sub(
            r"\\(.)",
            lambda m: (match[int(m[1])] or "") if m[1].isdigit() else m[1],
            new,
        )

    try:
        return pattern(regexp).sub(expand, value)
    except IndexError:
        raise invalid("Invalid REGEXP_REPLACE pattern: no such group") from None


def _hashed(algorithm: str) -> Callable[[str], str]:
    return lambda value: base64.b64encode(hashlib.new(algorithm, value.encode()).digest()).decode()


for _name, _algorithm in (("MD5", "md5"), ("SHA1", "sha1"), ("SHA256", "sha256"), ("SHA512", "sha512")):
    _function = _hashed(_algorithm)
    _function.__name__ = _algorithm
    signatures(f"{_name}(STRING) -> BYTES")(_function)


@signatures("TO_HEX(BYTES) -> STRING")
def _to_hex(value: str) -> str:
    return base64.b64decode(value).hex()


@signatures("TO_BASE64(BYTES) -> STRING")
def _to_base64(value: str) -> str:
    return value


@signatures("ABS(INT64) -> INT64")
def _abs_int(value: int) -> int:
    return int64(abs(value), f"ABS({value})")


@signatures("ABS(NUMERIC) -> NUMERIC")
def _abs_numeric(value: str) -> str:
    return value.removeprefix("-")


@signatures("ABS(FLOAT64) -> FLOAT64")
def _abs_float(value: Any) -> Any:
    return real(abs(float(value)))


@signatures("MOD(INT64, INT64) -> INT64")
def _mod(value: int, by: int) -> int:
    if not by:
        raise invalid(f"division by zero: MOD({value}, 0)")
    return int(math.copysign(1, value)) * (abs(value) % abs(by))


@signatures("DIV(INT64, INT64) -> INT64")
def _div(value: int, by: int) -> int:
    if not by:
        raise invalid(f"division by zero: DIV({value}, 0)")
    quotient = abs(value) // abs(by)
    return int64(quotient if (value < 0) == (by < 0) else -quotient, f"DIV({value}, {by})")


@signatures("SAFE_DIVIDE(FLOAT64, FLOAT64) -> FLOAT64")
def _safe_divide(value: Any, by: Any) -> Any:
    return real(float(value) / float(by)) if float(by) else None


@signatures("ROUND(NUMERIC[, INT64]) -> NUMERIC")
def _round_numeric(value: str, digits: int = 0) -> str:
    unit = Decimal(1).scaleb(-max(min(digits, 9), -29))
    return decimal_text((Decimal(value) / unit).to_integral_value(ROUND_HALF_UP) * unit, "NUMERIC")


@signatures("ROUND(FLOAT64[, INT64]) -> FLOAT64")
def _round_float(value: Any, digits: int = 0) -> Any:
    number = float(value)
    if not math.isfinite(number) or abs(digits) > 300:
        return real(number)
    unit = Decimal(1).scaleb(-digits)
    return float((Decimal(number) / unit).to_integral_value(ROUND_HALF_UP) * unit)


def _whole(name: str, rounding: Callable[[float], int]) -> None:
    def function(value: Any) -> Any:
        number = float(value)
        return float(rounding(number)) if math.isfinite(number) else real(number)

    function.__name__ = name.lower()
    aliases = {"CEIL": ("CEIL", "CEILING")}.get(name, (name,))
    signatures(*(f"{alias}(FLOAT64) -> FLOAT64" for alias in aliases))(function)


_whole("FLOOR", math.floor)
_whole("CEIL", math.ceil)
_whole("TRUNC", math.trunc)


@signatures("JSON_VALUE(STRING[, STRING]) -> STRING", "JSON_VALUE(JSON[, STRING]) -> STRING")
@signatures(
    "JSON_EXTRACT_SCALAR(STRING[, STRING]) -> STRING", "JSON_EXTRACT_SCALAR(JSON[, STRING]) -> STRING"
)
def _json_value(value: str, path: str = "$") -> str | None:
    return bq_sql_json.scalar(value, path)


@signatures("JSON_QUERY(STRING[, STRING]) -> STRING", "JSON_EXTRACT(STRING[, STRING]) -> STRING")
def _json_query_text(value: str, path: str = "$") -> str | None:
    return bq_sql_json.query(value, path, keep_null=False)


@signatures("JSON_QUERY(JSON[, STRING]) -> JSON", "JSON_EXTRACT(JSON[, STRING]) -> JSON")
def _json_query(value: str, path: str = "$") -> str | None:
    return bq_sql_json.query(value, path, keep_null=True)


@signatures("PARSE_JSON(STRING) -> JSON")
def _parse_json(value: str) -> str:
    return bq_sql_json.parse(value)


@signatures("TO_JSON_STRING(JSON) -> STRING")
def _to_json_string(value: str) -> str:
    return value
