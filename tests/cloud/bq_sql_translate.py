"""Expressions to SQLite: every node becomes text with a BigQuery type.

Operators keep BigQuery's meaning through functions that bq_sql_engine.py gives to SQLite (checked
arithmetic, LIKE, casts); comparisons and logic are SQLite's own, which agree on stored values.
Sources: BigQuery docs "Operators", "Conditional expressions", "Conversion rules".
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import bq_sql_ast as ast
import bq_sql_time as times
import bq_sql_types
from bq_sql_errors import Position, QueryError, invalid, unsupported
from bq_sql_scope import Context, Environment, Value, constant, literal_sql
from bq_sql_types import (
    BOOL,
    BYTES,
    DATE,
    DATETIME,
    FLOAT64,
    INT64,
    JSON,
    NULL,
    STRING,
    TIME,
    TIMESTAMP,
    Type,
)
from bq_sql_values import cast

_COLLATIONS = {"NUMERIC": "bq_decimal", "BIGNUMERIC": "bq_decimal", "BYTES": "bq_bytes"}
_EXTRACT_RESULTS = {"DATE": DATE, "DATETIME": DATETIME, "TIME": TIME}
_NO_FIELDS = (STRING, INT64, FLOAT64, BOOL, BYTES, DATE, DATETIME, TIME, TIMESTAMP)


def collated(value: Value) -> str:
    """The text of value for <, =, ORDER BY, MIN and MAX."""
    collation = _COLLATIONS.get(value.type.kind)
    return f"({value.sql}) COLLATE {collation}" if collation else value.sql


def convert(value: Value, target: Type) -> str:
    """SQLite text of value cast to target."""
    if value.type in (target, NULL):
        return value.sql
    if (value.type, target) == (INT64, FLOAT64):
        return f"CAST({value.sql} AS REAL)"
    return f"bq_cast({value.sql}, '{value.type}', '{target}')"


def coerce(value: Value, target: Type, position: Position) -> Value:
    """value as target, which it coerces to; a literal is converted at once."""
    if value.type == target:
        return value
    if not value.literal:
        return Value(convert(value, target), target)
    try:
        return constant(cast(value.constant, value.type.kind, target.kind), target)
    except QueryError:
        raise invalid(f'Could not cast literal "{value.constant}" to type {target}', position) from None


def no_operator(op: str, values: list[Value], supported: str, position: Position) -> QueryError:
    types = ", ".join("INT64" if v.type == NULL else str(v.type) for v in values)
    return invalid(
        f"No matching signature for operator {op} for argument types: {types}. Supported signature: {supported}",
        position,
    )


class Expressions:
    """translate() for every node but calls and subqueries, which subclasses add."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.handlers: dict[type, Callable[[Any, Context], Value]] = {
            ast.Literal: self._literal, ast.Path: self._path, ast.Field: self._field, ast.Param: self._param,
            ast.System: self._system, ast.Unary: self._unary, ast.Binary: self._binary, ast.Is: self._is,
            ast.Between: self._between, ast.InList: self._in_list, ast.Case: self._case, ast.Cast: self._cast,
            ast.Extract: self._extract, ast.Interval: self._interval,
        }  # fmt: skip

    def translate(self, node: ast.Expr, context: Context) -> Value:
        """node as SQLite text with its type; raises QueryError."""
        if context.keys is not None and not isinstance(node, (ast.Literal, ast.Param, ast.System)):
            key = self._as_key(node, context)
            if key and key.sql in context.keys:
                return key
        return self.handlers[type(node)](node, context)

    def _as_key(self, node: ast.Expr, context: Context) -> Value | None:
        """node outside of any grouping, to be compared with the GROUP BY expressions."""
        try:
            return self.handlers[type(node)](node, context.inside(context.clause))
        except QueryError:
            return None

    def condition(self, node: ast.Expr, context: Context, name: str) -> str:
        """The text of a BOOL expression of a clause."""
        value = self.translate(node, context)
        if value.type not in (BOOL, NULL):
            raise invalid(f"{name} should return type BOOL, but returns type {value.type}", node.at)
        return value.sql

    def common(self, nodes: list[ast.Expr], values: list[Value], name: str) -> list[Value]:
        """values as their supertype."""
        target = bq_sql_types.supertype([(v.type, v.literal) for v in values])
        if target is None:
            types = ", ".join(str(v.type) for v in values)
            raise invalid(f"No matching signature for {name} for argument types: {types}", nodes[0].at)
        return [coerce(v, target, n.at) for v, n in zip(values, nodes, strict=True)]

    def _literal(self, node: ast.Literal, context: Context) -> Value:
        kind, value = node.type, node.value
        if kind.endswith(" LITERAL"):
            return self._typed_literal(node, kind.removesuffix(" LITERAL"))
        if kind == "NULL":
            return constant(None, NULL)
        if kind == "BYTES":
            value = base64.b64encode(value).decode()
        return constant(int(value) if kind == "BOOL" else value, bq_sql_types.named(kind) or STRING)

    def _typed_literal(self, node: ast.Literal, kind: str) -> Value:
        if kind == "JSON":
            raise unsupported("JSON literals; use PARSE_JSON", node.at)
        try:
            return Value(literal_sql(cast(node.value, "STRING", kind)), Type(kind))
        except QueryError:
            raise invalid(f"Invalid {kind} literal", node.at) from None

    def _path(self, node: ast.Path, context: Context) -> Value:
        if len(node.parts) == 1 and node.parts[0].lower() in context.aliases:
            aliased = context.aliases[node.parts[0].lower()]
            return self.translate(aliased, replace(context, aliases={}))
        found = context.find(node.parts, node.at)
        if not found:
            variable = self.environment.variables.get(node.parts[0].lower())
            if not variable:
                raise invalid(f"Unrecognized name: {node.parts[0]}", node.at)
            found = (Value(literal_sql(variable[1]), variable[0]), node.parts[1:])
        value, fields = found
        for name in fields:
            value = self._member(value, name, node.at)
        return value

    def _field(self, node: ast.Field, context: Context) -> Value:
        return self._member(self.translate(node.base, context), node.name, node.at)

    def _member(self, value: Value, name: str, position: Position) -> Value:
        """value.name."""
        if value.type == JSON:
            raise unsupported("field access on JSON; use JSON_VALUE", position)
        if value.type.kind != "STRUCT":
            raise invalid(f"Cannot access field {name} on a value with type {value.type}", position)
        for exact, type_ in value.type.fields:
            if exact.lower() == name.lower():
                return Value(f"bq_member({value.sql}, {literal_sql(exact)}, '{type_.kind}')", type_)
        raise invalid(f"Field name {name} does not exist in {value.type}", position)

    def _param(self, node: ast.Param, context: Context) -> Value:
        found = self.environment.parameters.get(node.name.lower())
        if not found:
            raise invalid(f"Query parameter '{node.name}' not found", node.at)
        return constant(found[1], found[0])

    def _system(self, node: ast.System, context: Context) -> Value:
        found = self.environment.system.get(node.name.lower())
        if not found:
            raise unsupported(f"system variable @@{node.name}", node.at)
        return Value(literal_sql(found[1]), found[0])

    def _unary(self, node: ast.Unary, context: Context) -> Value:
        value = self.translate(node.arg, context)
        if node.op == "NOT":
            if value.type not in (BOOL, NULL):
                raise no_operator("NOT", [value], "NOT BOOL", node.at)
            return Value(f"(NOT {value.sql})", BOOL)
        if value.type not in (*bq_sql_types.NUMBERS, NULL):
            raise no_operator(node.op, [value], f"{node.op}INT64", node.at)
        if node.op == "+" or value.type == NULL:
            return value
        zero = "'0'" if value.type.kind in _COLLATIONS else "0"
        return Value(f"bq_arithmetic('-', '{value.type}', {zero}, {value.sql})", value.type)

    def _binary(self, node: ast.Binary, context: Context) -> Value:
        values = [self.translate(node.left, context), self.translate(node.right, context)]
        left, right = values
        if node.op in ("AND", "OR"):
            if any(v.type not in (BOOL, NULL) for v in values):
                raise no_operator(node.op, values, f"BOOL {node.op} ([BOOL, ...])", node.at)
            return Value(f"({left.sql} {node.op} {right.sql})", BOOL)
        if node.op in ("LIKE", "||"):
            if any(v.type not in (STRING, NULL) for v in values):
                raise no_operator(node.op, values, f"STRING {node.op} STRING", node.at)
            if node.op == "LIKE":
                return Value(f"bq_like({left.sql}, {right.sql})", BOOL)
            return Value(f"({left.sql} || {right.sql})", STRING)
        if node.op in ("+", "-", "*", "/"):
            return self._arithmetic(node, values)
        return self._compared(node.op, [node.left, node.right], values)

    def _arithmetic(self, node: ast.Binary, values: list[Value]) -> Value:
        target = bq_sql_types.supertype([(v.type, v.literal) for v in values])
        if target == NULL or (target == INT64 and node.op == "/"):
            target = FLOAT64 if node.op == "/" else INT64
        if target not in bq_sql_types.NUMBERS:
            raise no_operator(node.op, values, f"INT64 {node.op} INT64", node.at)
        left, right = (coerce(v, target, node.at) for v in values)
        return Value(f"bq_arithmetic('{node.op}', '{target}', {left.sql}, {right.sql})", target)

    def _compared(self, op: str, nodes: list[ast.Expr], values: list[Value]) -> Value:
        target = bq_sql_types.supertype([(v.type, v.literal) for v in values])
        if target is None:
            raise no_operator(op, values, f"ANY {op} ANY", nodes[0].at)
        if target not in (*bq_sql_types.ORDERED, NULL):
            raise invalid(f"{_english(op)} is not defined for arguments of type {target}", nodes[0].at)
        left, right = (coerce(v, target, n.at) for v, n in zip(values, nodes, strict=True))
        test = f"{collated(left)} {op} {right.sql}"
        if target == FLOAT64:
            # NaN, stored as text, equals nothing and is neither less nor more than anything.
            for side in (left, right):
                if not side.literal or side.constant == "NaN":
                    test += f" OR {side.sql} = 'NaN'" if op == "!=" else f" AND {side.sql} != 'NaN'"
        return Value(f"({test})", BOOL)

    def _is(self, node: ast.Is, context: Context) -> Value:
        value = self.translate(node.arg, context)
        if node.what != "NULL" and value.type not in (BOOL, NULL):
            raise no_operator(f"IS {node.what}", [value], f"BOOL IS {node.what}", node.at)
        return Value(f"({value.sql} IS {({'TRUE': '1', 'FALSE': '0'}).get(node.what, 'NULL')})", BOOL)

    def _between(self, node: ast.Between, context: Context) -> Value:
        value, low, high = (self.translate(n, context) for n in (node.arg, node.low, node.high))
        above = self._compared(">=", [node.arg, node.low], [value, low])
        below = self._compared("<=", [node.arg, node.high], [value, high])
        return Value(f"({above.sql} AND {below.sql})", BOOL)

    def _in_list(self, node: ast.InList, context: Context) -> Value:
        nodes = [node.arg, *node.items]
        values = [self.translate(n, context) for n in nodes]
        if bq_sql_types.supertype([(v.type, v.literal) for v in values]) is None:
            raise no_operator("IN", values, "ANY IN (ANY, ...)", node.at)
        first, *rest = self.common(nodes, values, "operator IN")
        return Value(f"({collated(first)} IN ({', '.join(v.sql for v in rest)}))", BOOL)

    def _case(self, node: ast.Case, context: Context) -> Value:
        tests = []
        operand = self.translate(node.operand, context) if node.operand else None
        for test, _ in node.whens:
            if node.operand and operand:
                equal = self._compared("=", [node.operand, test], [operand, self.translate(test, context)])
                tests.append(equal.sql)
            else:
                tests.append(self.condition(test, context, "CASE WHEN condition"))
        results = [result for _, result in node.whens]
        results.append(node.otherwise or ast.Literal(node.at, "NULL", None))
        values = self.common(results, [self.translate(r, context) for r in results], "operator CASE")
        arms = " ".join(f"WHEN {test} THEN {v.sql}" for test, v in zip(tests, values[:-1], strict=True))
        return Value(f"CASE {arms} ELSE {values[-1].sql} END", values[0].type)

    def _cast(self, node: ast.Cast, context: Context) -> Value:
        value = self.translate(node.arg, context)
        if not bq_sql_types.castable(value.type, node.type):
            raise invalid(f"Invalid cast from {value.type} to {node.type}", node.arg.at)
        if node.safe and value.type != node.type:
            return Value(f"bq_safe_cast({value.sql}, '{value.type}', '{node.type}')", node.type)
        return Value(convert(value, node.type), node.type)

    def _extract(self, node: ast.Extract, context: Context) -> Value:
        value = self.translate(node.arg, context)
        if value.type not in (TIMESTAMP, DATETIME, DATE, TIME):
            raise invalid(f"EXTRACT does not support arguments of type: {value.type}", node.at)
        if node.part not in (*times.EXTRACTS, *_EXTRACT_RESULTS):
            raise invalid(f"A valid date part name is required but found {node.part}", node.at)
        if value.type in (DATE, TIME) and (node.part in times.CLOCK_UNITS) != (value.type == TIME):
            raise invalid(f"EXTRACT from {value.type} does not support the {node.part} date part", node.at)
        zone = "'UTC'"
        if node.zone:
            if value.type != TIMESTAMP:
                raise invalid(f"EXTRACT from {value.type} does not support AT TIME ZONE", node.zone.at)
            zone = coerce(self.translate(node.zone, context), STRING, node.zone.at).sql
        result = _EXTRACT_RESULTS.get(node.part, INT64)
        return Value(f"bq_extract({value.sql}, '{node.part}', {zone})", result)

    def _interval(self, node: ast.Interval, context: Context) -> Value:
        raise unsupported("INTERVAL outside of a date function", node.at)


def _english(op: str) -> str:
    return {"=": "Equality", "!=": "Inequality"}.get(op, "Comparison")
