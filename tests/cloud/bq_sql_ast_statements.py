"""The syntax tree of statements, above that of queries in bq_sql_ast.py."""

from __future__ import annotations

from dataclasses import dataclass, field

import bq_sql_ast as ast
from bq_sql_errors import Position
from bq_sql_types import Type


@dataclass(frozen=True)
class ColumnDef:
    at: Position
    name: str
    type: Type
    required: bool
    description: str | None


@dataclass
class Statement:
    """One statement; text is filled with its own source once it is parsed."""

    at: Position
    text: str = field(default="", init=False)


@dataclass
class QueryStatement(Statement):
    query: ast.Query


@dataclass
class Insert(Statement):
    """rows of VALUES (None: DEFAULT, the column's null), or a query."""

    table: ast.TableRef
    columns: tuple[tuple[Position, str], ...]
    rows: tuple[tuple[ast.Expr | None, ...], ...]
    query: ast.Query | None


@dataclass
class Delete(Statement):
    table: ast.TableRef
    where: ast.Expr


@dataclass
class Update(Statement):
    table: ast.TableRef
    sets: tuple[tuple[Position, str, ast.Expr], ...]
    where: ast.Expr


@dataclass
class Truncate(Statement):
    table: ast.TableRef


@dataclass
class CreateTable(Statement):
    table: ast.TableRef
    replace: bool
    if_not_exists: bool
    columns: tuple[ColumnDef, ...]
    partition: ast.Expr | None
    cluster: tuple[str, ...]
    options: dict[str, ast.Expr]
    query: ast.Query | None


@dataclass
class DropTable(Statement):
    table: ast.TableRef
    if_exists: bool


@dataclass
class Declare(Statement):
    names: tuple[str, ...]
    type: Type | None
    default: ast.Expr | None


@dataclass
class SetVariable(Statement):
    name: str
    value: ast.Expr


@dataclass
class Assert(Statement):
    condition: ast.Expr
    description: str | None


@dataclass
class Transaction(Statement):
    """what: BEGIN, COMMIT or ROLLBACK."""

    what: str
