"""The life of jobs: states over time, ids used once, cancelling, listing, faults, restarts."""

from __future__ import annotations

import os
import signal
import tempfile
import time
import unittest
from typing import Any

from bq_testing import BigQueryCase, fields, ndjson
from standin import run, start

SCHEMA = fields("a:INTEGER")


class Life(BigQueryCase):
    def begin(self, table: str, job_id: str | None = None, **settings: Any) -> Any:
        """jobs.insert of a load of one row into ds.TABLE."""
        self.put(f"gs://lake/{table}", ndjson({"a": 1}))
        reference = {"jobId": job_id} if job_id else {}
        body = self.load_body([f"gs://lake/{table}"], table, SCHEMA, reference=reference, **settings)
        return self.ask("POST", "/jobs", body)

    def test_states_come_one_after_the_other(self) -> None:
        self.ctl("set", "bigquery", "pending_ms=120", "running_ms=120")
        self.addCleanup(self.ctl, "set", "bigquery", "pending_ms=1", "running_ms=1")
        job = self.begin("states", "states-1").json()
        self.assertEqual((job["status"], job["id"]), ({"state": "PENDING"}, "stand-in:US.states-1"))
        seen = ["PENDING"]
        deadline = time.monotonic() + 10
        while seen[-1] != "DONE" and time.monotonic() < deadline:
            job = self.ask("GET", "/jobs/states-1").json()
            if job["status"]["state"] != seen[-1]:
                seen.append(job["status"]["state"])
            if job["status"]["state"] != "DONE":
                self.assertNotIn("load", job["statistics"])
                table = self.ask("GET", "/datasets/ds/tables/states").status
                then = self.ask("GET", "/jobs/states-1").json()  # which may have ended in between
                self.assertTrue(table == 404 or then["status"]["state"] == "DONE", table)
            time.sleep(0.01)
        self.assertEqual(seen, ["PENDING", "RUNNING", "DONE"])
        statistics = job["statistics"]
        self.assertGreaterEqual(int(statistics["startTime"]) - int(statistics["creationTime"]), 100)
        self.assertGreaterEqual(int(statistics["endTime"]) - int(statistics["startTime"]), 100)

    def test_an_id_is_used_once(self) -> None:
        self.done(self.begin("once", "once-1"))
        self.refused(self.begin("once", "once-1"), 409, "duplicate", "Already Exists: Job stand-in:US.once-1")
        self.refused(
            self.begin("other", "once-1"), 409, "duplicate", "Already Exists: Job stand-in:US.once-1"
        )

    def test_the_id_of_a_failed_job_stays_used(self) -> None:
        body = self.load_body(["gs://lake/nothing"], "t", SCHEMA, reference={"jobId": "failed-1"})
        self.failed(
            self.done(self.ask("POST", "/jobs", body)), "notFound", "Not found: URI gs://lake/nothing"
        )
        self.refused(self.ask("POST", "/jobs", body), 409, "duplicate", "Already Exists: Job")

    def test_a_refused_request_uses_no_id(self) -> None:
        body = self.load_body(
            ["gs://lake/t"], "t", SCHEMA, reference={"jobId": "free-1"}, writeDisposition="X"
        )
        self.refused(self.ask("POST", "/jobs", body), 400, "invalid", "writeDisposition")
        self.done(self.begin("t", "free-1"))

    def test_ids_are_checked(self) -> None:
        for job_id in ("a b", "a.b", "é", "", "x" * 1025):
            body = self.load_body(["gs://lake/t"], "t", SCHEMA, reference={"jobId": job_id})
            self.refused(self.ask("POST", "/jobs", body), 400, "invalid", f'Invalid job ID "{job_id}"')

    def test_a_job_without_an_id_gets_one(self) -> None:
        first, second = (self.done(self.begin("auto"))["jobReference"]["jobId"] for _ in range(2))
        self.assertRegex(first, r"\Ajob_[A-Za-z0-9_-]+\Z")
        self.assertNotEqual(first, second)

    def test_a_job_that_is_not_there(self) -> None:
        self.refused(self.ask("GET", "/jobs/nope"), 404, "notFound", "Not found: Job stand-in:nope")
        self.done(self.begin("here", "here-1"))
        answer = self.ask("GET", "/jobs/here-1?location=EU")
        self.refused(answer, 404, "notFound", "Not found: Job stand-in:EU.here-1")
        self.assertEqual(self.ask("GET", "/jobs/here-1?location=US").status, 200)

    def test_a_job_runs_where_its_dataset_is(self) -> None:
        self.ask(
            "POST", "/datasets", {"datasetReference": {"datasetId": "seoul"}, "location": "asia-northeast3"}
        )
        body = self.load_body(["gs://lake/t"], "t", SCHEMA, reference={"jobId": "seoul-1"})
        body["configuration"]["load"]["destinationTable"]["datasetId"] = "seoul"
        self.put("gs://lake/t", ndjson({"a": 1}))
        self.assertEqual(self.done(self.ask("POST", "/jobs", body))["id"], "stand-in:asia-northeast3.seoul-1")
        self.refused(self.ask("GET", "/jobs/seoul-1"), 404, "notFound", "Not found: Job")

    def test_other_kinds_of_jobs_are_refused_loudly(self) -> None:
        for configuration, status, reason in (
            ({"extract": {}}, 501, "notImplemented"),
            ({"copy": {}}, 501, "notImplemented"),
            ({}, 400, "invalid"),
            (None, 400, "required"),
        ):
            answer = self.ask("POST", "/jobs", {"configuration": configuration})
            self.refused(answer, status, reason, "")

    def test_cancelling_ends_a_job_with_stopped(self) -> None:
        self.ctl("set", "bigquery", "pending_ms=150")
        self.addCleanup(self.ctl, "set", "bigquery", "pending_ms=1")
        answer = self.begin("stopped", "stopped-1")
        cancelled = self.ask("POST", "/jobs/stopped-1/cancel").json()
        self.assertEqual(cancelled["kind"], "bigquery#jobCancelResponse")
        self.failed(self.done(answer), "stopped", "Job execution was cancelled")
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/stopped").status, 404)
        self.refused(self.ask("POST", "/jobs/nope/cancel"), 404, "notFound", "Not found: Job")

    def test_jobs_are_listed_newest_first(self) -> None:
        for n in range(3):
            self.done(self.begin("listed", f"listed-{n}"))
            time.sleep(0.002)
        page = self.ask("GET", "/jobs?maxResults=2&stateFilter=done").json()
        self.assertEqual([job["jobReference"]["jobId"] for job in page["jobs"]], ["listed-2", "listed-1"])
        self.assertEqual(page["jobs"][0]["state"], "DONE")
        self.assertNotIn("configuration", page["jobs"][0])
        token = page["nextPageToken"]
        page = self.ask("GET", f"/jobs?maxResults=1&projection=full&pageToken={token}").json()
        self.assertEqual(page["jobs"][0]["jobReference"]["jobId"], "listed-0")
        self.assertIn("load", page["jobs"][0]["configuration"])

    def test_a_request_delivered_twice_makes_one_job(self) -> None:
        self.ctl("fault", "bigquery", "jobs.insert", "duplicate")
        self.refused(self.begin("twice", "twice-1"), 409, "duplicate", "Already Exists: Job")
        self.wait_for("twice-1")
        self.assertEqual(self.rows("twice"), [["1"]])

    def test_an_answer_lost_after_the_effect_leaves_the_job(self) -> None:
        self.ctl("fault", "bigquery", "jobs.insert", "after", "code=503")
        self.assertEqual(self.begin("lost", "lost-1").status, 503)
        self.wait_for("lost-1")
        self.assertEqual(self.rows("lost"), [["1"]])
        self.ctl("fault", "bigquery", "jobs.insert", "status", "code=500")
        self.assertEqual(self.begin("lost", "lost-2").status, 500)
        self.refused(self.ask("GET", "/jobs/lost-2"), 404, "notFound", "Not found: Job")

    def wait_for(self, job_id: str) -> dict[str, Any]:
        return self.done(self.ask("GET", f"/jobs/{job_id}"))

    def test_the_log_names_job_and_table(self) -> None:
        self.done(self.begin("logged", "logged-1"))
        line = next(line for line in self.log("bigquery") if line.get("job") == "logged-1")
        self.assertEqual((line["route"], line["table"], line["status"]), ("jobs.insert", "ds.logged", 200))

    def test_settings_of_the_stand_in_are_checked(self) -> None:
        done = run("ctl", self.env, "set", "bigquery", "pending=1")
        self.assertEqual((done.returncode, "no setting 'pending'" in done.stderr), (1, True))


class Restart(BigQueryCase):
    """Each test starts and ends stand-ins on a directory of its own."""

    def setUp(self) -> None:
        self.dir = tempfile.TemporaryDirectory()
        self.addCleanup(self.dir.cleanup)
        self.outer = dict(self.env)
        self.up()
        self.addCleanup(self.leave)
        self.ctl("mkbucket", "gs://lake")
        self.ctl("mkdataset", "ds")

    def up(self) -> None:
        self.env.update(start(self.dir.name))
        type(self).bearer = self.token("https://www.googleapis.com/auth/bigquery")

    def leave(self) -> None:
        run("down", self.env)
        self.env.update(self.outer)

    def kill(self) -> None:
        os.kill(int(self.env["CLOUD_PID"]), signal.SIGKILL)
        run("down", self.env)

    def test_tables_jobs_and_rows_outlive_the_process(self) -> None:
        for end in ("down", "kill"):
            table = f"kept_{end}"
            self.loaded(ndjson({"a": 7}), table, SCHEMA, reference={"jobId": f"job-{end}"})
            before = self.ask("GET", f"/jobs/job-{end}").json()
            if end == "kill":
                self.kill()
            else:
                run("down", self.env)
            self.up()
            self.assertEqual(self.rows(table), [["7"]])
            after = self.ask("GET", f"/jobs/job-{end}").json()
            self.assertEqual({**after, "selfLink": ""}, {**before, "selfLink": ""})
            body = self.load_body(["gs://lake/x"], table, SCHEMA, reference={"jobId": f"job-{end}"})
            self.refused(self.ask("POST", "/jobs", body), 409, "duplicate", "Already Exists: Job")

    def test_a_pending_job_goes_on_after_a_restart(self) -> None:
        self.ctl("set", "bigquery", "pending_ms=60000")
        self.put("gs://lake/later", ndjson({"a": 1}))
        body = self.load_body(["gs://lake/later"], "later", SCHEMA, reference={"jobId": "later-1"})
        self.assertEqual(self.ask("POST", "/jobs", body).status, 200)
        run("down", self.env)
        self.up()
        self.done(self.ask("GET", "/jobs/later-1"))
        self.assertEqual(self.rows("later"), [["1"]])

    def test_a_running_job_failed_and_left_nothing_behind(self) -> None:
        self.loaded(ndjson({"a": 1}), "half", SCHEMA)
        self.put("gs://lake/many", ndjson(*({"a": n} for n in range(300_000))))
        body = self.load_body(["gs://lake/many"], "half", SCHEMA, reference={"jobId": "half-1"})
        self.ctl("set", "bigquery", "pending_ms=0", "running_ms=0")
        self.ask("POST", "/jobs", body)
        deadline = time.monotonic() + 10
        while (
            "~staging" not in self.ctl("sql", "SELECT name FROM sqlite_master")
            and time.monotonic() < deadline
        ):
            time.sleep(0.01)
        self.kill()
        self.up()
        self.failed(self.ask("GET", "/jobs/half-1").json(), "backendError", "interrupted by a restart")
        self.assertEqual(self.rows("half"), [["1"]])
        self.assertNotIn("~staging", self.ctl("sql", "SELECT name FROM sqlite_master"))

    def test_the_warehouse_is_one_plain_file_once_the_stand_in_is_down(self) -> None:
        self.loaded(ndjson({"a": 5}), "plain", SCHEMA)
        run("down", self.env)
        names = sorted(name for name in os.listdir(self.dir.name) if name.startswith("warehouse"))
        self.assertEqual(names, ["warehouse.db"])
        self.assertEqual(self.ctl("sql", 'SELECT a FROM "ds.plain"'), "5\n")
        self.up()


if __name__ == "__main__":
    unittest.main()
