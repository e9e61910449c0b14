"""SQL through the service's own door: jobs, pages, dry runs, scripts, errors, parameters.

BigQuery REST reference, jobs.insert, jobs.query, jobs.getQueryResults.
"""

from __future__ import annotations

import unittest
from typing import Any

from bq_sql_testing import parameter
from bq_testing import BigQueryCase, fields, ndjson
from standin import Answer


class Service(BigQueryCase):
    def insert(self, sql: str, dry: bool = False, **settings: Any) -> Answer:
        query = {"query": sql, "useLegacySql": False, **settings}
        configuration: dict[str, Any] = {"query": query, **({"dryRun": True} if dry else {})}
        return self.ask("POST", "/jobs", {"configuration": configuration})

    def results(self, answer: Answer, arguments: str = "") -> Answer:
        """The first page of what jobs.insert began."""
        self.assertEqual(answer.status, 200, answer.text)
        return self.ask("GET", f"/queries/{answer.json()['jobReference']['jobId']}?{arguments}")

    def values(self, page: dict[str, Any]) -> list[list[Any]]:
        return [[cell["v"] for cell in row["f"]] for row in page.get("rows", [])]

    def test_loaded_rows_are_queried_in_pages(self) -> None:
        self.loaded(ndjson(*({"a": n} for n in range(7))), "pages", fields("a:INTEGER"))
        answer = self.insert("SELECT a, a / 2 AS half FROM ds.pages ORDER BY a")
        first = self.results(answer, "maxResults=3").json()
        self.assertEqual((first["totalRows"], self.values(first)[2]), ("7", ["2", "1.0"]))
        seen, token = self.values(first), first["pageToken"]
        while token:
            page = self.results(answer, f"maxResults=3&pageToken={token}").json()
            seen += self.values(page)
            token = page.get("pageToken")
        self.assertEqual([row[0] for row in seen], [str(n) for n in range(7)])
        self.assertEqual([f["type"] for f in first["schema"]["fields"]], ["INTEGER", "FLOAT"])
        self.refused(self.results(answer, "pageToken=nonsense"), 400, "invalid", "Invalid page token")

    def test_values_as_the_api_shows_them(self) -> None:
        sql = (
            "SELECT 1 AS i, 0.5 AS f, TRUE AS b, NULL AS n, 'x' AS s, b'a' AS y, NUMERIC '1.50' AS d, "
            "DATE '2021-01-02' AS e, DATETIME '2021-01-02 03:04:05' AS c, TIMESTAMP '2021-01-01' AS t"
        )
        page = self.results(self.insert(sql)).json()
        self.assertEqual(
            self.values(page),
            [
                [
                    "1",
                    "0.5",
                    "true",
                    None,
                    "x",
                    "YQ==",
                    "1.5",
                    "2021-01-02",
                    "2021-01-02T03:04:05",
                    "1.6094592E9",
                ]
            ],
        )

    def test_a_syntax_error_is_refused_at_once(self) -> None:
        message = 'Syntax error: Expected end of input but got identifier "x" at [2:9]'
        self.refused(self.insert("SELECT\n  1 FRM x"), 400, "invalidQuery", message)

    def test_a_missing_table_is_404(self) -> None:
        message = "Not found: Table stand-in:ds.gone was not found in location US"
        self.refused(self.insert("SELECT * FROM ds.gone"), 404, "notFound", message)
        self.refused(self.insert("SELECT * FROM ds.gone", dry=True), 404, "notFound", message)

    def test_a_dry_run_tells_the_schema_and_changes_nothing(self) -> None:
        self.loaded(ndjson({"a": 1}), "dry", fields("a:INTEGER"))
        job = self.insert("SELECT a AS n, CAST(a AS STRING) AS s FROM ds.dry", dry=True).json()
        schema = [(f["name"], f["type"]) for f in job["statistics"]["query"]["schema"]["fields"]]
        self.assertEqual(schema, [("n", "INTEGER"), ("s", "STRING")])
        self.assertEqual(self.insert("DELETE FROM ds.dry WHERE TRUE", dry=True).status, 200)
        self.assertEqual(self.rows("dry"), [["1"]])

    def test_a_script_tells_what_each_statement_changed(self) -> None:
        self.loaded(ndjson({"a": 1}, {"a": 2}), "script", fields("a:INTEGER"))
        answer = self.insert(
            "BEGIN TRANSACTION; DELETE FROM ds.script WHERE a = 1; INSERT INTO ds.script (a) VALUES (@x); "
            "COMMIT TRANSACTION; SELECT COUNT(*) AS n FROM ds.script",
            queryParameters=[parameter("x", "INT64", "5")],
            parameterMode="NAMED",
        )
        self.assertEqual(self.values(self.results(answer).json()), [["2"]])
        parent = answer.json()["jobReference"]["jobId"]
        children = self.ask("GET", f"/jobs?parentJobId={parent}&projection=full").json()["jobs"]
        self.assertEqual(len(children), 5)
        counts = {
            child["statistics"]["query"]["statementType"]: child["statistics"]["query"].get("dmlStats")
            for child in children
        }
        self.assertEqual(counts["DELETE"], {"deletedRowCount": "1"})
        self.assertEqual(counts["INSERT"], {"insertedRowCount": "1"})
        self.assertEqual(sorted(self.rows("script")), [["2"], ["5"]])

    def test_a_failed_script_names_the_place_and_rolls_back(self) -> None:
        self.loaded(ndjson({"a": 1}), "failed", fields("a:INTEGER"))
        answer = self.insert(
            "BEGIN TRANSACTION;\nDELETE FROM ds.failed WHERE TRUE;\nASSERT FALSE AS 'no';\nCOMMIT TRANSACTION"
        )
        self.refused(self.results(answer), 400, "invalidQuery", "Query error: Assertion failed: no at [3:1]")
        self.assertEqual(self.rows("failed"), [["1"]])

    def test_jobs_query_answers_at_once(self) -> None:
        body = {"query": "SELECT 'x' AS s", "useLegacySql": False}
        answer = self.ask("POST", "/queries", body).json()
        self.assertEqual((answer["jobComplete"], self.values(answer)), (True, [["x"]]))
        dml = {"query": "DELETE FROM ds.gone WHERE TRUE", "useLegacySql": False}
        self.refused(self.ask("POST", "/queries", dml), 404, "notFound", "Not found: Table")


if __name__ == "__main__":
    unittest.main()
