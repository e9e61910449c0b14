"""FROM to SQLite, and subqueries: tables, joins, queries used as values.

A translated query names its columns c0, c1, …, and every table in FROM is t0, t1, …, so that no
name of the user's can mean something else to SQLite. Source: BigQuery docs "Query syntax", "Subqueries".
"""

from __future__ import annotations

from dataclasses import dataclass, field

import bq_sql_ast as ast
import bq_sql_types
from bq_schema import quote
from bq_sql_ast_statements import QueryStatement
from bq_sql_calls import Calls
from bq_sql_errors import Position, invalid, unsupported
from bq_sql_scope import Column, Context, Environment, Source, Value
from bq_sql_statements import parse
from bq_sql_tables import Table, Tables
from bq_sql_translate import coerce, collated
from bq_sql_types import BOOL, NULL, Type

MAX_VIEWS = 16  # "Quotas and limits", Views: nested view levels


@dataclass(frozen=True)
class Translated:
    """A query as SQLite text whose columns are c0, c1, …; names and types are BigQuery's.

    literals: the columns that are bare literals of the SELECT list, by place; those still coerce
    where a set operation or an INSERT wants another type.
    """

    sql: str
    columns: tuple[tuple[str | None, Type], ...]
    literals: dict[int, Value] = field(default_factory=dict)

    def column(self, place: int) -> Value:
        """A column, as seen by a query around this one."""
        literal = self.literals.get(place)
        if literal:
            return literal
        return Value(f"c{place}", self.columns[place][1])


@dataclass(frozen=True)
class Cte:
    query: ast.Query
    visible: dict[str, Cte]


class Froms(Calls):
    """Expressions with subqueries, and source(); a subclass gives query()."""

    def __init__(self, environment: Environment, tables: Tables) -> None:
        super().__init__(environment)
        self.tables = tables
        self.ctes: dict[str, Cte] = {}
        self.aliases = 0
        self.views = 0
        self.handlers[ast.Scalar] = self._scalar_query
        self.handlers[ast.Exists] = self._exists
        self.handlers[ast.InQuery] = self._in_query

    def query(self, node: ast.Query, outer: Context | None = None) -> Translated:
        raise unsupported("subqueries here", node.at)

    def converted(self, inner: Translated, types: list[Type], position: Position) -> str:
        """inner's text with its columns coerced to types."""
        if [t for _, t in inner.columns] == types:
            return inner.sql
        texts = [
            f"{coerce(inner.column(place), target, position).sql} AS c{place}"
            for place, target in enumerate(types)
        ]
        return f"SELECT {', '.join(texts)} FROM ({inner.sql})"

    def source(self, node: ast.FromItem, outer: Context | None) -> Source:
        """What FROM brings."""
        if isinstance(node, ast.Join):
            return self._join(node, outer)
        if isinstance(node, ast.SubqueryRef):
            return self.derived(self.query(node.query, outer), node.alias)
        return self.table_source(node)

    def alias(self) -> str:
        """A fresh SQLite alias."""
        self.aliases += 1
        return f"t{self.aliases - 1}"

    def derived(self, inner: Translated, name: str | None) -> Source:
        """A query as a table."""
        alias = self.alias()
        columns = [Column(n, t, f"{alias}.c{place}") for place, (n, t) in enumerate(inner.columns)]
        return Source(f"({inner.sql}) AS {alias}", columns, {name.lower(): columns} if name else {})

    def table_source(self, ref: ast.TableRef) -> Source:
        """A named table: a CTE's, or a real one's."""
        cte = self.ctes.get(ref.parts[0].lower()) if len(ref.parts) == 1 else None
        if cte:
            before, self.ctes = self.ctes, cte.visible
            try:
                return self.derived(self.query(cte.query), ref.alias or ref.parts[0])
            finally:
                self.ctes = before
        table = self.tables.find(ref)
        if table.view:
            return self._view_source(table, ref)
        alias = self.alias()
        columns = [Column(n, t, f"{alias}.{quote(n)}") for n, t in table.columns()]
        name = (ref.alias or ref.parts[-1]).lower()
        return Source(f"{quote(table.storage)} AS {alias}", columns, {name: columns})

    def _view_source(self, table: Table, ref: ast.TableRef) -> Source:
        """A view: its query now, which sees no name of the query around it."""
        definition = table.view or {}
        if definition.get("useLegacySql"):
            raise invalid("Cannot reference a legacy SQL view in a standard SQL query.", ref.at)
        if self.views >= MAX_VIEWS:
            raise invalid(f"Too many nested views: at most {MAX_VIEWS} levels", ref.at)
        (statement,) = parse(definition["query"])
        assert isinstance(statement, QueryStatement)
        before, self.ctes = self.ctes, {}
        default, self.tables.default = self.tables.default, None
        self.views += 1
        try:
            return self.derived(self.query(statement.query), ref.alias or ref.parts[-1])
        finally:
            self.views -= 1
            self.ctes, self.tables.default = before, default

    def _join(self, node: ast.Join, outer: Context | None) -> Source:
        left, right = self.source(node.left, outer), self.source(node.right, outer)
        for name in right.tables:
            if name in left.tables:
                raise invalid(f"Duplicate table alias {name} in the same FROM clause", node.right.at)
        columns, tables = left.columns + right.columns, {**left.tables, **right.tables}
        text = f"{left.sql} {node.kind} JOIN ({right.sql})" if " JOIN " in right.sql else ""
        text = text or f"{left.sql} {node.kind} JOIN {right.sql}"
        if node.on:
            context = Context(Source("", columns, tables), outer, clause="JOIN ON clause")
            text += f" ON {self.condition(node.on, context, 'JOIN ON clause')}"
        if not node.using:
            return Source(text, columns, tables)
        return self._using(node, text, left, right, tables)

    def _using(
        self, node: ast.Join, text: str, left: Source, right: Source, tables: dict[str, list[Column]]
    ) -> Source:
        """A join whose USING columns are one column each, first in *."""
        merged, tests, names = [], [], set()
        for position, name in node.using:
            sides = []
            for side, source in (("left", left), ("right", right)):
                found = next((c for c in source.columns if c.answers(name)), None)
                if not found:
                    raise invalid(f"Column {name} in USING clause not found on {side} side of join", position)
                sides.append(found)
            if sides[0].type != sides[1].type:
                raise unsupported(f"USING ({name}) of {sides[0].type} and {sides[1].type}", position)
            one, two = (Value(c.sql, c.type) for c in sides)
            tests.append(f"{collated(one)} = {two.sql}")
            texts = {"RIGHT": two.sql, "FULL": f"coalesce({one.sql}, {two.sql})"}
            merged.append(Column(sides[0].name, sides[0].type, texts.get(node.kind, one.sql)))
            names.add(name.lower())
        rest = [c for c in left.columns + right.columns if (c.name or "").lower() not in names]
        return Source(f"{text} ON {' AND '.join(tests)}", merged + rest, tables)

    def _one_column(self, query: ast.Query, context: Context, position: Position, what: str) -> Translated:
        inner = self.query(query, context)
        if len(inner.columns) != 1:
            raise invalid(f"{what} cannot have more than one column unless using SELECT AS STRUCT", position)
        return inner

    def _scalar_query(self, node: ast.Scalar, context: Context) -> Value:
        inner = self._one_column(node.query, context, node.at, "Scalar subquery")
        return Value(f"(SELECT bq_single(c0) FROM ({inner.sql}))", inner.columns[0][1])

    def _exists(self, node: ast.Exists, context: Context) -> Value:
        return Value(f"EXISTS ({self.query(node.query, context).sql})", BOOL)

    def _in_query(self, node: ast.InQuery, context: Context) -> Value:
        value = self.translate(node.arg, context)
        inner = self._one_column(node.query, context, node.at, "Subquery of type IN")
        target = bq_sql_types.supertype([(value.type, value.literal), (inner.columns[0][1], False)])
        if target not in (*bq_sql_types.ORDERED, NULL) or target is None:
            raise invalid(
                f"Cannot execute IN subquery with uncomparable types {value.type} and {inner.columns[0][1]}",
                node.at,
            )
        text = self.converted(inner, [target], node.at)
        return Value(f"({collated(coerce(value, target, node.at))} IN ({text}))", BOOL)
