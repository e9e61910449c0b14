"""Names in queries: tables, columns, aliases; what is missing, ambiguous or doubled.

BigQuery docs, "Query syntax", "Lexical structure and syntax" (table names, path expressions).
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Tables(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "a INT64, b STRING", "(1, 'x')")

    def test_the_ways_to_name_a_table(self) -> None:
        for name in (
            "t", "ds.t", "`ds.t`", "`ds`.`t`", "`stand-in.ds.t`", "`stand-in`.ds.t", "stand-in.ds.t", "ds.`t`",
        ):  # fmt: skip
            with self.subTest(name):
                self.assertEqual(self.rows(f"SELECT a FROM {name}"), [(1,)])

    def test_a_table_that_is_not_there(self) -> None:
        for sql in (
            "SELECT 1 FROM ds.gone", "INSERT INTO ds.gone (a) VALUES (1)", "DELETE FROM ds.gone WHERE TRUE",
            "UPDATE ds.gone SET a = 1 WHERE TRUE", "TRUNCATE TABLE ds.gone", "DROP TABLE ds.gone",
            "SELECT (SELECT COUNT(*) FROM ds.gone)", "CREATE TABLE ds.x AS SELECT * FROM ds.gone",
        ):  # fmt: skip
            self.refused(
                sql, "Not found: Table stand-in:ds.gone was not found in location US", reason="notFound"
            )

    def test_a_dataset_or_project_that_is_not_there(self) -> None:
        for name, dataset in (("nods.t", "stand-in:nods"), ("`other-project.ds.t`", "other-project:ds")):
            message = f"Not found: Dataset {dataset} was not found in location US"
            self.refused(f"SELECT 1 FROM {name}", message, reason="notFound")

    def test_names_of_tables_keep_their_case(self) -> None:
        self.refused("SELECT 1 FROM ds.T", "Not found: Table stand-in:ds.T", reason="notFound")

    def test_too_many_parts(self) -> None:
        self.refused("SELECT 1 FROM a.b.c.d", 'Invalid table name: "a.b.c.d"')

    def test_without_a_default_dataset(self) -> None:
        import bq_sql_script
        from bq_sql_errors import QueryError

        with self.assertRaises(QueryError) as caught:
            bq_sql_script.run(self.catalog, "stand-in", None, "SELECT 1 FROM t")
        self.assertEqual(
            caught.exception.message, 'Table "t" must be qualified with a dataset (e.g. dataset.table).'
        )


class Columns(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "a INT64, b STRING", "(1, 'x')")
        self.table("u", "a INT64, c STRING", "(1, 'y')")

    def test_a_column_that_is_not_there(self) -> None:
        self.all_refused(
            {
                "SELECT nope FROM t": "Unrecognized name: nope at [1:8]",
                "SELECT t.nope FROM t": "Name nope not found inside t at [1:8]",
                "SELECT x.a FROM t": "Unrecognized name: x at [1:8]",
                "SELECT a FROM t WHERE\n  nope > 1": "Unrecognized name: nope at [2:3]",
                "SELECT a FROM t GROUP BY nope": "Unrecognized name: nope",
                "SELECT 1 FROM t JOIN u ON t.a = u.b": "Name b not found inside u",
                "SELECT 1 FROM t JOIN u USING (b)": "Column b in USING clause not found on right side of join",
                "SELECT * EXCEPT (c) FROM t": "Column c in SELECT * EXCEPT list does not exist at [1:18]",
                "SELECT * REPLACE (1 AS c) FROM t": "Column c in SELECT * REPLACE list does not exist",
                "SELECT u.* FROM t": "Unrecognized name: u",
                "SELECT a AS z FROM t WHERE z = 1": "Unrecognized name: z at [1:28]",
                "SELECT *": "SELECT * must have a FROM clause",
                "SELECT 1 WHERE TRUE": "Query without FROM clause cannot have a WHERE clause",
            }
        )

    def test_columns_are_named_in_any_case(self) -> None:
        self.assertEqual(self.types("SELECT A, T.B FROM t"), ["A INTEGER", "B STRING"])

    def test_an_ambiguous_column(self) -> None:
        self.all_refused(
            {
                "SELECT a FROM t JOIN u ON t.a = u.a": "Column name a is ambiguous at [1:8]",
                "SELECT 1 FROM t, u WHERE a = 1": "Column name a is ambiguous at [1:26]",
                "SELECT x FROM (SELECT 1 AS x, 2 AS x)": "Column name x is ambiguous",
                "SELECT 1 FROM t, t": "Duplicate table alias t in the same FROM clause",
                "SELECT 1 FROM t JOIN u AS t ON TRUE": "Duplicate table alias t in the same FROM clause",
            }
        )
        self.assertEqual(self.rows("SELECT a, c FROM t JOIN u USING (a)"), [(1, "y")])

    def test_an_output_name_that_is_there_twice(self) -> None:
        self.all_refused(
            {
                "SELECT 1 AS a, 2 AS A": "Duplicate column names in the result are not supported. Found duplicate(s): A",
                "SELECT * FROM t JOIN u ON TRUE": "Found duplicate(s): a",
                "CREATE TABLE x AS SELECT 1 AS a, 2 AS a": "Found duplicate(s): a",
                "SELECT 1, 2 AS f0_": "Found duplicate(s): f0_",
            }
        )

    def test_columns_without_a_name(self) -> None:
        self.assertEqual(
            self.types("SELECT 1, a, a + 1, COUNT(*) FROM t GROUP BY a"),
            ["f0_ INTEGER", "a INTEGER", "f1_ INTEGER", "f2_ INTEGER"],
        )

    def test_star(self) -> None:
        self.assertEqual(self.rows("SELECT * FROM t"), [(1, "x")])
        self.assertEqual(self.rows("SELECT t.*, u.c FROM t JOIN u USING (a)"), [(1, "x", "y")])
        self.assertEqual(self.rows("SELECT * EXCEPT (a) FROM t"), [("x",)])
        self.assertEqual(self.rows("SELECT * REPLACE (a + 1 AS a) FROM t"), [(2, "x")])
        self.assertEqual(
            self.types("SELECT * FROM t JOIN u USING (a)"), ["a INTEGER", "b STRING", "c STRING"]
        )


if __name__ == "__main__":
    unittest.main()
