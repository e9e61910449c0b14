"""NULL: logic of three values, functions, aggregates, conditionals, arrays.

BigQuery docs, "Operators" (logical operators), "Conditional expressions", "Aggregate functions".
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Nulls(SqlCase):
    def test_logic_of_three_values(self) -> None:
        for expression, expected in {
            "TRUE AND NULL": None, "FALSE AND NULL": 0, "TRUE OR NULL": 1, "FALSE OR NULL": None,
            "NOT CAST(NULL AS BOOL)": None, "NULL AND NULL": None, "NULL = NULL": None, "NULL != 1": None,
            "NULL IS NULL": 1, "1 IS NOT NULL": 1, "CAST(NULL AS BOOL) IS TRUE": 0,
            "CAST(NULL AS BOOL) IS NOT TRUE": 1, "CAST(NULL AS BOOL) IS FALSE": 0, "1 IN (1, NULL)": 1,
            "2 IN (1, NULL)": None, "2 NOT IN (1, NULL)": None, "NULL IN (1)": None,
            "NULL BETWEEN 1 AND 2": None, "1 BETWEEN 2 AND NULL": 0, "NULL LIKE 'a'": None,
        }.items():  # fmt: skip
            with self.subTest(expression):
                self.assertEqual(self.value(expression), expected)

    def test_null_is_neither_nought_nor_empty(self) -> None:
        self.table("t", "i INT64, s STRING", "(0, '')", "(NULL, NULL)")
        self.assertEqual(self.rows("SELECT i, s FROM t WHERE i IS NULL AND s IS NULL"), [(None, None)])
        self.assertEqual(self.rows("SELECT i, s FROM t WHERE i = 0 AND s = ''"), [(0, "")])
        self.assertEqual(self.rows("SELECT COUNT(*), COUNT(i), COUNT(s) FROM t"), [(2, 1, 1)])

    def test_functions_of_null_are_null(self) -> None:
        for call in (
            "LOWER(NULL)", "CONCAT('a', NULL)", "'a' || NULL", "SUBSTR('a', NULL)", "1 + NULL", "-CAST(NULL AS INT64)",
            "NULL / 0", "MOD(NULL, 0)", "CAST(NULL AS STRING)", "TIMESTAMP_MILLIS(NULL)",
            "TIMESTAMP_ADD(NULL, INTERVAL 1 DAY)", "TIMESTAMP_ADD(TIMESTAMP '2021-01-01', INTERVAL NULL DAY)",
            "DATETIME(TIMESTAMP '2021-01-01', NULL)", "EXTRACT(DAY FROM CAST(NULL AS DATE))", "GREATEST(1, NULL)",
            "LEAST(NULL, 1)", "SAFE_DIVIDE(NULL, 1)", "FORMAT_DATE(NULL, DATE '2021-01-01')",
            "NUMERIC '1' + NULL", "ROUND(CAST(NULL AS NUMERIC))",
        ):  # fmt: skip
            with self.subTest(call):
                self.assertIsNone(self.value(call))

    def test_conditionals(self) -> None:
        for expression, expected in {
            "IF(NULL, 1, 2)": 2, "IFNULL(NULL, 3)": 3, "COALESCE(NULL, NULL, 4)": 4, "COALESCE(NULL)": None,
            "NULLIF(1, 1)": None, "NULLIF(1, NULL)": 1, "NULLIF(NULL, 1)": None,
            "CASE WHEN NULL THEN 1 ELSE 2 END": 2, "CASE NULL WHEN NULL THEN 1 ELSE 2 END": 2,
            "CASE WHEN FALSE THEN 1 END": None, "CASE 2 WHEN 1 THEN 'a' WHEN 2 THEN 'b' END": "b",
        }.items():  # fmt: skip
            with self.subTest(expression):
                self.assertEqual(self.value(expression), expected)

    def test_aggregates_pass_over_null(self) -> None:
        self.table(
            "t", "i INT64, n NUMERIC, b BOOL", "(1, 1.5, TRUE)", "(NULL, NULL, NULL)", "(3, 2.5, FALSE)"
        )
        sql = "SELECT SUM(i), AVG(i), MIN(i), MAX(i), SUM(n), AVG(n), LOGICAL_AND(b), LOGICAL_OR(b), COUNTIF(b) FROM t"
        self.assertEqual(self.rows(sql), [(4, 2.0, 1, 3, "4", "2", 0, 1, 1)])
        none = "SELECT COUNT(*), COUNTIF(b), SUM(i), AVG(n), MAX(i), STRING_AGG('x') FROM t WHERE FALSE"
        self.assertEqual(self.rows(none), [(0, 0, None, None, None, None)])

    def test_null_is_a_group_and_a_distinct_value(self) -> None:
        self.table("t", "i INT64", "(NULL)", "(1)", "(NULL)")
        self.assertEqual(self.rows("SELECT i, COUNT(*) FROM t GROUP BY i ORDER BY i"), [(None, 2), (1, 1)])
        self.assertEqual(self.rows("SELECT DISTINCT i FROM t ORDER BY i"), [(None,), (1,)])
        self.assertEqual(self.rows("SELECT COUNT(DISTINCT i) FROM t"), [(1,)])

    def test_null_joins_nothing(self) -> None:
        self.table("t", "i INT64", "(NULL)", "(1)")
        self.table("u", "i INT64", "(NULL)", "(1)")
        self.assertEqual(self.rows("SELECT COUNT(*) FROM t JOIN u ON t.i = u.i"), [(1,)])
        self.assertEqual(self.rows("SELECT COUNT(*) FROM t LEFT JOIN u USING (i)"), [(2,)])

    def test_a_null_array_is_stored_as_an_empty_one(self) -> None:
        # "Data types": BigQuery translates a NULL ARRAY into an empty ARRAY in the query result.
        self.table("t", "i INT64, a ARRAY<INT64>", "(1, NULL)")
        self.assertEqual(self.rows("SELECT a FROM t"), [("[]",)])


if __name__ == "__main__":
    unittest.main()
