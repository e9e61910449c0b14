"""Jobs and their result rows, kept in state.db: what jobs.get, jobs.list and paging read."""

from __future__ import annotations

import json
from typing import Any

from bq_api import ApiError
from bq_catalog import Resource
from state import State

TABLES = """
CREATE TABLE IF NOT EXISTS bq_jobs (
    project TEXT NOT NULL, location TEXT NOT NULL, id TEXT NOT NULL,
    parent TEXT, created INTEGER NOT NULL, state TEXT NOT NULL, resource TEXT NOT NULL,
    PRIMARY KEY (project, location, id));
CREATE TABLE IF NOT EXISTS bq_results (
    job TEXT NOT NULL, n INTEGER NOT NULL, row TEXT NOT NULL,
    PRIMARY KEY (job, n)) WITHOUT ROWID;
"""
# jobs.get without a location looks in the multi-regions alone ("Locations", job references).
MULTI_REGIONS = ("US", "EU")


def full_id(job: Resource) -> str:
    """project:location.id, as the service writes it."""
    ref = job["jobReference"]
    return f"{ref['projectId']}:{ref['location']}.{ref['jobId']}"


class JobStore:
    """Safe to use from any thread; jobs are whole resources, copied in and out."""

    def __init__(self, state: State) -> None:
        self.state = state
        state.create_tables(TABLES)

    def add(self, job: Resource) -> None:
        """A new job; ApiError "duplicate" when its id was ever used."""
        ref, statistics = job["jobReference"], job["statistics"]
        with self.state.transaction() as db:
            key = (ref["projectId"], ref["location"], ref["jobId"])
            if db.execute(
                "SELECT 1 FROM bq_jobs WHERE project = ? AND location = ? AND id = ?", key
            ).fetchone():
                raise ApiError("duplicate", f"Already Exists: Job {full_id(job)}")
            parent, created = statistics.get("parentJobId"), int(statistics["creationTime"])
            db.execute(
                "INSERT INTO bq_jobs VALUES (?, ?, ?, ?, ?, ?, ?)",
                (*key, parent, created, job["status"]["state"], json.dumps(job)),
            )

    def save(self, job: Resource, rows: list[Any] | None = None) -> None:
        """The job as it is now, with the rows of its result when it has any."""
        ref = job["jobReference"]
        name = full_id(job)
        with self.state.transaction() as db:
            db.executemany(
                "INSERT OR REPLACE INTO bq_results VALUES (?, ?, ?)",
                ((name, n, json.dumps(list(row))) for n, row in enumerate(rows or [])),
            )
            db.execute(
                "UPDATE bq_jobs SET state = ?, resource = ? WHERE project = ? AND location = ? AND id = ?",
                (job["status"]["state"], json.dumps(job), ref["projectId"], ref["location"], ref["jobId"]),
            )

    def get(self, project: str, job_id: str, location: str | None) -> Resource:
        """The job; ApiError "notFound"."""
        with self.state.lock:
            for place in (location,) if location else MULTI_REGIONS:
                row = self.state.db.execute(
                    "SELECT resource FROM bq_jobs WHERE project = ? AND location = ? AND id = ?",
                    (project, place, job_id),
                ).fetchone()
                if row:
                    return json.loads(row[0])
        raise ApiError("notFound", f"Not found: Job {project}:{location + '.' if location else ''}{job_id}")

    def listing(
        self, project: str, parent: str | None, states: list[str], first: int, limit: int
    ) -> list[Resource]:
        """Jobs, newest first; children only when their parent is named."""
        sql = "SELECT resource FROM bq_jobs WHERE project = ? AND parent IS ?"
        values: list[Any] = [project, parent]
        if states:
            sql += f" AND state IN ({', '.join('?' * len(states))})"
            values += states
        with self.state.lock:
            rows = self.state.db.execute(
                f"{sql} ORDER BY created DESC, id DESC LIMIT ? OFFSET ?", (*values, limit, first)
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def unfinished(self) -> list[Resource]:
        """Jobs that a stand-in ended before they were done, oldest first."""
        with self.state.lock:
            rows = self.state.db.execute(
                "SELECT resource FROM bq_jobs WHERE state <> 'DONE' ORDER BY created, id"
            ).fetchall()
        return [json.loads(row[0]) for row in rows]

    def rows(self, job: Resource, first: int, limit: int) -> list[list[Any]]:
        """A page of the job's result, as stored values."""
        with self.state.lock:
            found = self.state.db.execute(
                "SELECT row FROM bq_results WHERE job = ? AND n >= ? ORDER BY n LIMIT ?",
                (full_id(job), first, limit),
            ).fetchall()
        return [json.loads(row[0]) for row in found]
