"""Run the SQL text of one query job: a statement, or a script of several.

Sources: BigQuery docs "Multi-statement queries", "Multi-statement transactions"; an error inside
of a script reads "Query error: … at [line:column]".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import bq_sql_ast as ast
import bq_sql_ast_statements as tree
import bq_sql_types
from bq_sql_ddl import Definitions, result_schema
from bq_sql_dml import Change
from bq_sql_engine import Engine
from bq_sql_errors import QueryError, at, invalid, unsupported
from bq_sql_parameters import parameters
from bq_sql_scope import Context, Environment, Value
from bq_sql_statements import parse
from bq_sql_tables import Key, Tables
from bq_sql_time import timestamp_text
from bq_sql_transactions import Registry, Transaction, registry
from bq_sql_translate import coerce
from bq_sql_types import INT64, NULL, Type

_POSITION = re.compile(r" at \[\d+:\d+\]$")
_COUNTED = {"INSERT": "inserted", "DELETE": "deleted", "TRUNCATE_TABLE": "deleted", "UPDATE": "updated"}
_NO_DDL = (
    "DDL statements are not supported in a transaction, except for those creating or droping temporary tables"
    " or temporary functions."
)


@dataclass
class Result:
    """What a query job came to.

    schema: REST TableFieldSchema dicts; rows: tuples of values as the warehouse stores them;
    children: one REST-like dict for each child job of a script (empty for a single statement).
    """

    statement_type: str = "SELECT"
    schema: list[dict[str, Any]] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    inserted: int = 0
    deleted: int = 0
    updated: int = 0
    children: list[dict[str, Any]] = field(default_factory=list)


def run(
    catalog: Any,
    project: str,
    default_dataset: dict[str, str] | str | None,
    sql: str,
    params: list[dict[str, Any]] | None = None,
    dry_run: bool = False,
    on_child: Callable[[dict[str, Any]], None] | None = None,
) -> Result:
    """Run sql for project; raises bq_sql_errors.QueryError.

    default_dataset: REST DatasetReference, its datasetId, or None. params: REST queryParameters
    (named). on_child is called with each child of a script as it ends.
    """
    statements = parse(sql)
    if not statements:
        raise invalid("Syntax error: Unexpected end of script", (1, 1))
    environment = Environment(parameters(params or []), system={"row_count": (INT64, None)})
    engine = None if dry_run else Engine(catalog.connect())
    try:
        job = _Job(engine, Tables(catalog, project, default_dataset), environment, registry(catalog))
        single = len(statements) == 1
        if single and not isinstance(statements[0], (tree.Declare, tree.SetVariable, tree.Transaction)):
            return job.run_one(statements[0])
        return job.run_script(statements, on_child or (lambda child: None))
    except RecursionError:
        raise invalid("Query is too complex: it nests too deeply") from None
    finally:
        if engine:
            engine.close()


class _Job:
    """Executes statements one after the other; engine is None in a dry run."""

    def __init__(
        self, engine: Engine | None, tables: Tables, environment: Environment, transactions: Registry
    ) -> None:
        self.engine = engine
        self.tables = tables
        self.environment = environment
        self.transactions = transactions
        self.transaction: Transaction | None = None
        self.touched: set[Key] = set()

    def run_one(self, statement: tree.Statement) -> Result:
        """One statement; afterwards no transaction is open."""
        result = Result()
        self._execute(statement, result)
        return result

    def run_script(
        self, statements: list[tree.Statement], on_child: Callable[[dict[str, Any]], None]
    ) -> Result:
        """All of them, until one fails. A transaction left open is rolled back."""
        whole = Result("SCRIPT")
        try:
            for statement in statements:
                self._run_child(statement, whole, on_child)
        finally:
            self._rollback()
        return whole

    def _run_child(
        self, statement: tree.Statement, whole: Result, on_child: Callable[[dict[str, Any]], None]
    ) -> None:
        result = Result()
        failed = None
        try:
            self._execute(statement, result)
        except QueryError as error:
            place = "" if _POSITION.search(error.message) else at(statement.at)
            failed = QueryError(error.reason, f"Query error: {error.message}{place}", error.location)
        child = _child(statement, result, failed)
        if child:
            whole.children.append(child)
            on_child(child)
        if failed:
            raise failed
        if isinstance(statement, tree.QueryStatement):
            whole.schema, whole.rows = result.schema, result.rows

    def _execute(self, statement: tree.Statement, result: Result) -> None:
        """One statement, its outcome into result."""
        if not self.transaction:
            # CURRENT_TIMESTAMP stands still within a transaction.
            self.environment.now = timestamp_text(datetime.now(UTC))
        translator = Definitions(self.environment, self.tables)
        if isinstance(statement, tree.QueryStatement):
            translated = translator.query(statement.query)
            result.schema = result_schema(translated)
            if self.engine:
                result.rows = self.engine.rows(translated.sql)
        elif isinstance(statement, (tree.Insert, tree.Delete, tree.Update, tree.Truncate)):
            self._change(translator.change(statement), result)
        elif isinstance(statement, (tree.CreateTable, tree.DropTable)):
            self._define(translator, statement, result)
        elif isinstance(statement, tree.Transaction):
            result.statement_type = f"{statement.what}_TRANSACTION"
            {"BEGIN": self._begin, "COMMIT": self._commit, "ROLLBACK": self._rollback_asked}[statement.what]()
        elif isinstance(statement, tree.Assert):
            result.statement_type = "ASSERT"
            self._assert(translator, statement)
        else:
            self._assign(translator, statement)

    def _change(self, change: Change, result: Result) -> None:
        """Run a DML statement, in the open transaction or one of its own."""
        result.statement_type = change.kind
        if not self.engine:
            return
        if self.transaction and change.mutates:
            self.transactions.claim(self.transaction, change.table)
        if not self.engine.db.in_transaction:
            self.engine.execute("BEGIN IMMEDIATE")
        try:
            count = max(self.engine.execute(change.sql).rowcount, 0)
        except QueryError:
            if not self.transaction:
                self.engine.execute("ROLLBACK")
            raise
        setattr(result, _COUNTED[change.kind], count)
        self.environment.system["row_count"] = (INT64, count)
        self.touched.add(change.table.key)
        if not self.transaction:
            self.engine.execute("COMMIT")
            if change.mutates:
                self.transactions.note(change.table.key)
            self._touch()

    def _touch(self) -> None:
        """The changed tables' times and etags move on."""
        for key in self.touched:
            if self.tables.catalog.table(*key):
                self.tables.catalog.touch(*key)
        self.touched = set()

    def _define(
        self, translator: Definitions, statement: tree.CreateTable | tree.DropTable, result: Result
    ) -> None:
        if self.transaction:
            raise invalid(_NO_DDL)
        if isinstance(statement, tree.CreateTable):
            result.statement_type = "CREATE_TABLE_AS_SELECT" if statement.query else "CREATE_TABLE"
            translator.create(statement, self.engine)
        else:
            result.statement_type = "DROP_TABLE"
            translator.drop(statement, dry=not self.engine)

    def _begin(self) -> None:
        if self.transaction:
            raise invalid("Cannot begin a transaction within another transaction")
        self.transaction = self.transactions.begin()

    def _commit(self) -> None:
        if not self.transaction:
            raise invalid("Cannot commit: there is no active transaction")
        if self.engine and self.engine.db.in_transaction:
            self.engine.execute("COMMIT")
        self.transactions.end(self.transaction, committed=True)
        self.transaction = None
        self._touch()

    def _rollback_asked(self) -> None:
        if not self.transaction:
            raise invalid("Cannot roll back: there is no active transaction")
        self._rollback()

    def _rollback(self) -> None:
        if self.engine and self.engine.db.in_transaction:
            self.engine.execute("ROLLBACK")
        if self.transaction:
            self.transactions.end(self.transaction, committed=False)
        self.transaction = None
        self.touched = set()

    def _evaluate(self, value: Value) -> Any:
        """The stored value of an expression that stands alone; NULL in a dry run."""
        return self.engine.rows(f"SELECT {value.sql}")[0][0] if self.engine else None

    def _assert(self, translator: Definitions, statement: tree.Assert) -> None:
        text = translator.condition(statement.condition, Context(None, clause="ASSERT"), "ASSERT")
        if self.engine and not self.engine.rows(f"SELECT {text}")[0][0]:
            description = f": {statement.description}" if statement.description else ""
            raise invalid(f"Assertion failed{description}")

    def _assign(self, translator: Definitions, statement: tree.Statement) -> None:
        """DECLARE and SET."""
        variables = self.environment.variables
        if isinstance(statement, tree.SetVariable):
            if statement.name.lower() not in variables:
                raise invalid(f"Undeclared variable: {statement.name}", statement.at)
            wanted = variables[statement.name.lower()][0]
            variables[statement.name.lower()] = self._value(translator, statement.value, wanted)
            return
        if not isinstance(statement, tree.Declare):
            raise unsupported(type(statement).__name__, statement.at)
        value: tuple[Type, Any] = (statement.type or INT64, None)
        if statement.default:
            value = self._value(translator, statement.default, statement.type)
        for name in statement.names:
            if name.lower() in variables:
                raise invalid(f"Variable '{name}' redeclaration is not allowed", statement.at)
            variables[name.lower()] = value

    def _value(self, translator: Definitions, expr: ast.Expr, wanted: Type | None) -> tuple[Type, Any]:
        value = translator.translate(expr, Context(None, clause="SET"))
        target = wanted or (INT64 if value.type == NULL else value.type)
        if not bq_sql_types.coerces(value.type, target, value.literal):
            raise invalid(f"Cannot coerce expression of type {value.type} to type {target}", expr.at)
        return target, self._evaluate(coerce(value, target, expr.at))


def _child(statement: tree.Statement, result: Result, failed: QueryError | None) -> dict[str, Any] | None:
    """The child job of a script's statement; None for what BigQuery evaluates without a job."""
    kind = "STATEMENT"
    if isinstance(statement, (tree.Declare, tree.SetVariable)):
        value = statement.default if isinstance(statement, tree.Declare) else statement.value
        if not isinstance(value, ast.Scalar):
            return None
        kind = "EXPRESSION"
    child: dict[str, Any] = {
        "statementType": result.statement_type,
        "evaluationKind": kind,
        "query": statement.text,
    }
    if result.statement_type in _COUNTED:
        counts = {name: getattr(result, name) for name in ("inserted", "deleted", "updated")}
        child["dmlStats"] = {f"{name}RowCount": str(count) for name, count in counts.items()}
        child["numDmlAffectedRows"] = str(sum(counts.values()))
    if failed:
        child["errorResult"] = failed.proto()
    return child
