"""INSERT, DELETE, UPDATE, TRUNCATE: BigQuery docs, "Data manipulation language (DML) statements"."""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Insert(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "a INT64, b STRING, c TIMESTAMP")

    def test_named_columns_in_any_order(self) -> None:
        result = self.run_sql(
            "INSERT INTO t (b, a) SELECT s, n FROM (SELECT 'x' AS s, 1 AS n UNION ALL SELECT 'y', 2)"
        )
        self.assertEqual((result.statement_type, result.inserted), ("INSERT", 2))
        self.assertEqual(self.rows("SELECT * FROM t ORDER BY a"), [(1, "x", None), (2, "y", None)])

    def test_columns_are_matched_by_place_not_by_name(self) -> None:
        self.run_sql("INSERT INTO t (a, b) SELECT 1 AS b, 'x' AS a")
        self.assertEqual(self.rows("SELECT a, b FROM t"), [(1, "x")])

    def test_values_and_default(self) -> None:
        self.run_sql("INSERT t VALUES (1, 'x', '2021-01-01 09:00:00+09'), (2, DEFAULT, NULL)")
        self.run_sql("INSERT INTO t (c) VALUES (CURRENT_TIMESTAMP())")
        self.assertEqual(
            self.rows("SELECT a, b, c FROM t WHERE a IS NOT NULL ORDER BY a"),
            [(1, "x", "2021-01-01 00:00:00+00"), (2, None, None)],
        )

    def test_types_are_coerced_or_refused(self) -> None:
        self.table("u", "f FLOAT64, n NUMERIC, d DATETIME")
        self.run_sql("INSERT INTO u SELECT 1, 2, DATE '2021-01-01'")
        self.assertEqual(self.rows("SELECT * FROM u"), [(1.0, "2", "2021-01-01T00:00:00")])
        self.all_refused(
            {
                "INSERT INTO t (a) SELECT 'x'": "Query column 1 has type STRING which cannot be inserted into column a, "
                "which has type INT64 at [1:19]",
                "INSERT INTO t (a) VALUES ('x')": "Value has type STRING which cannot be inserted into column a, "
                "which has type INT64 at [1:27]",
                "INSERT INTO t (c) SELECT b FROM t": "Query column 1 has type STRING which cannot be inserted into",
                "INSERT INTO t (c) VALUES ('soon')": 'Could not cast literal "soon" to type TIMESTAMP',
                "INSERT INTO t (c) SELECT DATETIME '2021-01-01'": "has type DATETIME which cannot be inserted",
            }
        )

    def test_columns_are_checked(self) -> None:
        self.all_refused(
            {
                "INSERT INTO t (a, nope) VALUES (1, 2)": "Column nope is not present in table ds.t at [1:19]",
                "INSERT INTO t (a, A) VALUES (1, 2)": "INSERT has columns with duplicate name: A at [1:19]",
                "INSERT INTO t (a, b) VALUES (1)": "Inserted row has wrong column count; Has 1, expected 2 at [1:30]",
                "INSERT INTO t (a) SELECT 1, 2": "Inserted row has wrong column count; Has 2, expected 1",
                "INSERT INTO t VALUES (1, 'x')": "Inserted row has wrong column count; Has 2, expected 3",
                "INSERT INTO t (a) VALUES (b)": "Unrecognized name: b at [1:27]",
                "INSERT INTO t (a) VALUES (COUNT(*))": "Aggregate function COUNT not allowed in VALUES clause",
            }
        )
        self.assertEqual(self.rows("SELECT * FROM t"), [])

    def test_a_required_column_takes_no_null(self) -> None:
        self.table("r", "a INT64 NOT NULL, b STRING")
        self.refused("INSERT INTO r (a) VALUES (NULL)", "Required field a cannot be null")
        self.refused("INSERT INTO r (b) SELECT 'x'", "Required field a cannot be null")
        self.refused(
            "UPDATE r SET a = NULL WHERE TRUE; INSERT INTO r VALUES (NULL, 'x')",
            "Required field a cannot be null",
        )

    def test_a_failed_insert_leaves_nothing(self) -> None:
        self.refused(
            "INSERT INTO t (a) SELECT 1 / x FROM (SELECT 1 AS x UNION ALL SELECT 0)", "cannot be inserted"
        )
        self.refused(
            "INSERT INTO t (a) SELECT DIV(1, x) FROM (SELECT 1 AS x UNION ALL SELECT 0)", "division by zero"
        )
        self.assertEqual(self.rows("SELECT * FROM t"), [])

    def test_a_table_may_be_read_while_it_grows(self) -> None:
        self.run_sql("INSERT INTO t (a) VALUES (1), (2)")
        self.assertEqual(self.run_sql("INSERT INTO t (a) SELECT a + 2 FROM t").inserted, 2)
        self.assertEqual(self.rows("SELECT COUNT(*), MAX(a) FROM t"), [(4, 4)])


class Delete(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table(
            "t",
            "a INT64, h TIMESTAMP",
            "(1, '2021-01-01 00:00:00+00')",
            "(2, '2021-01-01 01:00:00+00')",
            "(3, NULL)",
        )

    def test_by_folder_hour(self) -> None:
        result = self.run_sql("DELETE FROM t WHERE `h` = TIMESTAMP '2021-01-01 00:00:00+00'")
        self.assertEqual((result.statement_type, result.deleted), ("DELETE", 1))
        self.assertEqual(self.rows("SELECT a FROM t ORDER BY a"), [(2,), (3,)])

    def test_what_is_null_is_not_deleted(self) -> None:
        self.assertEqual(self.run_sql("DELETE t WHERE h != TIMESTAMP '2021-01-01'").deleted, 1)

    def test_with_an_alias_a_subquery_or_all(self) -> None:
        self.assertEqual(self.run_sql("DELETE FROM t AS x WHERE x.a IN (SELECT MAX(a) FROM t)").deleted, 1)
        self.assertEqual(self.run_sql("DELETE FROM t WHERE TRUE").deleted, 2)

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "DELETE FROM t": "DELETE must have a WHERE clause at [1:1]",
                "DELETE FROM t;": "DELETE must have a WHERE clause",
                "DELETE FROM t LIMIT 1": "Syntax error",
                "DELETE FROM t WHERE a": "WHERE clause should return type BOOL, but returns type INT64",
                "DELETE FROM t WHERE nope = 1": "Unrecognized name: nope at [1:21]",
                "DELETE FROM t WHERE COUNT(*) > 0": "Aggregate function COUNT not allowed in WHERE clause",
            }
        )
        self.assertEqual(self.rows("SELECT COUNT(*) FROM t"), [(3,)])


class Update(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "a INT64, b STRING, r STRUCT<x INT64>", "(1, 'x', NULL)", "(2, 'y', NULL)")

    def test_values_come_from_the_row_as_it_was(self) -> None:
        result = self.run_sql("UPDATE t AS u SET a = u.a + 10, b = CONCAT(b, CAST(a AS STRING)) WHERE a = 1")
        self.assertEqual((result.statement_type, result.updated), ("UPDATE", 1))
        self.assertEqual(self.rows("SELECT a, b FROM t ORDER BY a"), [(2, "y"), (11, "x1")])

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "UPDATE t SET a = 1": "UPDATE must have a WHERE clause at [1:1]",
                "UPDATE t SET nope = 1 WHERE TRUE": "Unrecognized name: nope at [1:14]",
                "UPDATE t SET a = 1, A = 2 WHERE TRUE": "Update item A assigned more than once",
                "UPDATE t SET a = 'x' WHERE TRUE": "Value of type STRING cannot be assigned to a, which has type INT64",
            }
        )
        self.unknown("UPDATE t SET r.x = 1 WHERE TRUE", "UPDATE t SET a = 1 FROM t AS u WHERE TRUE")


class Others(SqlCase):
    def test_truncate(self) -> None:
        self.table("t", "a INT64", "(1)", "(2)")
        result = self.run_sql("TRUNCATE TABLE t")
        self.assertEqual((result.statement_type, result.deleted), ("TRUNCATE_TABLE", 2))
        self.assertEqual(self.rows("SELECT * FROM t"), [])

    def test_merge_is_refused(self) -> None:
        self.unknown("MERGE ds.t USING ds.u ON t.a = u.a WHEN NOT MATCHED THEN INSERT ROW")

    def test_a_changed_table_has_a_new_etag(self) -> None:
        self.table("t", "a INT64")
        before = self.catalog.need_table("stand-in", "ds", "t")
        self.run_sql("DELETE FROM t WHERE TRUE")
        self.assertGreaterEqual(
            self.catalog.need_table("stand-in", "ds", "t")["lastModifiedTime"], before["lastModifiedTime"]
        )

    def test_the_length_of_a_column_is_kept(self) -> None:
        key = ("stand-in", "ds", "t")
        self.table("t", "s STRING, y BYTES")
        resource = self.catalog.need_table(*key)
        for field in resource["schema"]["fields"]:
            field["maxLength"] = "3"
        self.catalog.replace(resource)
        self.run_sql("INSERT INTO t VALUES ('äöü', b'abc')")
        self.refused(
            "INSERT INTO t (s) VALUES ('abcd')",
            "Field s: STRING(3) has maximum length 3 but got a value with length 4",
        )
        self.refused("INSERT INTO t (y) VALUES (b'abcd')", "Field y: BYTES(3) has maximum length 3")


if __name__ == "__main__":
    unittest.main()
