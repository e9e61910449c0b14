"""Calls to SQLite: scalar functions by their signatures, conditionals, aggregates, windows.

Sources: BigQuery docs "Function calls", "Aggregate functions", "Window function calls".
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from typing import Any

import bq_sql_ast as ast
import bq_sql_types
from bq_sql_errors import QueryError, invalid, unsupported
from bq_sql_functions import SIGNATURES, Signature
from bq_sql_functions_time import UNITS
from bq_sql_scope import Context, Environment, Value, constant, literal_sql
from bq_sql_translate import Expressions, coerce, collated
from bq_sql_types import BOOL, DATE, DATETIME, FLOAT64, INT64, NULL, STRING, TIMESTAMP, Type

_AGGREGATES = frozenset(
    ("COUNT", "COUNTIF", "SUM", "AVG", "MIN", "MAX", "ANY_VALUE", "LOGICAL_AND", "LOGICAL_OR", "STRING_AGG")
)
# Numbering and navigation functions: their arguments, and whether the window must be ordered.
_WINDOWED = {
    "ROW_NUMBER": (0, 0, False),
    "RANK": (0, 0, True),
    "DENSE_RANK": (0, 0, True),
    "LAG": (1, 2, True),
    "LEAD": (1, 2, True),
    "FIRST_VALUE": (1, 1, True),
    "LAST_VALUE": (1, 1, True),
}
_DECIMALS = ("NUMERIC", "BIGNUMERIC")


class Calls(Expressions):
    """Expressions with ast.Call."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.handlers[ast.Call] = self._call

    def _call(self, node: ast.Call, context: Context) -> Value:
        if node.over:
            return self._windowed(node, context)
        if node.name in _AGGREGATES:
            return self._aggregate_call(node, context)
        if node.distinct or node.star:
            raise invalid(
                f"{'DISTINCT' if node.distinct else '*'} is not allowed in function {node.name}", node.at
            )
        templates = {
            "IF": self._if, "IFNULL": self._coalesce, "COALESCE": self._coalesce, "NULLIF": self._nullif,
            "GREATEST": self._extreme, "LEAST": self._extreme,
        }  # fmt: skip
        if node.name in templates:
            return templates[node.name](node, context)
        if node.name.startswith("CURRENT_"):
            return self._current(node, context)
        if node.name in _WINDOWED:
            raise invalid(f"Analytic function {node.name} cannot be called without an OVER clause", node.at)
        if node.name not in SIGNATURES:
            raise unsupported(f"function {node.name}", node.at)
        return self._scalar(node, context)

    def _values(self, node: ast.Call, context: Context) -> list[Value]:
        return [self.translate(arg, context) for arg in node.args]

    def _scalar(self, node: ast.Call, context: Context) -> Value:
        """The first signature that takes the arguments, unchanged if one does."""
        arguments: list[Value | ast.Expr] = []
        for arg in node.args:
            word = isinstance(arg, ast.Interval) or (
                isinstance(arg, ast.Path)
                and len(arg.parts) == 1
                and arg.parts[0].upper() in UNITS["ANY_UNIT"]
            )
            arguments.append(
                arg if word and self._wants_word(node, len(arguments)) else self.translate(arg, context)
            )
        for exact in (True, False):
            for signature in SIGNATURES[node.name]:
                texts = self._matched(signature, node, arguments, context, exact)
                if texts is not None:
                    return Value(f"{signature.sql_name}({', '.join(texts)})", signature.result)
        raise self._no_signature(node, arguments)

    def _wants_word(self, node: ast.Call, place: int) -> bool:
        """True when some signature has a UNIT or INTERVAL kind at this place."""
        return any(len(s.params) > place and s.params[place] in UNITS for s in SIGNATURES[node.name])

    def _matched(
        self,
        signature: Signature,
        node: ast.Call,
        arguments: list[Value | ast.Expr],
        context: Context,
        exact: bool,
    ) -> list[str] | None:
        """The SQLite arguments under signature, or None when it does not take them."""
        params = list(signature.params)
        if signature.repeats and len(arguments) > len(params):
            params += [params[-1]] * (len(arguments) - len(params))
        if not signature.required <= len(arguments) <= len(params):
            return None
        texts: list[str] = []
        for param, argument, arg in zip(params, arguments, node.args, strict=False):
            if param in UNITS:
                found = self._word(param, argument, context)
            elif isinstance(argument, Value):
                found = self._typed(argument, bq_sql_types.named(param) or STRING, arg, exact)
            else:
                found = None
            if found is None:
                return None
            texts += found
        return texts

    def _typed(self, value: Value, target: Type, node: ast.Expr, exact: bool) -> list[str] | None:
        if value.type == target or value.type == NULL:
            return [value.sql]
        if exact or not bq_sql_types.coerces(value.type, target, value.literal):
            return None
        return [coerce(value, target, node.at).sql]

    def _word(self, kind: str, argument: Value | ast.Expr, context: Context) -> list[str] | None:
        """SQLite arguments of a UNIT (the word) or an INTERVAL (amount, word)."""
        if kind.endswith("UNIT"):
            if not isinstance(argument, ast.Path):
                return None
            unit = argument.parts[0].upper()
            if unit not in UNITS[kind]:
                raise invalid(f"Unsupported date part {unit} in this function", argument.at)
            return [literal_sql(unit)]
        if not isinstance(argument, ast.Interval):
            return None
        if argument.unit not in UNITS[kind]:
            raise invalid(f"Unsupported date part {argument.unit} in this function", argument.at)
        amount = self.translate(argument.amount, context)
        if amount.type not in (INT64, NULL):
            raise invalid(
                f"Interval value must be coercible to INT64 type, but is {amount.type}", argument.at
            )
        return [amount.sql, literal_sql(argument.unit)]

    def _no_signature(self, node: ast.Call, arguments: list[Value | ast.Expr]) -> QueryError:
        names = [
            ("INT64" if a.type == NULL else str(a.type))
            if isinstance(a, Value)
            else ("INTERVAL" if isinstance(a, ast.Interval) else "DATE_TIME_PART")
            for a in arguments
        ]
        known = "; ".join(s.text for s in SIGNATURES[node.name])
        given = f"argument types: {', '.join(names)}" if names else "no arguments"
        return invalid(
            f"No matching signature for function {node.name} for {given}. Supported signatures: {known}",
            node.at,
        )

    def _arity(self, node: ast.Call, least: int, most: int) -> None:
        if not least <= len(node.args) <= most:
            raise invalid(f"Number of arguments does not match for function {node.name}", node.at)

    def _if(self, node: ast.Call, context: Context) -> Value:
        self._arity(node, 3, 3)
        test = self.condition(node.args[0], context, "IF condition")
        nodes = list(node.args[1:])
        values = [self.translate(n, context) for n in nodes]
        then, otherwise = self.common(nodes, values, "function IF")
        return Value(f"CASE WHEN {test} THEN {then.sql} ELSE {otherwise.sql} END", then.type)

    def _coalesce(self, node: ast.Call, context: Context) -> Value:
        self._arity(node, *((2, 2) if node.name == "IFNULL" else (1, 1000)))
        values = self.common(list(node.args), self._values(node, context), f"function {node.name}")
        texts = ", ".join(v.sql for v in values)
        return Value(f"coalesce({texts})" if len(values) > 1 else texts, values[0].type)

    def _nullif(self, node: ast.Call, context: Context) -> Value:
        self._arity(node, 2, 2)
        left, right = self.common(list(node.args), self._values(node, context), "function NULLIF")
        return Value(f"nullif({collated(left)}, {right.sql})", left.type)

    def _extreme(self, node: ast.Call, context: Context) -> Value:
        self._arity(node, 1, 1000)
        values = self.common(list(node.args), self._values(node, context), f"function {node.name}")
        self._check_ordered(node, values[0].type)
        if len(values) == 1:
            return values[0]
        name = "max" if node.name == "GREATEST" else "min"
        return Value(f"{name}({', '.join(map(collated, values))})", values[0].type)

    def _current(self, node: ast.Call, context: Context) -> Value:
        """CURRENT_…: the time the statement began, so that it is one and the same throughout."""
        now = Value(literal_sql(self.environment.now), TIMESTAMP)
        if node.name == "CURRENT_TIMESTAMP":
            self._arity(node, 0, 0)
            return now
        results = {"CURRENT_DATE": DATE, "CURRENT_DATETIME": DATETIME, "CURRENT_TIME": bq_sql_types.TIME}
        if node.name not in results:
            raise unsupported(f"function {node.name}", node.at)
        self._arity(node, 0, 1)
        zone = constant("UTC", STRING)
        if node.args:
            zone = coerce(self.translate(node.args[0], context), STRING, node.at)
        result = results[node.name]
        return Value(f"bq_{result.kind.lower()}({now.sql}, {zone.sql})", result)

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
        if type_.kind in _DECIMALS:
            if distinct or window:
                raise unsupported(f"{node.name} of distinct or windowed {type_}", node.at)
            name = "bq_decimal_sum" if node.name == "SUM" else "bq_decimal_avg"
            return Value(f"{name}({value.sql}, '{type_}')", type_)
        return Value(f"{node.name.lower()}({distinct}{value.sql})", type_ if node.name == "SUM" else FLOAT64)

    def _bad_aggregate(self, node: ast.Call, type_: Type, wanted: str) -> QueryError:
        return invalid(
            f"No matching signature for aggregate function {node.name} for argument types: {type_}. "
            f"Supported signature: {node.name}({wanted})",
            node.at,
        )

    def order_sql(self, items: tuple[ast.OrderItem, ...], context: Context) -> str:
        """ORDER BY of a window."""
        texts = [order_text(self.translate(item.expr, context), item) for item in items]
        return f"ORDER BY {', '.join(texts)}" if texts else ""

    def _windowed(self, node: ast.Call, context: Context) -> Value:
        over = node.over
        if not over or not context.windows:
            raise invalid(f"Analytic function not allowed in {context.clause}", node.at)
        if node.name not in _WINDOWED and node.name not in _AGGREGATES:
            raise unsupported(f"{node.name} with OVER", node.at)
        if node.distinct:
            raise unsupported("DISTINCT in a window", node.at)
        keys = ", ".join(collated(self.translate(e, context)) for e in over.partition)
        window = (f"PARTITION BY {keys} " if keys else "") + self.order_sql(over.order, context)
        if node.name in _AGGREGATES:
            value = self._aggregate(node, context, window=True)
        else:
            least, most, ordered = _WINDOWED[node.name]
            self._arity(node, least, most)
            if ordered and not over.order:
                raise invalid(f"Window ORDER BY is required for analytic function {node.name}", node.at)
            values = self._values(node, context)
            texts = ", ".join(v.sql for v in values)
            value = Value(f"{node.name.lower()}({texts})", values[0].type if values else INT64)
        return Value(f"{value.sql} OVER ({window})", value.type)


def has_aggregate(node: Any) -> bool:
    """True when an expression calls an aggregate, outside of windows and subqueries."""
    if isinstance(node, ast.Call) and node.name in _AGGREGATES and not node.over:
        return True
    if isinstance(node, tuple):
        return any(map(has_aggregate, node))
    if not is_dataclass(node) or isinstance(node, ast.Query):
        return False
    return any(has_aggregate(getattr(node, f.name)) for f in fields(node))


def order_text(value: Value, item: ast.OrderItem) -> str:
    """One ORDER BY term; NULL is the least value unless NULLS says otherwise."""
    if value.type not in (*bq_sql_types.ORDERED, NULL):
        raise invalid(f"ORDER BY does not support expressions of type {value.type}", item.expr.at)
    nulls = "" if item.nulls_first is None else f" NULLS {'FIRST' if item.nulls_first else 'LAST'}"
    return f"{collated(value)} {'DESC' if item.descending else 'ASC'}{nulls}"
