"""ORDER BY: numbers, names, expressions, NULLs, and what a constant orders."""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Order(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "a INT64, b STRING", "(2, 'x')", "(1, 'y')", "(NULL, 'z')")

    def test_a_literal_s_alias_orders_nothing_and_is_no_column_number(self) -> None:
        # Query syntax, "ORDER BY clause": only a literal written there is a column number.
        for literal in ("0", "7", "-1", "+3", "(5)", "((-5))", "1.5", "'s'", "NULL", "TRUE", "1 IS NULL"):
            with self.subTest(literal):
                self.assertEqual(len(self.rows(f"SELECT {literal} AS place, a FROM t ORDER BY place, a")), 3)
                query = f"SELECT {literal} AS place, COUNT(*) AS n FROM t ORDER BY place"
                self.assertEqual(self.rows(query)[0][1], 3)

    def test_what_comes_down_to_a_number_is_no_column_number(self) -> None:
        script = "DECLARE n INT64 DEFAULT 9; SELECT a FROM t ORDER BY {}, a DESC"
        for expression in ("n", "COALESCE(n)", "COALESCE(8)", "GREATEST(7)", "IFNULL(6, n)", "@@row_count"):
            with self.subTest(expression):
                self.assertEqual(self.rows(script.format(expression)), [(2,), (1,), (None,)])

    def test_grouping_by_what_comes_down_to_a_number(self) -> None:
        script = "DECLARE n INT64 DEFAULT 9; SELECT n AS k, {} AS l, COUNT(*) FROM t GROUP BY k, l"
        for expression in ("n", "COALESCE(8)", "7", "-7", "GREATEST(6)"):
            with self.subTest(expression):
                ((first, _, count),) = self.rows(script.format(expression))
                self.assertEqual((first, count), (9, 3))

    def test_null_is_the_least_value_unless_told_otherwise(self) -> None:
        for order, expected in (
            ("a", [None, 1, 2]),
            ("a DESC", [2, 1, None]),
            ("a NULLS LAST", [1, 2, None]),
            ("a DESC NULLS FIRST", [None, 2, 1]),
        ):
            self.assertEqual([row[0] for row in self.rows(f"SELECT a FROM t ORDER BY {order}")], expected)

    def test_numbers_names_and_expressions(self) -> None:
        self.assertEqual(self.rows("SELECT b, a FROM t ORDER BY 2 DESC LIMIT 1"), [("x", 2)])
        self.assertEqual(self.rows("SELECT -a AS a FROM t ORDER BY a LIMIT 2"), [(None,), (-2,)])
        self.assertEqual(self.rows("SELECT b FROM t ORDER BY -a DESC LIMIT 1"), [("y",)])
        self.assertEqual(self.rows("SELECT a FROM t ORDER BY t.b DESC LIMIT 1"), [(None,)])

    def test_an_alias_in_an_expression(self) -> None:
        self.assertEqual(self.rows("SELECT a AS n FROM t ORDER BY -n DESC LIMIT 1"), [(1,)])
        counted = "SELECT b AS k, COUNT(a) AS n FROM t GROUP BY k ORDER BY n * 10, UPPER(k) DESC"
        self.assertEqual(self.rows(counted), [("z", 0), ("y", 1), ("x", 1)])
        self.assertEqual(self.rows("SELECT DISTINCT b AS k FROM t ORDER BY LOWER(k) LIMIT 1"), [("x",)])

    def test_a_union_is_ordered_as_a_whole(self) -> None:
        union = "SELECT 2 AS place, 'b' AS s UNION ALL SELECT 1, 'a' ORDER BY place"
        self.assertEqual(self.rows(union), [(1, "a"), (2, "b")])

    def test_numeric_is_ordered_as_numbers_and_bytes_as_bytes(self) -> None:
        numbers = (
            "SELECT NUMERIC '10' AS n UNION ALL SELECT NUMERIC '9.5' UNION ALL SELECT NUMERIC '-1' ORDER BY n"
        )
        self.assertEqual(self.rows(numbers), [("-1",), ("9.5",), ("10",)])
        octets = r"SELECT b'\xff' AS b UNION ALL SELECT b'a' UNION ALL SELECT b'' ORDER BY b"
        self.assertEqual(self.rows(octets), [("",), ("YQ==",), ("/w==",)])

    def test_nan_comes_after_null_before_numbers(self) -> None:
        # Data types, "Floating point semantics": NULL, NaN, -inf, numbers, +inf.
        floats = " UNION ALL ".join(
            f"SELECT CAST('{f}' AS FLOAT64) AS f" for f in ("inf", "1", "nan", "-inf")
        )
        found = self.rows(f"{floats} UNION ALL SELECT NULL ORDER BY f")
        self.assertEqual(found, [(None,), ("NaN",), (float("-inf"),), (1.0,), (float("inf"),)])
        found = self.rows(f"{floats} ORDER BY f DESC")
        self.assertEqual(found, [(float("inf"),), (1.0,), (float("-inf"),), ("NaN",)])

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT a FROM t ORDER BY 2": "ORDER BY is out of SELECT column number range: 2 at [1:26]",
                "SELECT a FROM t ORDER BY 0": "ORDER BY is out of SELECT column number range: 0",
                "SELECT a FROM t ORDER BY c": "Unrecognized name: c at [1:26]",
                "SELECT a, b AS a FROM t ORDER BY a": "Column name a is ambiguous at [1:34]",
                "SELECT DISTINCT a FROM t ORDER BY b": "ORDER BY clause expression references column b which is "
                "not visible after SELECT DISTINCT at [1:35]",
                "SELECT a FROM t ORDER BY COUNT(*)": "Aggregate function COUNT not allowed in ORDER BY clause",
                "SELECT PARSE_JSON('1') AS j ORDER BY j": "ORDER BY does not support expressions of type JSON",
                "SELECT a FROM t ORDER a": "Expected keyword BY but got identifier",
                "SELECT a FROM t ORDER BY a NULLS": "Unexpected end of script",
            }
        )


if __name__ == "__main__":
    unittest.main()
