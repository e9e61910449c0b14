"""INSERT, DELETE, UPDATE and TRUNCATE to SQLite.

Source: BigQuery docs "Data manipulation language"; messages as GoogleSQL's analyzer words them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bq_sql_ast as ast
import bq_sql_ast_statements as tree
import bq_sql_types
from bq_schema import quote
from bq_sql_errors import Position, invalid
from bq_sql_query import Queries
from bq_sql_scope import Context, Value, constant, literal_sql
from bq_sql_tables import Table
from bq_sql_translate import coerce
from bq_sql_types import NULL


@dataclass(frozen=True)
class Change:
    """One SQLite statement that changes table; kind: INSERT, DELETE, UPDATE or TRUNCATE_TABLE.

    mutates: it touches rows that are there, which transactions contend for; INSERT does not.
    """

    kind: str
    table: Table
    sql: str

    @property
    def mutates(self) -> bool:
        return self.kind != "INSERT"


class Changes(Queries):
    """change() for every DML statement."""

    def change(self, statement: tree.Statement) -> Change:
        """The statement as SQLite text; raises QueryError."""
        if isinstance(statement, tree.Insert):
            return self._insert(statement)
        if isinstance(statement, tree.Delete):
            source, table = self._target(statement.table)
            where = self.condition(statement.where, Context(source, clause="WHERE clause"), "WHERE clause")
            return Change("DELETE", table, f"DELETE FROM {source.sql} WHERE {where}")
        if isinstance(statement, tree.Truncate):
            table = self.tables.find_base(statement.table)
            return Change("TRUNCATE_TABLE", table, f"DELETE FROM {quote(table.storage)}")
        assert isinstance(statement, tree.Update)
        return self._update(statement)

    def _target(self, ref: ast.TableRef) -> tuple[Any, Table]:
        return self.table_source(ref), self.tables.find_base(ref)

    def _stored(self, text: str, field: dict[str, Any], table: Table) -> str:
        """text under the rules of its column: REQUIRED, maxLength, arrays never NULL."""
        name = literal_sql(field["name"])
        mode = field.get("mode", "NULLABLE").upper()
        longest = int(field.get("maxLength") or 0)
        if longest and mode != "REPEATED":
            text = f"bq_bounded({text}, {name}, '{bq_sql_types.of_field(field)}', {longest})"
        if mode == "REQUIRED":
            return f"bq_required({text}, {name})"
        return f"coalesce({text}, '[]')" if mode == "REPEATED" else text

    def _fits(self, value: Value, field: dict[str, Any], what: str, position: Position) -> str:
        target = bq_sql_types.of_field(field)
        if not bq_sql_types.coerces(value.type, target, value.literal):
            raise invalid(
                f"{what} has type {value.type} which cannot be inserted into column {field['name']}, "
                f"which has type {target}",
                position,
            )
        return value.sql if value.type == NULL else coerce(value, target, position).sql

    def _insert(self, statement: tree.Insert) -> Change:
        table = self.tables.find_base(statement.table)
        named = statement.columns or tuple((statement.table.at, f["name"]) for f in table.fields)
        chosen: list[dict[str, Any]] = []
        for position, name in named:
            field = table.field(name)
            if not field:
                raise invalid(
                    f"Column {name} is not present in table {table.key[1]}.{table.key[2]}", position
                )
            if field in chosen:
                raise invalid(f"INSERT has columns with duplicate name: {name}", position)
            chosen.append(field)
        if statement.query:
            body = self._insert_query(statement.query, chosen, table)
        else:
            body = "VALUES " + ", ".join(
                self._row(row, chosen, table, statement.at) for row in statement.rows
            )
        others = [f for f in table.fields if f not in chosen]
        columns = ", ".join(quote(f["name"]) for f in [*chosen, *others])
        if others:
            rest = ", ".join(self._stored("NULL", f, table) for f in others)
            body = f"SELECT *, {rest} FROM ({body})"
        return Change("INSERT", table, f"INSERT INTO {quote(table.storage)} ({columns}) {body}")

    def _insert_query(self, node: ast.Query, chosen: list[dict[str, Any]], table: Table) -> str:
        inner = self.query(node)
        if len(inner.columns) != len(chosen):
            raise invalid(
                f"Inserted row has wrong column count; Has {len(inner.columns)}, expected {len(chosen)}",
                node.at,
            )
        texts = []
        for place, field in enumerate(chosen):
            fitting = self._fits(inner.column(place), field, f"Query column {place + 1}", node.at)
            texts.append(self._stored(fitting, field, table))
        return f"SELECT {', '.join(texts)} FROM ({inner.sql})"

    def _row(
        self, row: tuple[ast.Expr | None, ...], chosen: list[dict[str, Any]], table: Table, position: Position
    ) -> str:
        if len(row) != len(chosen):
            place = row[0].at if row[0] else position
            raise invalid(
                f"Inserted row has wrong column count; Has {len(row)}, expected {len(chosen)}", place
            )
        texts = []
        for expr, field in zip(row, chosen, strict=True):
            value = (
                self.translate(expr, Context(None, clause="VALUES clause")) if expr else constant(None, NULL)
            )
            fitting = self._fits(value, field, "Value", expr.at if expr else position)
            texts.append(self._stored(fitting, field, table))
        return f"({', '.join(texts)})"

    def _update(self, statement: tree.Update) -> Change:
        source, table = self._target(statement.table)
        context = Context(source, clause="UPDATE clause")
        texts, seen = [], set()
        for position, name, expr in statement.sets:
            field = table.field(name)
            if not field:
                raise invalid(f"Unrecognized name: {name}", position)
            if name.lower() in seen:
                raise invalid(f"Update item {name} assigned more than once", position)
            seen.add(name.lower())
            value, target = self.translate(expr, context), bq_sql_types.of_field(field)
            if not bq_sql_types.coerces(value.type, target, value.literal):
                raise invalid(
                    f"Value of type {value.type} cannot be assigned to {field['name']}, which has type {target}",
                    expr.at,
                )
            fitting = value.sql if value.type == NULL else coerce(value, target, expr.at).sql
            texts.append(f"{quote(field['name'])} = {self._stored(fitting, field, table)}")
        where = self.condition(statement.where, Context(source, clause="WHERE clause"), "WHERE clause")
        return Change("UPDATE", table, f"UPDATE {source.sql} SET {', '.join(texts)} WHERE {where}")
