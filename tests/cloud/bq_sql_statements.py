"""Recursive descent over statements and scripts: DML, DDL, variables, transactions.

Sources: BigQuery docs "Data manipulation language", "Data definition language",
"Procedural language", "Debugging statements".
"""

from __future__ import annotations

import bq_sql_ast as ast
import bq_sql_ast_statements as tree
from bq_sql_errors import invalid, syntax, unsupported
from bq_sql_select import QueryParser

_KNOWN_BUT_REFUSED = (
    "MERGE", "IF", "WHILE", "LOOP", "REPEAT", "FOR", "CALL", "EXECUTE", "ALTER", "EXPORT", "LOAD", "GRANT",
    "REVOKE", "RAISE", "RETURN", "BREAK", "LEAVE", "CONTINUE", "ITERATE", "CASE",
)  # fmt: skip


class StatementParser(QueryParser):
    """script() on top of query()."""

    def script(self) -> list[tree.Statement]:
        """Statements parted by semicolons."""
        statements: list[tree.Statement] = []
        while True:
            while self.accept(";"):
                pass
            if self.here.kind == "end":
                return statements
            start = self.here
            statement = self._statement()
            if isinstance(statement, tree.Declare) and not all(
                isinstance(s, tree.Declare) for s in statements
            ):
                raise invalid(
                    "Variable declarations are allowed only at the start of a block or script", start.position
                )
            statement.text = self.text[start.offset : self.tokens[self.index - 1].end]
            statements.append(statement)
            if self.here.kind != "end" and not self.sees(";"):
                raise syntax(f"Expected end of input but got {self.here.shown()}", self.here.position)

    def _statement(self) -> tree.Statement:
        readers = {
            "SELECT": self._query, "WITH": self._query, "(": self._query, "INSERT": self._insert,
            "DELETE": self._delete, "UPDATE": self._update, "TRUNCATE": self._truncate, "CREATE": self._create,
            "DROP": self._drop, "DECLARE": self._declare, "SET": self._set, "ASSERT": self._assert,
            "BEGIN": self._begin, "COMMIT": self._end, "ROLLBACK": self._end,
        }  # fmt: skip
        token = self.here
        word = str(token.value).upper() if token.kind in ("word", "op") else ""
        if word in readers:
            return readers[word]()
        if word in _KNOWN_BUT_REFUSED:
            raise unsupported(f"statement {word}", token.position)
        raise self.unexpected()

    def _query(self) -> tree.Statement:
        position = self.here.position
        return tree.QueryStatement(position, self.query())

    def _target(self) -> ast.TableRef:
        """The table a statement changes; no alias."""
        position = self.here.position
        return ast.TableRef(position, self.table_path(), None)

    def _insert(self) -> tree.Statement:
        position = self.expect("INSERT").position
        self.accept("INTO")
        table = self._target()
        columns = ()
        if self.sees("(") and not self.ahead().is_("SELECT", "WITH", "("):
            self.take()
            columns = self.names()
            self.expect(")")
        if not self.accept("VALUES"):
            return tree.Insert(position, table, columns, (), self.query())
        rows = [self._row()]
        while self.accept(","):
            rows.append(self._row())
        return tree.Insert(position, table, columns, tuple(rows), None)

    def _row(self) -> tuple[ast.Expr | None, ...]:
        self.expect("(")
        values: list[ast.Expr | None] = []
        while True:
            values.append(None if self.accept("DEFAULT") else self.expression())
            if not self.accept(","):
                break
        self.expect(")")
        return tuple(values)

    def _where(self, verb: str, position: tuple[int, int]) -> ast.Expr:
        """The WHERE that every DELETE and UPDATE must have."""
        if not self.accept("WHERE"):
            if self.here.kind != "end" and not self.sees(";"):
                raise self.unexpected()
            raise invalid(f"{verb} must have a WHERE clause", position)
        return self.expression()

    def _delete(self) -> tree.Statement:
        position = self.expect("DELETE").position
        self.accept("FROM")
        table = self.table_ref()
        return tree.Delete(position, table, self._where("DELETE", position))

    def _update(self) -> tree.Statement:
        position = self.expect("UPDATE").position
        table = self.table_ref()
        self.expect("SET")
        sets = []
        while True:
            place = self.here.position
            name = self.identifier()
            if self.sees("."):
                raise unsupported("UPDATE of a nested field", place)
            self.expect("=")
            sets.append((place, name, self.expression()))
            if not self.accept(","):
                break
        if self.sees("FROM"):
            raise unsupported("UPDATE … FROM", self.here.position)
        return tree.Update(position, table, tuple(sets), self._where("UPDATE", position))

    def _truncate(self) -> tree.Statement:
        position = self.expect("TRUNCATE").position
        self.expect("TABLE")
        return tree.Truncate(position, self._target())

    def _create(self) -> tree.Statement:
        position = self.expect("CREATE").position
        replace = self.accept("OR", "REPLACE")
        if not self.sees("TABLE"):
            raise unsupported(f"CREATE {str(self.here.value).upper()}", self.here.position)
        self.take()
        if_not_exists = self.accept("IF", "NOT", "EXISTS")
        table = self._target()
        if self.here.is_("LIKE", "COPY", "CLONE"):
            raise unsupported(f"CREATE TABLE … {self.here.value.upper()}", self.here.position)
        columns = self._column_defs() if self.accept("(") else ()
        partition = self.expression() if self.accept("PARTITION", "BY") else None
        cluster: tuple[str, ...] = ()
        if self.accept("CLUSTER", "BY"):
            cluster = tuple(name for _, name in self.names())
        options = self._options() if self.accept("OPTIONS") else {}
        query = self.query() if self.accept("AS") else None
        if not columns and not query:
            raise invalid("Expected at least one column in the table schema, or AS query", position)
        return tree.CreateTable(
            position, table, replace, if_not_exists, columns, partition, cluster, options, query
        )

    def _column_defs(self) -> tuple[tree.ColumnDef, ...]:
        columns = []
        while True:
            position = self.here.position
            named = self.sees("CONSTRAINT") and self.ahead(2).is_("PRIMARY", "FOREIGN")
            if named or self.sees("PRIMARY", "KEY") or self.sees("FOREIGN", "KEY"):
                raise unsupported("constraints of a table", position)
            name, type_ = self.identifier(), self.type_name()
            required = self.accept("NOT", "NULL")
            if self.here.is_("DEFAULT", "PRIMARY", "REFERENCES", "COLLATE"):
                raise unsupported(f"{self.here.value.upper()} of a column", self.here.position)
            description = None
            if self.accept("OPTIONS"):
                text = self._options().get("description")
                description = str(text.value) if isinstance(text, ast.Literal) else None
            columns.append(tree.ColumnDef(position, name, type_, required, description))
            if not self.accept(",") or self.sees(")"):
                break
        self.expect(")")
        return tuple(columns)

    def _options(self) -> dict[str, ast.Expr]:
        """(name = expression, …)."""
        self.expect("(")
        options = {}
        while not self.sees(")"):
            name = self.identifier()
            self.expect("=")
            options[name] = self.expression()
            if not self.accept(","):
                break
        self.expect(")")
        return options

    def _drop(self) -> tree.Statement:
        position = self.expect("DROP").position
        if not self.sees("TABLE"):
            raise unsupported(f"DROP {str(self.here.value).upper()}", self.here.position)
        self.take()
        if_exists = self.accept("IF", "EXISTS")
        return tree.DropTable(position, self._target(), if_exists)

    def _declare(self) -> tree.Statement:
        position = self.expect("DECLARE").position
        names = tuple(name for _, name in self.names())
        type_ = None if self.sees("DEFAULT") else self.type_name()
        default = self.expression() if self.accept("DEFAULT") else None
        return tree.Declare(position, names, type_, default)

    def _set(self) -> tree.Statement:
        position = self.expect("SET").position
        if self.sees("(") or self.here.kind == "system":
            raise unsupported("SET of several variables or of a system variable", self.here.position)
        name = self.identifier()
        self.expect("=")
        return tree.SetVariable(position, name, self.expression())

    def _assert(self) -> tree.Statement:
        position = self.expect("ASSERT").position
        condition = self.expression()
        description = None
        if self.accept("AS"):
            if self.here.kind != "string":
                raise self.wanted("string literal")
            description = str(self.take().value)
        return tree.Assert(position, condition, description)

    def _begin(self) -> tree.Statement:
        position = self.expect("BEGIN").position
        if not self.accept("TRANSACTION") and not self.sees(";") and self.here.kind != "end":
            raise unsupported("BEGIN … END block", position)
        return tree.Transaction(position, "BEGIN")

    def _end(self) -> tree.Statement:
        token = self.take()
        self.accept("TRANSACTION")
        return tree.Transaction(token.position, token.value.upper())


def parse(text: str) -> list[tree.Statement]:
    """The statements of text; raises QueryError at the first thing that is not the dialect."""
    try:
        return StatementParser(text).script()
    except RecursionError:
        raise invalid("Query is too complex: it nests too deeply") from None
