"""Views over HTTP, and what tables.get and tables.list may be asked for."""

from __future__ import annotations

import unittest
from typing import Any

from bq_testing import BigQueryCase, fields, ndjson
from standin import Answer


class Views(BigQueryCase):
    def make(self, name: str, **settings: Any) -> Answer:
        return self.ask("POST", "/datasets/ds/tables", {"tableReference": {"tableId": name}, **settings})

    def view(self, name: str, query: str, **settings: Any) -> Answer:
        return self.make(name, view={"query": query, "useLegacySql": False}, **settings)

    def query(self, sql: str, **settings: Any) -> Any:
        body = {"configuration": {"query": {"query": sql, "useLegacySql": False}, **settings}}
        return self.ask("POST", "/jobs", body)

    def columns(self, sql: str) -> list[str]:
        dry = self.query(sql, dryRun=True).json()
        return [field["name"] for field in dry["statistics"]["query"]["schema"]["fields"]]

    def test_its_schema_is_as_when_it_was_made_and_a_query_sees_the_table_now(self) -> None:
        self.loaded(ndjson({"a": 1}), "base", fields("a:INTEGER:REQUIRED"))
        given = {"fields": [{"name": "A", "type": "INTEGER", "description": "said"}]}
        made = self.view("v1", "SELECT * FROM ds.base", schema=given).json()
        self.assertEqual(made["type"], "VIEW")
        column = {"name": "a", "type": "INTEGER", "mode": "NULLABLE", "description": "said"}
        self.assertEqual(made["schema"]["fields"], [column])
        schema = {"schema": {"fields": fields("a:INTEGER:REQUIRED", "b:STRING")}}
        self.ask("PATCH", "/datasets/ds/tables/base", schema)
        stored = self.ask("GET", "/datasets/ds/tables/v1").json()["schema"]["fields"]
        self.assertEqual(stored, [column])
        self.assertEqual(self.columns("SELECT * FROM ds.v1"), ["a", "b"])
        self.view("v2", "WITH t AS (SELECT a + 1 AS c FROM ds.v1) SELECT c FROM t")
        job = self.done(self.query("WITH t AS (SELECT 9 AS a) SELECT x.c, t.a FROM ds.v2 AS x CROSS JOIN t"))
        rows = self.ask("GET", f"/queries/{job['jobReference']['jobId']}").json()["rows"]
        self.assertEqual(rows, [{"f": [{"v": "2"}, {"v": "9"}]}])

    def test_a_materialized_view(self) -> None:
        self.loaded(ndjson({"a": 1}), "deep", fields("a:INTEGER"))
        made = self.make("mv", materializedView={"query": "SELECT a FROM ds.deep"}).json()
        self.assertEqual((made["type"], made["schema"]["fields"][0]["name"]), ("MATERIALIZED_VIEW", "a"))

    def test_legacy_sql(self) -> None:
        self.refused(self.make("l", view={"query": "SELECT 1"}), 501, "notImplemented", "needs its schema")
        schema = {"fields": fields("x:STRING")}
        self.assertEqual(self.make("l", view={"query": "SELECT 1"}, schema=schema).status, 200)
        self.refused(
            self.query("SELECT * FROM ds.l", dryRun=True),
            400,
            "invalidQuery",
            "Cannot reference a legacy SQL view",
        )

    def test_what_is_no_view(self) -> None:
        self.refused(
            self.view("n", "SELECT * FROM ds.nothing"), 400, "invalidQuery", "ds.nothing was not found"
        )
        self.refused(self.view("n", "SELECT 1 FROM"), 400, "invalidQuery", "Syntax error")
        self.refused(self.view("n", "SELECT 1; SELECT 2"), 400, "invalidQuery", "one SELECT")
        self.refused(self.make("n", view={"useLegacySql": False}), 400, "required", "query")

    def test_it_holds_no_rows(self) -> None:
        self.view("held", "SELECT 1 AS a")
        job = self.load(ndjson({"a": 1}), "held", fields("a:INTEGER"))
        self.failed(job, "invalid", "because it is currently a VIEW")
        for sql in ("DELETE FROM ds.held WHERE true", "INSERT INTO ds.held (a) VALUES (1)"):
            self.refused(self.query(sql, dryRun=True), 400, "invalidQuery", "which is a view")
        self.refused(
            self.ask("GET", "/datasets/ds/tables/held/data"), 400, "invalid", "Cannot list a table of type"
        )

    def test_views_of_views_end(self) -> None:
        self.view("d0", "SELECT 1 AS a")
        for n in range(1, 16):
            self.assertEqual(self.view(f"d{n}", f"SELECT * FROM ds.d{n - 1}").status, 200)
        self.assertEqual(self.columns("SELECT * FROM ds.d15"), ["a"])
        self.view("d16", "SELECT * FROM ds.d15")
        self.refused(
            self.query("SELECT * FROM ds.d16", dryRun=True), 400, "invalidQuery", "Too many nested views"
        )


class Partial(BigQueryCase):
    def test_a_basic_view_has_no_counts(self) -> None:
        self.loaded(ndjson({"a": 1}), "t", fields("a:INTEGER"))
        path = "/datasets/ds/tables/t"
        self.assertEqual(self.ask("GET", path).json()["numRows"], "1")
        basic = self.ask("GET", path + "?view=BASIC").json()
        self.assertNotIn("numRows", basic)
        self.assertIn("schema", basic)
        self.refused(self.ask("GET", path + "?view=SOME"), 400, "invalid", "view")

    def test_fields(self) -> None:
        self.loaded(ndjson({"a": 1}), "f", fields("a:INTEGER"))
        path = "/datasets/ds/tables/f?fields="
        self.assertEqual(self.ask("GET", path + "type,view/query").json(), {"type": "TABLE"})
        answer = self.ask("GET", path + "schema(fields/name),tableReference/tableId").json()
        self.assertEqual(answer, {"schema": {"fields": [{"name": "a"}]}, "tableReference": {"tableId": "f"}})
        for wrong in ("columns", "type,", "schema(fields", "schema)", "a%20b"):
            self.refused(self.ask("GET", path + wrong), 400, "invalid", "Invalid field selection")
        listed = self.ask("GET", "/datasets/ds/tables?fields=tables/tableReference/tableId,nextPageToken")
        self.assertEqual(listed.json()["tables"][0], {"tableReference": {"tableId": "f"}})

    def test_a_list_tells_views(self) -> None:
        body = {
            "tableReference": {"tableId": "seen"},
            "view": {"query": "SELECT 1 AS a", "useLegacySql": False},
        }
        self.ask("POST", "/datasets/ds/tables", body)
        listed = self.ask("GET", "/datasets/ds/tables").json()["tables"]
        found = next(each for each in listed if each["tableReference"]["tableId"] == "seen")
        self.assertEqual((found["type"], found["view"]), ("VIEW", {"useLegacySql": False}))


if __name__ == "__main__":
    unittest.main()
