"""A stand-in cloud of one's own and hours in it, for the fault matrix.

An hour here is a VAR, an S3 folder, a GCS prefix and a dataset that no other hour shares, so that
each one's truth can be told whatever befell the one before.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parent.parent
HOUR = "2021/01/01/00"
RECORDS = 5
BIG_BYTES = 2 << 20  # of each record of a big hour: beyond 8 MiB together, an upload is resumable
HOUR_SECONDS = 120
MAKE_ERROR = re.compile(r"make(?:\[\d+\])?: \*\*\* .*Error (\d+)")


@dataclass
class Run:
    """How one run of the hour ended: the code of the recipe that failed, and what was said."""

    code: int
    lines: list[str]


@dataclass
class Hour:
    """One hour of RECORDS records of type app.

    kind: "big", of BIG_BYTES each; "metadata", with tokens from the metadata server.
    """

    name: str
    kind: str = ""
    truth: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        pad = "x" * BIG_BYTES if self.kind == "big" else "x"
        self.truth = [
            b'{"type":"app","n":%d,"s":"%s"}\n' % (n, pad.encode()) for n in range(1, RECORDS + 1)
        ]


class StandIn:
    """The cloud in directory, with buckets s3://logs and gs://logs."""

    def __init__(self, directory: Path) -> None:
        self.dir = directory
        text = subprocess.run(
            [TESTS / "cloud/up", directory], check=True, capture_output=True, text=True
        ).stdout
        exports = dict(shlex.split(line)[1].split("=", 1) for line in text.splitlines())
        self.env = {**os.environ, **exports}
        self.control = exports["CLOUD_CONTROL"]
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        schemas = directory / "schemas"
        schemas.mkdir()
        columns = (("type", "STRING"), ("n", "INTEGER"), ("s", "STRING"))
        (schemas / "app.json").write_text(json.dumps([{"name": n, "type": t} for n, t in columns]))
        for service in ("s3", "gcs"):
            self.command(service, "mkbucket", bucket="logs")
        self.command("bigquery", "set", pending_ms="1", running_ms="1")

    def close(self) -> None:
        subprocess.run([TESTS / "cloud/down"], check=True, env=self.env)

    def ask(self, method: str, path: str, body: bytes | None = None) -> bytes:
        request = urllib.request.Request(self.control + path, body, method=method)
        with self.opener.open(request) as answer:
            return answer.read()

    def command(self, service: str, name: str, **args: str) -> None:
        self.ask(
            "POST",
            "/command",
            json.dumps({"service": service, "name": name, "args": args}).encode(),
        )

    def set_fault(self, service: str, route: str, kind: str, options: dict[str, str]) -> None:
        wanted = {"service": service, "route": route, "kind": kind, "options": options}
        self.ask("POST", "/faults", json.dumps(wanted).encode())

    def faults_left(self) -> int:
        """How often the faults in force would still strike."""
        return sum(fault["times"] for fault in json.loads(self.ask("GET", "/faults")))

    def clear_faults(self) -> None:
        self.ask("DELETE", "/faults")

    def log(self) -> list[dict[str, Any]]:
        text = (self.dir / "requests.log").read_text(encoding="utf-8")
        return [json.loads(line) for line in text.splitlines()]

    def begin(self, hour: Hour) -> None:
        """Put the hour's records into S3 and make its dataset."""
        self.command("bigquery", "mkdataset", dataset=hour.name)
        url = urllib.parse.quote(f"s3://logs/{hour.name}/{HOUR}/a.json.gz", safe="")
        self.ask(
            "PUT",
            f"/object?url={url}",
            gzip.compress(b"".join(hour.truth), compresslevel=1, mtime=0),
        )

    def start(self, hour: Hour, target: str) -> subprocess.Popen[str]:
        """make TARGET of the hour, in a process group of its own."""
        env = {
            **self.env,
            "HOURTOOLS_RETRY_BASE_MS": "1",
            "HOME": str(self.dir),
            "VAR": str(self.dir / "var" / hour.name),
            "SCHEMAS": str(self.dir / "schemas"),
            "KEY": "type",
            "TIME_ZONE": "",
            "SLACK": "yes",
            "S3_URL": f"s3://logs/{hour.name}",
            "GCS_URL": f"gs://logs/{hour.name}",
            "DATASET": hour.name,
            "COMPRESS": "" if hour.kind == "big" else ".gz",
            "MAKEFLAGS": "",
        }
        if hour.kind == "metadata":
            del env["GOOGLE_APPLICATION_CREDENTIALS"]
        command = [
            "make",
            "--no-print-directory",
            "-f",
            TESTS.parent / "pipelines/hour.mk",
            target,
            f"HOUR={HOUR}",
        ]
        return subprocess.Popen(
            command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True
        )

    def run(self, hour: Hour, target: str = "hour", deadly: bool = False) -> Run:
        """make TARGET of the hour; deadly: its whole group is killed once the fault in force strikes."""
        running = self.start(hour, target)
        while deadly and running.poll() is None and self.faults_left() > 0:
            time.sleep(0.01)
        if deadly and running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        said = running.communicate(timeout=HOUR_SECONDS)[1].splitlines()
        codes = [int(m[1]) for line in said if (m := MAKE_ERROR.match(line))]
        lines = [line for line in said if not line.startswith("make")]
        return Run(codes[0] if codes else running.returncode, lines)

    def wrong(self, hour: Hour) -> str:
        """What the hour left that is not the truth, or ''."""
        with sqlite3.connect(f"{(self.dir / 'warehouse.db').as_uri()}?mode=ro", uri=True) as db:
            rows = db.execute(
                f'SELECT n, type, folder_hour FROM "{hour.name}.app" ORDER BY n'
            ).fetchall()
        if rows != [(n, "app", "2021-01-01 00:00:00+00") for n in range(1, RECORDS + 1)]:
            return f"the origin table holds {rows}"
        counts = (self.dir / "var" / hour.name / HOUR / "counts.tsv").read_text()
        if counts != "\t".join([HOUR, "app", "5", "0", "5", "5", "5"]) + "\n":
            return f"counts.tsv says {counts!r}"
        name = "app.0.ndjson" if hour.kind == "big" else "app.0.ndjson.gz"
        wanted = [f"{hour.name}/_hours/{HOUR}/put.tsv", f"{hour.name}/app/{HOUR}/{name}"]
        prefix = urllib.parse.quote(f"gs://logs/{hour.name}/", safe="")
        found = sorted(row["key"] for row in json.loads(self.ask("GET", f"/objects?url={prefix}")))
        if found != sorted(wanted):
            return f"GCS holds {found}"
        data = self.ask(
            "GET", "/object?url=" + urllib.parse.quote(f"gs://logs/{wanted[1]}", safe="")
        )
        if (data if hour.kind == "big" else gzip.decompress(data)) != b"".join(hour.truth):
            return "the object in GCS is not the records"
        return ""
