"""A connection to the warehouse that knows the functions the translation calls."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Callable
from typing import Any

import bq_sql_functions_number  # noqa: F401 (registers its functions)
import bq_sql_json
from bq_sql_errors import QueryError, invalid, unsupported
from bq_sql_functions import IMPLEMENTATIONS
from bq_sql_functions_text import like
from bq_sql_functions_time import extract
from bq_sql_values import (
    DecimalAverage,
    DecimalSum,
    arithmetic,
    cast,
    compare_bytes,
    compare_decimals,
    safe_cast,
)

Row = tuple[Any, ...]


class _Single:
    """The only value of a scalar subquery."""

    def __init__(self) -> None:
        self.count = 0
        self.value: Any = None

    def step(self, value: Any) -> None:
        self.count += 1
        self.value = value

    def finalize(self) -> Any:
        if self.count > 1:
            raise invalid("Scalar subquery produced more than one element")
        return self.value


def _required(value: Any, name: str) -> Any:
    if value is None:
        raise invalid(f"Required field {name} cannot be null")
    return value


def _no_nan(value: Any) -> Any:
    if value == "NaN":
        raise unsupported("NaN in a windowed aggregate")
    return value


def _bounded(value: Any, name: str, kind: str, longest: int) -> Any:
    """A STRING or BYTES value no longer than its column allows."""
    if value is not None:
        length = len(value) if kind == "STRING" else len(value) * 3 // 4 - value.count("=")
        if length > longest:
            raise invalid(
                f"Field {name}: {kind}({longest}) has maximum length {longest} but got a value with length {length}"
            )
    return value


_PLAIN: dict[str, Callable[..., Any]] = {
    "bq_cast": cast,
    "bq_safe_cast": safe_cast,
    "bq_arithmetic": arithmetic,
    "bq_like": like,
    "bq_member": bq_sql_json.member,
    "bq_extract": extract,
    "bq_required": _required,
    "bq_bounded": _bounded,
    "bq_no_nan": _no_nan,
}
_AGGREGATES = {
    "bq_single": (_Single, 1),
    "bq_decimal_sum": (DecimalSum, 2),
    "bq_decimal_avg": (DecimalAverage, 2),
}


class Engine:
    """Wraps a connection in autocommit; close() ends it. One thread at a time."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db
        self._raised: QueryError | None = None
        for name, function in _PLAIN.items():
            db.create_function(name, -1, self._keeping(function))
        for name, function in IMPLEMENTATIONS.items():
            strict = _null_in_null_out(function)
            db.create_function(name, -1, self._keeping(strict))
            db.create_function(f"safe_{name}", -1, self._keeping(_safe(strict)))
        for name, (aggregate, count) in _AGGREGATES.items():
            db.create_aggregate(name, count, self._kept_aggregate(aggregate))
        db.create_collation("bq_decimal", compare_decimals)
        db.create_collation("bq_bytes", compare_bytes)

    def close(self) -> None:
        """Undo what is not committed, and end."""
        if self.db.in_transaction:
            self.db.execute("ROLLBACK")
        self.db.close()

    def execute(self, sql: str) -> sqlite3.Cursor:
        """Run one SQLite statement; raises QueryError with what its functions raised."""
        try:
            return self.db.execute(sql)
        except sqlite3.Error as failed:
            raise self._translated(failed) from None

    def rows(self, sql: str) -> list[Row]:
        try:
            return self.db.execute(sql).fetchall()
        except sqlite3.Error as failed:
            raise self._translated(failed) from None

    def _translated(self, failed: sqlite3.Error) -> QueryError:
        raised, self._raised = self._raised, None
        if raised:
            return raised
        if "integer overflow" in str(failed):
            return invalid("int64 overflow in SUM")
        if "no such table" in str(failed):
            return QueryError("notFound", f"Not found: Table was deleted while the query ran ({failed})")
        return QueryError("internalError", f"stand-in: SQLite refused its translation: {failed}")

    def _keep(self, error: Exception) -> QueryError:
        """Remember what a function raised; SQLite only tells that something was."""
        self._raised = error if isinstance(error, QueryError) else invalid(f"stand-in: {error!r}")
        return self._raised

    def _keeping(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*values: Any) -> Any:
            try:
                result = function(*values)
            except Exception as error:
                raise self._keep(error) from error
            return "NaN" if isinstance(result, float) and math.isnan(result) else result

        return call

    def _kept_aggregate(self, aggregate: type) -> type:
        keep = self._keep

        class Kept(aggregate):  # type: ignore[misc,valid-type]
            def finalize(self) -> Any:
                try:
                    return super().finalize()
                except Exception as error:
                    raise keep(error) from error

        return Kept


def _null_in_null_out(function: Callable[..., Any]) -> Callable[..., Any]:
    return lambda *values: None if None in values else function(*values)


def _safe(function: Callable[..., Any]) -> Callable[..., Any]:
    """function with NULL where the query is at fault; what the stand-in does not know stays an error."""

    def call(*values: Any) -> Any:
        try:
            return function(*values)
        except QueryError as refused:
            if refused.message.startswith("stand-in:"):
                raise
            return None

    return call
