"""Datasets, tables and their rows over HTTP: what is kept and what is refused."""

from __future__ import annotations

import time
import unittest
from typing import Any

from bq_testing import BigQueryCase, fields, ndjson
from standin import send


class Access(BigQueryCase):
    def test_a_token_is_needed(self) -> None:
        answer = self.ask("GET", "/datasets", Authorization="")
        self.refused(answer, 401, "required", "Login Required")
        answer = self.ask("GET", "/datasets", Authorization="Bearer ya29.unknown")
        self.refused(answer, 401, "authError", "Invalid Credentials")

    def test_a_token_of_another_scope_is_not_enough(self) -> None:
        answer = self.ask("GET", "/datasets", Authorization=f"Bearer {self.token()}")
        self.refused(answer, 403, "insufficientPermissions", "insufficient authentication scopes")

    def test_another_project_is_not_open(self) -> None:
        url = self.env["BIGQUERY_EMULATOR_HOST"] + "/bigquery/v2/projects/other/datasets"
        answer = send(url, headers={"Authorization": f"Bearer {self.bearer}"})
        self.refused(answer, 403, "accessDenied", "Access Denied: Project other")

    def test_the_base_path_may_be_left_out(self) -> None:
        url = self.env["BIGQUERY_EMULATOR_HOST"] + "/projects/stand-in/datasets/ds"
        self.assertEqual(send(url, headers={"Authorization": f"Bearer {self.bearer}"}).status, 200)

    def test_unknown_paths_and_bodies_that_are_no_json(self) -> None:
        self.assertEqual(self.ask("GET", "/datasets/ds/models").status, 404)
        headers = {"Authorization": f"Bearer {self.bearer}"}
        url = self.env["BIGQUERY_EMULATOR_HOST"] + "/bigquery/v2/projects/stand-in/jobs"
        self.refused(send(url, "POST", headers, b"{"), 400, "parseError", "Parse Error")
        self.refused(send(url, "POST", headers, b"[]"), 400, "invalid", "expected an object")


class Datasets(BigQueryCase):
    def test_insert_get_list_delete(self) -> None:
        body = {"datasetReference": {"datasetId": "more"}, "location": "EU", "labels": {"k": "v"}}
        made = self.ask("POST", "/datasets", body).json()
        self.assertEqual((made["id"], made["location"], made["labels"]), ("stand-in:more", "EU", {"k": "v"}))
        self.assertEqual(self.ask("GET", "/datasets/more").json(), made)
        listed = self.ask("GET", "/datasets").json()["datasets"]
        self.assertEqual([each["datasetReference"]["datasetId"] for each in listed], ["ds", "more"])
        self.refused(
            self.ask("POST", "/datasets", body), 409, "duplicate", "Already Exists: Dataset stand-in:more"
        )
        self.assertEqual(self.ask("DELETE", "/datasets/more").status, 204)
        self.refused(self.ask("GET", "/datasets/more"), 404, "notFound", "Not found: Dataset stand-in:more")

    def test_one_with_tables_is_deleted_only_when_told(self) -> None:
        self.ask("POST", "/datasets", {"datasetReference": {"datasetId": "full"}})
        self.ask("POST", "/datasets/full/tables", {"tableReference": {"tableId": "t"}})
        self.refused(self.ask("DELETE", "/datasets/full"), 400, "resourceInUse", "is still in use")
        self.assertEqual(self.ask("DELETE", "/datasets/full?deleteContents=true").status, 204)
        self.assertNotIn("full.t", self.ctl("sql", "SELECT name FROM sqlite_master"))

    def test_bad_names(self) -> None:
        for name in ("a-b", "a.b", "é", "x" * 1025):
            answer = self.ask("POST", "/datasets", {"datasetReference": {"datasetId": name}})
            self.refused(answer, 400, "invalid", f'Invalid dataset ID "{name}"')
        self.refused(self.ask("POST", "/datasets", {}), 400, "required", "datasetId")


class Tables(BigQueryCase):
    def make(self, name: str, *columns: str, **settings: Any) -> Any:
        body = {"tableReference": {"tableId": name}, "schema": {"fields": fields(*columns)}, **settings}
        return self.ask("POST", "/datasets/ds/tables", body)

    def test_insert_get_list_delete(self) -> None:
        made = self.make("t1", "a:INT64", "t:TIMESTAMP", timePartitioning={"type": "HOUR", "field": "t"})
        table = made.json()
        self.assertEqual((table["id"], table["numRows"], table["type"]), ("stand-in:ds.t1", "0", "TABLE"))
        self.assertEqual(table["schema"]["fields"][0], {"name": "a", "type": "INTEGER", "mode": "NULLABLE"})
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/t1").json(), table)
        listed = self.ask("GET", "/datasets/ds/tables").json()["tables"]
        self.assertIn("t1", [each["tableReference"]["tableId"] for each in listed])
        self.refused(self.make("t1", "a:INT64"), 409, "duplicate", "Already Exists: Table stand-in:ds.t1")
        self.assertEqual(self.ask("DELETE", "/datasets/ds/tables/t1").status, 204)
        self.refused(
            self.ask("GET", "/datasets/ds/tables/t1"), 404, "notFound", "Not found: Table stand-in:ds.t1"
        )
        self.refused(self.ask("DELETE", "/datasets/ds/tables/t1"), 404, "notFound", "Not found: Table")

    def test_a_missing_dataset(self) -> None:
        for method, path in (
            ("GET", "/datasets/no/tables"),
            ("GET", "/datasets/no/tables/t"),
            ("GET", "/datasets/no"),
        ):
            self.refused(self.ask(method, path), 404, "notFound", "Not found: Dataset stand-in:no")
        self.refused(
            self.ask("POST", "/datasets/no/tables", {}), 404, "notFound", "Not found: Dataset stand-in:no"
        )

    def test_bad_names_and_references(self) -> None:
        for name in ("a.b", "a$20210101", "a`b", "x" * 1025):
            self.refused(self.make(name, "a:INT64"), 400, "invalid", f'Invalid table ID "{name}"')
        answer = self.make("t", "a:INT64", tableReference={"tableId": "t", "datasetId": "other"})
        self.refused(answer, 400, "invalid", "Value 'other' in content does not agree with value 'ds'.")
        self.refused(self.make("t", "a b:INT64"), 400, "invalid", 'Invalid field name "a b"')

    def test_partitioning_must_fit_the_schema(self) -> None:
        for columns, spec, message in (
            (("a:INT64",), {"type": "HOUR", "field": "t"}, "Invalid field: t."),
            (("t:TIMESTAMP:REPEATED",), {"type": "HOUR", "field": "t"}, "not REPEATED"),
            (("t:DATE",), {"type": "HOUR", "field": "t"}, "The type found is: DATE"),
            (("t:STRING",), {"type": "DAY", "field": "t"}, "The type found is: STRING"),
            (("t:TIMESTAMP",), {"type": "WEEK", "field": "t"}, "Unsupported partitioning type: WEEK"),
        ):
            self.refused(self.make("p", *columns, timePartitioning=spec), 400, "invalid", message)

    def test_clustering_must_fit_the_schema(self) -> None:
        answer = self.make("c", "a:INT64", clustering={"fields": ["b"]})
        self.refused(answer, 400, "invalid", "Invalid field: b.")
        answer = self.make("c", "a:FLOAT", clustering={"fields": ["a"]})
        self.refused(answer, 400, "invalid", "cannot be used for clustering")
        answer = self.make("c", "a:INT64", clustering={"fields": ["a"] * 5})
        self.refused(answer, 400, "invalid", "Too many clustering columns: 5")

    def test_other_kinds_are_refused_loudly(self) -> None:
        answer = self.make("x", externalDataConfiguration={"sourceFormat": "CSV"})
        self.refused(answer, 501, "notImplemented", "stand-in: externalDataConfiguration is not supported")

    def test_more_columns_than_sqlite_takes_are_refused_loudly(self) -> None:
        answer = self.make("wide", *(f"c{n}:STRING" for n in range(2001)))
        self.refused(answer, 501, "notImplemented", "stand-in: 2001 columns")
        columns = [f"c{n}:STRING" for n in range(2000)]
        self.loaded(ndjson({"c1999": "abc"}), "wide", fields(*columns))
        table = self.ask("GET", "/datasets/ds/tables/wide").json()
        self.assertEqual((table["numRows"], table["numBytes"]), ("1", "5"))

    def test_expiry(self) -> None:
        soon = str(int(time.time() * 1000) + 150)
        self.assertEqual(self.make("gone", "a:INT64", expirationTime=soon).status, 200)
        self.assertEqual(self.ask("GET", "/datasets/ds/tables/gone").json()["expirationTime"], soon)
        time.sleep(0.2)
        self.refused(self.ask("GET", "/datasets/ds/tables/gone"), 404, "notFound", "Not found: Table")
        self.assertEqual(self.make("gone", "b:INT64").status, 200)
        self.refused(
            self.make("past", "a:INT64", expirationTime="1"), 400, "invalid", "must be in the future"
        )

    def test_patch_adds_columns_and_keeps_rows(self) -> None:
        self.loaded(ndjson({"a": 1}), "grow", fields("a:INTEGER"))
        old = self.ask("GET", "/datasets/ds/tables/grow").json()
        schema = {"schema": {"fields": fields("a:INTEGER", "s:STRING", "l:STRING:REPEATED")}}
        new = self.ask("PATCH", "/datasets/ds/tables/grow", schema).json()
        self.assertEqual([field["name"] for field in new["schema"]["fields"]], ["a", "s", "l"])
        self.assertEqual(self.rows("grow"), [["1", None, []]])
        self.assertNotEqual(new["etag"], old["etag"])
        self.assertGreaterEqual(int(new["lastModifiedTime"]), int(old["lastModifiedTime"]))

    def test_patch_refuses_narrowing_and_stale_etags(self) -> None:
        self.make("narrow", "a:INTEGER", "t:TIMESTAMP", timePartitioning={"type": "HOUR", "field": "t"})
        path = "/datasets/ds/tables/narrow"
        for columns, message in (
            (("a:STRING", "t:TIMESTAMP"), "Field a has changed type from INTEGER to STRING"),
            (("t:TIMESTAMP",), "Field a is missing in new schema"),
            (("a:INTEGER", "t:TIMESTAMP", "r:STRING:REQUIRED"), "Cannot add required fields"),
        ):
            answer = self.ask("PATCH", path, {"schema": {"fields": fields(*columns)}})
            self.refused(
                answer, 400, "invalid", f"Provided Schema does not match Table stand-in:ds.narrow. {message}"
            )
        answer = self.ask("PATCH", path, {"timePartitioning": {"type": "DAY", "field": "t"}})
        self.refused(answer, 400, "invalid", "Cannot change partitioning spec")
        answer = self.ask("PATCH", path, {"description": "x"}, If_Match="stale")
        self.refused(answer, 412, "conditionNotMet", "Precondition check failed.")
        etag = self.ask("GET", path).json()["etag"]
        self.assertEqual(
            self.ask("PATCH", path, {"description": "x"}, If_Match=etag).json()["description"], "x"
        )

    def test_rows_come_in_pages(self) -> None:
        self.loaded(
            ndjson(*({"a": n, "b": -n} for n in range(25))), "pages", fields("a:INTEGER", "b:INTEGER")
        )
        path = "/datasets/ds/tables/pages/data?selectedFields=a&maxResults=10"
        seen: list[str] = []
        token = ""
        for size in (10, 10, 5):
            page = self.ask("GET", path + (f"&pageToken={token}" if token else "")).json()
            self.assertEqual((page["totalRows"], len(page["rows"])), ("25", size))
            seen += [row["f"][0]["v"] for row in page["rows"]]
            token = page.get("pageToken", "")
        self.assertEqual((seen, token), ([str(n) for n in range(25)], ""))
        self.assertEqual(self.ask("GET", path + "&startIndex=24").json()["rows"], [{"f": [{"v": "24"}]}])
        self.refused(self.ask("GET", path + "&pageToken=zzz"), 400, "invalid", "Invalid page token")
        self.refused(self.ask("GET", path.replace("=10", "=x")), 400, "invalid", "maxResults")
        path = "/datasets/ds/tables/pages/data?selectedFields=q"
        self.refused(self.ask("GET", path), 400, "invalid", "No such field: q")


if __name__ == "__main__":
    unittest.main()
