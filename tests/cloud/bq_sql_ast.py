"""The syntax tree of expressions and queries. `at` is the [line, column] where a node starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bq_sql_errors import Position
from bq_sql_types import Type


@dataclass(frozen=True)
class Literal:
    """type is a type's name, or NULL."""

    at: Position
    type: str
    value: Any


@dataclass(frozen=True)
class Path:
    """a.b.c: a column with fields, a variable, or a bare word like HOUR."""

    at: Position
    parts: tuple[str, ...]


@dataclass(frozen=True)
class Field:
    at: Position
    base: Expr
    name: str


@dataclass(frozen=True)
class Param:
    at: Position
    name: str


@dataclass(frozen=True)
class System:
    """@@name."""

    at: Position
    name: str


@dataclass(frozen=True)
class Unary:
    at: Position
    op: str
    arg: Expr


@dataclass(frozen=True)
class Binary:
    """op: + - * / || = != < <= > >= LIKE AND OR."""

    at: Position
    op: str
    left: Expr
    right: Expr


@dataclass(frozen=True)
class Is:
    """arg IS what; what: NULL, TRUE or FALSE."""

    at: Position
    arg: Expr
    what: str


@dataclass(frozen=True)
class Between:
    at: Position
    arg: Expr
    low: Expr
    high: Expr


@dataclass(frozen=True)
class InList:
    at: Position
    arg: Expr
    items: tuple[Expr, ...]


@dataclass(frozen=True)
class InQuery:
    at: Position
    arg: Expr
    query: Query


@dataclass(frozen=True)
class Case:
    at: Position
    operand: Expr | None
    whens: tuple[tuple[Expr, Expr], ...]
    otherwise: Expr | None


@dataclass(frozen=True)
class Cast:
    at: Position
    arg: Expr
    type: Type
    safe: bool


@dataclass(frozen=True)
class Over:
    """A window: PARTITION BY and ORDER BY."""

    partition: tuple[Expr, ...]
    order: tuple[OrderItem, ...]


@dataclass(frozen=True)
class Call:
    """name in upper case; star for COUNT(*); safe for SAFE.name, NULL where it would fail."""

    at: Position
    name: str
    args: tuple[Expr, ...]
    distinct: bool = False
    star: bool = False
    over: Over | None = None
    safe: bool = False


@dataclass(frozen=True)
class Interval:
    at: Position
    amount: Expr
    unit: str


@dataclass(frozen=True)
class Extract:
    at: Position
    part: str
    arg: Expr
    zone: Expr | None


@dataclass(frozen=True)
class Scalar:
    """(query) used as one value."""

    at: Position
    query: Query


@dataclass(frozen=True)
class Exists:
    at: Position
    query: Query


Expr = (
    Literal | Path | Field | Param | System | Unary | Binary | Is | Between | InList | InQuery | Case | Cast | Call
    | Interval | Extract | Scalar | Exists
)  # fmt: skip


@dataclass(frozen=True)
class OrderItem:
    expr: Expr
    descending: bool
    nulls_first: bool | None


@dataclass(frozen=True)
class SelectItem:
    expr: Expr
    alias: str | None


@dataclass(frozen=True)
class Star:
    """* or qualifier.*, with EXCEPT (names) and REPLACE (expr AS name)."""

    at: Position
    qualifier: Path | None
    dropped: tuple[tuple[Position, str], ...]
    replaced: tuple[tuple[Expr, str], ...]


@dataclass(frozen=True)
class TableRef:
    """parts as written: [[project,] dataset,] table."""

    at: Position
    parts: tuple[str, ...]
    alias: str | None


@dataclass(frozen=True)
class SubqueryRef:
    at: Position
    query: Query
    alias: str | None


@dataclass(frozen=True)
class Join:
    """kind: CROSS, INNER, LEFT, RIGHT or FULL."""

    at: Position
    kind: str
    left: FromItem
    right: FromItem
    on: Expr | None
    using: tuple[tuple[Position, str], ...]


FromItem = TableRef | SubqueryRef | Join


@dataclass(frozen=True)
class Select:
    at: Position
    distinct: bool
    items: tuple[SelectItem | Star, ...]
    source: FromItem | None
    where: Expr | None
    group_by: tuple[Expr, ...] | None
    having: Expr | None
    qualify: Expr | None


@dataclass(frozen=True)
class SetOperation:
    """op: UNION ALL, UNION DISTINCT, EXCEPT DISTINCT or INTERSECT DISTINCT."""

    at: Position
    op: str
    inputs: tuple[Query | Select, ...]


@dataclass(frozen=True)
class Query:
    at: Position
    ctes: tuple[tuple[str, Query], ...]
    body: Select | SetOperation | Query
    order: tuple[OrderItem, ...]
    limit: Expr | None
    offset: Expr | None
