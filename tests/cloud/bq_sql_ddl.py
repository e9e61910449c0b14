"""CREATE TABLE and DROP TABLE, through the catalog.

Source: BigQuery docs "Data definition language".
"""

from __future__ import annotations

from typing import Any

import bq_sql_ast as ast
import bq_sql_ast_statements as tree
import bq_sql_types
from bq_api import ApiError
from bq_resources import new_table
from bq_schema import quote
from bq_sql_dml import Changes
from bq_sql_engine import Engine
from bq_sql_errors import QueryError, invalid, unsupported
from bq_sql_from import Translated
from bq_sql_scope import Context
from bq_sql_tables import Table

_TRUNCATIONS = ("TIMESTAMP_TRUNC", "DATETIME_TRUNC", "DATE_TRUNC")
_RESULT = '"bq_result"'


class Definitions(Changes):
    """create() and drop() on top of queries."""

    def create(self, statement: tree.CreateTable, engine: Engine | None) -> None:
        """Make the table; engine is None in a dry run. Raises QueryError."""
        existing = self.tables.look_up(statement.table)
        self.tables.check_name(statement.table)
        inner = self.query(statement.query) if statement.query else None
        resource = self._resource(statement, inner)
        if existing and statement.if_not_exists:
            return
        if existing and not statement.replace:
            raise QueryError("duplicate", f"Already Exists: Table {existing.name}")
        key = self.tables.key(statement.table)
        if not engine:
            self.tables.planned[key] = Table(key, tuple(resource["schema"]["fields"]), "")
            return
        self._make(statement, resource, inner, engine)

    def drop(self, statement: tree.DropTable, dry: bool) -> None:
        existing = self.tables.look_up(statement.table)
        if not existing:
            if not statement.if_exists:
                self.tables.find(statement.table)
        elif dry:
            self.tables.planned[existing.key] = None
        else:
            self.tables.catalog.drop_table(*existing.key)

    def _make(
        self, statement: tree.CreateTable, resource: dict[str, Any], inner: Translated | None, engine: Engine
    ) -> None:
        """Run the query first, so that a table that is replaced is lost to no failure."""
        catalog = self.tables.catalog
        if inner:
            engine.execute(f"CREATE TEMP TABLE {_RESULT} AS {inner.sql}")
        with catalog.ddl:
            key = self.tables.key(statement.table)
            if statement.replace:
                catalog.drop_table(*key)
            try:
                catalog.create_table(resource)
            except ApiError as refused:
                raise QueryError(refused.reason, refused.message) from None
            if inner:
                # Let SQLite see that another connection replaced the table.
                engine.rows("SELECT 1 FROM sqlite_master LIMIT 1")
                engine.execute(f"INSERT INTO {quote(catalog.storage(*key))} SELECT * FROM temp.{_RESULT}")
        if inner:
            engine.execute(f"DROP TABLE temp.{_RESULT}")

    def _resource(self, statement: tree.CreateTable, inner: Translated | None) -> dict[str, Any]:
        """The table resource of tables.insert."""
        project, dataset, table = self.tables.key(statement.table)
        body: dict[str, Any] = {
            "tableReference": {"projectId": project, "datasetId": dataset, "tableId": table},
            "schema": {"fields": self._fields(statement, inner)},
        }
        if statement.partition:
            body["timePartitioning"] = self._partitioning(statement.partition)
        if statement.cluster:
            body["clustering"] = {"fields": list(statement.cluster)}
        for name, expr in statement.options.items():
            value = self.translate(expr, Context(None)).constant
            if name == "description":
                body["description"] = value
            elif name == "partition_expiration_days" and statement.partition and value:
                body["timePartitioning"]["expirationMs"] = str(int(float(value) * 86_400_000))
            else:
                raise unsupported(f"table option {name}", expr.at)
        try:
            return new_table(project, self.tables.catalog.dataset(project, dataset), body)
        except ApiError as refused:
            raise QueryError(refused.reason, refused.message) from None

    def _fields(self, statement: tree.CreateTable, inner: Translated | None) -> list[dict[str, Any]]:
        fields = []
        for column in statement.columns:
            field = bq_sql_types.to_field(
                column.name, column.type, "REQUIRED" if column.required else "NULLABLE"
            )
            if column.description is not None:
                field["description"] = column.description
            fields.append(field)
        if not inner:
            return fields
        if fields:
            if [bq_sql_types.of_field(f) for f in fields] != [t for _, t in inner.columns]:
                raise unsupported("CREATE TABLE … AS SELECT with columns of other types", statement.at)
            return fields
        for place, (name, _) in enumerate(inner.columns, 1):
            if not name:
                raise invalid(
                    f"CREATE TABLE columns must be named, but column {place} has no name", statement.at
                )
        return result_schema(inner)

    def _partitioning(self, expr: ast.Expr) -> dict[str, str]:
        column, unit = expr, "DAY"
        if isinstance(expr, ast.Call) and expr.name in _TRUNCATIONS and len(expr.args) == 2:
            column, word = expr.args
            if isinstance(word, ast.Path):
                unit = word.parts[0].upper()
        elif isinstance(expr, ast.Call) and expr.name == "DATE" and len(expr.args) == 1:
            column = expr.args[0]
        if (
            not isinstance(column, ast.Path)
            or len(column.parts) != 1
            or unit not in ("HOUR", "DAY", "MONTH", "YEAR")
        ):
            raise invalid(
                "PARTITION BY expression must be DATE(<timestamp_column>), DATE(<datetime_column>), a DATE column, "
                "or TIMESTAMP_TRUNC, DATETIME_TRUNC or DATE_TRUNC of a column to HOUR, DAY, MONTH or YEAR",
                expr.at,
            )
        return {"type": unit, "field": column.parts[0]}


def result_schema(translated: Translated) -> list[dict[str, Any]]:
    """The schema of a query's result; columns without a name are f0_, f1_, …"""
    fields, seen, twice, anonymous = [], set(), [], 0
    for name, type_ in translated.columns:
        if name is None:
            name, anonymous = f"f{anonymous}_", anonymous + 1
        if name.lower() in seen:
            twice.append(name)
        seen.add(name.lower())
        fields.append(bq_sql_types.to_field(name, type_))
    if twice:
        raise invalid(
            f"Duplicate column names in the result are not supported. Found duplicate(s): {', '.join(twice)}"
        )
    return fields
