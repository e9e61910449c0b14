"""CREATE TABLE and DROP TABLE: BigQuery docs, "Data definition language (DDL) statements"."""

from __future__ import annotations

import unittest
from typing import Any

from bq_sql_testing import SqlCase


class Create(SqlCase):
    def resource(self, table: str) -> dict[str, Any]:
        return self.catalog.need_table("stand-in", "ds", table)

    def test_columns_modes_and_descriptions(self) -> None:
        result = self.run_sql(
            "CREATE TABLE ds.t (a INT64 NOT NULL, b ARRAY<STRING> OPTIONS(description='names'), "
            "c STRUCT<d DATE, e ARRAY<STRUCT<f FLOAT64>>>,) OPTIONS(description='all of it')"
        )
        self.assertEqual(result.statement_type, "CREATE_TABLE")
        found = self.resource("t")
        a, b, c = found["schema"]["fields"]
        self.assertEqual((a["type"], a["mode"]), ("INTEGER", "REQUIRED"))
        self.assertEqual((b["type"], b["mode"], b["description"]), ("STRING", "REPEATED", "names"))
        self.assertEqual(
            [(f["name"], f["type"], f["mode"]) for f in c["fields"]][1], ("e", "RECORD", "REPEATED")
        )
        self.assertEqual(found["description"], "all of it")

    def test_partitions_and_clusters(self) -> None:
        for table, partition, kind in (
            ("h", "TIMESTAMP_TRUNC(t, HOUR)", "HOUR"), ("y", "TIMESTAMP_TRUNC(t, YEAR)", "YEAR"),
            ("d", "DATE(t)", "DAY"), ("m", "DATE_TRUNC(d, MONTH)", "MONTH"), ("p", "d", "DAY"),
            ("c", "DATETIME_TRUNC(c, DAY)", "DAY"),
        ):  # fmt: skip
            with self.subTest(partition):
                self.run_sql(
                    f"CREATE TABLE {table} (t TIMESTAMP, d DATE, c DATETIME) PARTITION BY {partition}"
                )
                self.assertEqual(self.resource(table)["timePartitioning"]["type"], kind)
        self.run_sql(
            "CREATE TABLE k (t TIMESTAMP, s STRING, i INT64) PARTITION BY TIMESTAMP_TRUNC(t, HOUR) CLUSTER BY s, i "
            "OPTIONS(partition_expiration_days=2)"
        )
        found = self.resource("k")
        self.assertEqual(found["clustering"], {"fields": ["s", "i"]})
        expected = {"type": "HOUR", "field": "t", "expirationMs": "172800000"}
        self.assertEqual(found["timePartitioning"], expected)

    def test_wrong_partitions_and_clusters(self) -> None:
        for clause, message, reason in (
            ("PARTITION BY TIMESTAMP_TRUNC(t, MINUTE)", "PARTITION BY expression must be", "invalidQuery"),
            ("PARTITION BY t + 1", "PARTITION BY expression must be", "invalidQuery"),
            ("PARTITION BY TIMESTAMP_TRUNC(nope, HOUR)", "nope", "invalid"),
            ("PARTITION BY TIMESTAMP_TRUNC(s, HOUR)", "", "invalid"),
            ("CLUSTER BY nope", "nope", "invalid"),
        ):
            self.refused(f"CREATE TABLE x (t TIMESTAMP, s STRING) {clause}", message, reason=reason)
        self.unknown("CREATE TABLE x (t TIMESTAMP) OPTIONS(kms_key_name='k')")

    def test_a_table_that_is_there(self) -> None:
        self.table("t", "a INT64", "(1)")
        self.refused("CREATE TABLE t (b INT64)", "Already Exists: Table stand-in:ds.t", reason="duplicate")
        self.run_sql("CREATE TABLE IF NOT EXISTS t (b INT64)")
        self.assertEqual(self.rows("SELECT a FROM t"), [(1,)])
        self.run_sql("CREATE OR REPLACE TABLE t (b INT64)")
        self.assertEqual(self.run_sql("SELECT * FROM t").schema[0]["name"], "b")

    def test_as_select_takes_types_and_rows(self) -> None:
        self.table("t", "a INT64, b STRING", "(1, 'x')", "(2, 'y')")
        result = self.run_sql("CREATE TABLE u PARTITION BY TIMESTAMP_TRUNC(h, HOUR) AS "
                              "SELECT *, TIMESTAMP '2021-01-01' AS h FROM t WHERE FALSE")  # fmt: skip
        self.assertEqual(result.statement_type, "CREATE_TABLE_AS_SELECT")
        self.assertEqual(self.types("SELECT * FROM u"), ["a INTEGER", "b STRING", "h TIMESTAMP"])
        self.run_sql("CREATE OR REPLACE TABLE t AS SELECT a + 1 AS a FROM t")
        self.assertEqual(self.rows("SELECT * FROM t ORDER BY a"), [(2,), (3,)])

    def test_a_replacement_that_fails_loses_nothing(self) -> None:
        self.table("t", "a INT64", "(1)")
        self.refused("CREATE OR REPLACE TABLE t AS SELECT DIV(1, 0) AS a", "division by zero")
        self.assertEqual(self.rows("SELECT * FROM t"), [(1,)])

    def test_refusals(self) -> None:
        self.refused(
            "CREATE TABLE x AS SELECT 1", "CREATE TABLE columns must be named, but column 1 has no name"
        )
        self.refused("CREATE TABLE x", "Expected at least one column in the table schema, or AS query")
        self.refused("CREATE TABLE `x$1` (a INT64)", 'Invalid table ID "x$1"')
        self.refused("CREATE TABLE x (a INTEGR)", "Type not found: INTEGR at [1:19]")
        self.refused("CREATE TABLE x (a INT64, A INT64)", "", reason="invalid")
        self.unknown(
            "CREATE TABLE x (a INT64 DEFAULT 1)", "CREATE TABLE x (a STRING(10))", "CREATE TABLE x LIKE y",
            "CREATE TABLE x (a INT64, PRIMARY KEY (a) NOT ENFORCED)",
        )  # fmt: skip


class Drop(SqlCase):
    def test_drop(self) -> None:
        self.table("t", "a INT64")
        self.assertEqual(self.run_sql("DROP TABLE t").statement_type, "DROP_TABLE")
        self.refused("SELECT * FROM t", "Not found: Table stand-in:ds.t", reason="notFound")
        self.refused("DROP TABLE t", "Not found: Table stand-in:ds.t", reason="notFound")
        self.run_sql("DROP TABLE IF EXISTS t")


if __name__ == "__main__":
    unittest.main()
