"""The string and hash functions of the stand-in's SQL, and LIKE.

Source: BigQuery docs "String functions", "Hash functions", "Operators" (LIKE).
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import lru_cache

from bq_sql_errors import invalid
from bq_sql_functions import signatures

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
