"""Text to tokens and trees: literals, comments, quoting, and syntax errors with their positions."""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Literals(SqlCase):
    """BigQuery docs, "Lexical structure and syntax"."""

    def test_strings_and_bytes(self) -> None:
        self.values(
            {
                "'it\\'s'": "it's",
                '"it\'s"': "it's",
                "'''two\n'lines'\n'''": "two\n'lines'\n",
                '"""a"b"""': 'a"b',
                r"r'\d+\n'": r"\d+\n",
                r"'\x41\u00ea\U0001F600\101\t\\'": "A\u00ea\U0001f600A\t\\",
                "''": "",
                r"b'\xff\x00'": "/wA=",
                r"rb'\x'": "XHg=",
                "'a;b -- no comment'": "a;b -- no comment",
            }
        )

    def test_numbers(self) -> None:
        self.values(
            {
                "0x1F": 31,
                "-0X10": -16,
                "-9223372036854775808": -(2**63),
                "9223372036854775807": 2**63 - 1,
                "1.5e3": 1500.0,
                ".5": 0.5,
                "2.": 2.0,
                "1E-2": 0.01,
            }
        )

    def test_comments_and_white_space(self) -> None:
        self.assertEqual(self.value("1 -- one\n + 2 # two\n /* three\n */ + 3"), 6)

    def test_keywords_in_any_case_and_quoted_names(self) -> None:
        self.assertEqual(self.types("sElEcT 1 aS `select`, 2 AS `a b`"), ["select INTEGER", "a b INTEGER"])

    def test_illegal_characters_and_unclosed_literals(self) -> None:
        self.all_refused(
            {
                "SELECT 1\n  'a": "Syntax error: Unclosed string literal at [2:3]",
                "SELECT `a": "Syntax error: Unclosed identifier literal at [1:8]",
                "SELECT 1 /* x": "Syntax error: Unclosed comment at [1:10]",
                "SELECT ``": "Syntax error: Invalid empty identifier at [1:8]",
                "SELECT 1 $ 2": 'Syntax error: Illegal input character "$" at [1:10]',
                r"SELECT '\q'": r"Syntax error: Illegal escape sequence: \q at [1:8]",
                r"SELECT '\uD800'": r"Syntax error: Illegal escape sequence: \uD800 at [1:8]",
                "SELECT 9223372036854775808": "Invalid integer literal: 9223372036854775808 at [1:8]",
                "SELECT 123abc": "Syntax error: Missing whitespace between literal and alias at [1:11]",
            }
        )


class Syntax(SqlCase):
    def test_errors_say_what_came_and_where(self) -> None:
        self.all_refused(
            {
                "": "Syntax error: Unexpected end of script at [1:1]",
                "  -- nothing\n": "Syntax error: Unexpected end of script",
                "SELEC 1": 'Syntax error: Unexpected identifier "SELEC" at [1:1]',
                "SELECT": "Syntax error: Unexpected end of script at [1:7]",
                "SELECT FROM ds.t": "Syntax error: SELECT list must not be empty at [1:8]",
                "SELECT 1 +": "Syntax error: Unexpected end of script at [1:11]",
                "SELECT (1": 'Syntax error: Expected ")" but got end of script at [1:10]',
                "SELECT 1)": 'Syntax error: Expected end of input but got ")" at [1:9]',
                "SELECT 1 SELECT 2": "Syntax error: Expected end of input but got keyword SELECT at [1:10]",
                "SELECT a FROM": "Syntax error: Expected identifier but got end of script at [1:14]",
                "SELECT 1 FROM t WHERE": "Syntax error: Unexpected end of script at [1:22]",
                "SELECT 1 = 2 = 3": 'Syntax error: Unexpected "=" at [1:14]',
                "SELECT CASE END": "Syntax error: Unexpected keyword END at [1:13]",
                "SELECT CAST(1 INT64)": "Syntax error: Expected keyword AS but got identifier",
                "SELECT 1 AS from": "Syntax error: Unexpected keyword FROM at [1:13]",
                "SELECT a.1 FROM t": "Syntax error",
                "SELECT 1 UNION SELECT 2": "Expected keyword ALL or keyword DISTINCT but got keyword SELECT at [1:16]",
                "SELECT 1 UNION ALL SELECT 2 UNION DISTINCT SELECT 3": "Syntax error: Expected keyword UNION",
                "SELECT * FROM t JOIN u": "Syntax error: Expected keyword ON but got end of script",
                "WITH a (SELECT 1) SELECT 1": 'Syntax error: Expected keyword AS but got "("',
                "DELETE t WHERE": "Syntax error: Unexpected end of script",
                "INSERT INTO t (a) VALUES": 'Syntax error: Expected "(" but got end of script',
                "CREATE TABLE t (a)": 'Syntax error: Unexpected ")"',
                "COMMIT TRANSACTION 1": "Syntax error: Expected end of input but got integer literal",
            }
        )

    def test_positions_count_lines_of_the_whole_script(self) -> None:
        message = self.refused("SELECT 1;\n\nSELECT 2,\n\t nope", "Unrecognized name: nope at [4:3]")
        self.assertTrue(message.startswith("Query error: "))

    def test_a_position_is_named_once(self) -> None:
        self.assertEqual(
            self.refused("SELECT 1; SELECT 1 / 0", "division by zero"),
            "Query error: division by zero: 1 / 0 at [1:11]",
        )

    def test_too_deep_is_refused_not_a_crash(self) -> None:
        self.refused("SELECT " + "(" * 5000 + "1" + ")" * 5000, "nests too deeply")

    def test_precedence(self) -> None:
        # BigQuery docs, "Operators": precedence.
        self.values(
            {
                "1 + 2 * 3": 7,
                "(1 + 2) * 3": 9,
                "-2 * -3": 6,
                "10 - 3 - 2": 5,
                "NOT TRUE AND FALSE": 0,
                "TRUE OR TRUE AND FALSE": 1,
                "1 + 1 = 2": 1,
                "'a' || 'b' = 'ab'": 1,
                "2 BETWEEN 1 AND 3 AND FALSE": 0,
                "NOT 1 IN (2, 3)": 1,
            }
        )


class Unknown(SqlCase):
    def test_what_the_stand_in_does_not_know_is_refused_as_such(self) -> None:
        self.table("t", "a INT64, s STRING")
        self.unknown(
            "SELECT a FROM UNNEST([1, 2]) AS a",
            "SELECT [1, 2]",
            "SELECT ARRAY(SELECT 1)",
            "SELECT STRUCT(1)",
            "SELECT (1, 2)",
            "SELECT s[0] FROM t",
            "SELECT 1 IN UNNEST([1])",
            "SELECT 1 & 2",
            "SELECT 1 << 2",
            "SELECT ~1",
            "SELECT 1 IS DISTINCT FROM 2",
            "SELECT s LIKE ANY ('a', 'b') FROM t",
            "SELECT NET.HOST('x')",
            "SELECT CAST('1' AS INT64 FORMAT '9')",
            "SELECT CAST('1' AS STRING(3))",
            "SELECT JSON '1'",
            "SELECT FARM_FINGERPRINT('x')",
            "SELECT SESSION_USER()",
            "SELECT a, COUNT(*) FROM t GROUP BY ROLLUP(a)",
            "SELECT a FROM t WINDOW w AS (ORDER BY a)",
            "SELECT SUM(a) OVER w FROM t",
            "SELECT SUM(a) OVER (ORDER BY a ROWS 1 PRECEDING) FROM t",
            "SELECT ANY_VALUE(s HAVING MAX a) FROM t",
            "SELECT STRING_AGG(s ORDER BY a) FROM t",
            "SELECT * FROM t FOR SYSTEM_TIME AS OF CURRENT_TIMESTAMP()",
            "SELECT * FROM t TABLESAMPLE SYSTEM (10 PERCENT)",
            "SELECT * FROM ds.f(1)",
            "SELECT * FROM ds.INFORMATION_SCHEMA.TABLES",
            "SELECT * FROM `p.ds.INFORMATION_SCHEMA.TABLES`",
            "WITH RECURSIVE a AS (SELECT 1) SELECT * FROM a",
            "SELECT 1 EXCEPT ALL SELECT 1",
            "SELECT DATE '2021-01-01' + INTERVAL 1 DAY",
            "SELECT @@project_id",
            "SELECT AS STRUCT 1",
        )

    def test_statements(self) -> None:
        self.unknown(
            "MERGE t USING u ON FALSE WHEN NOT MATCHED THEN INSERT ROW",
            "ALTER TABLE t ADD COLUMN b INT64",
            "CREATE VIEW v AS SELECT 1",
            "CREATE TEMP TABLE t (a INT64)",
            "CREATE FUNCTION f() AS (1)",
            "DROP VIEW v",
            "IF TRUE THEN SELECT 1; END IF",
            "LOOP BREAK; END LOOP",
            "EXECUTE IMMEDIATE 'SELECT 1'",
            "CALL p()",
            "EXPORT DATA OPTIONS(uri='x') AS SELECT 1",
            "LOAD DATA INTO t FROM FILES (format='CSV')",
            "BEGIN SELECT 1; END",
            "SET (a, b) = (1, 2)",
            "SET @@time_zone = 'UTC'",
        )


if __name__ == "__main__":
    unittest.main()
