"""The stand-in BigQuery v2: its table of routes, and the handlers of jobs.

Paths as in the REST reference, under /bigquery/v2 or without it; bearer tokens of the OAuth
stand-in; error bodies as the service's. Datasets and tables are handled in bq_tables.py; jobs
live in bq_jobs.py, loads in bq_load.py, SQL in bq_sql_script.py.

`ctl set bigquery pending_ms=N running_ms=N` says how long a job stays in each state at least;
`failing=REASON,REASON` lets the next jobs end with these errors, having done nothing.
"""

from __future__ import annotations

import json
from typing import Any

import bq_results
import tokens
from account import EMAIL, PROJECT, Account
from bq_api import STATUSES, ApiError
from bq_catalog import Catalog, Resource
from bq_jobs import FAILURES, Jobs, as_api_error
from bq_resources import new_dataset
from bq_tables import Tables, body_of
from exchange import Handler
from google_errors import error_answer, plain_failure
from server import Cloud, HttpError, Request, Response, Service, route

SCOPE = "https://www.googleapis.com/auth/bigquery"
DEFAULT_WAIT_MS = 10_000
MAX_WAIT_MS = 200_000
PREFIX = r"(?:/bigquery/v2)?/projects/(?P<project>[^/]+)"
DATASET = PREFIX + r"/datasets/(?P<dataset>[^/]+)"
TABLE = DATASET + r"/tables/(?P<table>[^/]+)"
JOB = r"/(?P<job>[^/]+)"
QUERY_SETTINGS = (
    "query", "useLegacySql", "defaultDataset", "queryParameters", "parameterMode", "useQueryCache",
    "maximumBytesBilled", "preserveNulls", "createSession", "connectionProperties",
)  # fmt: skip
REQUEST_SETTINGS = (
    "kind",
    "timeoutMs",
    "maxResults",
    "location",
    "requestId",
    "dryRun",
    "labels",
    "formatOptions",
)


class BigQuery(Service):
    name = "bigquery"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self.catalog = Catalog(self.state)
        self.jobs = Jobs(self.catalog, PROJECT, EMAIL)
        tables = Tables(self.catalog, lambda: self.url)
        self.commands = {"mkdataset": self._mkdataset, "set": self._set}
        table = [
            ("datasets.list", "GET", PREFIX + "/datasets", tables.datasets_list),
            ("datasets.insert", "POST", PREFIX + "/datasets", tables.datasets_insert),
            ("datasets.get", "GET", DATASET, tables.datasets_get),
            ("datasets.delete", "DELETE", DATASET, tables.datasets_delete),
            ("tables.list", "GET", DATASET + "/tables", tables.tables_list),
            ("tables.insert", "POST", DATASET + "/tables", tables.tables_insert),
            ("tables.get", "GET", TABLE, tables.tables_get),
            ("tables.patch", "PATCH", TABLE, tables.tables_patch),
            ("tables.delete", "DELETE", TABLE, tables.tables_delete),
            ("tabledata.list", "GET", TABLE + "/data", tables.tabledata_list),
            ("jobs.insert", "POST", PREFIX + "/jobs", self._jobs_insert),
            ("jobs.list", "GET", PREFIX + "/jobs", self._jobs_list),
            ("jobs.get", "GET", PREFIX + "/jobs" + JOB, self._jobs_get),
            ("jobs.cancel", "POST", PREFIX + "/jobs" + JOB + "/cancel", self._jobs_cancel),
            ("jobs.query", "POST", PREFIX + "/queries", self._jobs_query),
            ("jobs.getQueryResults", "GET", PREFIX + "/queries" + JOB, self._query_results),
        ]
        self.routes = [
            route(name, method, path, self._worded(handler)) for name, method, path, handler in table
        ]

    def exports(self) -> dict[str, str]:
        return {"BIGQUERY_EMULATOR_HOST": self.url}

    def close(self) -> None:
        self.jobs.close()
        self.catalog.close()

    def auth(self, request: Request) -> None:
        tokens.require(request, self.state, SCOPE)

    def failure(self, request: Request, status: int) -> Response:
        return plain_failure(status)

    def expired(self, request: Request) -> Response:
        return tokens.expired_answer().response

    def _worded(self, handler: Handler) -> Handler:
        """handler with ApiError told as the service tells it, and the project checked."""

        def wrapped(request: Request) -> Response:
            try:
                project = request.params["project"]
                if project != PROJECT:
                    raise ApiError(
                        "accessDenied",
                        f"Access Denied: Project {project}: User does not have permission in project "
                        f"{project}, or the project does not exist.",
                    )
                return handler(request)
            except ApiError as refused:
                location = ("other", refused.location) if refused.location else None
                raise HttpError(
                    error_answer(
                        refused.code, refused.reason, refused.message, location, STATUSES.get(refused.code)
                    )
                ) from None

        return wrapped

    def _mkdataset(self, args: dict[str, Any]) -> Any:
        try:
            ref = {"datasetReference": {"datasetId": args["dataset"]}, "location": args.get("location", "US")}
            self.catalog.create_dataset(new_dataset(PROJECT, ref))
        except ApiError as refused:
            if refused.reason != "duplicate":
                raise ValueError(refused.message) from None

    def _set(self, args: dict[str, Any]) -> Any:
        for name, text in args.items():
            if name == "failing":
                reasons = [each for each in text.split(",") if each]
                if not set(reasons) <= set(FAILURES):
                    raise ValueError(f"no reason {text!r}; there are {' '.join(FAILURES)}")
                self.jobs.failing = reasons
            elif name in ("pending_ms", "running_ms"):
                setattr(self.jobs, name, int(text))
            else:
                raise ValueError(f"no setting {name!r}; there are pending_ms, running_ms, failing")

    def _shown(self, job: Resource) -> Resource:
        """A job as jobs.get tells it."""
        shown = {key: value for key, value in job.items() if key != "result"}
        ref = job["jobReference"]
        if "jobId" in ref:
            path = f"{ref['projectId']}/jobs/{ref['jobId']}?location={ref['location']}"
            shown["selfLink"] = f"{self.url}/bigquery/v2/projects/{path}"
        return shown

    def _note(self, request: Request, job: Resource) -> None:
        """What the request log tells of a job: its id, its SQL or its table."""
        request.extra["job"] = job["jobReference"].get("jobId")
        configuration = job["configuration"]
        if "query" in configuration:
            request.extra["sql"] = configuration["query"]["query"]
        else:
            ref = configuration["load"]["destinationTable"]
            request.extra["table"] = f"{ref['datasetId']}.{ref['tableId']}"

    def _jobs_insert(self, request: Request) -> Response:
        job = self.jobs.insert(body_of(request))
        self._note(request, job)
        return Response.json(self._shown(job))

    def _found(self, request: Request) -> Resource:
        return self.jobs.store.get(request.params["project"], request.params["job"], request.arg("location"))

    def _jobs_get(self, request: Request) -> Response:
        return Response.json(self._shown(self._found(request)))

    def _jobs_cancel(self, request: Request) -> Response:
        job = self.jobs.cancel(request.params["project"], request.params["job"], request.arg("location"))
        return Response.json({"kind": "bigquery#jobCancelResponse", "job": self._shown(job)})

    def _jobs_list(self, request: Request) -> Response:
        states = [state.upper() for state in request.query.get("stateFilter", [])]
        first, limit = bq_results.page(request)
        jobs = self.jobs.store.listing(
            request.params["project"], request.arg("parentJobId"), states, first, limit + 1
        )
        shown = []
        for job in jobs[:limit]:
            entry = {**self._shown(job), "state": job["status"]["state"]}
            if "errorResult" in job["status"]:
                entry["errorResult"] = job["status"]["errorResult"]
            if request.arg("projection") != "full":
                del entry["configuration"]
            shown.append(entry)
        more = {"nextPageToken": bq_results.token_of(first + limit)} if len(jobs) > limit else {}
        return Response.json({"kind": "bigquery#jobList", "jobs": shown, **more})

    def _jobs_query(self, request: Request) -> Response:
        body = body_of(request)
        for name in body:
            if name not in QUERY_SETTINGS and name not in REQUEST_SETTINGS:
                raise ApiError("invalid", f'Unknown name "{name}": Cannot find field.')
        configuration = {"query": {name: body[name] for name in QUERY_SETTINGS if name in body}}
        configuration.update({name: body[name] for name in ("labels", "dryRun") if name in body})
        reference = {"location": body["location"]} if body.get("location") else {}
        job = self.jobs.query(
            {"configuration": configuration, "jobReference": reference}, body.get("requestId")
        )
        self._note(request, job)
        if body.get("dryRun"):
            statistics = job["statistics"]
            answer = {
                "jobComplete": True,
                "totalRows": "0",
                "cacheHit": False,
                "jobReference": job["jobReference"],
            }
            answer |= {"schema": statistics["query"]["schema"], "totalBytesProcessed": "0"}
            return Response.json({"kind": "bigquery#queryResponse", **answer})
        job = self.jobs.wait(job, wait_ms(body.get("timeoutMs")))
        limit = min(int(body.get("maxResults") or bq_results.PAGE_ROWS), bq_results.PAGE_ROWS)
        int64 = bool((body.get("formatOptions") or {}).get("useInt64Timestamp"))
        return self._result("bigquery#queryResponse", job, 0, limit, int64)

    def _query_results(self, request: Request) -> Response:
        job = self._found(request)
        if "query" not in job["configuration"]:
            raise ApiError("invalid", f"Job {job['id']} is not a query job")
        job = self.jobs.wait(job, wait_ms(request.arg("timeoutMs")))
        first, limit = bq_results.page(request)
        kind = "bigquery#getQueryResultsResponse"
        return self._result(kind, job, first, limit, bq_results.wants_int64(request))

    def _result(self, kind: str, job: Resource, first: int, limit: int, int64: bool) -> Response:
        """The answer of jobs.query and getQueryResults: not complete, failed, or a page of rows."""
        answer: dict[str, Any] = {"kind": kind, "jobReference": job["jobReference"], "jobComplete": False}
        if job["status"]["state"] != "DONE":
            return Response.json(answer)
        if "errorResult" in job["status"]:
            raise as_api_error(job["status"]["errorResult"])
        result = job.get("result") or {"schema": {"fields": []}, "totalRows": "0"}
        statistics = job["statistics"]["query"]
        answer |= {
            "jobComplete": True,
            "cacheHit": False,
            "totalBytesProcessed": "0",
            "totalRows": result["totalRows"],
        }
        answer |= {
            name: statistics[name] for name in ("numDmlAffectedRows", "dmlStats") if name in statistics
        }
        fields = result["schema"]["fields"]
        if fields:
            rows = self.jobs.store.rows(job, first, limit)
            answer["schema"] = result["schema"]
            answer["rows"] = bq_results.rest_rows(fields, rows, int64)
            if first + len(rows) < int(result["totalRows"]):
                answer["pageToken"] = bq_results.token_of(first + len(rows))
        return Response(200, {"Content-Type": "application/json; charset=UTF-8"}, json.dumps(answer).encode())


def wait_ms(given: Any) -> int:
    """timeoutMs as a number of milliseconds, with the service's default and limit."""
    text = str(DEFAULT_WAIT_MS if given is None else given)
    if not text.isdigit():
        raise ApiError("invalid", f"Invalid value for timeoutMs: {text} is not a valid value")
    return min(int(text), MAX_WAIT_MS)


def create(cloud: Cloud, account: Account) -> Service:
    """The service, for cloud.py."""
    return BigQuery(cloud, account)
