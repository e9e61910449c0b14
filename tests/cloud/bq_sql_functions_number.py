"""The mathematical and JSON functions of the stand-in's SQL.

Source: BigQuery docs "Mathematical functions", "JSON functions".
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import bq_sql_json
from bq_sql_errors import invalid
from bq_sql_functions import signatures
from bq_sql_values import decimal_text, int64, real


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


@signatures("ROUND(FLOAT64[, INT64]) -> FLOAT64")
def _round_float(value: Any, digits: int = 0) -> Any:
    number = float(value)
    if not math.isfinite(number) or abs(digits) > 300:
        return real(number)
    unit = Decimal(1).scaleb(-digits)
    return float((Decimal(number) / unit).to_integral_value(ROUND_HALF_UP) * unit)


@signatures("ROUND(NUMERIC[, INT64]) -> NUMERIC")
def _round_numeric(value: str, digits: int = 0) -> str:
    unit = Decimal(1).scaleb(-max(min(digits, 9), -29))
    return decimal_text((Decimal(value) / unit).to_integral_value(ROUND_HALF_UP) * unit, "NUMERIC")


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
