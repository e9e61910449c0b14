"""Arithmetic, mathematical functions, and their limits, with the examples of their pages.

BigQuery docs, "Mathematical functions", "Operators" (arithmetic), "Data types" (decimals).
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Arithmetic(SqlCase):
    def test_integers_and_floats(self) -> None:
        self.values(
            {
                "7 / 2": 3.5, "6 / 2": 3.0, "7 * -2": -14, "1 - 2": -1, "1 + 2.0": 3.0, "-(-3)": 3,
                "1e308 / 10": 1e307, "CAST('inf' AS FLOAT64) - CAST('inf' AS FLOAT64)": "NaN",
            }
        )  # fmt: skip

    def test_decimals_are_exact(self) -> None:
        self.values(
            {
                "NUMERIC '0.1' + NUMERIC '0.2'": "0.3",
                "NUMERIC '1' / 3": "0.333333333",
                "NUMERIC '2' / 3": "0.666666667",
                "NUMERIC '9.99' * 100": "999",
                "BIGNUMERIC '1' / 3": "0." + "3" * 38,
                "NUMERIC '10' > NUMERIC '9'": 1,
                "-NUMERIC '1.5'": "-1.5",
            }
        )

    def test_overflow_and_division_by_zero_are_errors(self) -> None:
        self.all_refused(
            {
                "SELECT 9223372036854775807 + 1": "int64 overflow: 9223372036854775807 + 1",
                "SELECT -9223372036854775808 - 1": "int64 overflow",
                "SELECT 4611686018427387904 * 2": "int64 overflow: 4611686018427387904 * 2",
                "SELECT -(-9223372036854775808)": "int64 overflow",
                "SELECT ABS(-9223372036854775808)": "int64 overflow",
                "SELECT 1 / 0": "division by zero: 1 / 0",
                "SELECT 1e308 * 10": "double overflow: 1e+308 * 10",
                "SELECT NUMERIC '1' / 0": "division by zero",
                "SELECT NUMERIC '99999999999999999999999999999' * 10": "numeric overflow",
                "SELECT MOD(1, 0)": "division by zero: MOD(1, 0)",
                "SELECT DIV(1, 0)": "division by zero: DIV(1, 0)",
                "SELECT DIV(-9223372036854775808, -1)": "int64 overflow",
            }
        )

    def test_nan_equals_nothing(self) -> None:
        nan = "CAST('NaN' AS FLOAT64)"
        self.values(
            {
                f"{nan} = {nan}": 0, f"{nan} != {nan}": 1, f"{nan} > 1": 0, f"{nan} < 1": 0,
                f"1 != {nan}": 1, f"{nan} BETWEEN 0 AND 1": 0,
            }
        )  # fmt: skip


class Functions(SqlCase):
    def test_the_examples(self) -> None:
        self.values(
            {
                "ABS(25)": 25, "ABS(-25)": 25, "ABS(-2.5)": 2.5, "ABS(NUMERIC '-1.5')": "1.5",
                "DIV(20, 4)": 5, "DIV(12, -7)": -1, "DIV(20, 3)": 6, "DIV(0, 20)": 0,
                "MOD(25, 12)": 1, "MOD(-25, 12)": -1, "MOD(25, -12)": 1,
                "SAFE_DIVIDE(20, 4)": 5.0, "SAFE_DIVIDE(0, 20)": 0.0,
                "ROUND(2.0)": 2.0, "ROUND(2.3)": 2.0, "ROUND(2.8)": 3.0, "ROUND(2.5)": 3.0,
                "ROUND(-2.3)": -2.0, "ROUND(-2.8)": -3.0, "ROUND(-2.5)": -3.0, "ROUND(0)": 0.0,
                "ROUND(123.7, -1)": 120.0, "ROUND(1.235, 2)": 1.24, "ROUND(NUMERIC '2.345', 2)": "2.35",
                "TRUNC(2.8)": 2.0, "TRUNC(-2.8)": -2.0, "CEIL(2.3)": 3.0, "CEILING(-2.3)": -2.0,
                "FLOOR(2.8)": 2.0, "FLOOR(-2.3)": -3.0, "FLOOR(CAST('inf' AS FLOAT64))": float("inf"),
                "GREATEST(3, 5, 1)": 5, "LEAST(3, 5, 1)": 1, "GREATEST(1, 2.5)": 2.5,
                "GREATEST('b', 'a')": "b", "LEAST(NUMERIC '10', NUMERIC '9')": "9",
            }
        )  # fmt: skip
        self.assertIsNone(self.value("SAFE_DIVIDE(20, 0)"))

    def test_decimals_are_never_computed_as_floats(self) -> None:
        self.unknown(
            "SELECT FLOOR(NUMERIC '1.5')", "SELECT SAFE_DIVIDE(NUMERIC '1', 2)", "SELECT ABS(BIGNUMERIC '1')"
        )

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT MOD(1.5, 1)": "No matching signature for function MOD for argument types: FLOAT64, INT64",
                "SELECT GREATEST(PARSE_JSON('1'), PARSE_JSON('2'))": "GREATEST is not defined for arguments of type JSON",
                "SELECT GREATEST()": "Number of arguments does not match for function GREATEST",
                "SELECT NULLIF(1)": "Number of arguments does not match for function NULLIF",
            }
        )


if __name__ == "__main__":
    unittest.main()
