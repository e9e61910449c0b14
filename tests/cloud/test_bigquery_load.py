"""Load jobs over HTTP: rows, positions of the bad ones, dispositions, sources."""

from __future__ import annotations

import gzip
import threading
import unittest
from typing import Any

from bq_testing import PROJECT, BigQueryCase, fields, ndjson

SCHEMA = fields("a:INTEGER", "s:STRING")


class Rows(BigQueryCase):
    def test_a_load_counts_what_it_read_and_wrote(self) -> None:
        data = ndjson({"a": 1, "s": "x"}, b"\n  \r\n", b'{"a":"2","s":"3.50"}\r\n', b'{"A":null}')
        statistics = self.loaded(data, "counted", SCHEMA)["statistics"]
        load = statistics["load"]
        self.assertEqual((load["inputFiles"], load["inputFileBytes"]), ("1", str(len(data))))
        self.assertEqual((load["outputRows"], load["badRecords"]), ("3", "0"))
        self.assertLessEqual(int(statistics["creationTime"]), int(statistics["startTime"]))
        self.assertLessEqual(int(statistics["startTime"]), int(statistics["endTime"]))
        self.assertEqual(self.rows("counted"), [["1", "x"], ["2", "3.50"], [None, None]])

    def test_warehouse_db_reads_as_plain_sql(self) -> None:
        schema = fields("b:BOOLEAN", "t:TIMESTAMP", "f:FLOAT", "l:STRING:REPEATED", "n:NUMERIC")
        self.loaded(ndjson({"b": True, "t": 1609459200.5, "f": 1, "l": ["x"], "n": "1.50"}), "plain", schema)
        line = self.ctl("sql", 'SELECT * FROM "ds.plain"')
        self.assertEqual(line, '1\t2021-01-01 00:00:00.500000+00\t1.0\t["x"]\t1.5\n')

    def test_values_are_told_as_the_api_tells_them(self) -> None:
        record = {"name": "r", "type": "RECORD", "fields": fields("x:FLOAT", "y:INTEGER:REPEATED")}
        schema = [*fields("b:BOOLEAN", "t:TIMESTAMP", "f:FLOAT"), record]
        row = {"b": False, "t": "2021-01-01T00:00:00Z", "f": 1e10, "r": {"x": "nan", "y": [1]}}
        self.loaded(ndjson(row), "told", schema)
        expected: list[Any] = ["false", "1.6094592E9", "1.0E10", {"f": [{"v": "NaN"}, {"v": [{"v": "1"}]}]}]
        self.assertEqual(self.rows("told"), [expected])
        answer = self.ask("GET", "/datasets/ds/tables/told/data?formatOptions.useInt64Timestamp=true").json()
        self.assertEqual(answer["rows"][0]["f"][1]["v"], "1609459200000000")

    def test_a_bad_row_fails_the_job_with_its_byte_position(self) -> None:
        good = ndjson({"a": 1, "s": "\u00e9"})
        messages = self.failed(
            self.load(good + ndjson({"a": "abc"}), "bad", SCHEMA), "invalid", "too many errors"
        )
        reading = "Error while reading data, error message: "
        self.assertEqual(
            messages,
            [
                (
                    f"{reading}JSON table encountered too many errors, giving up. Rows: 2; errors: 1. "
                    "Please look into the errors[] collection for more details."
                ),
                (
                    f"{reading}JSON processing encountered too many errors, giving up. Rows: 2; errors: 1; "
                    "max bad: 0; error percent: 0"
                ),
                (
                    f"{reading}JSON parsing error in row starting at position {len(good)}: "
                    "Could not convert value 'string_value: \"abc\"' to integer. Field: a; Value: abc"
                ),
            ],
        )
        self.refused(
            self.ask("GET", "/datasets/ds/tables/bad"), 404, "notFound", "Not found: Table stand-in:ds.bad"
        )

    def test_each_bad_file_is_named(self) -> None:
        self.put("gs://lake/n/1", ndjson({"a": "x"}))
        self.put("gs://lake/n/2", ndjson({"a": 1}))
        self.put("gs://lake/n/3", ndjson({"a": 1}, {"b": 1}, {"c": 1}))
        job = self.done(self.ask("POST", "/jobs", self.load_body(["gs://lake/n/*"], "named", SCHEMA)))
        self.failed(job, "invalid", "JSON parsing error in row starting at position 9: No such field: b.")
        locations = [error.get("location") for error in job["status"]["errors"]]
        self.assertEqual(locations, ["gs://lake/n/1", None, "gs://lake/n/1", "gs://lake/n/3"])
        self.assertNotIn("No such field: c", str(job["status"]))

    def test_a_failed_truncate_leaves_the_old_rows(self) -> None:
        self.loaded(ndjson({"a": 1}), "kept", SCHEMA)
        before = self.ask("GET", "/datasets/ds/tables/kept").json()
        self.failed(
            self.load(ndjson(*({"a": n} for n in range(5000)), {"a": {}}), "kept", SCHEMA),
            "invalid",
            "non-record",
        )
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/kept").json(), before)
        self.assertEqual(self.rows("kept"), [["1", None]])
        self.assertNotIn("staging", self.ctl("sql", "SELECT name FROM sqlite_master"))

    def test_bad_records_are_forgiven_up_to_the_number_given(self) -> None:
        data = ndjson({"a": 1}, {"a": "x"}, {"a": 2}, {"q": 1})
        job = self.loaded(data, "forgiven", SCHEMA, maxBadRecords=2)
        self.assertEqual((job["statistics"]["load"]["badRecords"], len(job["status"]["errors"])), ("2", 2))
        self.assertEqual(self.rows("forgiven"), [["1", None], ["2", None]])
        self.failed(self.load(data, "forgiven", SCHEMA, maxBadRecords=1), "invalid", "max bad: 1")

    def test_unknown_fields_are_ignored_when_asked(self) -> None:
        self.failed(self.load(ndjson({"a": 1, "z": 1}), "unknown", SCHEMA), "invalid", "No such field: z.")
        self.loaded(ndjson({"a": 1, "z": 1}), "unknown", SCHEMA, ignoreUnknownValues=True)

    def test_flexible_names_are_loaded_and_queried(self) -> None:
        schema = fields("stock-unit:INTEGER", "größe in %:STRING", "2nd:BOOLEAN")
        self.loaded(ndjson({"stock-unit": 1, "größe in %": "x", "2ND": True}), "flexible", schema)
        self.assertEqual(self.rows("flexible"), [["1", "x", "true"]])
        query = {"query": "SELECT `stock-unit` + 1 FROM ds.flexible WHERE `größe in %` = 'x'"}
        answer = self.ask("POST", "/queries", {**query, "useLegacySql": False}).json()
        self.assertEqual(answer["rows"], [{"f": [{"v": "2"}]}])

    def test_an_interval_is_loaded_and_a_range_fails_inside_the_service(self) -> None:
        self.loaded(ndjson({"i": "P1Y2M3DT4H5M6.5S"}), "interval", fields("i:INTERVAL"))
        self.assertEqual(self.rows("interval"), [["1-2 3 4:5:6.500000"]])
        schema = [{"name": "r", "type": "RANGE", "rangeElementType": {"type": "DATE"}}]
        for value in ("[2020-01-01, 2021-01-01)", {"start": "2020-01-01", "end": None}):
            job = self.load(ndjson({"r": value}), "range", schema)
            self.failed(job, "internalError", "An internal error occurred")

    def test_an_empty_object_is_a_table_without_rows(self) -> None:
        self.assertEqual(self.loaded(b"", "empty", SCHEMA)["statistics"]["load"]["outputRows"], "0")
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/empty").json()["numRows"], "0")


class Sources(BigQueryCase):
    def test_gzip_is_told_by_content_and_members_are_joined(self) -> None:
        data = gzip.compress(ndjson({"a": 1})) + gzip.compress(ndjson({"a": 2}))
        self.loaded(data, "packed", SCHEMA)
        self.assertEqual(self.rows("packed"), [["1", None], ["2", None]])

    def test_positions_count_unpacked_bytes(self) -> None:
        first = ndjson({"a": 1, "s": "x" * 1000})
        self.failed(
            self.load(gzip.compress(first + ndjson({"a": "x"})), "packed2", SCHEMA),
            "invalid",
            f"row starting at position {len(first)}: ",
        )

    def test_a_broken_gzip_stream_fails_the_job(self) -> None:
        whole = gzip.compress(ndjson(*({"a": n} for n in range(1000))))
        job = self.load(whole[:-20], "broken", SCHEMA)
        self.failed(job, "invalid", "gzip stream is broken after")
        self.assertEqual(job["status"]["errorResult"]["location"], "gs://lake/broken")
        self.failed(self.load(whole[:-3] + b"xyz", "broken", SCHEMA), "invalid", "gzip stream is broken")

    def test_packed_and_plain_files_do_not_mix(self) -> None:
        self.put("gs://lake/mix/1", ndjson({"a": 1}))
        self.put("gs://lake/mix/2", gzip.compress(ndjson({"a": 1})))
        job = self.done(self.ask("POST", "/jobs", self.load_body(["gs://lake/mix/*"], "mix", SCHEMA)))
        self.failed(job, "invalid", "Compressed and uncompressed files")

    def test_a_missing_object_fails_the_job_and_not_the_request(self) -> None:
        for uri in ("gs://lake/nothing", "gs://lake/no/*", "gs://no-such-bucket/x"):
            job = self.done(self.ask("POST", "/jobs", self.load_body([uri], "missing", SCHEMA)))
            self.failed(job, "notFound", f"Not found: URI {uri}")

    def test_a_wildcard_names_every_object_once(self) -> None:
        for name in ("w/a.json", "w/b.json", "w/b.txt"):
            self.put(f"gs://lake/{name}", ndjson({"s": name}))
        uris = ["gs://lake/w/*.json", "gs://lake/w/a.json"]
        job = self.done(self.ask("POST", "/jobs", self.load_body(uris, "wild", SCHEMA)))
        self.assertEqual(job["statistics"]["load"]["inputFiles"], "2")
        self.assertEqual([row[1] for row in self.rows("wild")], ["w/a.json", "w/b.json"])

    def test_bad_uris_are_refused_at_once(self) -> None:
        for uri in ("s3://lake/x", "gs://lake", "gs://lake/", "gs://la*ke/x", "/x", 5):
            answer = self.ask("POST", "/jobs", self.load_body([uri], "uris", SCHEMA))  # type: ignore[list-item]
            self.refused(answer, 400, "invalid", "Source URI must be a Google Cloud Storage location")
        answer = self.ask("POST", "/jobs", self.load_body(["gs://lake/*/*"], "uris", SCHEMA))
        self.refused(answer, 400, "invalid", "only one wildcard")
        answer = self.ask("POST", "/jobs", self.load_body([], "uris", SCHEMA))
        self.refused(answer, 400, "required", "sourceUris")
        answer = self.ask("POST", "/jobs", self.load_body(["gs://lake/x"] * 10_001, "uris", SCHEMA))
        self.refused(answer, 400, "invalid", "Too many source URIs: 10001")


class Destinations(BigQueryCase):
    def test_truncate_replaces_rows_and_schema_and_keeps_the_layout(self) -> None:
        body = {
            "tableReference": {"tableId": "trunc"},
            "schema": {"fields": fields("t:TIMESTAMP", "x:STRING")},
            "timePartitioning": {"type": "HOUR", "field": "t"},
            "description": "kept",
        }
        self.assertEqual(self.ask("POST", "/datasets/ds/tables", body).status, 200)
        self.loaded(ndjson({"t": 0, "y": 1}), "trunc", fields("t:TIMESTAMP", "y:INTEGER"))
        table = self.ask("GET", "/datasets/ds/tables/trunc").json()
        self.assertEqual([field["name"] for field in table["schema"]["fields"]], ["t", "y"])
        self.assertEqual((table["timePartitioning"]["field"], table["description"]), ("t", "kept"))
        self.failed(self.load(ndjson({"y": 1}), "trunc", fields("y:INTEGER")), "invalid", "time partitioning")

    def test_append_adds_and_refuses_other_columns(self) -> None:
        self.loaded(ndjson({"a": 1}), "app", [*SCHEMA, *fields("l:STRING:REPEATED")])
        append = {"writeDisposition": "WRITE_APPEND"}
        self.loaded(ndjson({"a": 2}), "app", fields("A:INTEGER"), **append)
        self.assertEqual(self.rows("app"), [["1", None, []], ["2", None, []]])
        job = self.load(ndjson({"z": 2}), "app", fields("z:INTEGER"), **append)
        self.failed(
            job,
            "invalid",
            "Provided Schema does not match Table stand-in:ds.app. Cannot add fields (field: z)",
        )
        job = self.load(ndjson({"a": "2"}), "app", fields("a:STRING"), **append)
        self.failed(job, "invalid", "Field a has changed type from INTEGER to STRING")
        options = {**append, "schemaUpdateOptions": ["ALLOW_FIELD_ADDITION"]}
        self.loaded(ndjson({"z": 3}), "app", fields("z:INTEGER"), **options)
        self.assertEqual(self.rows("app")[2], [None, None, [], "3"])
        self.assertEqual(self.rows("app")[0], ["1", None, [], None])

    def test_without_a_schema_the_table_s_own_is_used(self) -> None:
        self.failed(
            self.load(ndjson({"a": 1}), "own", None), "invalid", "No schema specified on job or table."
        )
        self.loaded(b"", "own", SCHEMA)
        self.assertNotIn("errorResult", self.load(ndjson({"a": 1}), "own", None)["status"])

    def test_write_empty_refuses_rows_that_are_there(self) -> None:
        empty = {"writeDisposition": "WRITE_EMPTY"}
        self.loaded(ndjson({"a": 1}), "once", SCHEMA, **empty)
        job = self.load(ndjson({"a": 1}), "once", SCHEMA, **empty)
        self.failed(job, "duplicate", "Already Exists: Table stand-in:ds.once")

    def test_create_never_needs_the_table(self) -> None:
        job = self.load(b"", "never", SCHEMA, createDisposition="CREATE_NEVER")
        self.failed(job, "notFound", "Not found: Table stand-in:ds.never")

    def test_names_that_differ_only_in_case_are_two_tables(self) -> None:
        self.loaded(ndjson({"a": 1}), "Security", SCHEMA)
        self.loaded(ndjson({"a": 2}), "security", SCHEMA)
        self.assertEqual((self.rows("Security"), self.rows("security")), ([["1", None]], [["2", None]]))
        self.loaded(ndjson({"a": 3}), "Security", SCHEMA)
        self.assertEqual((self.rows("Security"), self.rows("security")), ([["3", None]], [["2", None]]))

    def test_a_missing_dataset_or_another_place_is_refused_at_once(self) -> None:
        body = self.load_body(["gs://lake/x"], "t", SCHEMA)
        body["configuration"]["load"]["destinationTable"]["datasetId"] = "nope"
        self.refused(self.ask("POST", "/jobs", body), 404, "notFound", f"Not found: Dataset {PROJECT}:nope")
        body = self.load_body(["gs://lake/x"], "t", SCHEMA, reference={"location": "EU"})
        self.refused(self.ask("POST", "/jobs", body), 404, "notFound", "was not found in location EU")
        body = self.load_body(["gs://lake/x"], "t", SCHEMA)
        body["configuration"]["load"]["destinationTable"]["projectId"] = "other"
        self.refused(self.ask("POST", "/jobs", body), 403, "accessDenied", "Access Denied: Dataset other:ds")

    def test_settings_are_checked_at_once(self) -> None:
        bad: list[tuple[int, str, str, dict[str, Any]]] = [
            (400, "invalid", 'Invalid field name "a.b"', {"schema": {"fields": fields("a.b:STRING")}}),
            (
                400,
                "invalid",
                "Field A already exists",
                {"schema": {"fields": fields("a:STRING", "A:STRING")}},
            ),
            (400, "invalid", "writeDisposition", {"writeDisposition": "TRUNCATE"}),
            (400, "invalid", "createDisposition", {"createDisposition": "NEVER"}),
            (400, "invalid", 'Unknown name "maxBadRecord"', {"maxBadRecord": 1}),
            (400, "invalid", "maxBadRecords", {"maxBadRecords": -1}),
            (400, "invalid", "Schema update options", {"schemaUpdateOptions": ["ALLOW_FIELD_ADDITION"]}),
            (501, "notImplemented", "source format CSV", {"sourceFormat": None}),
            (501, "notImplemented", "autodetect", {"autodetect": True}),
            (400, "required", "destinationTable", {"destinationTable": None}),
        ]
        for status, reason, message, settings in bad:
            body = self.load_body(["gs://lake/x"], "t", SCHEMA)
            body["configuration"]["load"].update(settings)
            answer = self.ask("POST", "/jobs", body)
            self.refused(answer, status, reason, message)

    def test_loads_at_once_do_not_meet(self) -> None:
        counts = {f"par{n}": 500 * (n + 1) for n in range(6)}
        for table, count in counts.items():
            self.put(f"gs://lake/{table}", ndjson(*({"a": n, "s": table} for n in range(count))))
        jobs: dict[str, dict[str, Any]] = {}

        def one(table: str) -> None:
            body = self.load_body([f"gs://lake/{table}"], table, SCHEMA)
            jobs[table] = self.done(self.ask("POST", "/jobs", body))

        threads = [threading.Thread(target=one, args=(table,)) for table in counts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for table, count in counts.items():
            self.assertEqual(jobs[table]["statistics"]["load"]["outputRows"], str(count))
            self.assertEqual(
                self.ctl("sql", f'SELECT count(*), min(s), max(s) FROM "ds.{table}"'),
                f"{count}\t{table}\t{table}\n",
            )


if __name__ == "__main__":
    unittest.main()
