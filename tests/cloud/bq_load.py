"""A load job: NDJSON objects of Cloud Storage into a table, whole or not at all.

Rows are checked and gathered in a table of their own beside the destination; one transaction
at the end makes them the destination's. Strict as the service with maxBadRecords 0: one bad
row fails the job. Each file gives up at its own first bad row too many, so several bad files
are told at once, as the service's parallel readers do.
"""

from __future__ import annotations

import itertools
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import bq_schema
from bq_api import ApiError, JobError
from bq_catalog import Catalog, Key, Resource, create_storage, measure, reference
from bq_resources import check_layout, new_table, refuse_view
from bq_rows import parse, record
from bq_schema import Field, quote
from bq_source import READING, check_compression, expand, lines
from bq_values import ValueRefused
from state import Object

BATCH = 2000
MAX_ERRORS_TOLD = 10


class Load:
    """One load job at work. check is called between batches and may raise to end it."""

    def __init__(self, catalog: Catalog, config: dict[str, Any], check: Callable[[], None]) -> None:
        self.catalog = catalog
        self.config = config
        self.check = check
        ref = config["destinationTable"]
        self.key: Key = (ref["projectId"], ref["datasetId"], ref["tableId"])
        self.name = f"{self.key[0]}:{self.key[1]}.{self.key[2]}"
        self.staging = f"~staging.{uuid.uuid4().hex}"
        self.max_bad = int(config.get("maxBadRecords") or 0)
        self.rows = 0
        self.errors: list[dict[str, str]] = []
        self.bad = 0
        self.bad_uri = ""

    def run(self) -> tuple[dict[str, str], list[dict[str, str]]]:
        """The load statistics and the bad records that were forgiven; JobError or ApiError."""
        fields = self.schema()
        self.disposition()
        sources = expand(self.catalog.state, self.config["sourceUris"])
        check_compression(self.catalog.state, sources)
        with self.catalog.connected() as warehouse:
            create_storage(warehouse, self.staging, fields)
            try:
                self.gather(warehouse, fields, sources)
                size = measure(warehouse, self.staging, fields)[1]
                self.settle(warehouse, fields)
            finally:
                warehouse.execute(f"DROP TABLE IF EXISTS {quote(self.staging)}")
        statistics = {
            "inputFiles": str(len(sources)),
            "inputFileBytes": str(sum(row.size for _, row in sources)),
            "outputRows": str(self.rows),
            "outputBytes": str(size),
            "badRecords": str(self.bad),
        }
        return statistics, self.errors

    def schema(self) -> list[Field]:
        """The schema to read by: the job's, or else the table's."""
        given = (self.config.get("schema") or {}).get("fields")
        if given:
            return bq_schema.normalize(given)
        there = self.catalog.table(*self.key)
        if not there or not there["schema"]["fields"]:
            raise ApiError("invalid", "No schema specified on job or table.")
        return there["schema"]["fields"]

    def disposition(self) -> Resource | None:
        """The destination as it stands; ApiError when the job may not write it."""
        there = self.catalog.table(*self.key)
        if not there:
            if self.config.get("createDisposition") == "CREATE_NEVER":
                raise ApiError("notFound", f"Not found: Table {self.name}")
            return None
        refuse_view(there)
        if (
            self.config.get("writeDisposition") == "WRITE_EMPTY"
            and self.catalog.count(there)["numRows"] != "0"
        ):
            raise ApiError("duplicate", f"Already Exists: Table {self.name}")
        return there

    def gather(
        self, warehouse: sqlite3.Connection, fields: list[Field], sources: list[tuple[str, Object]]
    ) -> None:
        """Every good row of every source into the staging table; JobError for too many bad."""
        places = ", ".join("?" * len(fields)) or "NULL"
        insert = f"INSERT INTO {quote(self.staging)} VALUES ({places})"
        failed = False
        for uri, row in sources:
            good = self.good_rows(uri, row, record(fields, bool(self.config.get("ignoreUnknownValues"))))
            while batch := list(itertools.islice(good, BATCH)):
                self.check()
                if failed:
                    continue
                warehouse.execute("BEGIN IMMEDIATE")
                warehouse.executemany(insert, batch)
                warehouse.execute("COMMIT")
            failed = failed or self.bad > self.max_bad
            if len(self.errors) >= MAX_ERRORS_TOLD + self.max_bad:
                break
        if failed:
            raise self.too_many()

    def good_rows(self, uri: str, row: Object, convert: Callable[[Any], list[Any]]) -> Iterator[list[Any]]:
        bad_here = 0
        for offset, line in lines(self.catalog.state, uri, row):
            try:
                good = convert(parse(line))
                self.rows += 1
                yield good
            except ValueRefused as refused:
                self.bad += 1
                bad_here += 1
                self.bad_uri = self.bad_uri or uri
                message = f"{READING}JSON parsing error in row starting at position {offset}: {refused}"
                self.errors.append({"reason": "invalid", "location": uri, "message": message})
                if bad_here > self.max_bad:
                    return

    def too_many(self) -> JobError:
        seen = self.rows + self.bad
        result = {
            "reason": "invalid",
            "location": self.bad_uri,
            "message": f"{READING}JSON table encountered too many errors, giving up. Rows: {seen}; "
            f"errors: {self.bad}. Please look into the errors[] collection for more details.",
        }
        summary = {
            "reason": "invalid",
            "message": f"{READING}JSON processing encountered too many errors, giving up. Rows: {seen}; "
            f"errors: {self.bad}; max bad: {self.max_bad}; error percent: 0",
        }
        return JobError(result, [result, summary, *self.errors])

    def settle(self, warehouse: sqlite3.Connection, fields: list[Field]) -> None:
        """Make the staged rows the destination's, in one transaction of warehouse.db."""
        self.check()
        with self.catalog.ddl:
            there = self.disposition()
            if not there:
                self.create(warehouse, fields)
            elif self.config.get("writeDisposition") == "WRITE_TRUNCATE":
                self.truncate(warehouse, there, fields)
            else:
                self.append(warehouse, there, fields)

    def create(self, warehouse: sqlite3.Connection, fields: list[Field]) -> None:
        ref = self.config["destinationTable"]
        body = {"tableReference": ref, "schema": {"fields": fields}, **self.layout()}
        dataset = self.catalog.need_dataset(self.key[0], self.key[1])
        storage = self.catalog.reserve(new_table(self.key[0], dataset, body))
        warehouse.execute(f"ALTER TABLE {quote(self.staging)} RENAME TO {quote(storage)}")
        self.catalog.publish(*self.key)

    def layout(self) -> dict[str, Any]:
        """What the job says of a table it makes, beside the schema."""
        kept = ("timePartitioning", "clustering")
        properties = self.config.get("destinationTableProperties") or {}
        return {key: self.config[key] for key in kept if self.config.get(key)} | properties

    def truncate(self, warehouse: sqlite3.Connection, there: Resource, fields: list[Field]) -> None:
        """New rows and new schema; partitioning, description and expiry stay the table's."""
        wanted = self.config.get("timePartitioning")
        if wanted and wanted != there.get("timePartitioning"):
            raise ApiError("invalid", f"Incompatible table partitioning specification for table {self.name}.")
        changed = {**there, "schema": {"fields": fields}}
        check_layout(changed)
        storage = quote(self.catalog.storage(*reference(there)))
        with _transaction(warehouse):
            warehouse.execute(f"DROP TABLE {storage}")
            warehouse.execute(f"ALTER TABLE {quote(self.staging)} RENAME TO {storage}")
            self.catalog.replace(changed)

    def append(self, warehouse: sqlite3.Connection, there: Resource, fields: list[Field]) -> None:
        old = there["schema"]["fields"]
        additions = "ALLOW_FIELD_ADDITION" in (self.config.get("schemaUpdateOptions") or [])
        bq_schema.check_change(self.name, old, fields, additions, whole=False)
        merged = bq_schema.merge(old, fields)
        self.catalog.add_columns(self.key, merged[len(old) :])
        given = {field["name"].lower() for field in fields}
        columns = [(quote(field["name"]), quote(field["name"])) for field in fields]
        # An array that the job's schema does not name is empty, never NULL.
        columns += [
            (quote(field["name"]), "'[]'")
            for field in old
            if field["mode"] == "REPEATED" and field["name"].lower() not in given
        ]
        names, values = (", ".join(part) for part in zip(*columns, strict=True))
        storage = quote(self.catalog.storage(*self.key))
        with _transaction(warehouse):
            warehouse.execute(
                f"INSERT INTO {storage} ({names}) SELECT {values} FROM {quote(self.staging)} ORDER BY rowid"
            )
            self.catalog.replace({**there, "schema": {"fields": merged}})


class _transaction:
    """BEGIN IMMEDIATE ... COMMIT, or ROLLBACK when the block raises."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self.db = db

    def __enter__(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        self.db.execute("ROLLBACK" if kind else "COMMIT")
