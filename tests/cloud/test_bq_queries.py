"""Queries: grouping, joins, subqueries, WITH, set operations, LIMIT, QUALIFY, windows.

BigQuery docs, "Query syntax", "Subqueries", "Window function calls".
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase, parameter


class Grouping(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "k STRING, n INT64", "('a', 1)", "('b', 2)", "('a', 3)")

    def test_by_name_number_alias_and_expression(self) -> None:
        expected = [("A", 4), ("B", 2)]
        for group in ("1", "u", "UPPER(k)"):
            sql = f"SELECT UPPER(k) AS u, SUM(n) FROM t GROUP BY {group} ORDER BY u"
            self.assertEqual(self.rows(sql), expected)
        self.assertEqual(self.rows("SELECT COUNT(*) FROM t"), [(3,)])
        self.assertEqual(self.rows("SELECT k FROM t GROUP BY k HAVING SUM(n) > 2"), [("a",)])
        self.assertEqual(self.rows("SELECT SUM(n) AS s FROM t GROUP BY k HAVING s > 2"), [(4,)])
        self.assertEqual(
            self.rows("SELECT STRING_AGG(k, '+'), ANY_VALUE(k) FROM t WHERE k = 'a'"), [("a+a", "a")]
        )
        self.assertEqual(self.rows("SELECT COUNT(DISTINCT k), COUNTIF(n > 1) FROM t"), [(2, 2)])

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT k, n FROM t GROUP BY k": "SELECT list expression references column n which is neither grouped "
                "nor aggregated at [1:11]",
                "SELECT k, COUNT(*) FROM t": "references column k which is neither grouped nor aggregated",
                "SELECT * FROM t GROUP BY k": "Star expansion expression references column n which is neither grouped",
                "SELECT k FROM t GROUP BY 3": "GROUP BY is out of SELECT column number range: 3",
                "SELECT k FROM t WHERE COUNT(*) > 1": "Aggregate function COUNT not allowed in WHERE clause",
                "SELECT k FROM t GROUP BY COUNT(*)": "Aggregate function COUNT not allowed in GROUP BY clause",
                "SELECT SUM(COUNT(*)) FROM t": "Aggregations of aggregations are not allowed",
                "SELECT k FROM t HAVING k = 'a'": "references column k which is neither grouped nor aggregated",
                "SELECT SUM(*) FROM t": "Argument * can only be used in COUNT(*)",
                "SELECT PARSE_JSON(k) AS j, 1 FROM t GROUP BY j": "Grouping by expressions of type JSON is not allowed",
                "SELECT DISTINCT PARSE_JSON(k) FROM t": "SELECT DISTINCT does not support columns of type JSON",
                "SELECT SUM(n) FROM (SELECT 9223372036854775807 AS n UNION ALL SELECT 1)": "int64 overflow",
            }
        )

    def test_nan_in_aggregates(self) -> None:
        floats = "(SELECT 1.5 AS f UNION ALL SELECT CAST('NaN' AS FLOAT64) UNION ALL SELECT 2.5)"
        self.assertEqual(
            self.rows(f"SELECT SUM(f), AVG(f), MIN(f), MAX(f), COUNT(f) FROM {floats}"),
            [("NaN", "NaN", "NaN", "NaN", 3)],
        )
        self.assertEqual(self.rows(f"SELECT SUM(f), MIN(f) FROM {floats} WHERE f > 0"), [(4.0, 1.5)])
        self.unknown(f"SELECT SUM(f) OVER () FROM {floats}")


class Joins(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("l", "i INT64, a STRING", "(1, 'a')", "(2, 'b')")
        self.table("r", "i INT64, c STRING", "(2, 'c')", "(3, 'd')")

    def test_every_kind(self) -> None:
        for kind, expected in (
            ("JOIN", [("b", "c")]), ("INNER JOIN", [("b", "c")]), ("LEFT JOIN", [("a", None), ("b", "c")]),
            ("RIGHT OUTER JOIN", [(None, "d"), ("b", "c")]), ("FULL JOIN", [(None, "d"), ("a", None), ("b", "c")]),
        ):  # fmt: skip
            with self.subTest(kind):
                self.assertEqual(
                    self.rows(f"SELECT a, c FROM l {kind} r ON l.i = r.i ORDER BY a, c"), expected
                )
        self.assertEqual(self.rows("SELECT COUNT(*) FROM l CROSS JOIN r"), [(4,)])
        self.assertEqual(self.rows("SELECT COUNT(*) FROM l, r WHERE l.i = r.i"), [(1,)])
        self.assertEqual(self.rows("SELECT i FROM l FULL JOIN r USING (i) ORDER BY i"), [(1,), (2,), (3,)])
        self.assertEqual(self.rows("SELECT i FROM l RIGHT JOIN r USING (i) ORDER BY i"), [(2,), (3,)])
        nested = "SELECT l.a FROM l LEFT JOIN (r JOIN l AS m ON r.i = m.i) ON l.i = m.i WHERE m.a IS NULL"
        self.assertEqual(self.rows(nested), [("a",)])

    def test_refusals(self) -> None:
        self.refused(
            "SELECT 1 FROM l JOIN r ON 1", "JOIN ON clause should return type BOOL, but returns type INT64"
        )
        self.refused(
            "SELECT 1 FROM l JOIN r ON COUNT(*) = 1", "Aggregate function COUNT not allowed in JOIN ON clause"
        )


class Subqueries(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "i INT64", "(1)", "(2)", "(3)")

    def test_as_values_and_tests(self) -> None:
        self.values(
            {
                "(SELECT MAX(i) FROM t)": 3,
                "EXISTS (SELECT 1 FROM t WHERE i = 9)": 0,
                "2 IN (SELECT i FROM t)": 1,
            }
        )
        self.assertIsNone(self.value("(SELECT i FROM t WHERE FALSE)"))
        correlated = "SELECT i FROM t WHERE i > (SELECT AVG(u.i) FROM t AS u WHERE u.i != t.i)"
        self.assertEqual(self.rows(correlated), [(3,)])
        self.assertEqual(self.rows("SELECT x + 1 FROM (SELECT i AS x FROM t) WHERE x = 1"), [(2,)])

    def test_with(self) -> None:
        sql = "WITH a AS (SELECT i FROM t WHERE i > 1), b AS (SELECT COUNT(*) AS n FROM a) SELECT n FROM b"
        self.assertEqual(self.rows(sql), [(2,)])
        self.assertEqual(self.rows("WITH t AS (SELECT 9 AS i) SELECT i FROM t"), [(9,)])
        self.assertEqual(self.rows("SELECT * FROM (WITH a AS (SELECT 1 AS x) SELECT x FROM a)"), [(1,)])

    def test_refusals(self) -> None:
        for sql, message in (
            ("SELECT (SELECT i FROM t)", "Scalar subquery produced more than one element"),
            ("SELECT (SELECT 1, 2)", "Scalar subquery cannot have more than one column"),
            ("SELECT 1 IN (SELECT 1, 2)", "Subquery of type IN cannot have more than one column"),
            (
                "SELECT 'a' IN (SELECT i FROM t)",
                "Cannot execute IN subquery with uncomparable types STRING and INT64",
            ),
            ("WITH a AS (SELECT 1), a AS (SELECT 2) SELECT 1", "Duplicate alias a for WITH subquery"),
            ("WITH a AS (SELECT nope) SELECT 1", "Unrecognized name: nope at [1:19]"),
        ):
            self.refused(sql, message)
        later = "WITH b AS (SELECT 1 FROM a), a AS (SELECT 1 AS x) SELECT 1"
        self.refused(later, "Not found: Table stand-in:ds.a", reason="notFound")


class Sets(SqlCase):
    def test_the_operations(self) -> None:
        for operation, expected in (
            ("UNION ALL", [1, 1, 2, 2]), ("UNION DISTINCT", [1, 2]), ("EXCEPT DISTINCT", []),
            ("INTERSECT DISTINCT", [1, 2]),
        ):  # fmt: skip
            one = "(SELECT 1 AS x UNION ALL SELECT 2)"
            rows = self.rows(f"{one} {operation} {one} ORDER BY x")
            self.assertEqual([row[0] for row in rows], expected)

    def test_types_meet_and_the_first_names_count(self) -> None:
        self.assertEqual(self.types("SELECT 1 AS a UNION ALL SELECT 2.5 AS b"), ["a FLOAT"])
        self.assertEqual(self.types("SELECT NULL AS a UNION ALL SELECT 'x'"), ["a STRING"])
        found = self.rows("SELECT DATE '2021-01-01' AS d UNION ALL SELECT '2021-01-02' ORDER BY d")
        self.assertEqual(found, [("2021-01-01",), ("2021-01-02",)])

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT 1 UNION ALL SELECT 1, 2": "Queries in UNION ALL have mismatched column count; query 1 has 1 "
                "column, query 2 has 2 columns at [1:20]",
                "SELECT 1 UNION ALL SELECT 'a'": "Column 1 in UNION ALL has incompatible types: INT64, STRING at [1:20]",
            }
        )


class Limits(SqlCase):
    def test_limit_and_offset(self) -> None:
        numbers = "SELECT 1 AS x UNION ALL SELECT 2 UNION ALL SELECT 3 ORDER BY x"
        self.assertEqual(self.rows(f"{numbers} LIMIT 1 OFFSET 1"), [(2,)])
        self.assertEqual(self.rows(f"{numbers} LIMIT @n", parameter("n", "INT64", "2")), [(1,), (2,)])
        self.assertEqual(self.rows(f"{numbers} LIMIT 0"), [])

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT 1 LIMIT -1": 'Syntax error: Unexpected "-" at [1:16]',
                "SELECT 1 LIMIT 1.5": "LIMIT expects a non-negative integer literal or parameter at [1:16]",
                "SELECT 1 LIMIT NULL": "LIMIT expects a non-negative integer literal or parameter",
                "SELECT 1 OFFSET 1": "Syntax error: Expected end of input but got",
            }
        )


class Windows(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "k STRING, n INT64", "('a', 1)", "('b', 2)", "('a', 3)")

    def test_functions(self) -> None:
        for call, expected in (
            ("ROW_NUMBER() OVER (ORDER BY n DESC)", [3, 2, 1]), ("RANK() OVER (ORDER BY k)", [1, 3, 1]),
            ("DENSE_RANK() OVER (ORDER BY k)", [1, 2, 1]), ("LAG(n) OVER (ORDER BY n)", [None, 1, 2]),
            ("LEAD(n, 2) OVER (ORDER BY n)", [3, None, None]), ("SUM(n) OVER (PARTITION BY k)", [4, 2, 4]),
            ("COUNT(*) OVER ()", [3, 3, 3]), ("FIRST_VALUE(n) OVER (PARTITION BY k ORDER BY n)", [1, 2, 1]),
            ("SUM(n) OVER (ORDER BY n)", [1, 3, 6]),
        ):  # fmt: skip
            with self.subTest(call):
                self.assertEqual(
                    [row[1] for row in self.rows(f"SELECT n, {call} FROM t ORDER BY n")], expected
                )

    def test_qualify_keeps_the_last_of_each(self) -> None:
        last = "QUALIFY ROW_NUMBER() OVER (PARTITION BY k ORDER BY n DESC) = 1"
        self.assertEqual(sorted(self.rows(f"SELECT k, n FROM t WHERE TRUE {last}")), [("a", 3), ("b", 2)])

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT ROW_NUMBER() FROM t": "Analytic function ROW_NUMBER cannot be called without an OVER clause",
                "SELECT RANK() OVER () FROM t": "Window ORDER BY is required for analytic function RANK",
                "SELECT n FROM t WHERE RANK() OVER (ORDER BY n) = 1": "Analytic function not allowed in WHERE clause",
            }
        )
        self.unknown("SELECT NTILE(2) OVER (ORDER BY n) FROM t", "SELECT COUNT(DISTINCT n) OVER () FROM t")


if __name__ == "__main__":
    unittest.main()
