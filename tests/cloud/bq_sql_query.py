"""Queries to SQLite: SELECT, grouping, set operations, WITH, ordering.

Source: BigQuery docs "Query syntax".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import bq_sql_ast as ast
import bq_sql_types
from bq_sql_aggregates import has_aggregate, is_whole_number, nodes, order_text
from bq_sql_errors import invalid, unsupported
from bq_sql_from import Cte, Froms, Translated
from bq_sql_scope import Context, Value
from bq_sql_types import INT64, NULL

_SET_SQL = {"UNION ALL": "UNION ALL", "UNION DISTINCT": "UNION", "EXCEPT DISTINCT": "EXCEPT"}
_SET_SQL["INTERSECT DISTINCT"] = "INTERSECT"


@dataclass(frozen=True)
class _Item:
    """One output column: the tree it came from (None for one of *), its value and name."""

    node: ast.Expr | None
    value: Value
    name: str | None


class Queries(Froms):
    """Expressions with subqueries, and query()."""

    def query(self, node: ast.Query, outer: Context | None = None) -> Translated:
        """node as SQLite text; raises QueryError."""
        before = self.ctes
        seen = set()
        try:
            for name, body in node.ctes:
                if name.lower() in seen:
                    raise invalid(f"Duplicate alias {name} for WITH subquery", body.at)
                seen.add(name.lower())
                self.query(body)  # also when nothing names it
                self.ctes = {**self.ctes, name.lower(): Cte(body, self.ctes)}
            if isinstance(node.body, ast.Select):
                translated = self._select(node.body, node.order, outer)
            else:
                translated = self._compound(node, outer)
        finally:
            self.ctes = before
        return replace(translated, sql=translated.sql + self._limit(node))

    def _limit(self, node: ast.Query) -> str:
        text = ""
        for word, count in (("LIMIT", node.limit), ("OFFSET", node.offset)):
            if not count:
                continue
            value = self.translate(count, Context(None))
            if not value.literal or value.type != INT64 or value.constant is None or value.constant < 0:
                raise invalid(f"{word} expects a non-negative integer literal or parameter", count.at)
            text += f" {word} {value.sql}"
        return text

    def _compound(self, node: ast.Query, outer: Context | None) -> Translated:
        """A set operation or a query in parentheses, with its ORDER BY on the outside."""
        body = node.body
        if isinstance(body, ast.SetOperation):
            inner = self._set_operation(body, outer)
        else:
            inner = self.query(body, outer) if isinstance(body, ast.Query) else self._select(body, (), outer)
        if not node.order:
            return replace(inner, sql=f"SELECT * FROM ({inner.sql})")
        source = self.derived(inner, None)
        items = [_Item(None, Value(c.sql, c.type), c.name) for c in source.columns]
        order = self._order(node.order, items, Context(source, outer, clause="ORDER BY clause"))
        tail = f" ORDER BY {', '.join(order)}" if order else ""
        return Translated(f"SELECT * FROM {source.sql}{tail}", inner.columns)

    def _set_operation(self, node: ast.SetOperation, outer: Context | None) -> Translated:
        inputs = [
            self.query(i, outer) if isinstance(i, ast.Query) else self._select(i, (), outer)
            for i in node.inputs
        ]
        first = inputs[0]
        for number, other in enumerate(inputs[1:], 2):
            if len(other.columns) != len(first.columns):
                raise invalid(
                    f"Queries in {node.op} have mismatched column count; query 1 has {len(first.columns)} "
                    f"column{'s' * (len(first.columns) != 1)}, query {number} has {len(other.columns)} "
                    f"column{'s' * (len(other.columns) != 1)}",
                    node.inputs[number - 1].at,
                )
        types = []
        for place in range(len(first.columns)):
            given = [i.column(place) for i in inputs]
            target = bq_sql_types.supertype([(v.type, v.literal) for v in given])
            if target is None:
                shown = ", ".join(str(i.columns[place][1]) for i in inputs)
                raise invalid(
                    f"Column {place + 1} in {node.op} has incompatible types: {shown}", node.inputs[1].at
                )
            types.append(INT64 if target == NULL else target)
        texts = [f"SELECT * FROM ({self.converted(i, types, node.at)})" for i in inputs]
        columns = tuple((name, type_) for (name, _), type_ in zip(first.columns, types, strict=True))
        return Translated(f" {_SET_SQL[node.op]} ".join(texts), columns)

    def _select(
        self, node: ast.Select, order: tuple[ast.OrderItem, ...], outer: Context | None
    ) -> Translated:
        source = self.source(node.source, outer) if node.source else None
        if not source and node.where:
            raise invalid("Query without FROM clause cannot have a WHERE clause", node.where.at)
        rows = Context(source, outer)
        where = ""
        if node.where:
            filtering = Context(source, outer, clause="WHERE clause")
            where = f" WHERE {self.condition(node.where, filtering, 'WHERE clause')}"
        keys = self._group_keys(node, rows)
        items = list(self._items(node, Context(source, outer, keys, aggregates=True, windows=True)))
        if not items:
            raise invalid("SELECT list must not be empty", node.at)
        aliases = {i.name.lower(): i.node for i in items if i.name and i.node}
        late = Context(source, outer, keys, "HAVING clause", aggregates=True, aliases=aliases)
        grouping = f" GROUP BY {', '.join(sorted(keys))}" if keys else ""
        if node.having:
            if keys is None:
                raise invalid(
                    "The HAVING clause requires GROUP BY or aggregation to be present", node.having.at
                )
            grouping += f" HAVING {self.condition(node.having, late, 'HAVING clause')}"
        texts = [f"{i.value.sql} AS c{n}" for n, i in enumerate(items)]
        columns = tuple((i.name, INT64 if i.value.type == NULL else i.value.type) for i in items)
        literals = {n: i.value for n, i in enumerate(items) if i.value.literal and i.node}
        self._check_distinct(node, items)
        begin = "SELECT DISTINCT " if node.distinct else "SELECT "
        rest = (f" FROM {source.sql}" if source else "") + where + grouping
        last = Context(source, outer, keys, "ORDER BY clause", keys is not None, True, aliases)
        if node.distinct:
            self._check_visible(order, items, last)
        ordered = self._order(order, items, last)
        tail = f" ORDER BY {', '.join(ordered)}" if ordered else ""
        if not node.qualify:
            return Translated(begin + ", ".join(texts) + rest + tail, columns, literals)
        if node.distinct or order:
            raise unsupported("QUALIFY with DISTINCT or ORDER BY in one SELECT", node.qualify.at)
        qualifying = Context(source, outer, keys, "QUALIFY clause", keys is not None, True, aliases)
        test = self.condition(node.qualify, qualifying, "QUALIFY clause")
        names = ", ".join(f"c{n}" for n in range(len(items)))
        inner = f"SELECT {', '.join(texts)}, {test} AS chosen{rest}"
        return Translated(f"SELECT {names} FROM ({inner}) WHERE chosen", columns)

    def _check_distinct(self, node: ast.Select, items: list[_Item]) -> None:
        for item in items if node.distinct else ():
            if item.value.type not in (*bq_sql_types.ORDERED, NULL):
                raise invalid(f"SELECT DISTINCT does not support columns of type {item.value.type}", node.at)

    def _group_keys(self, node: ast.Select, rows: Context) -> frozenset[str] | None:
        """Text of the GROUP BY expressions; empty when there are only aggregates; None without."""
        if node.group_by is None:
            return frozenset() if node.having or _aggregates(node.items) else None
        named = {i.alias.lower(): i.expr for i in node.items if isinstance(i, ast.SelectItem) and i.alias}
        keys = set()
        for expr in node.group_by:
            chosen = expr
            if isinstance(expr, ast.Literal) and expr.type == "INT64":
                if not 1 <= expr.value <= len(node.items):
                    raise invalid(f"GROUP BY is out of SELECT column number range: {expr.value}", expr.at)
                item = node.items[expr.value - 1]
                if isinstance(item, ast.Star):
                    raise unsupported("GROUP BY number of a *", expr.at)
                chosen = item.expr
            elif isinstance(expr, ast.Path) and len(expr.parts) == 1:
                chosen = named.get(expr.parts[0].lower(), expr)
            value = self.translate(chosen, Context(rows.source, rows.outer, clause="GROUP BY clause"))
            if value.type not in (*bq_sql_types.ORDERED, NULL):
                raise invalid(f"Grouping by expressions of type {value.type} is not allowed", expr.at)
            bare = value.literal or is_whole_number(value.sql)
            keys.add(f"({value.sql} IS NULL)" if bare else value.sql)
        return frozenset(keys)

    def _items(self, node: ast.Select, context: Context) -> Iterator[_Item]:
        for item in node.items:
            if isinstance(item, ast.Star):
                yield from self._star(item, context)
            else:
                name = item.alias
                if not name and isinstance(item.expr, (ast.Path, ast.Field)):
                    name = item.expr.parts[-1] if isinstance(item.expr, ast.Path) else item.expr.name
                yield _Item(item.expr, self.translate(item.expr, context), name)

    def _star(self, node: ast.Star, context: Context) -> Iterator[_Item]:
        if not context.source:
            raise invalid("SELECT * must have a FROM clause", node.at)
        columns = context.source.columns
        if node.qualifier:
            found = context.source.tables.get(node.qualifier.parts[0].lower())
            if found is None or len(node.qualifier.parts) > 1:
                raise invalid(f"Unrecognized name: {'.'.join(node.qualifier.parts)}", node.at)
            columns = found
        dropped = {name.lower() for _, name in node.dropped}
        replaced = {name.lower(): expr for expr, name in node.replaced}
        names = {c.name.lower() for c in columns if c.name}
        for position, name in node.dropped:
            if name.lower() not in names:
                raise invalid(f"Column {name} in SELECT * EXCEPT list does not exist", position)
        for expr, name in node.replaced:
            if name.lower() not in names:
                raise invalid(f"Column {name} in SELECT * REPLACE list does not exist", expr.at)
        for column in columns:
            low = (column.name or "").lower()
            if low in dropped:
                continue
            if low in replaced:
                yield _Item(None, self.translate(replaced[low], context), column.name)
            else:
                if context.keys is not None and column.sql not in context.keys:
                    raise invalid(
                        f"Star expansion expression references column {column.name} which is neither grouped"
                        " nor aggregated",
                        node.at,
                    )
                yield _Item(None, Value(column.sql, column.type), column.name)

    def _order(self, order: tuple[ast.OrderItem, ...], items: list[_Item], context: Context) -> list[str]:
        """ORDER BY terms: a column's number, an output name, or any expression of the query."""
        texts = []
        for item in order:
            chosen = None
            if isinstance(item.expr, ast.Literal) and item.expr.type == "INT64":
                if not 1 <= item.expr.value <= len(items):
                    raise invalid(
                        f"ORDER BY is out of SELECT column number range: {item.expr.value}", item.expr.at
                    )
                chosen = items[item.expr.value - 1]
            elif isinstance(item.expr, ast.Path) and len(item.expr.parts) == 1:
                low = item.expr.parts[0].lower()
                named = [i for i in items if (i.name or "").lower() == low]
                if len(named) > 1:
                    raise invalid(f"Column name {item.expr.parts[0]} is ambiguous", item.expr.at)
                chosen = named[0] if named else None
            value = chosen.value if chosen else self.translate(item.expr, context)
            texts.append(order_text(value, item))
        return [text for text in texts if text]

    def _check_visible(self, order: tuple[ast.OrderItem, ...], items: list[_Item], context: Context) -> None:
        """After DISTINCT there is nothing to order by but what was selected."""
        names, texts = {(i.name or "").lower() for i in items}, {i.value.sql for i in items}
        for path in nodes(tuple(item.expr for item in order)):
            if not isinstance(path, ast.Path) or (len(path.parts) == 1 and path.parts[0].lower() in names):
                continue
            if self.translate(path, context).sql not in texts:
                raise invalid(
                    f"ORDER BY clause expression references column {path.parts[-1]} which is not visible after "
                    "SELECT DISTINCT",
                    path.at,
                )


def _aggregates(items: tuple[ast.SelectItem | ast.Star, ...]) -> bool:
    """True when a SELECT list calls an aggregate outside of windows and subqueries."""
    return any(isinstance(i, ast.SelectItem) and has_aggregate(i.expr) for i in items)
