"""Multi-statement transactions: BigQuery docs, "Multi-statement transactions"."""

from __future__ import annotations

import threading
import unittest
from typing import Any

import bq_sql_transactions
from bq_sql_errors import QueryError
from bq_sql_tables import Table
from bq_sql_testing import SqlCase

CONFLICT = "Transaction is aborted due to concurrent update against table stand-in:ds."


class TransactionCase(SqlCase):
    def setUp(self) -> None:
        super().setUp()
        self.table("t", "a INT64", "(1)")
        self.table("u", "a INT64", "(1)")

    def column(self, table: str) -> list[Any]:
        return [row[0] for row in self.rows(f"SELECT a FROM {table} ORDER BY a")]


class Ends(TransactionCase):
    def test_commit_keeps_every_change(self) -> None:
        result = self.run_sql(
            "BEGIN TRANSACTION; DELETE FROM t WHERE a = 1; INSERT INTO t VALUES (2), (3); "
            "UPDATE u SET a = 9 WHERE TRUE; COMMIT TRANSACTION; SELECT COUNT(*) FROM t"
        )
        self.assertEqual((result.statement_type, result.rows), ("SCRIPT", [(2,)]))
        self.assertEqual((self.column("t"), self.column("u")), ([2, 3], [9]))
        kinds = [child["statementType"] for child in result.children]
        self.assertEqual(
            kinds,
            ["BEGIN_TRANSACTION", "DELETE", "INSERT", "UPDATE", "COMMIT_TRANSACTION", "SELECT"],
        )
        self.assertEqual(result.children[2]["dmlStats"]["insertedRowCount"], "2")

    def test_changes_are_seen_inside_and_not_outside_before_commit(self) -> None:
        seen: list[Any] = []

        def after(child: dict[str, Any]) -> None:
            if child["statementType"] == "INSERT":
                seen.append(self.column("t"))

        inside = self.run_sql(
            "BEGIN; DELETE FROM t WHERE TRUE; INSERT INTO t VALUES (2); SELECT a FROM t; COMMIT",
            on_child=after,
        )
        self.assertEqual((seen, inside.rows, self.column("t")), ([[1]], [(2,)], [2]))

    def test_rollback_undoes_every_change(self) -> None:
        self.run_sql(
            "BEGIN TRANSACTION; DELETE FROM t WHERE TRUE; TRUNCATE TABLE u; INSERT INTO u VALUES (5); ROLLBACK TRANSACTION"
        )
        self.assertEqual((self.column("t"), self.column("u")), ([1], [1]))

    def test_a_failure_in_the_middle_rolls_back(self) -> None:
        for failure, message in (
            ("SELECT DIV(1, 0)", "division by zero: DIV(1, 0) at [1:"),
            ("INSERT INTO t (nope) VALUES (1)", "Column nope is not present in table ds.t at [1:"),
            ("ASSERT (SELECT COUNT(*) FROM t) = 1 AS 'rows differ'", "Assertion failed: rows differ at [1:"),
            ("SELECT 1 FROM gone", "Not found: Table stand-in:ds.gone"),
        ):
            script = f"BEGIN TRANSACTION; DELETE FROM t WHERE TRUE; {failure}; COMMIT TRANSACTION"
            reason = "notFound" if "gone" in failure else "invalidQuery"
            told = self.refused(script, message, reason=reason)
            self.assertTrue(told.startswith("Query error: "), told)
            self.assertEqual(self.column("t"), [1], failure)

    def test_a_script_that_ends_first_is_rolled_back(self) -> None:
        self.run_sql("BEGIN TRANSACTION; DELETE FROM t WHERE TRUE")
        self.assertEqual(self.column("t"), [1])

    def test_outside_of_a_transaction_each_statement_is_kept(self) -> None:
        self.refused(
            "INSERT INTO t VALUES (2); SELECT DIV(1, 0); INSERT INTO t VALUES (3)", "division by zero"
        )
        self.assertEqual(self.column("t"), [1, 2])

    def test_two_transactions_in_one_script(self) -> None:
        self.run_sql("BEGIN; DELETE FROM t WHERE TRUE; COMMIT; BEGIN; INSERT INTO t VALUES (7); ROLLBACK")
        self.assertEqual(self.column("t"), [])

    def test_wrong_order(self) -> None:
        self.all_refused(
            {
                "BEGIN; BEGIN TRANSACTION": "Cannot begin a transaction within another transaction at [1:8]",
                "COMMIT TRANSACTION": "Cannot commit: there is no active transaction",
                "ROLLBACK": "Cannot roll back: there is no active transaction",
                "BEGIN; COMMIT; COMMIT": "Cannot commit: there is no active transaction at [1:16]",
            }
        )

    def test_ddl_is_refused_inside(self) -> None:
        for ddl in ("CREATE TABLE x (a INT64)", "CREATE OR REPLACE TABLE t AS SELECT 1 AS a", "DROP TABLE u"):
            self.refused(
                f"BEGIN TRANSACTION; DELETE FROM t WHERE TRUE; {ddl}; COMMIT TRANSACTION",
                "DDL statements are not supported in a transaction",
            )
        self.assertEqual((self.column("t"), self.column("u")), ([1], [1]))


class Conflicts(TransactionCase):
    def during(self, first: str, second: str) -> Exception | None:
        """Run a transaction of second while that of first, after its first change, is open."""
        failed: list[Exception] = []

        def after(child: dict[str, Any]) -> None:
            if child["statementType"] in ("DELETE", "UPDATE", "TRUNCATE_TABLE") and not failed:
                try:
                    self.run_sql(f"BEGIN TRANSACTION; {second}; COMMIT TRANSACTION")
                except QueryError as error:
                    failed.append(error)

        self.run_sql(f"BEGIN TRANSACTION; {first}; COMMIT TRANSACTION", on_child=after)
        return failed[0] if failed else None

    def test_two_that_change_rows_of_one_table(self) -> None:
        for second in ("DELETE FROM t WHERE a = 5", "UPDATE t SET a = 2 WHERE TRUE", "TRUNCATE TABLE t"):
            error = self.during("DELETE FROM t WHERE a = 4; INSERT INTO t VALUES (4)", second)
            self.assertIn(f"{CONFLICT}t. Transaction ID: ", str(error))
        self.assertEqual(self.column("t"), [1, 4])

    def test_the_loser_leaves_nothing_of_itself(self) -> None:
        error = self.during("DELETE FROM t WHERE TRUE", "DELETE FROM t WHERE TRUE; INSERT INTO u VALUES (6)")
        self.assertIn(CONFLICT, str(error))
        self.assertEqual((self.column("t"), self.column("u")), ([], [1]))

    def test_reading_never_conflicts(self) -> None:
        self.assertIsNone(self.during("DELETE FROM t WHERE TRUE", "SELECT COUNT(*) FROM t"))

    def test_what_was_changed_since_the_transaction_began(self) -> None:
        registry = bq_sql_transactions.Registry()
        table = Table(("stand-in", "ds", "t"), (), "ds.t")
        early, late = registry.begin(), registry.begin()
        registry.claim(early, table)
        registry.claim(early, table)
        registry.end(early, committed=True)
        with self.assertRaisesRegex(QueryError, CONFLICT):
            registry.claim(late, table)
        after = registry.begin()
        registry.claim(after, table)
        registry.end(after, committed=False)
        registry.claim(registry.begin(), table)

    def test_a_change_outside_of_transactions_counts_too(self) -> None:
        script = "BEGIN TRANSACTION; SELECT 1; DELETE FROM t WHERE a = 1; COMMIT TRANSACTION"

        def after(child: dict[str, Any]) -> None:
            if child["statementType"] == "SELECT":
                self.run_sql("DELETE FROM t WHERE a = 0")

        with self.assertRaisesRegex(QueryError, CONFLICT):
            self.run_sql(script, on_child=after)
        self.assertEqual(self.column("t"), [1])

    def test_appending_waits_for_its_turn(self) -> None:
        # Two appends never conflict; SQLite has one writer, so that the second waits for the first.
        waiting = threading.Thread(target=self.run_sql, args=("INSERT INTO t VALUES (8)",))

        def after(child: dict[str, Any]) -> None:
            if child["statementType"] == "INSERT":
                waiting.start()

        self.run_sql("BEGIN TRANSACTION; INSERT INTO t VALUES (7); COMMIT TRANSACTION", on_child=after)
        waiting.join(30)
        self.assertEqual(self.column("t"), [1, 7, 8])


if __name__ == "__main__":
    unittest.main()
