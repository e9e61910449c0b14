"""bqload, bqstamp and bqcount against bqemulator (DuckDB and SQLGlot)."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import duckdb
import duckdb_extension_spatial
from google.auth.credentials import AnonymousCredentials
from google.cloud import bigquery

from programs import VENV, Case, Server, free_port

HOUR = "2021/01/01/00"
SCHEMA = [("a", "INTEGER"), ("b", "STRING"), ("t", "TIMESTAMP"), ("e", "INTEGER")]
RECORDS = b"""{"a":1,"b":"x","t":"2021-01-01T00:00:05Z","e":1609459200}
{"a":2,"b":null,"t":"2021-01-01T01:00:05Z","e":1609459201}
"""


def simpler(script: str) -> str:
    """bqstamp's script in the emulator's dialect, which has no @@row_count, no ASSERT, and no query
    parameters in a script with variables."""
    counts = iter(["0", "(SELECT COUNT(*) FROM `p.stamps.app`)"])
    script = re.sub("@@row_count", lambda _: next(counts), script)
    script = re.sub("(?m)^ASSERT .*\n", "", script)
    return script.replace("@type", "'app'").replace("@job", "'job'")


class Emulator(Case):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.give_extension()
        (cls.dir / "gcs/logs/app").mkdir(parents=True)
        (cls.dir / "gcs/logs/app/1.ndjson").write_bytes(RECORDS)
        (cls.dir / "app.json").write_text(json.dumps([{"name": n, "type": t} for n, t in SCHEMA]))
        port = free_port()
        command = [str(VENV / "bqemulator"), "start", "--rest-port", str(port)]
        command += ["--grpc-port", str(free_port()), "--project", "p"]
        env = {"HOME": str(cls.dir), "BQEMU_GCS_LOCAL_ROOT": str(cls.dir / "gcs")}
        cls.server = Server(command, port, env, cls.dir / "bqemulator.log")
        cls.addClassCleanup(cls.server.close)
        cls.env |= {"BIGQUERY_EMULATOR_HOST": cls.server.url, "GOOGLE_CLOUD_PROJECT": "p"}
        cls.client = bigquery.Client(
            project="p",
            credentials=AnonymousCredentials(),
            client_options={"api_endpoint": cls.server.url},
        )

    @classmethod
    def give_extension(cls) -> None:
        """The emulator wants DuckDB's spatial extension, else fetches it from DuckDB's site."""
        version = f"v{duckdb.__version__}"
        place = (
            cls.dir / ".duckdb/extensions" / version / duckdb.sql("PRAGMA platform").fetchone()[0]
        )
        place.mkdir(parents=True)
        package = Path(duckdb_extension_spatial.__file__).parent
        shutil.copy(package / "extensions" / version / "spatial.duckdb_extension", place)

    def loaded(self, dataset: str) -> bytes:
        """The load manifest of the hour's two records in a dataset of its own."""
        self.client.create_dataset(dataset)
        # The emulator does not give a table without columns those of a WRITE_TRUNCATE load.
        fields = [bigquery.SchemaField(name, kind) for name, kind in SCHEMA]
        self.client.create_table(bigquery.Table(f"p.{dataset}.app_TEMP_2021010100", schema=fields))
        return self.load(dataset)

    def load(self, dataset: str) -> bytes:
        put = b"app\t2\tgs://logs/app/1.ndjson\t1\t30\tAAAAAA==\n"
        temp = f"{dataset}.{{type}}_TEMP_{{hour}}"
        return self.run_program(
            "bqload", "-s", "{type}.json", "-t", temp, "--hour", HOUR, stdin=put
        )

    def test_load(self) -> None:
        """bqload loads an hour's records"""
        self.assertEqual(self.loaded("loads").split(b"\t")[:2], [b"app", b"2"])
        rows = sorted(
            tuple(row.values()) for row in self.client.list_rows("p.loads.app_TEMP_2021010100")
        )
        self.assertEqual(
            [(a, b, str(t), e) for a, b, t, e in rows],
            [
                (1, "x", "2021-01-01 00:00:05+00:00", 1609459200),
                (2, None, "2021-01-01 01:00:05+00:00", 1609459201),
            ],
        )

    def test_load_again(self) -> None:
        """a second bqload finds the first one's job and starts none"""
        first = self.loaded("again")
        self.assertEqual(self.load("again").split(b"\t")[:4], first.split(b"\t")[:4])
        loads = [job for job in self.client.list_jobs() if job.job_type == "load"]
        self.assertEqual([job.destination.dataset_id for job in loads].count("again"), 1)

    def test_missing_temp(self) -> None:
        """bqload makes a TEMP table that is not there, whatever the case of "not found: table" """
        self.client.create_dataset("fresh")
        put = b"app\t2\tgs://logs/app/1.ndjson\t1\t30\tAAAAAA==\n"
        done = self.run_program(
            "bqload", "-s", "{type}.json", "-t", "fresh.{type}", "--hour", HOUR, stdin=put
        )
        self.assertEqual(done.split(b"\t")[:2], [b"app", b"2"])

    def test_refusals(self) -> None:
        """bqload: a missing dataset is refused for good"""
        put = b"app\t2\tgs://logs/app/1.ndjson\t1\t30\tAAAAAA==\n"
        words = ["bqload", "-s", "app.json", "-t", "none.t", "--hour", HOUR]
        self.run_program(*words, stdin=put, status=69)
        self.assertIn("none", self.errors)

    def test_stamp(self) -> None:
        """bqstamp's script (see simpler()), twice, leaves an hour's rows once, as bqcount says"""
        manifest = self.loaded("stamps")
        words = [
            "bqstamp",
            "-v",
            "-t",
            "stamps.{type}",
            "--hour",
            HOUR,
            "-z",
            "Asia/Seoul",
            "-e",
            "e=s",
        ]
        self.run_program(*words, stdin=manifest, status=69)
        self.assertIn("row_count", self.errors)
        job = self.client.get_job(re.search(r"job (hourtools_stamp_\w+)", self.errors)[1])
        table = self.client.get_table("p.stamps.app")
        kinds = [(x.name, x.field_type) for x in table.schema]
        self.assertEqual(
            kinds[2:], [("t", "DATETIME"), ("e", "DATETIME"), ("folder_hour", "TIMESTAMP")]
        )
        script = simpler(job.query)
        for _ in range(2):
            self.client.query(script).result()
            counted = self.run_program(
                "bqcount", "-t", "stamps.{type}", "--hour", HOUR, stdin=manifest
            )
            self.assertEqual(counted, b"app\t2021/01/01/00\t2\tp:stamps.app\n")
        rows = sorted(tuple(row.values()) for row in self.client.list_rows(table))
        self.assertEqual(
            [str(row[2]) for row in rows], ["2021-01-01 09:00:05", "2021-01-01 10:00:05"]
        )
        self.assertEqual(
            [str(row[3]) for row in rows], ["2021-01-01 09:00:00", "2021-01-01 09:00:01"]
        )
