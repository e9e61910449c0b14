"""What tables there are: metadata in state.db, rows in warehouse.db.

warehouse.db is for people too: a table is named "dataset.table", its columns
are the schema's, TIMESTAMP is text 'YYYY-MM-DD HH:MM:SS[.ffffff]+00' (UTC),
BOOLEAN 0 or 1, RECORD and REPEATED are JSON text. BigQuery's table names are
case-sensitive and SQLite's are not: of two that differ only in case the later
one gets "~2" at its end (storage() tells).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from typing import Any

from bq_api import ApiError
from bq_schema import Field, column_sql, quote
from state import State

TABLES = """
CREATE TABLE IF NOT EXISTS bq_datasets (
    project TEXT NOT NULL, dataset TEXT NOT NULL, resource TEXT NOT NULL,
    PRIMARY KEY (project, dataset));
CREATE TABLE IF NOT EXISTS bq_tables (
    project TEXT NOT NULL, dataset TEXT NOT NULL, "table" TEXT NOT NULL,
    storage TEXT NOT NULL COLLATE NOCASE UNIQUE, ready INTEGER NOT NULL, resource TEXT NOT NULL,
    PRIMARY KEY (project, dataset, "table"));
"""
BUSY_SECONDS = 600
SQLITE_COLUMNS = 2000
# Logical bytes of a value ("Pricing", data size calculation); text adds its length.
FIXED_BYTES = {
    "INTEGER": 8,
    "FLOAT": 8,
    "BOOLEAN": 1,
    "DATE": 8,
    "TIME": 8,
    "DATETIME": 8,
    "TIMESTAMP": 8,
    "NUMERIC": 16,
}

Resource = dict[str, Any]
Key = tuple[str, str, str]


def now_ms() -> int:
    """Milliseconds since 1970, as the API counts time."""
    return time.time_ns() // 1_000_000


def reference(resource: Resource) -> Key:
    """Project, dataset and table of a table resource."""
    ref = resource["tableReference"]
    return ref["projectId"], ref["datasetId"], ref["tableId"]


class Catalog:
    """Safe to use from any thread. What it returns are copies.

    Three locks, always taken in this order, which is why nothing can stand still: ddl (tables
    are made and dropped one at a time), SQLite's write lock on warehouse.db (a script may hold
    it for a while), the state's lock (held only for single statements).
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.path = state.dir / "warehouse.db"
        self.ddl = threading.RLock()
        state.create_tables(TABLES)
        # Kept open, so that the log file is not built up and torn down with every connection.
        self._keeper = self.connect()
        self._keeper.execute("PRAGMA journal_mode=WAL")
        self._mend()

    def _mend(self) -> None:
        """Make the two files agree again after a stand-in that was killed between them."""
        stored = {
            row[0].lower()
            for row in self._keeper.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        with self.state.transaction() as db:
            known = {row[0].lower() for row in db.execute("SELECT storage FROM bq_tables WHERE ready")}
            db.execute("DELETE FROM bq_tables WHERE NOT ready")
            for lost in known - stored:
                db.execute("DELETE FROM bq_tables WHERE storage = ?", (lost,))
        for left in stored - known:
            self._keeper.execute(f"DROP TABLE {quote(left)}")

    def close(self) -> None:
        """Leave warehouse.db as one plain file, unless someone still reads it."""
        with contextlib.suppress(sqlite3.OperationalError):
            self._keeper.execute("PRAGMA busy_timeout=100")
            self._keeper.execute("PRAGMA journal_mode=DELETE")
        self._keeper.close()

    def connect(self) -> sqlite3.Connection:
        """A connection to warehouse.db in autocommit; write with BEGIN IMMEDIATE."""
        db = sqlite3.connect(self.path, BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        db.execute("PRAGMA synchronous=OFF")
        return db

    @contextlib.contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """connect() for a with block."""
        db = self.connect()
        try:
            yield db
        finally:
            db.close()

    def _ask(self, sql: str, *values: Any) -> list[Any]:
        with self.state.lock:
            return self.state.db.execute(sql, values).fetchall()

    def dataset(self, project: str, dataset: str) -> Resource | None:
        rows = self._ask(
            "SELECT resource FROM bq_datasets WHERE project = ? AND dataset = ?", project, dataset
        )
        return json.loads(rows[0][0]) if rows else None

    def need_dataset(self, project: str, dataset: str) -> Resource:
        found = self.dataset(project, dataset)
        if not found:
            raise ApiError("notFound", f"Not found: Dataset {project}:{dataset}")
        return found

    def datasets(self, project: str) -> list[Resource]:
        rows = self._ask("SELECT resource FROM bq_datasets WHERE project = ? ORDER BY dataset", project)
        return [json.loads(row[0]) for row in rows]

    def create_dataset(self, resource: Resource) -> Resource:
        """Raises ApiError "duplicate"; fills in the times and the etag."""
        ref = resource["datasetReference"]
        project, dataset = ref["projectId"], ref["datasetId"]
        now = str(now_ms())
        resource = {**resource, "creationTime": now, "lastModifiedTime": now}
        with self.state.transaction() as db:
            if self.dataset(project, dataset):
                raise ApiError("duplicate", f"Already Exists: Dataset {project}:{dataset}")
            db.execute("INSERT INTO bq_datasets VALUES (?, ?, ?)", (project, dataset, _seal(resource)))
        return self.need_dataset(project, dataset)

    def drop_dataset(self, project: str, dataset: str, contents: bool) -> None:
        """Raises ApiError "resourceInUse" when tables are left and contents is false."""
        with self.ddl:
            self.need_dataset(project, dataset)
            tables = self.tables(project, dataset)
            if tables and not contents:
                raise ApiError("resourceInUse", f"Dataset {project}:{dataset} is still in use")
            for table in tables:
                self.drop_table(*reference(table))
            self._ask("DELETE FROM bq_datasets WHERE project = ? AND dataset = ?", project, dataset)

    def table(self, project: str, dataset: str, table: str) -> Resource | None:
        """The REST resource of a table without its row count, or None; expired is gone."""
        row = self._row(project, dataset, table)
        resource: Resource = json.loads(row[1]) if row else {}
        return None if not row or expired(resource) else resource

    def need_table(self, project: str, dataset: str, table: str) -> Resource:
        self.need_dataset(project, dataset)
        found = self.table(project, dataset, table)
        if not found:
            raise ApiError("notFound", f"Not found: Table {project}:{dataset}.{table}")
        return found

    def storage(self, project: str, dataset: str, table: str) -> str:
        """The name (unquoted) of the table in warehouse.db; the table must exist."""
        row = self._row(project, dataset, table)
        if not row:
            raise ApiError("notFound", f"Not found: Table {project}:{dataset}.{table}")
        return row[0]

    def tables(self, project: str, dataset: str) -> list[Resource]:
        """Every table of a dataset by name, in byte order."""
        sql = 'SELECT resource FROM bq_tables WHERE ready AND project = ? AND dataset = ? ORDER BY "table"'
        found = [json.loads(row[0]) for row in self._ask(sql, project, dataset)]
        return [resource for resource in found if not expired(resource)]

    def create_table(self, resource: Resource) -> Resource:
        """Make an empty table; ApiError "duplicate" or "notFound" (its dataset)."""
        with self.ddl, self.connected() as warehouse:
            storage = self.reserve(resource)
            create_storage(warehouse, storage, resource["schema"]["fields"])
            return self.publish(*reference(resource))

    def reserve(self, resource: Resource) -> str:
        """First half of making a table: its metadata, not yet seen by anyone, and its storage
        name, which is free in warehouse.db. Called under ddl."""
        project, dataset, table = reference(resource)
        location = self.need_dataset(project, dataset).get("location", "US")
        if self.table(project, dataset, table):
            raise ApiError("duplicate", f"Already Exists: Table {project}:{dataset}.{table}")
        self.drop_table(project, dataset, table)
        taken = {row[0].lower() for row in self._ask("SELECT storage FROM bq_tables")}
        storage, number = f"{dataset}.{table}", 1
        while storage.lower() in taken:
            number += 1
            storage = f"{dataset}.{table}~{number}"
        now = str(now_ms())
        resource = {**resource, "location": location, "creationTime": now, "lastModifiedTime": now}
        sql = "INSERT OR REPLACE INTO bq_tables VALUES (?, ?, ?, ?, 0, ?)"
        self._ask(sql, project, dataset, table, storage, _seal(resource))
        return storage

    def publish(self, project: str, dataset: str, table: str) -> Resource:
        """Second half: the storage is there, the table may be seen."""
        sql = 'UPDATE bq_tables SET ready = 1 WHERE project = ? AND dataset = ? AND "table" = ?'
        self._ask(sql, project, dataset, table)
        return self.need_table(project, dataset, table)

    def replace(self, resource: Resource) -> Resource:
        """Store a changed resource of a table that exists; times and etag move on."""
        key = reference(resource)
        resource = {**resource, "lastModifiedTime": str(now_ms())}
        sql = 'UPDATE bq_tables SET resource = ? WHERE project = ? AND dataset = ? AND "table" = ?'
        self._ask(sql, _seal(resource), *key)
        return self.need_table(*key)

    def touch(self, project: str, dataset: str, table: str) -> None:
        """The table's rows changed: lastModifiedTime and etag move on."""
        self.replace(self.need_table(project, dataset, table))

    def drop_table(self, project: str, dataset: str, table: str) -> bool:
        """False when there is no such table."""
        with self.ddl:
            row = self._row(project, dataset, table)
            if not row:
                return False
            sql = 'DELETE FROM bq_tables WHERE project = ? AND dataset = ? AND "table" = ?'
            self._ask(sql, project, dataset, table)
            with self.connected() as warehouse:
                warehouse.execute(f"DROP TABLE IF EXISTS {quote(row[0])}")
        return True

    def add_columns(self, key: Key, fields: list[Field]) -> None:
        """Give the stored table new columns, empty in the rows that are there."""
        with self.ddl, self.connected() as warehouse:
            for field in fields:
                tail = " DEFAULT '[]'" if field["mode"] == "REPEATED" else ""
                warehouse.execute(
                    f"ALTER TABLE {quote(self.storage(*key))} ADD COLUMN {column_sql(field)}{tail}"
                )

    def count(self, resource: Resource) -> Resource:
        """resource with numRows and numBytes (logical)."""
        with self.connected() as warehouse:
            rows, size = measure(warehouse, self.storage(*reference(resource)), resource["schema"]["fields"])
        return {**resource, "numRows": str(rows), "numBytes": str(size), "numLongTermBytes": "0"}

    def _row(self, project: str, dataset: str, table: str) -> tuple[str, str] | None:
        where = 'WHERE ready AND project = ? AND dataset = ? AND "table" = ?'
        rows = self._ask(f"SELECT storage, resource FROM bq_tables {where}", project, dataset, table)
        return rows[0] if rows else None


def expired(resource: Resource) -> bool:
    """The table's expirationTime has come."""
    return "expirationTime" in resource and int(resource["expirationTime"]) <= now_ms()


def create_storage(db: sqlite3.Connection, name: str, fields: list[Field]) -> None:
    """Make the SQLite table of a schema."""
    if len(fields) > SQLITE_COLUMNS:
        raise ApiError("notImplemented", f"stand-in: {len(fields)} columns; SQLite takes {SQLITE_COLUMNS}")
    columns = ", ".join(map(column_sql, fields)) or '"~none"'
    db.execute(f"CREATE TABLE {quote(name)} ({columns})")


def measure(db: sqlite3.Connection, name: str, fields: list[Field]) -> tuple[int, int]:
    """Rows and logical bytes of a stored table; a nested value counts as its JSON text."""
    sizes = []
    for field in fields:
        column = quote(field["name"])
        fixed = FIXED_BYTES.get(field["type"]) if field["mode"] != "REPEATED" else None
        if fixed:
            sizes.append(f"count({column}) * {fixed}")
        else:
            sizes.append(f"coalesce(sum(2 + length(CAST({column} AS BLOB))), 0)")
    rows, size = db.execute(f"SELECT count(*) FROM {quote(name)}").fetchone()[0], 0
    # SQLite bounds the depth of an expression and the number of columns.
    for first in range(0, len(sizes), 500):
        part = ", ".join(sizes[first : first + 500])
        size += sum(db.execute(f"SELECT {part} FROM {quote(name)}").fetchone())
    return rows, size


def _seal(resource: Resource) -> str:
    """The stored text of a resource, with a fresh etag."""
    plain = {key: value for key, value in resource.items() if key != "etag"}
    text = json.dumps(plain, sort_keys=True) + str(time.time_ns())
    plain["etag"] = hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
    return json.dumps(plain)
