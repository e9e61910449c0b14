"""Recursive descent over queries: WITH, SELECT, set operations, FROM and joins.

Source: BigQuery docs "Query syntax".
"""

from __future__ import annotations

import bq_sql_ast as ast
from bq_sql_errors import Position, syntax, unsupported
from bq_sql_parse import ExpressionParser

_JOINS = {
    "INNER": "INNER",
    "JOIN": "INNER",
    "LEFT": "LEFT",
    "RIGHT": "RIGHT",
    "FULL": "FULL",
    "CROSS": "CROSS",
}


class QueryParser(ExpressionParser):
    """query() on top of expression()."""

    def query(self) -> ast.Query:
        """[WITH …] body [ORDER BY …] [LIMIT … [OFFSET …]]."""
        position = self.here.position
        ctes = self._with() if self.accept("WITH") else ()
        body = self._set_operation()
        order = self.order_items() if self.sees("ORDER") else ()
        limit = self._primary() if self.accept("LIMIT") else None
        offset = self._primary() if limit and self.accept("OFFSET") else None
        return ast.Query(position, ctes, body, order, limit, offset)

    def _with(self) -> tuple[tuple[str, ast.Query], ...]:
        if self.sees("RECURSIVE"):
            raise unsupported("WITH RECURSIVE", self.here.position)
        ctes = []
        while True:
            name = self.identifier()
            self.expect("AS")
            self.expect("(")
            ctes.append((name, self.query()))
            self.expect(")")
            if not self.accept(","):
                return tuple(ctes)

    def _set_operation(self) -> ast.Select | ast.SetOperation | ast.Query:
        position = self.here.position
        inputs = [self._query_primary()]
        op = ""
        while self.here.is_("UNION", "EXCEPT", "INTERSECT"):
            token = self.take()
            if not self.here.is_("ALL", "DISTINCT"):
                raise self.wanted("keyword ALL or keyword DISTINCT")
            found = f"{token.value.upper()} {self.take().value.upper()}"
            if found in ("EXCEPT ALL", "INTERSECT ALL"):
                raise unsupported(found, token.position)
            if op and found != op:
                raise self.wanted(f"keyword {op.split()[0]}")
            op = found
            inputs.append(self._query_primary())
        return ast.SetOperation(position, op, tuple(inputs)) if op else inputs[0]

    def _query_primary(self) -> ast.Select | ast.Query:
        if self.accept("("):
            query = self.query()
            self.expect(")")
            return query
        if not self.sees("SELECT"):
            raise (
                self.wanted('"(" or keyword SELECT or keyword WITH')
                if self.here.kind == "end"
                else self.unexpected()
            )
        return self._select()

    def _select(self) -> ast.Select:
        position = self.expect("SELECT").position
        distinct = self.accept("DISTINCT")
        self.accept("ALL")
        if self.here.is_("AS") and self.ahead().is_("STRUCT", "VALUE"):
            raise unsupported("SELECT AS STRUCT and SELECT AS VALUE", self.here.position)
        if self.sees("FROM"):
            raise syntax("SELECT list must not be empty", self.here.position)
        items = [self._select_item()]
        # A comma after the last column is allowed.
        while self.accept(",") and not self._list_ends():
            items.append(self._select_item())
        source = self._from() if self.accept("FROM") else None
        where = self.expression() if self.accept("WHERE") else None
        group_by = self._group_by() if self.accept("GROUP", "BY") else None
        having = self.expression() if self.accept("HAVING") else None
        qualify = self.expression() if self.accept("QUALIFY") else None
        if self.sees("WINDOW"):
            raise unsupported("named windows", self.here.position)
        return ast.Select(position, distinct, tuple(items), source, where, group_by, having, qualify)

    def _list_ends(self) -> bool:
        return self.here.kind == "end" or self.here.is_("FROM", "WHERE", "ORDER", "LIMIT", "UNION", ")", ";")

    def _group_by(self) -> tuple[ast.Expr, ...]:
        if self.here.is_("ROLLUP", "CUBE", "GROUPING", "ALL"):
            raise unsupported(f"GROUP BY {self.here.value.upper()}", self.here.position)
        return self.expressions()

    def _select_item(self) -> ast.SelectItem | ast.Star:
        if self.sees("*"):
            return self._star(None, self.take().position)
        start = self.index
        if self.at_identifier():
            position = self.here.position
            parts = [self.identifier()]
            while self.sees(".") and not self.ahead().is_("*") and self.ahead().kind in ("word", "name"):
                self.take()
                parts.append(self._word_after_dot())
            if self.sees(".", "*"):
                self.take()
                self.take()
                return self._star(ast.Path(position, tuple(parts)), position)
            self.index = start
        expr = self.expression()
        return ast.SelectItem(expr, self.alias())

    def _star(self, qualifier: ast.Path | None, position: Position) -> ast.Star:
        dropped: list[tuple[Position, str]] = []
        replaced: list[tuple[ast.Expr, str]] = []
        if self.accept("EXCEPT"):
            self.expect("(")
            dropped = list(self.names())
            self.expect(")")
        if self.accept("REPLACE"):
            self.expect("(")
            while True:
                expr = self.expression()
                self.accept("AS")
                replaced.append((expr, self.identifier()))
                if not self.accept(","):
                    break
            self.expect(")")
        return ast.Star(position, qualifier, tuple(dropped), tuple(replaced))

    def names(self) -> tuple[tuple[Position, str], ...]:
        """identifier, …"""
        found = [(self.here.position, self.identifier())]
        while self.accept(","):
            found.append((self.here.position, self.identifier()))
        return tuple(found)

    def _from(self) -> ast.FromItem:
        left = self._joined()
        while self.sees(","):
            position = self.take().position
            left = ast.Join(position, "CROSS", left, self._joined(), None, ())
        return left

    def _joined(self) -> ast.FromItem:
        left = self._from_primary()
        while self.here.is_(*_JOINS):
            token = self.take()
            kind = _JOINS[token.value.upper()]
            self.accept("OUTER")
            if not token.is_("JOIN"):
                self.expect("JOIN")
            right = self._from_primary()
            on, using = None, ()
            if kind != "CROSS":
                if self.accept("USING"):
                    self.expect("(")
                    using = self.names()
                    self.expect(")")
                else:
                    self.expect("ON")
                    on = self.expression()
            left = ast.Join(token.position, kind, left, right, on, using)
        return left

    def _from_primary(self) -> ast.FromItem:
        position = self.here.position
        if self.accept("("):
            if self.here.is_("SELECT", "WITH", "("):
                query = self.query()
                self.expect(")")
                return ast.SubqueryRef(position, query, self.alias())
            item = self._from()
            self.expect(")")
            return item
        if self.sees("UNNEST"):
            raise unsupported("UNNEST", position)
        table = self.table_ref()
        for word in ("FOR", "TABLESAMPLE", "PIVOT", "UNPIVOT"):
            if self.sees(word):
                raise unsupported(f"{word} after a table", self.here.position)
        return table

    def table_ref(self) -> ast.TableRef:
        """A table's path and alias."""
        position = self.here.position
        parts = self.table_path()
        if self.sees("("):
            raise unsupported("table functions", position)
        return ast.TableRef(position, parts, self.alias())

    def order_items(self) -> tuple[ast.OrderItem, ...]:
        """ORDER BY expression [ASC|DESC] [NULLS FIRST|LAST], …"""
        self.expect("ORDER", "BY")
        items = []
        while True:
            expr = self.expression()
            descending = self.accept("DESC") or (self.accept("ASC") and False)
            nulls_first = None
            if self.accept("NULLS"):
                if not self.here.is_("FIRST", "LAST"):
                    raise self.unexpected()
                nulls_first = self.take().is_("FIRST")
            items.append(ast.OrderItem(expr, descending, nulls_first))
            if not self.accept(","):
                return tuple(items)
