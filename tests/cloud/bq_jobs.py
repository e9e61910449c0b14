"""The life of jobs: PENDING, RUNNING, DONE, each in a thread of its own.

A job takes at least pending_ms and running_ms, so that a client that does not poll is found
out. A stand-in that is ended goes on with PENDING jobs when it is started again; one that was
RUNNING failed with backendError, for no one can tell how far it came.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import bq_config
import bq_work
from bq_api import ApiError, JobError
from bq_catalog import Catalog, Resource, now_ms
from bq_jobstore import JobStore, full_id

WORKERS = 8
CANCELLED = {"reason": "stopped", "message": "Job execution was cancelled: User requested cancellation"}
FAILURES = {
    "backendError": "Error encountered during execution. Retrying may solve the problem.",
    "rateLimitExceeded": "Exceeded rate limits: too many table update operations for this table.",
    "quotaExceeded": "Quota exceeded: Your project exceeded quota for load jobs per day.",
}
INTERRUPTED = {
    "reason": "backendError",
    "message": "Job was interrupted by a restart of the service. Retry the job.",
}


class Jobs:
    """Makes, runs, waits for and cancels jobs. email is who asks, as jobs show it."""

    def __init__(self, catalog: Catalog, project: str, email: str) -> None:
        self.catalog = catalog
        self.project = project
        self.email = email
        self.store = JobStore(catalog.state)
        self.pending_ms = 30
        self.running_ms = 30
        self.failing: list[str] = []
        self._places = threading.BoundedSemaphore(WORKERS)
        self._changed = threading.Condition()
        self._closing = threading.Event()
        self._cancelled: set[str] = set()
        self._asking = threading.Lock()
        self._requests: dict[str, Resource] = {}
        for job in self.store.unfinished():
            if job["status"]["state"] == "PENDING":
                self._start(job)
            else:
                self._finish(job, error=JobError(INTERRUPTED, [INTERRUPTED]))

    def close(self) -> None:
        """Start no further job. One at work ends with the process."""
        self._closing.set()

    def insert(self, body: Any) -> Resource:
        """jobs.insert: the new job, started; a dry run's answer is final and not kept."""
        if not isinstance(body, dict):
            raise ApiError("parseError", "Parse Error")
        kind, config = bq_config.check(body.get("configuration"), self.project)
        reference = body.get("jobReference") or {}
        job_id = bq_config.job_id(reference)
        if reference.get("projectId", self.project) != self.project:
            raise ApiError(
                "invalid",
                f"Value '{reference['projectId']}' in content does not agree with the request's project.",
            )
        given = body["configuration"]
        configuration = {"jobType": kind.upper(), kind: config}
        configuration.update(
            {key: given[key] for key in ("labels", "dryRun", "jobTimeoutMs") if key in given}
        )
        location = reference.get("location") or self._location(kind, config)
        job = self._new(job_id, location, configuration)
        if kind == "load" or config.get("destinationTable"):
            self._check_destination(config["destinationTable"], location)
        if configuration.get("dryRun"):
            return self._dry_run(job, kind)
        if kind == "query":
            self._analyse(job)
        self.store.add(job)
        self._start(job)
        return job

    def _location(self, kind: str, config: dict[str, Any]) -> str:
        ref = config.get("destinationTable") or config.get("defaultDataset") or {}
        dataset = self.catalog.dataset(self.project, ref.get("datasetId", ""))
        return dataset["location"] if dataset else "US"

    def _check_destination(self, ref: dict[str, str], location: str) -> None:
        """The service looks for the dataset before it makes a job."""
        if ref["projectId"] != self.project:
            name = f"{ref['projectId']}:{ref['datasetId']}"
            raise ApiError(
                "accessDenied",
                f"Access Denied: Dataset {name}: Permission bigquery.tables.create denied on dataset {name} "
                "(or it may not exist).",
            )
        dataset = self.catalog.need_dataset(ref["projectId"], ref["datasetId"])
        if dataset["location"].upper() != location.upper():
            name = f"{ref['projectId']}:{ref['datasetId']}"
            raise ApiError("notFound", f"Not found: Dataset {name} was not found in location {location}")

    def _new(self, job_id: str, location: str, configuration: dict[str, Any]) -> Resource:
        reference = {"projectId": self.project, "jobId": job_id, "location": location}
        return {
            "kind": "bigquery#job",
            "id": f"{self.project}:{location}.{job_id}",
            "jobReference": reference,
            "user_email": self.email,
            "configuration": configuration,
            "statistics": {"creationTime": str(now_ms())},
            "status": {"state": "PENDING"},
        }

    def _dry_run(self, job: Resource, kind: str) -> Resource:
        if kind != "query":
            raise ApiError("invalid", "Only query jobs can be dry run")
        try:
            outcome = bq_work.query(self.catalog, job, lambda: None)
        except JobError as failed:
            raise as_api_error(failed.result) from None
        del job["jobReference"]["jobId"]
        job["status"] = {"state": "DONE"}
        job["statistics"].update(outcome.statistics)
        return job

    def _analyse(self, job: Resource) -> None:
        """The service refuses a query it cannot analyse before it makes a job; of a script it parses no more
        than the text."""
        try:
            bq_work.analyse(self.catalog, job)
        except JobError as failed:
            raise as_api_error(failed.result) from None

    def query(self, body: dict[str, Any], request_id: str | None) -> Resource:
        """jobs.query: insert, or the job that this requestId made before."""
        if not request_id:
            return self.insert(body)
        with self._asking:
            if request_id not in self._requests:
                self._requests[request_id] = self.insert(body)
            return self._requests[request_id]

    def wait(self, job: Resource, timeout_ms: int) -> Resource:
        """The job as soon as it is DONE, or as it is after timeout_ms."""
        ref = job["jobReference"]
        deadline = time.monotonic() + timeout_ms / 1000
        with self._changed:
            while True:
                job = self.store.get(ref["projectId"], ref["jobId"], ref["location"])
                left = deadline - time.monotonic()
                if job["status"]["state"] == "DONE" or left <= 0:
                    return job
                self._changed.wait(left)

    def cancel(self, project: str, job_id: str, location: str | None) -> Resource:
        """Ask a job to end; best effort, as the service promises."""
        job = self.store.get(project, job_id, location)
        if job["status"]["state"] != "DONE":
            self._cancelled.add(full_id(job))
        return job

    def _start(self, job: Resource) -> None:
        threading.Thread(target=self._live, args=(job,), daemon=True).start()

    def _check(self, job: Resource) -> None:
        """Raises JobError when the job was cancelled."""
        if full_id(job) in self._cancelled:
            raise JobError(CANCELLED, [CANCELLED])

    def _fail_as_told(self) -> None:
        """Raises JobError for the next of the reasons that `ctl set bigquery failing=` named."""
        with self._asking:
            reason = self.failing.pop(0) if self.failing else None
        if reason:
            error = {"reason": reason, "message": FAILURES[reason]}
            raise JobError(error, [error])

    def _live(self, job: Resource) -> None:
        """A job's thread, from PENDING to DONE; a closing stand-in leaves it PENDING."""
        if self._closing.wait(self.pending_ms / 1000):
            return
        with self._places:
            if self._closing.is_set():
                return
            job["status"] = {"state": "RUNNING"}
            job["statistics"]["startTime"] = str(now_ms())
            self.store.save(job)
            work = bq_work.load if "load" in job["configuration"] else bq_work.query
            try:
                self._check(job)
                time.sleep(self.running_ms / 1000)
                self._fail_as_told()
                outcome = work(self.catalog, job, lambda: self._check(job))
                self._finish(job, outcome)
            except JobError as failed:
                self._finish(job, error=failed)
            except Exception as bug:
                internal = {"reason": "internalError", "message": f"stand-in: {type(bug).__name__}: {bug}"}
                self._finish(job, error=JobError(internal, [internal]))
                raise

    def _finish(
        self, job: Resource, outcome: bq_work.Outcome | None = None, error: JobError | None = None
    ) -> None:
        status: dict[str, Any] = {"state": "DONE"}
        rows: list[Any] = []
        if outcome:
            rows = outcome.rows
            job["statistics"].update(outcome.statistics)
            for child in outcome.children:
                self.store.add(child)
            if "query" in job["configuration"]:
                # Where paging finds the result's shape; the service keeps it in an anonymous table.
                job["result"] = {"schema": {"fields": outcome.schema}, "totalRows": str(len(rows))}
            if outcome.errors:
                status["errors"] = outcome.errors
        if error:
            status |= {"errorResult": error.result, "errors": error.errors}
        job["status"] = status
        job["statistics"]["endTime"] = str(now_ms())
        job["statistics"].setdefault("startTime", job["statistics"]["endTime"])
        with self._changed:
            self.store.save(job, rows)
            self._changed.notify_all()


def as_api_error(result: dict[str, str]) -> ApiError:
    """A job's errorResult as the HTTP refusal of jobs.query and getQueryResults."""
    return ApiError(result["reason"], result["message"], result.get("location"))
