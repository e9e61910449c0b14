"""Query jobs around the SQL engine, which is played by a function here: results in pages, waiting,
dry runs, scripts and their children, destination tables, refusals. Real SQL: test_bq_*.py."""

from __future__ import annotations

import http.client
import json
import tempfile
import threading
import time
import unittest
from pathlib import Path
from typing import Any
from unittest import mock

import bigquery
import bq_sql_script
import bq_work
import tokens
from bq_sql_errors import QueryError
from connection import Port
from server import Cloud
from standin import Answer
from state import State

ROWS = [(n, f"s{n}", "2021-01-01 00:00:00+00") for n in range(25)]
SCHEMA = [
    {"name": "n", "type": "INTEGER"},
    {"name": "s", "type": "STRING"},
    {"name": "t", "type": "TIMESTAMP"},
]


class QueryCase(unittest.TestCase):
    """A BigQuery service in this process, whose SQL engine is self.engine."""

    def setUp(self) -> None:
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        state = State(Path(directory.name))
        self.addCleanup(state.db.close)
        state.create_tables(tokens.SCHEMA)
        self.token = tokens.grant(state, tokens.CLOUD_PLATFORM, 600)
        cloud = Cloud(state)
        self.addCleanup(cloud.log._file.close)
        self.service = bigquery.BigQuery(cloud, None)  # type: ignore[arg-type]
        self.addCleanup(self.service.close)
        self.service.jobs.pending_ms = self.service.jobs.running_ms = 1
        port = Port(cloud, self.service)
        self.port = port.server_address[1]
        threading.Thread(target=port.serve_forever, args=(0.01,), daemon=True).start()
        self.addCleanup(port.server_close)
        self.addCleanup(port.shutdown)
        self.engine: Any = mock.Mock(return_value=bq_sql_script.Result("SELECT", SCHEMA, ROWS))
        for patch in (
            mock.patch.object(bq_sql_script, "run", lambda *args: self.engine(*args)),
            mock.patch.object(bq_work, "analyse", lambda *args: None),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def ask(self, method: str, path: str, body: Any = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        self.addCleanup(connection.close)
        data = None if body is None else json.dumps(body)
        headers = {"Authorization": f"Bearer {self.token}"}
        connection.request(method, f"/bigquery/v2/projects/stand-in{path}", data, headers)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read())

    def insert(
        self, sql: str = "SELECT 1", job_id: str = "q-1", dry: bool = False, **settings: Any
    ) -> Answer:
        query = {"query": sql, "useLegacySql": False, **settings}
        reference = {"jobId": job_id, "location": "US"}
        configuration = {"query": query, **({"dryRun": True} if dry else {})}
        return self.ask("POST", "/jobs", {"jobReference": reference, "configuration": configuration})

    def refused(self, answer: Answer, status: int, reason: str, message: str) -> None:
        self.assertEqual((answer.status, answer.reason()), (status, reason), answer.text)
        self.assertIn(message, answer.json()["error"]["message"])


class Results(QueryCase):
    def test_a_query_s_rows_come_in_pages(self) -> None:
        self.assertEqual(self.insert().status, 200)
        first = self.ask("GET", "/queries/q-1?maxResults=10").json()
        self.assertEqual((first["jobComplete"], first["totalRows"], len(first["rows"])), (True, "25", 10))
        self.assertEqual(first["schema"]["fields"][0], {"mode": "NULLABLE", "name": "n", "type": "INTEGER"})
        self.assertEqual(first["rows"][1], {"f": [{"v": "1"}, {"v": "s1"}, {"v": "1.6094592E9"}]})
        second = self.ask("GET", f"/queries/q-1?maxResults=20&pageToken={first['pageToken']}").json()
        self.assertEqual((len(second["rows"]), second["rows"][0]["f"][0]["v"]), (15, "10"))
        self.assertNotIn("pageToken", second)
        answer = self.ask("GET", "/queries/q-1?maxResults=1&formatOptions.useInt64Timestamp=true").json()
        self.assertEqual(answer["rows"][0]["f"][2]["v"], "1609459200000000")

    def test_the_engine_gets_text_dataset_and_parameters(self) -> None:
        parameter = {"name": "x", "parameterType": {"type": "STRING"}, "parameterValue": {"value": "v"}}
        dataset = {"datasetId": "ds", "projectId": "stand-in"}
        settings: dict[str, Any] = {
            "queryParameters": [parameter],
            "parameterMode": "NAMED",
            "defaultDataset": dataset,
        }
        self.insert("SELECT @x", **settings)
        self.ask("GET", "/queries/q-1")
        args = self.engine.call_args.args
        self.assertEqual(args[1:6], ("stand-in", dataset, "SELECT @x", [parameter], False))

    def test_a_result_that_is_not_ready_is_told_so(self) -> None:
        self.service.jobs.running_ms = 300
        self.insert()
        began = time.monotonic()
        answer = self.ask("GET", "/queries/q-1?timeoutMs=50").json()
        self.assertEqual((answer["jobComplete"], "rows" in answer), (False, False))
        self.assertLess(time.monotonic() - began, 0.25)
        self.assertTrue(self.ask("GET", "/queries/q-1").json()["jobComplete"])

    def test_a_failed_query_is_a_done_job_and_an_http_error_for_its_results(self) -> None:
        self.engine.side_effect = QueryError("invalidQuery", "Unrecognized name: x at [1:8]")
        self.assertEqual(self.insert("SELECT x").status, 200)
        self.refused(self.ask("GET", "/queries/q-1"), 400, "invalidQuery", "Unrecognized name: x at [1:8]")
        status = self.ask("GET", "/jobs/q-1").json()["status"]
        proto = {"reason": "invalidQuery", "message": "Unrecognized name: x at [1:8]", "location": "query"}
        self.assertEqual(status, {"state": "DONE", "errorResult": proto, "errors": [proto]})

    def test_a_bug_of_the_engine_is_an_internal_error_not_a_job_that_hangs(self) -> None:
        self.engine.side_effect = ZeroDivisionError("oops")
        with mock.patch.object(threading, "excepthook"):
            self.insert()
            self.refused(self.ask("GET", "/queries/q-1"), 500, "internalError", "ZeroDivisionError: oops")

    def test_dml_tells_what_it_changed(self) -> None:
        self.engine.return_value = bq_sql_script.Result("INSERT", inserted=3)
        self.insert()
        answer = self.ask("GET", "/queries/q-1").json()
        self.assertEqual(answer["numDmlAffectedRows"], "3")
        self.assertEqual(answer["dmlStats"], {"insertedRowCount": "3"})
        query = self.ask("GET", "/jobs/q-1").json()["statistics"]["query"]
        self.assertEqual((query["statementType"], query["numDmlAffectedRows"]), ("INSERT", "3"))

    def test_a_script_has_children(self) -> None:
        def script(*args: Any) -> bq_sql_script.Result:
            args[6]({"statementType": "DELETE", "dmlStats": {"deletedRowCount": "2"}})
            args[6]({"statementType": "SELECT"})
            return bq_sql_script.Result("SCRIPT", SCHEMA[:1], [(2,)])

        self.engine = script
        self.insert()
        self.assertEqual(self.ask("GET", "/queries/q-1").json()["rows"], [{"f": [{"v": "2"}]}])
        self.assertEqual(self.ask("GET", "/jobs/q-1").json()["statistics"]["numChildJobs"], "2")
        children = self.ask("GET", "/jobs?parentJobId=q-1&projection=full").json()["jobs"]
        kinds = sorted(child["statistics"]["query"]["statementType"] for child in children)
        self.assertEqual(kinds, ["DELETE", "SELECT"])
        self.assertEqual({child["statistics"]["parentJobId"] for child in children}, {"q-1"})
        self.assertEqual(
            [job["jobReference"]["jobId"] for job in self.ask("GET", "/jobs").json()["jobs"]], ["q-1"]
        )

    def test_a_load_job_has_no_query_results(self) -> None:
        self.service.commands["mkdataset"]({"dataset": "ds"})
        table = {"datasetId": "ds", "tableId": "t"}
        load = {
            "sourceUris": ["gs://lake/x"],
            "sourceFormat": "NEWLINE_DELIMITED_JSON",
            "destinationTable": table,
        }
        body = {"jobReference": {"jobId": "l-1"}, "configuration": {"load": load}}
        self.assertEqual(self.ask("POST", "/jobs", body).status, 200)
        self.refused(self.ask("GET", "/queries/l-1"), 400, "invalid", "is not a query job")
        job = self.service.jobs.wait(self.ask("GET", "/jobs/l-1").json(), 10_000)
        self.assertEqual(job["status"]["errorResult"]["message"], "No schema specified on job or table.")


class DryRuns(QueryCase):
    def test_a_dry_run_tells_the_schema_and_keeps_no_job(self) -> None:
        job = self.insert(dry=True).json()
        self.assertEqual([f["name"] for f in job["statistics"]["query"]["schema"]["fields"]], ["n", "s", "t"])
        self.assertEqual(job["status"], {"state": "DONE"})
        self.assertNotIn("jobId", job["jobReference"])
        self.assertTrue(self.engine.call_args.args[5])
        self.refused(self.ask("GET", "/jobs/q-1"), 404, "notFound", "Not found: Job")
        self.assertEqual(self.insert().status, 200)

    def test_a_dry_run_s_refusal_comes_at_once(self) -> None:
        self.engine.side_effect = QueryError(
            "notFound", "Not found: Table stand-in:ds.t was not found in location US"
        )
        self.refused(self.insert(dry=True), 404, "notFound", "Not found: Table stand-in:ds.t")


class Synchronous(QueryCase):
    def query(self, **body: Any) -> Answer:
        return self.ask("POST", "/queries", {"query": "SELECT 1", "useLegacySql": False, **body})

    def test_jobs_query_answers_with_rows(self) -> None:
        answer = self.query(maxResults=10, formatOptions={"useInt64Timestamp": True}).json()
        self.assertEqual((answer["kind"], answer["totalRows"]), ("bigquery#queryResponse", "25"))
        self.assertEqual(answer["rows"][0]["f"][2]["v"], "1609459200000000")
        path = f"/queries/{answer['jobReference']['jobId']}?pageToken={answer['pageToken']}"
        self.assertEqual(len(self.ask("GET", path).json()["rows"]), 15)

    def test_a_slow_query_is_told_as_not_complete(self) -> None:
        self.service.jobs.running_ms = 200
        answer = self.query(timeoutMs=10).json()
        self.assertFalse(answer["jobComplete"])
        self.assertTrue(self.ask("GET", f"/queries/{answer['jobReference']['jobId']}").json()["jobComplete"])

    def test_a_request_id_makes_one_job(self) -> None:
        first, second = (self.query(requestId="r-1").json()["jobReference"] for _ in range(2))
        self.assertEqual(first, second)
        self.assertEqual(self.engine.call_count, 1)

    def test_refusals(self) -> None:
        self.refused(self.query(querry="x"), 400, "invalid", 'Unknown name "querry"')
        self.refused(self.query(timeoutMs="soon"), 400, "invalid", "timeoutMs")
        self.engine.side_effect = QueryError("invalidQuery", "Syntax error: x at [1:1]")
        self.refused(self.query(), 400, "invalidQuery", "Syntax error: x at [1:1]")

    def test_a_dry_run(self) -> None:
        answer = self.query(dryRun=True).json()
        self.assertEqual((answer["jobComplete"], len(answer["schema"]["fields"])), (True, 3))


class Configurations(QueryCase):
    def test_what_is_refused_before_there_is_a_job(self) -> None:
        named = {"name": "x", "parameterType": {"type": "STRING"}, "parameterValue": {"value": "v"}}
        for settings, status, reason, message in (
            ({"useLegacySql": True}, 501, "notImplemented", "legacy SQL"),
            ({"useLegacySql": None}, 400, "required", "query"),
            ({"queryParameters": [named]}, 400, "invalid", "parameter mode must be set"),
            ({"queryParameters": [{}], "parameterMode": "NAMED"}, 400, "invalid", "must have a name"),
            ({"parameterMode": "POSITIONAL"}, 501, "notImplemented", "POSITIONAL"),
            ({"useLegacySQL": False}, 400, "invalid", 'Unknown name "useLegacySQL"'),
        ):
            sql = " " if settings == {"useLegacySql": None} else "SELECT 1"
            self.refused(self.insert(sql, **settings), status, reason, message)
        self.assertEqual(self.engine.call_count, 0)

    def test_a_destination_table_gets_the_rows(self) -> None:
        self.service.commands["mkdataset"]({"dataset": "ds"})
        table = {"projectId": "stand-in", "datasetId": "ds", "tableId": "out"}
        self.insert(destinationTable=table)
        self.assertEqual(self.ask("GET", "/queries/q-1").status, 200)
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/out").json()["numRows"], "25")
        self.insert(job_id="q-2", destinationTable=table)
        self.refused(
            self.ask("GET", "/queries/q-2"), 409, "duplicate", "Already Exists: Table stand-in:ds.out"
        )
        self.insert(job_id="q-3", destinationTable=table, writeDisposition="WRITE_APPEND")
        self.ask("GET", "/queries/q-3")
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/out").json()["numRows"], "50")
        self.insert(job_id="q-4", destinationTable=table, writeDisposition="WRITE_TRUNCATE")
        self.ask("GET", "/queries/q-4")
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/out").json()["numRows"], "25")


if __name__ == "__main__":
    unittest.main()
