"""Calls to SQLite: scalar functions by their signatures, and conditionals.

Sources: BigQuery docs "Function calls", "Conditional expressions".
"""

from __future__ import annotations

import bq_sql_ast as ast
import bq_sql_types
from bq_sql_aggregates import AGGREGATES, DECIMALS, WINDOWED, Aggregates
from bq_sql_errors import QueryError, invalid, unsupported
from bq_sql_functions import SIGNATURES, Signature
from bq_sql_functions_time import UNITS
from bq_sql_scope import Context, Environment, Value, constant, literal_sql
from bq_sql_translate import coerce, collated
from bq_sql_types import DATE, DATETIME, FLOAT64, INT64, NULL, STRING, TIMESTAMP, Type


class Calls(Aggregates):
    """Expressions with ast.Call."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.handlers[ast.Call] = self._call

    def _call(self, node: ast.Call, context: Context) -> Value:
        if node.safe and node.name not in SIGNATURES:
            raise unsupported(f"SAFE.{node.name}", node.at)
        if node.over:
            return self._windowed(node, context)
        if node.name in AGGREGATES:
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
        if node.name in WINDOWED:
            raise invalid(f"Analytic function {node.name} cannot be called without an OVER clause", node.at)
        if node.name not in SIGNATURES:
            raise unsupported(f"function {node.name}", node.at)
        return self._scalar(node, context)

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
                    name = f"{'safe_' * node.safe}{signature.sql_name}"
                    return Value(f"{name}({', '.join(texts)})", signature.result)
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
        if value.type.kind in DECIMALS and target == FLOAT64:
            raise unsupported(f"this function of {value.type}", node.at)
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
