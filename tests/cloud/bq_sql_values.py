"""Stored values of one type into those of another, and arithmetic on them.

Numbers of FLOAT64 are floats (NaN, which SQLite lacks, is the text 'NaN'), NUMERIC and BIGNUMERIC
exact decimal text, BOOL 0 or 1, BYTES base64 text.
Sources: BigQuery docs "Conversion functions" (CAST), "Operators" (arithmetic), "Mathematical functions".
"""

from __future__ import annotations

import base64
import binascii
import decimal
import math
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import bq_sql_time as times
from bq_sql_errors import QueryError, invalid

Stored = Any
INT64_MIN, INT64_MAX = -(2**63), 2**63 - 1
# Digits before and after the point ("Decimal types").
_DECIMALS = {"NUMERIC": (29, 9), "BIGNUMERIC": (38, 38)}
_EXACT = decimal.Context(prec=200, rounding=decimal.ROUND_HALF_UP, Emax=10**6, Emin=-(10**6))
_INT_TEXT = re.compile(r"\s*([+-]?)(?:0[xX]([0-9a-fA-F]+)|(\d+))\s*")
_FLOAT_TEXT = re.compile(
    r"\s*[+-]?(?:\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?|inf|infinity|nan)\s*", re.IGNORECASE
)


def real(value: float) -> Stored:
    """A float to store."""
    return "NaN" if math.isnan(value) else value


def decimal_text(value: Decimal, kind: str) -> str:
    """value rounded to the scale of kind, as stored; raises QueryError when it is too large."""
    whole, scale = _DECIMALS[kind]
    if value.is_finite() and value.adjusted() < whole + 2:
        rounded = value.quantize(Decimal(1).scaleb(-scale), context=_EXACT)
        if not rounded:
            return "0"
        if rounded.adjusted() < whole:
            text = f"{rounded:f}"
            return text.rstrip("0").rstrip(".") if "." in text else text
    raise invalid(f"{kind.lower()} overflow: {value}")


def int64(value: int, what: str) -> int:
    """value when it is an INT64; what says how it came about."""
    if not INT64_MIN <= value <= INT64_MAX:
        raise invalid(f"int64 overflow: {what}")
    return value


def float_text(value: Stored) -> str:
    """A FLOAT64 as CAST(… AS STRING) spells it."""
    number = float(value) or 0.0
    text = f"{number:.15g}"
    return text if float(text) == number or math.isnan(number) else f"{number:.17g}"


def _round_half_away(value: Decimal) -> int:
    return int(value.to_integral_value(rounding=decimal.ROUND_HALF_UP))


def _int_of_text(text: str) -> int:
    match = _INT_TEXT.fullmatch(text)
    number = (int(match[2], 16) if match[2] else int(match[3])) if match and len(text) < 1000 else None
    if match and match[1] == "-" and number is not None:
        number = -number
    if number is None or not INT64_MIN <= number <= INT64_MAX:
        raise invalid(f"Bad int64 value: {text}")
    return number


def _int_of_float(value: Stored) -> int:
    number = float(value)
    if not math.isfinite(number):
        raise invalid(f"Illegal conversion of non-finite floating point number to an integer: {number}")
    return int64(_round_half_away(Decimal(number)), str(value))


def _float_of_text(text: str) -> Stored:
    if not _FLOAT_TEXT.fullmatch(text):
        raise invalid(f"Bad double value: {text}")
    return real(float(text))


def _bool_of_text(text: str) -> int:
    if text.lower() not in ("true", "false"):
        raise invalid(f"Bad bool value: {text}")
    return int(text.lower() == "true")


def _decimal_of_text(kind: str) -> Callable[[str], str]:
    def convert(text: str) -> str:
        try:
            return decimal_text(Decimal(text.strip()), kind)
        except (ArithmeticError, QueryError):
            raise invalid(f"Invalid {kind} value: {text}") from None

    return convert


def _decimal_of_number(kind: str) -> Callable[[Stored], str]:
    return lambda value: decimal_text(Decimal(value), kind)


def _text_of_bytes(value: str) -> str:
    try:
        return base64.b64decode(value).decode("utf-8")
    except UnicodeDecodeError:
        raise invalid("Bytes value could not be converted to UTF-8 in CAST") from None


def _parsed(kind: str, parse: Callable[[str], str | None]) -> Callable[[str], str]:
    def convert(text: str) -> str:
        value = parse(text)
        if value is None:
            raise invalid(f"Invalid {kind}: '{text}'")
        return value

    return convert


def _short_fraction(text: str) -> str:
    """Six digits of a fraction become three when the rest is nought."""
    return re.sub(r"(\.\d{3})000", r"\1", text)


_BY_PAIR: dict[tuple[str, str], Callable[[Stored], Stored]] = {
    ("INT64", "BOOL"): lambda v: int(v != 0),
    ("INT64", "FLOAT64"): float,
    ("INT64", "NUMERIC"): _decimal_of_number("NUMERIC"),
    ("INT64", "BIGNUMERIC"): _decimal_of_number("BIGNUMERIC"),
    ("INT64", "STRING"): str,
    ("NUMERIC", "INT64"): lambda v: int64(_round_half_away(Decimal(v)), v),
    ("NUMERIC", "BIGNUMERIC"): lambda v: v,
    ("NUMERIC", "FLOAT64"): float,
    ("NUMERIC", "STRING"): str,
    ("BIGNUMERIC", "INT64"): lambda v: int64(_round_half_away(Decimal(v)), v),
    ("BIGNUMERIC", "NUMERIC"): _decimal_of_number("NUMERIC"),
    ("BIGNUMERIC", "FLOAT64"): float,
    ("BIGNUMERIC", "STRING"): str,
    ("FLOAT64", "INT64"): _int_of_float,
    ("FLOAT64", "NUMERIC"): _decimal_of_number("NUMERIC"),
    ("FLOAT64", "BIGNUMERIC"): _decimal_of_number("BIGNUMERIC"),
    ("FLOAT64", "STRING"): float_text,
    ("BOOL", "INT64"): int,
    ("BOOL", "STRING"): lambda v: "true" if v else "false",
    ("STRING", "INT64"): _int_of_text,
    ("STRING", "FLOAT64"): _float_of_text,
    ("STRING", "NUMERIC"): _decimal_of_text("NUMERIC"),
    ("STRING", "BIGNUMERIC"): _decimal_of_text("BIGNUMERIC"),
    ("STRING", "BOOL"): _bool_of_text,
    ("STRING", "BYTES"): lambda v: base64.b64encode(v.encode()).decode(),
    ("STRING", "DATE"): _parsed("date", times.parse_date),
    ("STRING", "TIME"): _parsed("time", times.parse_time),
    ("STRING", "DATETIME"): _parsed("datetime", times.parse_datetime),
    ("STRING", "TIMESTAMP"): _parsed("timestamp", times.parse_timestamp),
    ("BYTES", "STRING"): _text_of_bytes,
    ("DATE", "STRING"): str,
    ("DATE", "DATETIME"): lambda v: v + "T00:00:00",
    ("DATE", "TIMESTAMP"): lambda v: v + " 00:00:00+00",
    ("TIME", "STRING"): _short_fraction,
    ("DATETIME", "STRING"): lambda v: _short_fraction(v.replace("T", " ")),
    ("DATETIME", "DATE"): lambda v: v[:10],
    ("DATETIME", "TIME"): lambda v: v[11:],
    ("DATETIME", "TIMESTAMP"): lambda v: v.replace("T", " ") + "+00",
    ("TIMESTAMP", "STRING"): _short_fraction,
    ("TIMESTAMP", "DATE"): lambda v: v[:10],
    ("TIMESTAMP", "TIME"): lambda v: v[11:-3],
    ("TIMESTAMP", "DATETIME"): lambda v: v[:-3].replace(" ", "T"),
}


def cast(value: Stored, source: str, target: str) -> Stored:
    """A stored value of kind source as one of kind target; NULL stays NULL. Raises QueryError."""
    if value is None or source == target or source == "NULL":
        return value
    return _BY_PAIR[source, target](value)


def safe_cast(value: Stored, source: str, target: str) -> Stored:
    """cast, with NULL where it would fail."""
    try:
        return cast(value, source, target)
    except QueryError:
        return None


def _float_op(op: str, left: float, right: float) -> Stored:
    if op == "/" and right == 0:
        raise invalid(f"division by zero: {left:.15g} / {right:.15g}")
    try:
        result = {"+": left + right, "-": left - right, "*": left * right}[op] if op != "/" else left / right
    except OverflowError:
        result = math.inf
    if math.isinf(result) and math.isfinite(left) and math.isfinite(right):
        raise invalid(f"double overflow: {left:.15g} {op} {right:.15g}")
    return real(result)


def arithmetic(op: str, kind: str, left: Stored, right: Stored) -> Stored:
    """left op right, both of kind; op is + - * or / (of FLOAT64 and decimals). Raises QueryError."""
    if left is None or right is None:
        return None
    if kind == "INT64":
        value = left + right if op == "+" else left - right if op == "-" else left * right
        return int64(value, f"{left} {op} {right}")
    if kind == "FLOAT64":
        return _float_op(op, float(left), float(right))
    a, b = Decimal(left), Decimal(right)
    if op == "/" and not b:
        raise invalid(f"division by zero: {left} / {right}")
    ops = {"+": _EXACT.add, "-": _EXACT.subtract, "*": _EXACT.multiply, "/": _EXACT.divide}
    return decimal_text(ops[op](a, b), kind)


def compare_decimals(left: str, right: str) -> int:
    """Collation of NUMERIC and BIGNUMERIC text."""
    a, b = Decimal(left), Decimal(right)
    return (a > b) - (a < b)


def compare_bytes(left: str, right: str) -> int:
    """Collation of BYTES."""
    try:
        a, b = base64.b64decode(left), base64.b64decode(right)
    except binascii.Error:
        a, b = left.encode(), right.encode()
    return (a > b) - (a < b)


class DecimalSum:
    """SUM of NUMERIC or BIGNUMERIC."""

    def __init__(self) -> None:
        self.total: Decimal | None = None
        self.count = 0
        self.kind = "NUMERIC"

    def step(self, value: str | None, kind: str) -> None:
        self.kind = kind
        if value is not None:
            self.total = _EXACT.add(self.total or Decimal(0), Decimal(value))
            self.count += 1

    def finalize(self) -> str | None:
        return None if self.total is None else decimal_text(self.total, self.kind)


class DecimalAverage(DecimalSum):
    """AVG of NUMERIC or BIGNUMERIC."""

    def finalize(self) -> str | None:
        if self.total is None:
            return None
        return decimal_text(_EXACT.divide(self.total, Decimal(self.count)), self.kind)
