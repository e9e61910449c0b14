"""Where the stand-in's state lives: object bytes as files, everything else in SQLite.

One directory (CLOUD_DIR) holds state.db, objects/ (one file an object version), tmp/ and the
logs. A stand-in started again on it goes on where the last one ended. synchronous=OFF is
enough: the state must outlive the process, not the machine.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from digests import Digests

SCHEMA = """
CREATE TABLE IF NOT EXISTS buckets (
    service TEXT NOT NULL, name TEXT NOT NULL, region TEXT NOT NULL, created REAL NOT NULL,
    PRIMARY KEY (service, name));
CREATE TABLE IF NOT EXISTS objects (
    service TEXT NOT NULL, bucket TEXT NOT NULL, key TEXT NOT NULL,
    generation INTEGER NOT NULL, metageneration INTEGER NOT NULL, size INTEGER NOT NULL,
    md5 TEXT NOT NULL, crc32c INTEGER NOT NULL, content_type TEXT NOT NULL,
    modified REAL NOT NULL, blob TEXT NOT NULL, metadata TEXT NOT NULL,
    PRIMARY KEY (service, bucket, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
"""


@dataclass(frozen=True)
class Bucket:
    """region is S3's; created is seconds since 1970."""

    name: str
    region: str
    created: float


@dataclass(frozen=True)
class Object:
    """An object's row: md5 in hex, crc32c a number, modified in seconds since 1970, metadata
    the service's own JSON text. blob names its file under objects/."""

    bucket: str
    key: str
    generation: int
    metageneration: int
    size: int
    md5: str
    crc32c: int
    content_type: str
    modified: float
    blob: str
    metadata: str


_COLUMNS = (
    "bucket, key, generation, metageneration, size, md5, crc32c, content_type, modified, blob, metadata"
)


class State:
    """lock guards both the database connection and the blob files; it is re-entrant."""

    def __init__(self, directory: Path) -> None:
        self.dir = directory
        self.blobs = directory / "objects"
        self.tmp = directory / "tmp"
        self.lock = threading.RLock()
        self.blobs.mkdir(parents=True, exist_ok=True)
        # What a stand-in that was killed left half-received.
        shutil.rmtree(self.tmp, ignore_errors=True)
        self.tmp.mkdir()
        self.db = sqlite3.connect(directory / "state.db", check_same_thread=False, isolation_level=None)
        self.db.execute("PRAGMA journal_mode=WAL")
        self.db.execute("PRAGMA synchronous=OFF")
        # Files of replaced objects: removed once the row that names the new one is committed.
        self._replaced: list[Path] = []
        self.create_tables(SCHEMA)
        self._sweep()

    def _sweep(self) -> None:
        """Remove object files that no row names: their writer was killed before its commit."""
        named = {row[0] for row in self.db.execute("SELECT blob FROM objects")}
        for path in self.blobs.iterdir():
            if path.name not in named:
                path.unlink()

    def create_tables(self, statements: str) -> None:
        """Run a service's own CREATE TABLE IF NOT EXISTS statements."""
        with self.lock:
            self.db.executescript(statements)

    @contextlib.contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The database under the lock, in a transaction that an exception rolls back."""
        with self.lock:
            if self.db.in_transaction:
                yield self.db
                return
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self.db.execute("ROLLBACK")
                self._replaced.clear()
                raise
            self.db.execute("COMMIT")
            for path in self._replaced:
                path.unlink(missing_ok=True)
            self._replaced.clear()

    def next_number(self, name: str, at_least: int = 0) -> int:
        """A number that grows with every call, across restarts too; never under at_least."""
        with self.transaction() as db:
            row = db.execute("SELECT value FROM counters WHERE name = ?", (name,)).fetchone()
            value = max((row[0] if row else 0) + 1, at_least)
            db.execute("INSERT OR REPLACE INTO counters VALUES (?, ?)", (name, value))
            return value

    def next_generation(self) -> int:
        """A generation: microseconds since 1970, strictly growing, as Cloud Storage's look."""
        return self.next_number("generation", time.time_ns() // 1000)

    def make_bucket(self, service: str, name: str, region: str) -> bool:
        """False when the bucket was there already (it is left as it was)."""
        with self.transaction() as db:
            done = db.execute(
                "INSERT OR IGNORE INTO buckets VALUES (?, ?, ?, ?)", (service, name, region, time.time())
            )
            return done.rowcount == 1

    def bucket(self, service: str, name: str) -> Bucket | None:
        with self.lock:
            row = self.db.execute(
                "SELECT name, region, created FROM buckets WHERE service = ? AND name = ?", (service, name)
            ).fetchone()
        return Bucket(*row) if row else None

    def new_file(self) -> tuple[IO[bytes], Path]:
        """An empty file in tmp/, to be handed to put_file when it is whole."""
        handle, name = tempfile.mkstemp(dir=self.tmp)
        return os.fdopen(handle, "w+b"), Path(name)

    def put_file(
        self,
        service: str,
        bucket: str,
        key: str,
        path: Path,
        digests: Digests,
        content_type: str,
        metadata: str,
    ) -> Object:
        """Make path (moved away) the object's bytes under a new generation; the old go."""
        with self.transaction() as db:
            generation = self.next_generation()
            blob = f"{generation}"
            path.rename(self.blobs / blob)
            old = self.find(service, bucket, key)
            row = Object(
                bucket, key, generation, 1, digests.size, digests.md5, digests.crc32c,
                content_type, time.time(), blob, metadata,
            )  # fmt: skip
            values = tuple(vars(row).values())
            db.execute(
                f"INSERT OR REPLACE INTO objects (service, {_COLUMNS}) VALUES (?{', ?' * len(values)})",
                (service, *values),
            )
            if old:
                self._replaced.append(self.blobs / old.blob)
            return row

    def find(self, service: str, bucket: str, key: str) -> Object | None:
        with self.lock:
            row = self.db.execute(
                f"SELECT {_COLUMNS} FROM objects WHERE service = ? AND bucket = ? AND key = ?",
                (service, bucket, key),
            ).fetchone()
        return Object(*row) if row else None

    def open_object(self, service: str, bucket: str, key: str) -> tuple[Object, IO[bytes]] | None:
        """The row and its bytes, which stay readable while the object is replaced."""
        with self.lock:
            row = self.find(service, bucket, key)
            return (row, (self.blobs / row.blob).open("rb")) if row else None

    def remove(self, service: str, bucket: str, key: str) -> bool:
        with self.transaction() as db:
            old = self.find(service, bucket, key)
            if not old:
                return False
            db.execute(
                "DELETE FROM objects WHERE service = ? AND bucket = ? AND key = ?", (service, bucket, key)
            )
            self._replaced.append(self.blobs / old.blob)
            return True

    def keys(self, service: str, bucket: str, prefix: str, after: str, limit: int) -> list[Object]:
        """Up to limit objects that start with prefix and sort after the key `after`, in the
        order of their UTF-8 bytes (SQLite's BINARY collation compares exactly these)."""
        sql = f"SELECT {_COLUMNS} FROM objects WHERE service = ? AND bucket = ? AND key > ?"
        values: list[Any] = [service, bucket, after]
        if prefix:
            # 0xFF is no byte of UTF-8, so it sorts after every key that has the prefix.
            sql += " AND key >= ? AND key < CAST(? AS TEXT)"
            values += [prefix, prefix.encode() + b"\xff"]
        with self.lock:
            rows = self.db.execute(f"{sql} ORDER BY key LIMIT ?", (*values, limit)).fetchall()
        return [Object(*row) for row in rows]
