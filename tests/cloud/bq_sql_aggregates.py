"""Aggregate and window functions to SQLite.

Sources: BigQuery docs "Aggregate functions", "Numbering functions", "Navigation functions",
"Window function calls".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import bq_sql_ast as ast
import bq_sql_types
from bq_sql_errors import QueryError, invalid, unsupported
from bq_sql_scope import Context, Value
from bq_sql_translate import Expressions, coerce, collated
from bq_sql_types import BOOL, FLOAT64, INT64, NULL, STRING, Type

AGGREGATES = frozenset(
    ("COUNT", "COUNTIF", "SUM", "AVG", "MIN", "MAX", "ANY_VALUE", "LOGICAL_AND", "LOGICAL_OR", "STRING_AGG")
)
# Numbering and navigation functions: their arguments, and whether the window must be ordered.
WINDOWED = {
    "ROW_NUMBER": (0, 0, False),
    "RANK": (0, 0, True),
    "DENSE_RANK": (0, 0, True),
    "LAG": (1, 2, True),
    "LEAD": (1, 2, True),
    "FIRST_VALUE": (1, 1, True),
    "LAST_VALUE": (1, 1, True),
}
DECIMALS = ("NUMERIC", "BIGNUMERIC")
_WHOLE_NUMBER = re.compile(r"\(*[-+]*\d+\)*")


class Aggregates(Expressions):
    """Calls of aggregates, with and without OVER."""

    def _values(self, node: ast.Call, context: Context) -> list[Value]:
        return [self.translate(arg, context) for arg in node.args]

    def _arity(self, node: ast.Call, least: int, most: int) -> None:
        if not least <= len(node.args) <= most:
            raise invalid(f"Number of arguments does not match for function {node.name}", node.at)

    def _check_ordered(self, node: ast.Call, type_: Type) -> None:
        if type_ not in (*bq_sql_types.ORDERED, NULL):
            raise invalid(f"{node.name} is not defined for arguments of type {type_}", node.at)

    def _aggregate_call(self, node: ast.Call, context: Context) -> Value:
        if not context.aggregates:
            if context.clause.startswith("an aggregate"):
                raise invalid("Aggregations of aggregations are not allowed", node.at)
            raise invalid(f"Aggregate function {node.name} not allowed in {context.clause}", node.at)
        return self._aggregate(node, context.inside("an aggregate's argument"), window=False)

    def _aggregate(self, node: ast.Call, inner: Context, window: bool) -> Value:
        """An aggregate over the rows of inner."""
        if node.star:
            if node.name != "COUNT":
                raise invalid(
                    f"Argument * can only be used in COUNT(*), but was used in {node.name}", node.at
                )
            return Value("count(*)", INT64)
        self._arity(node, 1, 2 if node.name == "STRING_AGG" else 1)
        values = self._values(node, inner)
        value, type_ = values[0], values[0].type
        distinct = "DISTINCT " if node.distinct else ""
        if node.name == "COUNT":
            if node.distinct:
                self._check_ordered(node, type_)
            return Value(f"count({distinct}{collated(value)})", INT64)
        if node.name == "ANY_VALUE":
            return Value(f"max({value.sql})", type_)
        if node.name in ("MIN", "MAX"):
            self._check_ordered(node, type_)
            if node.name == "MIN" and type_ == FLOAT64:
                return self._with_nan("min", value, window)
            return Value(f"{node.name.lower()}({collated(value)})", type_)
        if node.name in ("COUNTIF", "LOGICAL_AND", "LOGICAL_OR"):
            if type_ not in (BOOL, NULL):
                raise self._bad_aggregate(node, type_, "BOOL")
            name = {"LOGICAL_AND": "min", "LOGICAL_OR": "max"}.get(node.name)
            if name:
                return Value(f"{name}({value.sql})", BOOL)
            return Value(f"count({distinct}CASE WHEN {value.sql} THEN 1 END)", INT64)
        if node.name == "STRING_AGG":
            if type_ not in (STRING, NULL):
                raise self._bad_aggregate(node, type_, "STRING")
            if node.distinct:
                raise unsupported("STRING_AGG(DISTINCT …)", node.at)
            delimiter = coerce(values[1], STRING, node.at).sql if len(values) > 1 else "','"
            return Value(f"group_concat({value.sql}, {delimiter})", STRING)
        return self._sum(node, value, distinct, window)

    def _sum(self, node: ast.Call, value: Value, distinct: str, window: bool) -> Value:
        """SUM and AVG."""
        type_ = INT64 if value.type == NULL else value.type
        if type_ not in bq_sql_types.NUMBERS:
            raise self._bad_aggregate(node, type_, "INT64")
        if type_.kind in DECIMALS:
            if distinct or window:
                raise unsupported(f"{node.name} of distinct or windowed {type_}", node.at)
            name = "bq_decimal_sum" if node.name == "SUM" else "bq_decimal_avg"
            return Value(f"{name}({value.sql}, '{type_}')", type_)
        if type_ == FLOAT64:
            return self._with_nan(node.name.lower(), value, window, distinct)
        return Value(f"{node.name.lower()}({distinct}{value.sql})", type_ if node.name == "SUM" else FLOAT64)

    def _with_nan(self, name: str, value: Value, window: bool, distinct: str = "") -> Value:
        """An aggregate of FLOAT64, which is NaN as soon as one value is."""
        if window:
            return Value(f"{name}(bq_no_nan({value.sql}))", FLOAT64)
        nan = f"max(CASE WHEN {value.sql} = 'NaN' THEN 'NaN' END)"
        return Value(f"coalesce({nan}, {name}({distinct}{value.sql}))", FLOAT64)

    def _bad_aggregate(self, node: ast.Call, type_: Type, wanted: str) -> QueryError:
        return invalid(
            f"No matching signature for aggregate function {node.name} for argument types: {type_}. "
            f"Supported signature: {node.name}({wanted})",
            node.at,
        )

    def order_sql(self, items: tuple[ast.OrderItem, ...], context: Context) -> str:
        """ORDER BY of a window."""
        terms = [order_text(self.translate(item.expr, context), item) for item in items]
        texts = [term for term in terms if term]
        return f"ORDER BY {', '.join(texts)}" if texts else ""

    def _windowed(self, node: ast.Call, context: Context) -> Value:
        over = node.over
        if not over or not context.windows:
            raise invalid(f"Analytic function not allowed in {context.clause}", node.at)
        if node.name not in WINDOWED and node.name not in AGGREGATES:
            raise unsupported(f"{node.name} with OVER", node.at)
        if node.distinct:
            raise unsupported("DISTINCT in a window", node.at)
        keys = ", ".join(collated(self.translate(e, context)) for e in over.partition)
        window = (f"PARTITION BY {keys} " if keys else "") + self.order_sql(over.order, context)
        if node.name in AGGREGATES:
            value = self._aggregate(node, context, window=True)
        else:
            least, most, ordered = WINDOWED[node.name]
            self._arity(node, least, most)
            if ordered and not over.order:
                raise invalid(f"Window ORDER BY is required for analytic function {node.name}", node.at)
            values = self._values(node, context)
            texts = ", ".join(v.sql for v in values)
            value = Value(f"{node.name.lower()}({texts})", values[0].type if values else INT64)
        return Value(f"{value.sql} OVER ({window})", value.type)


def nodes(node: Any) -> Iterator[Any]:
    """An expression and all that it is made of, but not inside of subqueries."""
    if isinstance(node, tuple):
        for part in node:
            yield from nodes(part)
    elif is_dataclass(node) and not isinstance(node, (ast.Query, Type)):
        yield node
        for each in fields(node):
            yield from nodes(getattr(node, each.name))


def has_aggregate(node: ast.Expr) -> bool:
    """True when an expression calls an aggregate, outside of windows and subqueries."""
    return any(isinstance(n, ast.Call) and n.name in AGGREGATES and not n.over for n in nodes(node))


def is_whole_number(sql: str) -> bool:
    """True for what SQLite would take as a column's number in ORDER BY and GROUP BY."""
    return _WHOLE_NUMBER.fullmatch(sql) is not None


def order_text(value: Value, item: ast.OrderItem) -> str | None:
    """One ORDER BY term; NULL is the least value, then NaN, unless NULLS says otherwise.

    None for a constant number, which orders nothing.
    """
    if value.type not in (*bq_sql_types.ORDERED, NULL):
        raise invalid(f"ORDER BY does not support expressions of type {value.type}", item.expr.at)
    if is_whole_number(value.sql):
        return None
    nulls = "" if item.nulls_first is None else f" NULLS {'FIRST' if item.nulls_first else 'LAST'}"
    tail = f"{'DESC' if item.descending else 'ASC'}{nulls}"
    if value.type == FLOAT64:
        nan = f"CASE WHEN {value.sql} IS NOT NULL THEN {value.sql} IS NOT 'NaN' END"
        return f"{nan} {tail}, {value.sql} {tail}"
    return f"{collated(value)} {tail}"
