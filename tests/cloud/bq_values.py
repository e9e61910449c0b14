"""One JSON value into one stored value, by BigQuery's JSON loading rules.

The rules are those of the pages "Loading JSON data from Cloud Storage"
(Limitations, Data types), "Data types" (ranges, JSON) and "Quotas and limits".
Two are known from refused jobs: a STRING takes no unquoted number
(viant/bqtail, tail/status/uris_test.go; compare googleapis/python-bigquery
issue 906), an INTEGER none that is spelled 1.0. The words of the refusals
are those seen in real jobs' status.errors where such were found (string,
integer, timestamp, NULL, arrays, objects), and follow their pattern elsewhere.

A stored value is what warehouse.db holds: INTEGER int; FLOAT float (NaN, which
SQLite has not, as text); BOOLEAN bool; NUMERIC text; DATE, TIME, DATETIME,
TIMESTAMP and INTERVAL canonical text; BYTES base64; JSON its text.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from bq_json import INT64_MAX, INT64_MIN, Float, Int, json_text
from bq_times import date_text, datetime_text, epoch_text, interval_text, time_text, timestamp_text

Stored = Any
Converter = Callable[[Any], Stored]
# A converter of the column at a path, by its schema field.
Maker = Callable[[str, dict[str, Any]], Converter]


class ValueRefused(Exception):
    """A value that its column does not take; str() is the service's message."""


# "Loading JSON data", Limitations: integers beyond are to be passed as strings.
EXACT = 2**53 - 1
DIGITS = re.compile(r"-?[0-9]+\Z")
DECIMAL_TEXT = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\Z")
TRUE, FALSE = ("true", "t", "yes", "y", "1"), ("false", "f", "no", "n", "0")
NOT_FINITE = {
    "nan": "NaN",
    "inf": float("inf"),
    "+inf": float("inf"),
    "-inf": float("-inf"),
    "infinity": float("inf"),
    "+infinity": float("inf"),
    "-infinity": float("-inf"),
}
# (precision before the point, scale) of the decimal types.
DECIMALS = {"NUMERIC": (29, 9), "BIGNUMERIC": (39, 38)}
# BIGNUMERIC is 256 bits of 10^-38: a partial 39th digit before the point.
BIGNUMERIC_MAX = 2**255 - 1


def show(value: Any) -> str:
    """value as the protobuf text in which the service names it."""
    if isinstance(value, bool):
        return f"bool_value: {str(value).lower()}"
    if isinstance(value, (Int, Float)):
        return f"number_value: {value}"
    return f"string_value: {json.dumps(value, ensure_ascii=False)}"


def plain(value: Any) -> str:
    """value as the service prints it after "Value:"."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def check_scalar(value: Any, path: str) -> None:
    """Refuses an array or an object where a scalar belongs."""
    if isinstance(value, tuple):
        raise ValueRefused(f"JSON object specified for non-record field: {path}")
    if isinstance(value, list):
        raise ValueRefused(f"Array specified for non-repeated field: {path}.")


def refuse(value: Any, path: str, kind: str) -> ValueRefused:
    check_scalar(value, path)
    return ValueRefused(
        f"Could not convert value '{show(value)}' to {kind}. Field: {path}; Value: {plain(value)}"
    )


def unparsable(value: Any, path: str, kind: str, form: str) -> ValueRefused:
    check_scalar(value, path)
    return ValueRefused(
        f"Couldn't convert value to {kind}: Could not parse '{plain(value)}' as a {kind}. "
        f"Required format is {form} Field: {path}; Value: {plain(value)}"
    )


def too_long(path: str, kind: str, longest: int, length: int) -> ValueRefused:
    return ValueRefused(
        f"Field {path}: {kind}({longest}) has maximum length {longest} but got a value with length {length}"
    )


def integer(path: str, _: dict[str, Any]) -> Converter:
    def convert(value: Any) -> Stored:
        kind = type(value)
        if kind is Int or (kind is str and DIGITS.match(value)):
            number = int(value) if len(value) <= 40 else INT64_MAX + 1
            if kind is Int and abs(number) > EXACT:
                number = int(float(number))  # the "data corruption" the page warns of
            if INT64_MIN <= number <= INT64_MAX:
                return number
        raise refuse(value, path, "integer")

    return convert


def real(path: str, _: dict[str, Any]) -> Converter:
    def convert(value: Any) -> Stored:
        kind = type(value)
        if kind is Float or kind is Int or (kind is str and DECIMAL_TEXT.match(value)):
            number = float(value)
            if number not in (float("inf"), float("-inf")):
                return number
        elif kind is str:
            if value.lower() in NOT_FINITE:
                return NOT_FINITE[value.lower()]
        raise refuse(value, path, "double")

    return convert


def boolean(path: str, _: dict[str, Any]) -> Converter:
    def convert(value: Any) -> Stored:
        kind = type(value)
        if kind is bool:
            return value
        if kind is str or kind is Int:
            if value.lower() in TRUE:
                return True
            if value.lower() in FALSE:
                return False
        raise refuse(value, path, "boolean")

    return convert


def string(path: str, field: dict[str, Any]) -> Converter:
    longest = int(field.get("maxLength") or 0)

    def convert(value: Any) -> Stored:
        if type(value) is not str:
            check_scalar(value, path)
            raise ValueRefused(f"Could not convert value to string. Field: {path}; Value: {plain(value)}")
        if longest and len(value) > longest:
            raise too_long(path, "STRING", longest, len(value))
        return value

    return convert


def base64_bytes(path: str, field: dict[str, Any]) -> Converter:
    longest = int(field.get("maxLength") or 0)

    def convert(value: Any) -> Stored:
        if type(value) is not str:
            raise refuse(value, path, "bytes")
        try:
            data = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            data = None
        if data is None or len(value) % 4:  # Python takes padding in excess
            raise ValueRefused(f"Could not decode base64 string to bytes. Field: {path}; Value: {value}")
        if longest and len(data) > longest:
            raise too_long(path, "BYTES", longest, len(data))
        return base64.b64encode(data).decode()

    return convert


def decimal(path: str, field: dict[str, Any]) -> Converter:
    kind_name = field["type"]
    whole, scale = DECIMALS[kind_name]
    if field.get("precision"):
        scale = int(field.get("scale") or 0)
        whole = int(field["precision"]) - scale

    def convert(value: Any) -> Stored:
        if not isinstance(value, str) or not DECIMAL_TEXT.match(value):
            raise refuse(value, path, kind_name.lower())
        # A length or an exponent this large fits no decimal, and must not be written out as zeros.
        number = Decimal(value) if len(value) < 1000 else Decimal("Infinity")
        if not number:
            return "0"
        if number.is_finite() and abs(number.adjusted()) < 100:
            left, _, right = f"{number.copy_abs():f}".partition(".")
            left, right = left.lstrip("0"), right.rstrip("0")
            if len(left) <= whole and len(right) <= scale:
                sign = "-" if number < 0 else ""
                scaled = int(left + right.ljust(38, "0"))
                if scaled <= BIGNUMERIC_MAX + (number < 0):
                    return f"{sign}{left or '0'}" + (f".{right}" if right else "")
        raise ValueRefused(f"Invalid {kind_name} value: {value} Field: {path}; Value: {value}")

    return convert


def civil(kind_name: str, form: str, text_of: Callable[[str], str]) -> Maker:
    """The maker of DATE, TIME, DATETIME and INTERVAL converters."""

    def make(path: str, _: dict[str, Any]) -> Converter:
        def convert(value: Any) -> Stored:
            if type(value) is not str:
                check_scalar(value, path)
                raise ValueRefused(
                    f"Could not convert non-string JSON value to {kind_name.upper()} type. Field: {path}; "
                    f"Value: {plain(value)}"
                )
            with contextlib.suppress(ValueError):
                return text_of(value)
            raise unparsable(value, path, kind_name, form)

        return convert

    return make


def timestamp(path: str, _: dict[str, Any]) -> Converter:
    form = "YYYY-MM-DD HH:MM[:SS[.SSSSSS]] or YYYY/MM/DD HH:MM[:SS[.SSSSSS]]"

    def convert(value: Any) -> Stored:
        kind = type(value)
        try:
            if kind is str and not DECIMAL_TEXT.match(value):
                return timestamp_text(value)
            if kind is str or kind is Int or kind is Float:
                return epoch_text(value)
        except (ValueError, ArithmeticError):
            pass
        raise unparsable(value, path, "timestamp", form)

    return convert


def geography(path: str, _: dict[str, Any]) -> Converter:
    def convert(value: Any) -> Stored:
        if type(value) is not str:
            raise refuse(value, path, "geography")
        return value

    return convert


def json_value(path: str, _: dict[str, Any]) -> Converter:
    def convert(value: Any) -> Stored:
        try:
            return json_text(value)
        except ValueError as bad:
            raise ValueRefused(f"Number out of range for JSON. Field: {path}; Value: {bad}") from None

    return convert


CONVERTERS: dict[str, Maker] = {
    "INTEGER": integer,
    "FLOAT": real,
    "BOOLEAN": boolean,
    "STRING": string,
    "BYTES": base64_bytes,
    "NUMERIC": decimal,
    "BIGNUMERIC": decimal,
    "DATE": civil("date", "YYYY-MM-DD", date_text),
    "TIME": civil("time", "HH:MM:SS[.SSSSSS]", time_text),
    "DATETIME": civil("datetime", "YYYY-MM-DD HH:MM[:SS[.SSSSSS]]", datetime_text),
    "INTERVAL": civil("interval", "P[Y]Y[M]M[D]DT[H]H[M]M[S]S[.SSSSSS]S", interval_text),
    "TIMESTAMP": timestamp,
    "GEOGRAPHY": geography,
    "JSON": json_value,
}
