"""google-cloud-bigquery against the stand-in's BigQuery, with a service account's key."""

from __future__ import annotations

import datetime

import google.api_core.exceptions as refusals
from google.cloud import bigquery
from google.oauth2 import service_account

from standin import StandIn

UTC = datetime.timezone.utc
FIELDS = [("a", "INTEGER"), ("b", "STRING"), ("t", "TIMESTAMP"), ("f", "FLOAT"), ("ok", "BOOLEAN")]
RECORDS = b"""{"a":1,"b":"x","t":"2021-01-01T00:00:05.25Z","f":1.5,"ok":true}
{"a":"2","b":null,"t":"2021-01-01 01:00:05+09:00","f":2,"ok":false}
"""
ROWS = [
    (1, "x", datetime.datetime(2021, 1, 1, 0, 0, 5, 250000, tzinfo=UTC), 1.5, True),
    (2, None, datetime.datetime(2020, 12, 31, 16, 0, 5, tzinfo=UTC), 2.0, False),
]


class Clients(StandIn):
    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.ctl("mkbucket", "gs://logs")
        cls.ctl("put", "gs://logs/app/1.ndjson", "-", stdin=RECORDS)
        cls.ctl("mkdataset", "ds")
        cls.client = bigquery.Client(
            project="stand-in",
            credentials=service_account.Credentials.from_service_account_file(
                cls.env["GOOGLE_APPLICATION_CREDENTIALS"],
                scopes=["https://www.googleapis.com/auth/bigquery"],
            ),
            client_options={"api_endpoint": cls.env["BIGQUERY_EMULATOR_HOST"]},
        )

    def load(self, table: str, url: str = "gs://logs/app/1.ndjson") -> bigquery.LoadJob:
        config = bigquery.LoadJobConfig(
            schema=[bigquery.SchemaField(name, kind) for name, kind in FIELDS],
            source_format=bigquery.SourceFormat.NEWLINE_DELIMITED_JSON,
            write_disposition=bigquery.WriteDisposition.WRITE_TRUNCATE,
        )
        return self.client.load_table_from_uri(url, f"stand-in.ds.{table}", job_config=config)

    def rows(self, sql: str, *parameters: object) -> list[tuple[object, ...]]:
        config = bigquery.QueryJobConfig(query_parameters=list(parameters), use_query_cache=False)
        return [tuple(row.values()) for row in self.client.query(sql, job_config=config).result()]

    def test_load(self) -> None:
        """a load job from gs:// ends, counts its rows, and the table tells schema and rows"""
        job = self.load("loaded")
        job.result()
        self.assertEqual((job.state, job.output_rows), ("DONE", 2))
        table = self.client.get_table("stand-in.ds.loaded")
        self.assertEqual([(x.name, x.field_type) for x in table.schema], FIELDS)
        self.assertEqual(table.num_rows, 2)
        rows = sorted(tuple(row.values()) for row in self.client.list_rows(table))
        self.assertEqual(rows, ROWS)

    def test_load_refused(self) -> None:
        """a record that does not fit fails the job with reason, place and field"""
        self.ctl("put", "gs://logs/bad/1.ndjson", "-", stdin=b'{"a":1}\n{"a":"x"}\n')
        job = self.load("refused", "gs://logs/bad/1.ndjson")
        with self.assertRaises(refusals.BadRequest):
            job.result()
        self.assertEqual({error["reason"] for error in job.errors}, {"invalid"})
        self.assertTrue(any("Field: a" in error["message"] for error in job.errors), job.errors)
        with self.assertRaises(refusals.NotFound):
            self.load("refused", "gs://logs/none").result()

    def test_same_job(self) -> None:
        """a job id is good once: the second insert is a Conflict"""
        self.client.query("SELECT 1", job_id="mine", job_retry=None).result()
        with self.assertRaises(refusals.Conflict):
            self.client.query("SELECT 1", job_id="mine", job_retry=None).result()
        self.assertEqual(self.client.get_job("mine").state, "DONE")

    def test_parameters(self) -> None:
        """named parameters of each type come back as Python's values"""
        when = datetime.datetime(2021, 1, 1, 0, 0, 5, 250000, tzinfo=UTC)
        values = [
            ("i", "INT64", 2**62),
            ("s", "STRING", "한'글\\\n"),
            ("t", "TIMESTAMP", when),
            ("f", "FLOAT64", 0.1),
            ("ok", "BOOL", True),
            ("d", "DATE", datetime.date(2021, 1, 1)),
            ("n", "INT64", None),
        ]
        found = self.rows(
            "SELECT " + ", ".join(f"@{name} AS {name}" for name, _, _ in values),
            *(bigquery.ScalarQueryParameter(*value) for value in values),
        )
        self.assertEqual(found, [tuple(value for _, _, value in values)])

    def test_transaction(self) -> None:
        """a script in a transaction leaves the hour's rows once; a failed one too"""
        self.load("temp").result()
        self.rows("CREATE TABLE ds.origin (a INT64, b STRING, folder_hour TIMESTAMP)")
        hour = "TIMESTAMP '2021-01-01 00:00:00+00'"
        script = f"""DECLARE inserted INT64;
BEGIN TRANSACTION;
DELETE FROM `stand-in.ds.origin` WHERE `folder_hour` = {hour};
INSERT INTO `stand-in.ds.origin` (`a`, `b`, `folder_hour`)
SELECT `a`, `b`, {hour} FROM `stand-in.ds.temp`;
SET inserted = @@row_count;
ASSERT inserted = @expected AS 'rows differ';
COMMIT TRANSACTION;
SELECT inserted;
"""
        two = bigquery.ScalarQueryParameter("expected", "INT64", 2)
        for _ in range(2):
            self.assertEqual(self.rows(script, two), [(2,)])
            self.assertEqual(self.rows("SELECT COUNT(*) FROM ds.origin"), [(2,)])
        with self.assertRaisesRegex(refusals.BadRequest, "rows differ"):
            self.rows(script, bigquery.ScalarQueryParameter("expected", "INT64", 3))
        self.assertEqual(self.rows("SELECT COUNT(*) FROM ds.origin"), [(2,)])

    def test_pages(self) -> None:
        """a result is read page by page"""
        config = bigquery.QueryJobConfig(use_query_cache=False)
        self.load("many").result()
        sql = " UNION ALL ".join(f"SELECT a + {n} FROM ds.many" for n in (0, 10, 20))
        found = self.client.query(sql, job_config=config).result(page_size=2)
        self.assertEqual(sorted(row[0] for row in found), [1, 2, 11, 12, 21, 22])

    def test_tables(self) -> None:
        """a table is created, widened, listed; a narrowing is refused"""
        fields = [bigquery.SchemaField("a", "INTEGER")]
        table = self.client.create_table(bigquery.Table("stand-in.ds.made", schema=fields))
        table.schema = [*fields, bigquery.SchemaField("b", "STRING")]
        table = self.client.update_table(table, ["schema"])
        self.assertEqual(
            [x.name for x in self.client.get_table("stand-in.ds.made").schema], ["a", "b"]
        )
        self.assertIn("made", [x.table_id for x in self.client.list_tables("stand-in.ds")])
        table.schema = [bigquery.SchemaField("a", "STRING")]
        with self.assertRaises(refusals.BadRequest):
            self.client.update_table(table, ["schema"])
        with self.assertRaises(refusals.Conflict):
            self.client.create_table(bigquery.Table("stand-in.ds.made", schema=fields))
        self.client.delete_table("stand-in.ds.made")
        with self.assertRaises(refusals.NotFound):
            self.client.get_table("stand-in.ds.made")

    def test_refusals(self) -> None:
        """wrong SQL is BadRequest, a missing table NotFound"""
        with self.assertRaises(refusals.BadRequest):
            self.rows("SELEC 1")
        with self.assertRaises(refusals.NotFound):
            self.rows("SELECT * FROM ds.none")
        with self.assertRaises(refusals.NotFound):
            self.client.get_table("stand-in.none.none")
