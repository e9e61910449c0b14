"""What the tests of the stand-in's SQL share: a warehouse in this process, and short questions.

No HTTP and no jobs: test_bigquery_*.py are about those. Values are compared as the warehouse
stores them: BOOL 0 or 1, NUMERIC decimal text, BYTES base64, TIMESTAMP '… +00' in UTC.
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path
from typing import Any

import bq_sql_script
from bq_catalog import Catalog
from bq_resources import new_dataset
from bq_sql_errors import QueryError
from state import State

PROJECT = "stand-in"
DATASET = {"projectId": PROJECT, "datasetId": "ds"}


class SqlCase(unittest.TestCase):
    """Tests on one empty dataset ds, which is also the default dataset."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        state = State(Path(directory.name))
        self.addCleanup(state.db.close)
        self.catalog = Catalog(state)
        self.addCleanup(self.catalog.close)
        self.catalog.create_dataset(
            new_dataset(PROJECT, {"datasetReference": {"datasetId": "ds"}, "location": "US"})
        )

    def run_sql(self, sql: str, *parameters: dict[str, Any], **settings: Any) -> bq_sql_script.Result:
        return bq_sql_script.run(self.catalog, PROJECT, DATASET, sql, list(parameters), **settings)

    def rows(self, sql: str, *parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
        return self.run_sql(sql, *parameters).rows

    def value(self, expression: str, *parameters: dict[str, Any]) -> Any:
        """The only value of SELECT expression."""
        ((value,),) = self.rows(f"SELECT {expression}", *parameters)
        return value

    def values(self, expected: dict[str, Any]) -> None:
        """Each expression (key) has its value."""
        for expression, value in expected.items():
            with self.subTest(expression):
                found = self.value(expression)
                self.assertEqual((type(found), found), (type(value), value))

    def types(self, sql: str, **settings: Any) -> list[str]:
        """The columns of a query as "name TYPE"."""
        return [f"{f['name']} {f['type']}" for f in self.run_sql(sql, **settings).schema]

    def refused(
        self, sql: str, message: str, *parameters: dict[str, Any], reason: str = "invalidQuery"
    ) -> str:
        """The query is refused for reason with (a part of) message; returns all of it."""
        found = ""
        with self.subTest(sql):
            with self.assertRaises(QueryError) as caught:
                self.run_sql(sql, *parameters)
            found = caught.exception.message
            self.assertIn(message, found)
            self.assertEqual(caught.exception.reason, reason, found)
        return found

    def all_refused(self, expected: dict[str, str]) -> None:
        """Each query (key) is refused with (a part of) its message."""
        for sql, message in expected.items():
            self.refused(sql, message)

    def unknown(self, *queries: str) -> None:
        """Each is refused as something the stand-in does not know, not as wrong SQL."""
        for sql in queries:
            self.refused(sql, "stand-in: not supported: ")

    def table(self, name: str, columns: str, *rows: str) -> None:
        """CREATE TABLE name (columns), and its rows as VALUES."""
        self.run_sql(f"CREATE TABLE {name} ({columns})")
        if rows:
            self.run_sql(f"INSERT INTO {name} VALUES {', '.join(rows)}")


def parameter(name: str, kind: str, value: Any) -> dict[str, Any]:
    """A named query parameter as the REST API takes it."""
    return {"name": name, "parameterType": {"type": kind}, "parameterValue": {"value": value}}
