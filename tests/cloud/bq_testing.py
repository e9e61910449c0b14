"""What the tests of the stand-in BigQuery share: a dataset, a token, loads that are waited for."""

from __future__ import annotations

import json
import time
from typing import Any

from standin import Answer, Case, send

SCOPE = "https://www.googleapis.com/auth/bigquery"
PROJECT = "stand-in"
PATIENCE_SECONDS = 30.0


def ndjson(*rows: Any) -> bytes:
    """Rows as lines; bytes go in as they are."""
    return b"".join(row if isinstance(row, bytes) else json.dumps(row).encode() + b"\n" for row in rows)


def fields(*columns: str) -> list[dict[str, str]]:
    """A schema from "name:TYPE" or "name:TYPE:MODE"."""
    keys = ("name", "type", "mode")
    return [dict(zip(keys, column.split(":"), strict=False)) for column in columns]


class BigQueryCase(Case):
    """Tests that share one stand-in with dataset ds, bucket gs://lake and quick jobs."""

    bearer: str

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ctl("mkdataset", "ds")
        cls.ctl("set", "bigquery", "pending_ms=1", "running_ms=1")
        cls.bearer = cls.token(cls(), SCOPE)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request on /projects/stand-in + path with the class's token."""
        data = None if body is None else json.dumps(body).encode()
        headers = {
            "Authorization": f"Bearer {self.bearer}",
            **{k.replace("_", "-"): v for k, v in headers.items()},
        }
        target = f"/bigquery/v2/projects/{PROJECT}{path}"
        return send(self.env["BIGQUERY_EMULATOR_HOST"], method, headers, data, target)

    def refused(self, answer: Answer, status: int, reason: str, message: str) -> None:
        """The answer is an error with this status, reason and (part of a) message."""
        self.assertEqual(answer.status, status, answer.text)
        error = answer.json()["error"]
        self.assertEqual((error["code"], error["errors"][0]["reason"]), (status, reason))
        self.assertIn(message, error["message"])
        self.assertEqual(error["message"], error["errors"][0]["message"])

    def load_body(
        self, uris: list[str], table: str, schema: list[Any] | None, **settings: Any
    ) -> dict[str, Any]:
        """The body of a load job that truncates ds.table."""
        reference = settings.pop("reference", {})
        load = {
            "sourceUris": uris,
            "sourceFormat": "NEWLINE_DELIMITED_JSON",
            "destinationTable": {"projectId": PROJECT, "datasetId": "ds", "tableId": table},
            "writeDisposition": "WRITE_TRUNCATE",
            **({"schema": {"fields": schema}} if schema else {}),
            **settings,
        }
        return {"jobReference": reference, "configuration": {"load": load}}

    def done(self, answer: Answer) -> dict[str, Any]:
        """The job that answer started, as it is when DONE."""
        self.assertEqual(answer.status, 200, answer.text)
        ref = answer.json()["jobReference"]
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            job: dict[str, Any] = self.ask("GET", f"/jobs/{ref['jobId']}?location={ref['location']}").json()
            if job["status"]["state"] == "DONE":
                return job
            time.sleep(0.005)
        raise AssertionError(f"job {ref['jobId']} is not DONE after {PATIENCE_SECONDS} s")

    def load(self, data: bytes, table: str, schema: list[Any] | None, **settings: Any) -> dict[str, Any]:
        """The finished job of loading data, put in as gs://lake/TABLE."""
        self.put(f"gs://lake/{table}", data)
        return self.done(
            self.ask("POST", "/jobs", self.load_body([f"gs://lake/{table}"], table, schema, **settings))
        )

    def loaded(self, data: bytes, table: str, schema: list[Any], **settings: Any) -> dict[str, Any]:
        """load(), which must succeed."""
        job = self.load(data, table, schema, **settings)
        self.assertNotIn("errorResult", job["status"], job["status"])
        return job

    def failed(self, job: dict[str, Any], reason: str, message: str) -> list[str]:
        """The job failed for reason, message being part of errorResult or of one of its errors;
        every error's message."""
        status = job["status"]
        self.assertIn("errorResult", status, job["statistics"])
        self.assertEqual(status["errorResult"]["reason"], reason, status)
        messages = [error["message"] for error in status["errors"]]
        self.assertTrue(any(message in each for each in messages), f"{message!r} is not in {messages}")
        self.assertEqual(status["errors"][0], status["errorResult"])
        return messages

    def rows(self, table: str) -> list[list[Any]]:
        """ds.table's values as tabledata.list shows them."""
        answer = self.ask("GET", f"/datasets/ds/tables/{table}/data").json()
        return [[cell["v"] for cell in row["f"]] for row in answer.get("rows", [])]
