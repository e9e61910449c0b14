"""Resumable uploads to Cloud Storage: a session, its bytes so far, the 308 protocol.

Source: "Resumable uploads" and "Perform resumable uploads" (Cloud Storage documentation).
Rules kept here:
- every chunk but the last is a multiple of 256 KiB, else 400;
- a chunk may begin at or before what is persisted (the overlap is ignored), never behind it (503);
- the total, once told, stays; nothing goes beyond it;
- a checksum told at the start, or in X-Goog-Hash of the request that ends the upload, is compared;
- 308 with Range tells what is persisted, without Range: nothing is;
- a finished session answers with its object again; a cancelled or refused one is gone (410), an
  unknown one was never there (404).
A request that breaks off leaves whole 256 KiB multiples persisted.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from exchange import HttpError, Request, Response
from gcs_rules import Rules
from gcs_upload import declared_hashes, store
from state import Object, State

QUANTUM = 256 * 1024
SCHEMA = """
CREATE TABLE IF NOT EXISTS uploads (
    id TEXT PRIMARY KEY, bucket TEXT NOT NULL, name TEXT NOT NULL, kept TEXT NOT NULL,
    total INTEGER, state TEXT NOT NULL, generation INTEGER, created REAL NOT NULL);
"""
RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


@dataclass(frozen=True)
class Session:
    """kept is what the start declared (hashes, metadata, conditions); state is open, done or
    gone; generation is that of the object a done session made."""

    id: str
    bucket: str
    name: str
    kept: dict[str, Any]
    total: int | None
    state: str
    generation: int | None


def _plain(status: int, text: str, headers: dict[str, str] | None = None) -> HttpError:
    """The upload server answers its own errors in plain text, not JSON."""
    return HttpError(Response.text(text, status, {"Server": "UploadServer", **(headers or {})}))


def _bad_range() -> HttpError:
    return _plain(400, "Failed to parse Content-Range header.")


@dataclass(frozen=True)
class Span:
    """What a Content-Range says: the bytes from first on (None: a question), and the total."""

    first: int | None
    length: int
    total: int | None


def read_span(request: Request) -> Span:
    """The request's Content-Range against its own body."""
    text = request.headers.get("Content-Range")
    if text is None:
        # The whole object in one request. When it broke off, its head still told the size.
        told = int(request.headers.get("Content-Length") or 0)
        size = request.body_size if request.complete else told
        return Span(0, size, size if request.complete or told else None)
    found = RANGE.fullmatch(text.strip())
    if not found:
        raise _bad_range()
    first, last, total = found.groups()
    whole = None if total == "*" else int(total)
    if first is None:
        if request.body_size:
            raise _bad_range()
        return Span(None, 0, whole)
    length = int(last) - int(first) + 1
    if length <= 0 or (whole is not None and int(last) >= whole):
        raise _bad_range()
    if request.complete and request.body_size != length:
        raise _plain(
            400,
            f"Invalid request.  The Content-Range header tells {length} bytes, "
            f"the request contained {request.body_size}.",
        )
    return Span(int(first), length, whole)


class Uploads:
    """All sessions of the service. Knobs of a test: most, bytes persisted a request at most;
    late, only a question ends an upload whose last byte came."""

    def __init__(self, state: State, rules: Rules) -> None:
        self.state = state
        self.rules = rules
        self.most: int | None = None
        self.late = False
        self.dir = state.dir / "uploads"
        self.dir.mkdir(exist_ok=True)
        state.create_tables(SCHEMA)

    def start(self, bucket: str, name: str, kept: dict[str, Any], total: int | None) -> str:
        """A new session's id."""
        session = secrets.token_urlsafe(48)
        with self.state.transaction() as db:
            db.execute(
                "INSERT INTO uploads VALUES (?, ?, ?, ?, ?, 'open', NULL, ?)",
                (session, bucket, name, json.dumps(kept), total, time.time()),
            )
            self._path(session).touch()
        return session

    def _path(self, session: str) -> Path:
        return self.dir / session

    def _session(self, session: str) -> Session:
        row = self.state.db.execute(
            "SELECT id, bucket, name, kept, total, state, generation FROM uploads WHERE id = ?", (session,)
        ).fetchone()
        if row is None:
            raise _plain(404, "Not Found")
        if row[5] == "gone":
            raise _plain(410, "Gone")
        return Session(row[0], row[1], row[2], json.loads(row[3]), row[4], row[5], row[6])

    def _set(self, session: Session, column: str, value: object) -> None:
        with self.state.transaction() as db:
            db.execute(f"UPDATE uploads SET {column} = ? WHERE id = ?", (value, session.id))

    def cancel(self, session: str) -> None:
        with self.state.lock:
            self._set(self._session(session), "state", "gone")
            self._path(session).unlink(missing_ok=True)

    def end_all(self, status: int) -> None:
        """Make every open session gone (410) or never known (404), as when they expire."""
        with self.state.transaction() as db:
            if status == 404:
                db.execute("DELETE FROM uploads WHERE state = 'open'")
            else:
                db.execute("UPDATE uploads SET state = 'gone' WHERE state = 'open'")

    def put(self, request: Request, session_id: str) -> Object:
        """Take a PUT to a session. The object when this finishes it (or it was finished);
        otherwise raises what the session answers, 308 in the good case."""
        with self.state.lock:
            session = self._session(session_id)
            if session.state == "done":
                row = self.state.find("gcs", session.bucket, session.name)
                if row is None or row.generation != session.generation:
                    raise _plain(410, "Gone")
                return row
            span = read_span(request)
            total = self._agree(session, span)
            with self._path(session.id).open("r+b") as held:
                size = held.seek(0, 2)
                if span.first is not None:
                    size = self._append(request, span, total, held, size)
                if total is None or size < total or (self.late and span.first is not None):
                    raise _incomplete(size)
            return self._finish(session, declared_hashes(request, session.kept["hashes"]))

    def _agree(self, session: Session, span: Span) -> int | None:
        """The upload's total as both sides know it now."""
        if span.total is None:
            end = 0 if span.first is None else span.first + span.length
            if session.total is not None and end > session.total:
                raise _plain(
                    400, f"Invalid request.  {end} bytes exceed the declared size of {session.total}."
                )
            return session.total
        if session.total is not None and span.total != session.total:
            raise _plain(
                400,
                f"Invalid request.  The total of {span.total} bytes differs from the {session.total} declared before.",
            )
        self._set(session, "total", span.total)
        return span.total

    def _append(self, request: Request, span: Span, total: int | None, held: IO[bytes], size: int) -> int:
        """Persist the new bytes of a chunk; the size afterwards."""
        first = span.first or 0
        if first > size:
            raise _plain(
                503,
                f"Invalid request.  According to the Content-Range header, the upload offset is {first} byte(s), "
                f"which exceeds already uploaded size of {size} byte(s).",
                {"Connection": "close"},
            )
        last = total is not None and first + span.length == total
        if request.complete and not last and span.length % QUANTUM:
            raise _plain(
                400,
                f"Invalid request.  The number of bytes uploaded is required to be equal or greater than {QUANTUM}, "
                f"except for the final request (it's recommended to be the exact multiple of {QUANTUM}).  "
                f"The received request contained {span.length} bytes, which does not meet this requirement.",
            )
        end = first + request.body_size
        if not request.complete or not last:
            end -= end % QUANTUM
        if self.most is not None and end - size > self.most:
            end = size + self.most // QUANTUM * QUANTUM
        request.body_file.seek(size - first)
        held.seek(size)
        while size < end:
            block = request.body_file.read(min(1 << 20, end - size))
            held.write(block)
            size += len(block)
        held.flush()
        return size

    def keep_partial(self, request: Request, session_id: str) -> None:
        """A PUT whose body broke off: persist what a chunk of it may be."""
        try:
            self.put(request, session_id)
        except HttpError as answer:
            answer.response.close()

    def _finish(self, session: Session, declared: dict[str, str]) -> Object:
        """Make the session's bytes the object. A refusal ends the session for good."""
        kept, path = session.kept, self._path(session.id)
        try:
            self.rules.check_removal(session.bucket, session.name)
            with path.open("r+b") as source:
                row = store(
                    self.state,
                    session.bucket,
                    session.name,
                    (source, path),
                    declared,
                    kept["metadata"],
                    kept["conditions"],
                )
        except HttpError:
            self._set(session, "state", "gone")
            raise
        self._set(session, "generation", row.generation)
        self._set(session, "state", "done")
        return row


def _incomplete(size: int) -> HttpError:
    headers = {"Range": f"bytes=0-{size - 1}"} if size else {}
    return HttpError(
        Response(308, {"Content-Type": "text/plain; charset=utf-8", "Server": "UploadServer", **headers})
    )
