"""Types: of literals and results, what coerces to what, casts and SAFE_CAST."""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase

COLUMNS = (
    "i INT64, f FLOAT64, n NUMERIC, g BIGNUMERIC, b BOOL, s STRING, y BYTES, d DATE, m TIME, c DATETIME, "
    "t TIMESTAMP, j JSON, a ARRAY<INT64>, r STRUCT<x INT64, y STRUCT<z STRING>>"
)


class Types(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", COLUMNS)

    def test_columns_of_every_type_keep_it(self) -> None:
        fields = self.run_sql("SELECT * FROM t").schema
        self.assertEqual(
            [f"{f['name']} {f['type']} {f['mode']}" for f in fields],
            [
                "i INTEGER NULLABLE", "f FLOAT NULLABLE", "n NUMERIC NULLABLE", "g BIGNUMERIC NULLABLE",
                "b BOOLEAN NULLABLE", "s STRING NULLABLE", "y BYTES NULLABLE", "d DATE NULLABLE",
                "m TIME NULLABLE", "c DATETIME NULLABLE", "t TIMESTAMP NULLABLE", "j JSON NULLABLE",
                "a INTEGER REPEATED", "r RECORD NULLABLE",
            ],
        )  # fmt: skip
        self.assertEqual([f["name"] for f in fields[-1]["fields"]], ["x", "y"])
        self.assertEqual(self.types("SELECT r.x, r.y.z, R.Y FROM t"), ["x INTEGER", "z STRING", "Y RECORD"])

    def test_names_of_types(self) -> None:
        for name, kind in (
            ("INT64", "INTEGER"), ("int", "INTEGER"), ("BIGINT", "INTEGER"), ("FLOAT64", "FLOAT"),
            ("DECIMAL", "NUMERIC"), ("BIGDECIMAL", "BIGNUMERIC"), ("BOOLEAN", "BOOLEAN"), ("JSON", "JSON"),
        ):  # fmt: skip
            self.assertEqual(self.types(f"SELECT CAST(NULL AS {name}) AS x"), [f"x {kind}"])
        self.all_refused({"SELECT CAST(1 AS INTEGR)": "Type not found: INTEGR at [1:18]"})

    def test_results_of_expressions(self) -> None:
        for expression, kind in {
            "NULL": "INTEGER", "1": "INTEGER", "1.0": "FLOAT", "'a'": "STRING", "b'a'": "BYTES",
            "TRUE": "BOOLEAN", "NUMERIC '1'": "NUMERIC", "DATE '2021-01-01'": "DATE",
            "TIME '00:00:00'": "TIME", "DATETIME '2021-01-01'": "DATETIME",
            "TIMESTAMP '2021-01-01'": "TIMESTAMP", "PARSE_JSON('1')": "JSON", "1 / 2": "FLOAT",
            "1 + 1.0": "FLOAT", "1 + NUMERIC '1'": "NUMERIC", "NUMERIC '1' + 1.5": "NUMERIC",
            "BIGNUMERIC '1' * 2": "BIGNUMERIC", "1 < 2": "BOOLEAN", "IF(TRUE, 1, 2.5)": "FLOAT",
            "COALESCE(NULL, 'a')": "STRING", "CASE WHEN TRUE THEN 1 END": "INTEGER",
            "EXTRACT(DATE FROM TIMESTAMP '2021-01-01')": "DATE", "MIN('a')": "STRING",
            "AVG(1)": "FLOAT", "SUM(1)": "INTEGER", "COUNT(*)": "INTEGER",
        }.items():  # fmt: skip
            with self.subTest(expression):
                self.assertEqual(self.types(f"SELECT {expression} AS x"), [f"x {kind}"])

    def test_literals_coerce_further_than_columns(self) -> None:
        # Conversion rules: "Literal coercion".
        for condition in (
            "t > '2021-01-01 00:00:00+00'", "d = '2021-01-01'", "c < '2021-01-01'", "m = '00:00:00'",
            "n < 1.5", "f > 1", "i < 1.5", "c > d", "n < g", "n < f",
        ):  # fmt: skip
            with self.subTest(condition):
                self.assertEqual(self.rows(f"SELECT i FROM t WHERE {condition}"), [])
        for condition in (
            "t > s",
            "d = s",
            "i = s",
            "i = '1'",
            "b = 1",
            "s = 1",
            "t = c",
            "y = s",
            "b = 'true'",
        ):
            self.refused(f"SELECT i FROM t WHERE {condition}", "No matching signature for operator ")

    def test_a_literal_that_cannot_become_the_type_is_refused(self) -> None:
        self.all_refused(
            {
                "SELECT 1 FROM t WHERE t > 'yesterday'": 'Could not cast literal "yesterday" to type TIMESTAMP',
                "SELECT 1 FROM t WHERE d = '2021-02-30'": 'Could not cast literal "2021-02-30" to type DATE',
                "SELECT TIMESTAMP '2021-13-01'": "Invalid TIMESTAMP literal at [1:8]",
                "SELECT DATE '01/02/2021'": "Invalid DATE literal at [1:8]",
                "SELECT NUMERIC 'x'": "Invalid NUMERIC literal",
            }
        )

    def test_operators_want_their_types(self) -> None:
        self.all_refused(
            {
                "SELECT 1 + 'a'": "No matching signature for operator + for argument types: INT64, STRING",
                "SELECT 'a' || 1": "No matching signature for operator || for argument types: STRING, INT64",
                "SELECT NOT 1": "No matching signature for operator NOT for argument types: INT64",
                "SELECT 1 AND TRUE": "No matching signature for operator AND for argument types: INT64, BOOL",
                "SELECT -'a'": "No matching signature for operator - for argument types: STRING",
                "SELECT 1 LIKE 'a'": "No matching signature for operator LIKE for argument types: INT64, STRING",
                "SELECT 1 IN ('a')": "No matching signature for operator IN for argument types: INT64, STRING",
                "SELECT 1 IS TRUE": "No matching signature for operator IS TRUE for argument types: INT64",
                "SELECT i FROM t WHERE i": "WHERE clause should return type BOOL, but returns type INT64 at [1:23]",
                "SELECT j = j FROM t": "Equality is not defined for arguments of type JSON",
                "SELECT a < a FROM t": "Comparison is not defined for arguments of type ARRAY<INT64>",
                "SELECT IF(1, 2, 3)": "IF condition should return type BOOL, but returns type INT64",
                "SELECT IF(TRUE, 1, 'a')": "No matching signature for function IF",
                "SELECT CASE WHEN TRUE THEN 1 ELSE 'a' END": "No matching signature for operator CASE",
                "SELECT COALESCE(1, TRUE)": "No matching signature for function COALESCE",
                "SELECT LOWER(1)": "No matching signature for function LOWER for argument types: INT64. "
                "Supported signatures: LOWER(STRING) at [1:8]",
                "SELECT LOWER()": "No matching signature for function LOWER for no arguments",
                "SELECT SUM('a')": "No matching signature for aggregate function SUM for argument types: STRING",
                "SELECT r.nope FROM t": "Field name nope does not exist in STRUCT<x INT64, y STRUCT<z STRING>>",
                "SELECT i.x FROM t": "Cannot access field x on a value with type INT64 at [1:8]",
            }
        )


class Casts(SqlCase):
    """BigQuery docs, "Conversion functions"."""

    def test_numbers(self) -> None:
        self.values(
            {
                "CAST(0.5 AS INT64)": 1, "CAST(-0.5 AS INT64)": -1, "CAST(1.5 AS INT64)": 2,
                "CAST('0x87a' AS INT64)": 2170, "CAST('-0x87a' AS INT64)": -2170, "CAST(' 12 ' AS INT64)": 12,
                "CAST(TRUE AS INT64)": 1, "CAST(0 AS BOOL)": 0, "CAST(-3 AS BOOL)": 1,
                "CAST('1.5e3' AS FLOAT64)": 1500.0, "CAST('inf' AS FLOAT64)": float("inf"),
                "CAST('NaN' AS FLOAT64)": "NaN", "CAST(NUMERIC '1.5' AS INT64)": 2,
                "CAST('123.4500' AS NUMERIC)": "123.45", "CAST('1.0000000005' AS NUMERIC)": "1.000000001",
                "CAST(0.1 AS NUMERIC)": "0.1", "CAST(1 AS BIGNUMERIC)": "1",
            }
        )  # fmt: skip

    def test_text(self) -> None:
        self.values(
            {
                "CAST(123 AS STRING)": "123", "CAST(TRUE AS STRING)": "true", "CAST(1.0 AS STRING)": "1",
                "CAST(0.1 + 0.2 AS STRING)": "0.30000000000000004", "CAST(1e15 AS STRING)": "1e+15",
                "CAST(123456789.0 AS STRING)": "123456789", "CAST(CAST('-inf' AS FLOAT64) AS STRING)": "-inf",
                "CAST(CAST('NaN' AS FLOAT64) AS STRING)": "nan", "CAST(-0.0 AS STRING)": "0",
                "CAST(NUMERIC '1.50' AS STRING)": "1.5", "CAST(b'abc' AS STRING)": "abc",
                "CAST('abc' AS BYTES)": "YWJj", "CAST('TRUE' AS BOOL)": 1,
                "CAST(DATE '2021-01-02' AS STRING)": "2021-01-02",
                "CAST(TIME '01:02:03.120' AS STRING)": "01:02:03.120",
                "CAST(DATETIME '2021-01-02 03:04:05' AS STRING)": "2021-01-02 03:04:05",
                "CAST(TIMESTAMP '2021-01-02 03:04:05.5+09' AS STRING)": "2021-01-01 18:04:05.500+00",
            }
        )  # fmt: skip

    def test_times(self) -> None:
        self.values(
            {
                "CAST('2021-1-2' AS DATE)": "2021-01-02",
                "CAST('2021-01-02T03:04:05Z' AS TIMESTAMP)": "2021-01-02 03:04:05+00",
                "CAST('2021-01-02 03:04:05 Asia/Seoul' AS TIMESTAMP)": "2021-01-01 18:04:05+00",
                "CAST('2021-01-02' AS DATETIME)": "2021-01-02T00:00:00",
                "CAST(DATE '2021-01-02' AS TIMESTAMP)": "2021-01-02 00:00:00+00",
                "CAST(TIMESTAMP '2021-01-02 23:30:00-01' AS DATE)": "2021-01-03",
                "CAST(DATETIME '2021-01-02 03:04:05' AS TIME)": "03:04:05",
            }
        )

    def test_what_fails_and_safe_cast_making_it_null(self) -> None:
        for value, kind, message in (
            ("'apple'", "INT64", "Bad int64 value: apple"),
            ("'1.5'", "INT64", "Bad int64 value: 1.5"),
            ("'9223372036854775808'", "INT64", "Bad int64 value: 9223372036854775808"),
            ("''", "FLOAT64", "Bad double value: "),
            ("'yes'", "BOOL", "Bad bool value: yes"),
            ("1e30", "INT64", "int64 overflow"),
            ("CAST('nan' AS FLOAT64)", "INT64", "Illegal conversion of non-finite floating point number"),
            ("'12kB'", "NUMERIC", "Invalid NUMERIC value: 12kB"),
            ("'1e30'", "NUMERIC", "Invalid NUMERIC value: 1e30"),
            ("'2021-02-29'", "DATE", "Invalid date: '2021-02-29'"),
            ("'25:00:00'", "TIME", "Invalid time: '25:00:00'"),
            ("'now'", "TIMESTAMP", "Invalid timestamp: 'now'"),
            (r"b'\xff'", "STRING", "Bytes value could not be converted to UTF-8"),
        ):
            self.refused(f"SELECT CAST({value} AS {kind})", message)
            self.assertIsNone(self.value(f"SAFE_CAST({value} AS {kind})"), value)

    def test_pairs_that_do_not_cast_are_refused_even_when_safe(self) -> None:
        self.all_refused(
            {
                "SELECT CAST(1 AS DATE)": "Invalid cast from INT64 to DATE at [1:13]",
                "SELECT SAFE_CAST(TRUE AS FLOAT64)": "Invalid cast from BOOL to FLOAT64",
                "SELECT CAST(TIMESTAMP '2021-01-01' AS INT64)": "Invalid cast from TIMESTAMP to INT64",
                "SELECT CAST(b'1' AS INT64)": "Invalid cast from BYTES to INT64",
                "SELECT CAST('1' AS ARRAY<INT64>)": "Invalid cast from STRING to ARRAY<INT64>",
                "SELECT CAST('{}' AS JSON)": "Invalid cast from STRING to JSON",
            }
        )


if __name__ == "__main__":
    unittest.main()
