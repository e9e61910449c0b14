"""Recursive descent over GoogleSQL expressions.

Source: BigQuery docs "Operators" (precedence), "Conditional expressions", "Subqueries".
"""

from __future__ import annotations

from dataclasses import replace

import bq_sql_ast as ast
from bq_sql_cursor import Cursor
from bq_sql_errors import syntax, unsupported
from bq_sql_types import named

_COMPARISONS = ("=", "!=", "<", "<=", ">", ">=")
_SUMS = ("+", "-")
_PRODUCTS = ("*", "/", "||")
_BITS = ("&", "|", "^", "<<", ">>", "~")
_TYPED_LITERALS = ("TIMESTAMP", "DATE", "DATETIME", "TIME", "NUMERIC", "BIGNUMERIC", "DECIMAL", "JSON")
_BARE_CALLS = ("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_DATETIME", "CURRENT_TIME")


class ExpressionParser(Cursor):
    """expression() and what it is made of; a subclass gives query() and order_items()."""

    def query(self) -> ast.Query:
        raise self.unexpected()

    def order_items(self) -> tuple[ast.OrderItem, ...]:
        raise self.unexpected()

    def expression(self) -> ast.Expr:
        left = self._conjunction()
        while self.sees("OR"):
            self.take()
            left = ast.Binary(left.at, "OR", left, self._conjunction())
        return left

    def expressions(self) -> tuple[ast.Expr, ...]:
        """expression, …"""
        items = [self.expression()]
        while self.accept(","):
            items.append(self.expression())
        return tuple(items)

    def _conjunction(self) -> ast.Expr:
        left = self._negation()
        while self.sees("AND"):
            self.take()
            left = ast.Binary(left.at, "AND", left, self._negation())
        return left

    def _negation(self) -> ast.Expr:
        if self.sees("NOT"):
            return ast.Unary(self.take().position, "NOT", self._negation())
        return self._comparison()

    def _comparison(self) -> ast.Expr:
        """Comparisons, which do not chain."""
        left = self._sum()
        if self.here.is_(*_COMPARISONS):
            left = ast.Binary(left.at, self.take().value, left, self._sum())
            if self.here.is_(*_COMPARISONS):
                raise self.unexpected()
            return left
        while True:
            if self.accept("IS"):
                left = self._is(left)
                continue
            negated = self.sees("NOT") and self.ahead().is_("IN", "LIKE", "BETWEEN")
            if negated:
                self.take()
            tested = self._membership(left)
            if tested is None:
                return left
            left = ast.Unary(left.at, "NOT", tested) if negated else tested

    def _is(self, left: ast.Expr) -> ast.Expr:
        negated = self.accept("NOT")
        if not self.here.is_("NULL", "TRUE", "FALSE"):
            if self.here.is_("DISTINCT"):
                raise unsupported("IS [NOT] DISTINCT FROM", self.here.position)
            raise self.unexpected()
        test = ast.Is(left.at, left, self.take().value.upper())
        return ast.Unary(left.at, "NOT", test) if negated else test

    def _membership(self, left: ast.Expr) -> ast.Expr | None:
        """LIKE, BETWEEN or IN after left; None when none of them comes."""
        if self.accept("LIKE"):
            if self.here.is_("ANY", "SOME", "ALL"):
                raise unsupported("quantified LIKE", self.here.position)
            return ast.Binary(left.at, "LIKE", left, self._sum())
        if self.accept("BETWEEN"):
            low = self._sum()
            self.expect("AND")
            return ast.Between(left.at, left, low, self._sum())
        if not self.accept("IN"):
            return None
        if self.sees("UNNEST"):
            raise unsupported("IN UNNEST", self.here.position)
        self.expect("(")
        if self.here.is_("SELECT", "WITH"):
            test: ast.Expr = ast.InQuery(left.at, left, self.query())
        else:
            test = ast.InList(left.at, left, self.expressions())
        self.expect(")")
        return test

    def _sum(self) -> ast.Expr:
        left = self._product()
        while self.here.is_(*_SUMS):
            left = ast.Binary(left.at, self.take().value, left, self._product())
        if self.here.kind == "op" and self.here.value in _BITS:
            raise unsupported(f"operator {self.here.value}", self.here.position)
        return left

    def _product(self) -> ast.Expr:
        left = self._unary()
        while self.here.is_(*_PRODUCTS):
            left = ast.Binary(left.at, self.take().value, left, self._unary())
        return left

    def _unary(self) -> ast.Expr:
        if self.sees("~"):
            raise unsupported("operator ~", self.here.position)
        if not self.here.is_("-", "+"):
            return self._postfix()
        sign = self.take()
        arg = self._unary()
        # A signed number is one literal, so that the least INT64 can be written.
        if isinstance(arg, ast.Literal) and arg.type in ("INT64", "FLOAT64"):
            value = -arg.value if sign.value == "-" else arg.value
            if value != 2**63:
                return ast.Literal(sign.position, arg.type, value)
        return ast.Unary(sign.position, sign.value, arg)

    def _postfix(self) -> ast.Expr:
        value = self._primary()
        while self.here.is_(".", "["):
            if self.sees("["):
                raise unsupported("array and JSON subscripts", self.here.position)
            self.take()
            value = ast.Field(value.at, value, self._word_after_dot())
        return value

    def _primary(self) -> ast.Expr:
        token = self.here
        if token.kind in ("string", "bytes", "int", "float"):
            return self._literal()
        if token.kind == "param":
            return ast.Param(self.take().position, token.value)
        if token.kind == "system":
            return ast.System(self.take().position, token.value)
        if self.accept("("):
            return self._parenthesis(token.position)
        for word, kind, value in (("TRUE", "BOOL", True), ("FALSE", "BOOL", False), ("NULL", "NULL", None)):
            if self.accept(word):
                return ast.Literal(token.position, kind, value)
        special = {
            "CASE": self._case,
            "CAST": self._cast,
            "EXTRACT": self._extract,
            "INTERVAL": self._interval,
        }
        if token.kind == "word" and token.value.upper() in special:
            return special[token.value.upper()]()
        if self.sees("EXISTS", "("):
            return self._exists()
        if token.is_("ARRAY", "STRUCT", "UNNEST") or token.is_("["):
            raise unsupported(f"{token.value} in an expression", token.position)
        return self._word()

    def _literal(self) -> ast.Literal:
        token = self.take()
        if token.kind == "int":
            value = int(token.value, 16) if token.value[:2] in ("0x", "0X") else int(token.value)
            negative = self.index > 1 and self.tokens[self.index - 2].is_("-")
            if value > 2**63 - (0 if negative else 1):
                raise syntax(f"Invalid integer literal: {token.value}", token.position)
            return ast.Literal(token.position, "INT64", value)
        if token.kind == "float":
            return ast.Literal(token.position, "FLOAT64", float(token.value))
        return ast.Literal(token.position, token.kind.upper(), token.value)

    def _parenthesis(self, position: tuple[int, int]) -> ast.Expr:
        if self.here.is_("SELECT", "WITH"):
            scalar = ast.Scalar(position, self.query())
            self.expect(")")
            return scalar
        inner = self.expression()
        if self.sees(","):
            raise unsupported("a STRUCT of values", position)
        self.expect(")")
        return inner

    def _case(self) -> ast.Case:
        position = self.expect("CASE").position
        operand = None if self.sees("WHEN") else self.expression()
        whens = []
        while self.accept("WHEN"):
            condition = self.expression()
            self.expect("THEN")
            whens.append((condition, self.expression()))
        if not whens:
            raise self.wanted("keyword WHEN")
        otherwise = self.expression() if self.accept("ELSE") else None
        self.expect("END")
        return ast.Case(position, operand, tuple(whens), otherwise)

    def _cast(self) -> ast.Cast:
        token = self.take()
        self.expect("(")
        arg = self.expression()
        self.expect("AS")
        type_ = self.type_name()
        if self.sees("FORMAT"):
            raise unsupported("CAST … FORMAT", self.here.position)
        self.expect(")")
        return ast.Cast(token.position, arg, type_, token.value.upper() == "SAFE_CAST")

    def _extract(self) -> ast.Extract:
        position = self.expect("EXTRACT").position
        self.expect("(")
        part = self.identifier().upper()
        self.expect("FROM")
        arg = self.expression()
        zone = None
        if self.accept("AT"):
            self.expect("TIME", "ZONE")
            zone = self.expression()
        self.expect(")")
        return ast.Extract(position, part, arg, zone)

    def _interval(self) -> ast.Interval:
        position = self.expect("INTERVAL").position
        amount = self.expression()
        return ast.Interval(position, amount, self.identifier().upper())

    def _exists(self) -> ast.Exists:
        position = self.expect("EXISTS").position
        self.expect("(")
        query = self.query()
        self.expect(")")
        return ast.Exists(position, query)

    def _word(self) -> ast.Expr:
        """A column path, a call, or a literal that begins with its type."""
        token = self.here
        upper = token.value.upper() if token.kind == "word" else ""
        if upper == "SAFE_CAST" and self.ahead().is_("("):
            return self._cast()
        if upper == "SAFE" and self.ahead().is_(".") and self.ahead(3).is_("("):
            self.take()
            self.take()
            return replace(self._call(), at=token.position, safe=True)
        if upper in _TYPED_LITERALS and self.ahead().kind == "string":
            type_ = named(self.take().value)
            return ast.Literal(token.position, f"{type_} LITERAL", self.take().value)
        if self.ahead().is_("(") and (upper in ("IF", "LEFT", "RIGHT", "REPLACE") or self.at_identifier()):
            return self._call()
        if not self.at_identifier():
            raise self.unexpected()
        if upper in _BARE_CALLS:
            return ast.Call(self.take().position, upper, ())
        parts = [self.identifier()]
        while self.sees(".") and self.ahead().kind in ("word", "name"):
            self.take()
            if self.ahead().is_("(") and parts[0].upper() in ("NET", "KEYS", "HLL_COUNT", "AEAD"):
                raise unsupported(f"functions of {parts[0].upper()}.", token.position)
            parts.append(self._word_after_dot())
        return ast.Path(token.position, tuple(parts))

    def _call(self) -> ast.Call:
        token = self.take()
        name = str(token.value).upper()
        self.expect("(")
        if self.accept("*"):
            self.expect(")")
            return ast.Call(token.position, name, (), star=True, over=self._over())
        distinct = self.accept("DISTINCT")
        args: tuple[ast.Expr, ...] = () if self.sees(")") else self.expressions()
        for word in ("IGNORE", "RESPECT", "ORDER", "LIMIT", "HAVING"):
            if self.sees(word):
                raise unsupported(f"{word} inside {name}", self.here.position)
        self.expect(")")
        return ast.Call(token.position, name, args, distinct, over=self._over())

    def _over(self) -> ast.Over | None:
        if not self.accept("OVER"):
            return None
        if not self.sees("("):
            raise unsupported("named windows", self.here.position)
        self.take()
        partition = self.expressions() if self.accept("PARTITION", "BY") else ()
        order = self.order_items() if self.sees("ORDER") else ()
        if self.here.is_("ROWS", "RANGE"):
            raise unsupported("window frames", self.here.position)
        self.expect(")")
        return ast.Over(partition, order)
