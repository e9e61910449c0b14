"""Scripts: variables, @@row_count, ASSERT, children, dry runs; and named query parameters.

BigQuery docs, "Procedural language", "Debugging statements", "Run parameterized queries".
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase, parameter


class Variables(SqlCase):
    def test_declare_set_and_use(self) -> None:
        script = (
            "DECLARE a INT64; DECLARE b, c STRING DEFAULT 'x'; DECLARE d DEFAULT 1.5; "
            "SET a = (SELECT 40 + 2); SET b = UPPER(c); SELECT a, b, c, d"
        )
        self.assertEqual(self.rows(script), [(42, "X", "x", 1.5)])

    def test_the_rows_a_statement_changed(self) -> None:
        self.table("t", "a INT64", "(1)", "(2)", "(3)")
        script = (
            "DECLARE gone, come INT64; DELETE FROM t WHERE a > 1; SET gone = @@row_count; "
            "INSERT INTO t VALUES (9); SET come = @@row_count; SELECT gone, come"
        )
        self.assertEqual(self.rows(script), [(2, 1)])

    def test_a_column_goes_before_a_variable(self) -> None:
        self.table("t", "a INT64", "(1)")
        self.assertEqual(self.rows("DECLARE a INT64 DEFAULT 7; SELECT a FROM t"), [(1,)])

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT 1; DECLARE a INT64": "Variable declarations are allowed only at the start of a block or script",
                "DECLARE a INT64; DECLARE A STRING; SELECT 1": "Variable 'A' redeclaration is not allowed",
                "SET a = 1": "Undeclared variable: a",
                "DECLARE a INT64; SET a = 'x'": "Cannot coerce expression of type STRING to type INT64",
                "DECLARE a DATE DEFAULT 'x'; SELECT 1": 'Could not cast literal "x" to type DATE',
                "DECLARE a INT64; SELECT b": "Unrecognized name: b at [1:25]",
                "DECLARE a INT64; SELECT a.b": "Cannot access field b on a value with type INT64",
            }
        )


class Asserts(SqlCase):
    def test_an_assertion_that_holds_and_one_that_fails(self) -> None:
        self.assertEqual(self.rows("ASSERT 1 = 1 AS 'sums'; SELECT 1"), [(1,)])
        self.all_refused(
            {
                "ASSERT 1 = 2 AS 'rows differ'": "Assertion failed: rows differ",
                "ASSERT (SELECT FALSE)": "Assertion failed",
                "ASSERT NULL": "Assertion failed",
                "ASSERT 1": "ASSERT should return type BOOL, but returns type INT64",
                "ASSERT TRUE AS rows": "Syntax error: Expected string literal but got keyword ROWS",
            }
        )


class Children(SqlCase):
    def test_each_statement_is_a_child(self) -> None:
        self.table("t", "a INT64")
        script = (
            "DECLARE n INT64 DEFAULT 1; SET n = (SELECT 2);\nINSERT INTO t VALUES (n), (3);\nSELECT * FROM t"
        )
        children = self.run_sql(script).children
        self.assertEqual(
            [(c["statementType"], c["evaluationKind"], c["query"]) for c in children],
            [
                ("SELECT", "EXPRESSION", "SET n = (SELECT 2)"),
                ("INSERT", "STATEMENT", "INSERT INTO t VALUES (n), (3)"),
                ("SELECT", "STATEMENT", "SELECT * FROM t"),
            ],
        )
        self.assertEqual(children[1]["numDmlAffectedRows"], "2")

    def test_the_last_select_is_the_result(self) -> None:
        self.assertEqual(self.rows("SELECT 1; SELECT 2;"), [(2,)])

    def test_a_single_statement_has_none(self) -> None:
        self.assertEqual(self.run_sql("SELECT 1;").children, [])


class DryRuns(SqlCase):
    def test_nothing_is_changed_and_everything_checked(self) -> None:
        self.table("t", "a INT64", "(1)")
        for sql in (
            "DELETE FROM t WHERE TRUE",
            "DROP TABLE t",
            "INSERT INTO t VALUES (2)",
            "CREATE TABLE u (b INT64)",
        ):
            self.run_sql(sql, dry_run=True)
        self.assertEqual(self.rows("SELECT * FROM t"), [(1,)])
        self.assertEqual(self.types("SELECT a, a / 2 AS h FROM t", dry_run=True), ["a INTEGER", "h FLOAT"])
        self.assertIsNone(self.catalog.table("stand-in", "ds", "u"))

    def test_what_is_wrong_is_told(self) -> None:
        for sql, message in (
            ("SELECT nope", "Unrecognized name: nope"),
            ("SELECT * FROM gone", "Not found: Table"),
        ):
            with self.assertRaisesRegex(Exception, message):
                self.run_sql(sql, dry_run=True)

    def test_a_script_sees_the_tables_it_would_make(self) -> None:
        self.run_sql("CREATE TABLE u (b INT64); INSERT INTO u VALUES (1); DROP TABLE u", dry_run=True)
        with self.assertRaisesRegex(Exception, "Not found: Table stand-in:ds.u"):
            self.run_sql("CREATE TABLE u (b INT64); DROP TABLE u; SELECT * FROM u", dry_run=True)


class Parameters(SqlCase):
    def test_every_type(self) -> None:
        for kind, given, stored in (
            ("INT64", "42", 42), ("FLOAT64", "1.5", 1.5), ("BOOL", "true", 1), ("STRING", "it's", "it's"),
            ("BYTES", "YQ==", "YQ=="), ("NUMERIC", "1.50", "1.5"), ("DATE", "2021-01-02", "2021-01-02"),
            ("DATETIME", "2021-01-02 03:04:05", "2021-01-02T03:04:05"), ("TIME", "03:04:05", "03:04:05"),
            ("TIMESTAMP", "2021-01-01 09:00:00+09:00", "2021-01-01 00:00:00+00"), ("INT64", None, None),
        ):  # fmt: skip
            with self.subTest(kind):
                self.assertEqual(self.value("@x", parameter("x", kind, given)), stored)

    def test_names_in_any_case_and_quoted(self) -> None:
        self.assertEqual(self.value("@NAME || @`name`", parameter("name", "STRING", "a")), "aa")

    def test_a_value_is_never_sql(self) -> None:
        self.table("t", "a STRING", "('x')")
        text = "x' OR '1' = '1"
        self.assertEqual(self.rows("SELECT a FROM t WHERE a = @x", parameter("x", "STRING", text)), [])
        self.assertEqual(self.value("@x", parameter("x", "STRING", "nul\0 and 'quote'")), "nul\0 and 'quote'")

    def test_they_coerce_as_literals_do(self) -> None:
        self.table("t", "d TIMESTAMP", "('2021-01-01')")
        self.assertEqual(
            len(self.rows("SELECT d FROM t WHERE d = @d", parameter("d", "STRING", "2021-01-01"))), 1
        )

    def test_refusals(self) -> None:
        one = parameter("x", "INT64", "1")
        self.refused("SELECT @y", "Query parameter 'y' not found at [1:8]", one)
        self.refused("SELECT @x", "Duplicate query parameter X", one, parameter("X", "INT64", "2"))
        self.refused(
            "SELECT @x", "Invalid value for parameter x: Bad int64 value: one", parameter("x", "INT64", "one")
        )
        self.refused("SELECT @x", "Invalid value for parameter x: not base64", parameter("x", "BYTES", "?"))
        self.refused("SELECT @x", "Invalid type of query parameter x: INTEGR", parameter("x", "INTEGR", "1"))
        self.refused(
            "SELECT @x",
            "stand-in: not supported: query parameters of type ARRAY",
            parameter("x", "ARRAY", None),
        )
        self.refused("SELECT 1", "stand-in: not supported: positional", {"parameterType": {"type": "INT64"}})
        self.refused("SELECT * FROM @x", 'Unexpected "x"', one)


if __name__ == "__main__":
    unittest.main()
