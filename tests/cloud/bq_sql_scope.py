"""Names and typed values while a query is translated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from bq_sql_errors import Position, invalid
from bq_sql_types import Type
from bq_sql_values import Stored


def literal_sql(value: Stored) -> str:
    """A stored value as SQLite text."""
    if value is None:
        return "NULL"
    if isinstance(value, (bool, int)):
        return str(int(value))
    if isinstance(value, float):
        return {"inf": "9e999", "-inf": "-9e999"}.get(str(value), repr(value))
    if "\0" in value:
        return f"CAST(X'{value.encode().hex()}' AS TEXT)"
    return "'" + value.replace("'", "''") + "'"


@dataclass(frozen=True)
class Value:
    """A translated expression: SQLite text and BigQuery type.

    literal is set for literals and parameters, which coerce further; constant is then the
    stored value.
    """

    sql: str
    type: Type
    literal: bool = False
    constant: Any = None


def constant(value: Stored, type_: Type, literal: bool = True) -> Value:
    return Value(literal_sql(value), type_, literal, value)


@dataclass(frozen=True)
class Column:
    """A column that can be named; name is None for one without (f0_)."""

    name: str | None
    type: Type
    sql: str

    def answers(self, name: str) -> bool:
        return self.name is not None and self.name.lower() == name.lower()


@dataclass
class Source:
    """What FROM brings: its SQLite text, the columns of *, and those of each alias."""

    sql: str
    columns: list[Column]
    tables: dict[str, list[Column]] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """Where an expression stands.

    source: the columns in reach. outer: the query around this one. keys: SQLite text of the
    GROUP BY expressions, None when not grouped. clause: what it is called in messages.
    aliases: SELECT aliases that may be named (HAVING, QUALIFY).
    """

    source: Source | None
    outer: Context | None = None
    keys: frozenset[str] | None = None
    clause: str = "SELECT list"
    aggregates: bool = False
    windows: bool = False
    aliases: dict[str, Any] = field(default_factory=dict)

    def inside(self, clause: str) -> Context:
        """The argument of an aggregate: rows, not groups."""
        return replace(self, keys=None, clause=clause, aggregates=False, windows=False)

    def find(self, parts: tuple[str, ...], position: Position) -> tuple[Value, tuple[str, ...]] | None:
        """The column that parts begin with and the field names left; None when there is none."""
        found = self._find_here(parts, position)
        if found:
            value, rest = found
            if self.keys is not None and value.sql not in self.keys:
                raise invalid(
                    f"{self.clause} expression references column {parts[-1]} which is neither grouped"
                    " nor aggregated",
                    position,
                )
            return value, rest
        return self.outer.find(parts, position) if self.outer else None

    def _find_here(self, parts: tuple[str, ...], position: Position) -> tuple[Value, tuple[str, ...]] | None:
        if not self.source:
            return None
        table = self.source.tables.get(parts[0].lower())
        if table is not None and len(parts) > 1:
            column = _pick(table, parts[1], position)
            if column:
                return Value(column.sql, column.type), parts[2:]
        column = _pick(self.source.columns, parts[0], position)
        if column:
            return Value(column.sql, column.type), parts[1:]
        if table is not None and len(parts) > 1:
            raise invalid(f"Name {parts[1]} not found inside {parts[0]}", position)
        return None


def _pick(columns: list[Column], name: str, position: Position) -> Column | None:
    found = [c for c in columns if c.answers(name)]
    if len(found) > 1:
        raise invalid(f"Column name {name} is ambiguous", position)
    return found[0] if found else None


@dataclass
class Environment:
    """What a statement can name beside columns: parameters, variables, @@names, the time.

    Each value is (type, stored value); parameter names are in lower case, as variables' are.
    """

    parameters: dict[str, tuple[Type, Stored]] = field(default_factory=dict)
    variables: dict[str, tuple[Type, Stored]] = field(default_factory=dict)
    system: dict[str, tuple[Type, Stored]] = field(default_factory=dict)
    now: str = "1970-01-01 00:00:00+00"
