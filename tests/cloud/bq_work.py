"""What a job does when its turn comes: a load, or a query."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import bq_sql_script
from bq_api import ApiError, JobError
from bq_catalog import Catalog, Resource, now_ms
from bq_load import Load
from bq_resources import new_table, refuse_view
from bq_schema import normalize, quote
from bq_sql_errors import QueryError
from bq_sql_statements import parse

DML = ("INSERT", "DELETE", "UPDATE", "MERGE")


@dataclass
class Outcome:
    """What a job came to: statistics to merge, forgiven errors, the result's schema and rows,
    the child jobs of a script."""

    statistics: dict[str, Any] = field(default_factory=dict)
    errors: list[dict[str, str]] = field(default_factory=list)
    schema: list[dict[str, Any]] = field(default_factory=list)
    rows: list[Any] = field(default_factory=list)
    children: list[Resource] = field(default_factory=list)


def load(catalog: Catalog, job: Resource, check: Callable[[], None]) -> Outcome:
    """Run a load job; JobError when it fails."""
    try:
        statistics, errors = Load(catalog, job["configuration"]["load"], check).run()
    except ApiError as refused:
        raise JobError(refused.proto(), [refused.proto()]) from None
    return Outcome({"load": statistics}, errors)


def analyse(catalog: Catalog, job: Resource) -> None:
    """Refuse what cannot be parsed, or as a single statement not be run, with JobError."""
    config = job["configuration"]["query"]
    try:
        if len(parse(config["query"])) == 1:
            bq_sql_script.run(
                catalog,
                job["jobReference"]["projectId"],
                config.get("defaultDataset"),
                config["query"],
                config.get("queryParameters") or [],
                dry_run=True,
            )
    except (QueryError, ApiError) as refused:
        raise JobError(refused.proto(), [refused.proto()]) from None


def query(catalog: Catalog, job: Resource, check: Callable[[], None]) -> Outcome:
    """Run a query job (or dry-run it); JobError when it fails."""
    configuration = job["configuration"]
    config = configuration["query"]
    dry = bool(configuration.get("dryRun"))
    children: list[Resource] = []
    try:
        result = bq_sql_script.run(
            catalog,
            job["jobReference"]["projectId"],
            config.get("defaultDataset"),
            config["query"],
            config.get("queryParameters") or [],
            dry,
            lambda child: children.append(child_job(job, child, len(children))),
        )
        if config.get("destinationTable") and not dry:
            store(catalog, config, result)
    except (QueryError, ApiError) as refused:
        proto = refused.proto()
        raise JobError(proto, [proto]) from None
    check()
    schema = [{"mode": "NULLABLE", **each} for each in result.schema]
    statistics = query_statistics(result.statement_type, result.inserted, result.deleted, result.updated)
    if dry:
        statistics["schema"] = {"fields": schema}
    outcome = Outcome({"query": statistics, "totalBytesProcessed": "0"}, [], schema, result.rows, children)
    if children:
        outcome.statistics["numChildJobs"] = str(len(children))
    return outcome


def query_statistics(kind: str, inserted: int, deleted: int, updated: int) -> dict[str, Any]:
    """statistics.query of a statement."""
    statistics: dict[str, Any] = {
        "statementType": kind,
        "totalBytesProcessed": "0",
        "totalBytesBilled": "0",
        "cacheHit": False,
    }
    if kind in DML:
        statistics["numDmlAffectedRows"] = str(inserted + deleted + updated)
        counts = {"insertedRowCount": inserted, "deletedRowCount": deleted, "updatedRowCount": updated}
        statistics["dmlStats"] = {name: str(count) for name, count in counts.items() if count}
    return statistics


def child_job(parent: Resource, child: dict[str, Any], number: int) -> Resource:
    """The job resource of one statement of a script, from what the script told of it."""
    ref = parent["jobReference"]
    now = str(now_ms())
    given = child.get("dmlStats") or {}
    counts = [
        int(given.get(name) or 0) for name in ("insertedRowCount", "deletedRowCount", "updatedRowCount")
    ]
    kind = child.get("statementType", "SELECT")
    error = child.get("errorResult")
    status: dict[str, Any] = {"state": "DONE"}
    if error:
        status |= {"errorResult": error, "errors": [error]}
    job_id = f"script_job_{secrets.token_hex(16)}_{number}"
    statistics = {
        "creationTime": now,
        "startTime": now,
        "endTime": now,
        "parentJobId": ref["jobId"],
        "totalBytesProcessed": "0",
        "query": query_statistics(kind, *counts),
    }
    return {
        "kind": "bigquery#job",
        "id": f"{ref['projectId']}:{ref['location']}.{job_id}",
        "jobReference": {**ref, "jobId": job_id},
        "configuration": {
            "jobType": "QUERY",
            "query": {"query": child.get("query", ""), "useLegacySql": False},
        },
        "statistics": statistics,
        "status": status,
    }


def store(catalog: Catalog, config: dict[str, Any], result: bq_sql_script.Result) -> None:
    """Write a SELECT's rows to the job's destinationTable."""
    if result.statement_type != "SELECT":
        raise ApiError("invalid", "configuration.query.destinationTable cannot be set for scripts or DML")
    ref = config["destinationTable"]
    key = (ref["projectId"], ref["datasetId"], ref["tableId"])
    dataset = catalog.need_dataset(key[0], key[1])
    fields = normalize(result.schema)
    with catalog.ddl:
        there = catalog.table(*key)
        if there:
            refuse_view(there)
        write = config["writeDisposition"]
        if there and write == "WRITE_EMPTY" and catalog.count(there)["numRows"] != "0":
            raise ApiError("duplicate", f"Already Exists: Table {key[0]}:{key[1]}.{key[2]}")
        if there and write == "WRITE_TRUNCATE":
            catalog.drop_table(*key)
            there = None
        if not there:
            if config["createDisposition"] == "CREATE_NEVER":
                raise ApiError("notFound", f"Not found: Table {key[0]}:{key[1]}.{key[2]}")
            layout = {name: config[name] for name in ("timePartitioning", "clustering") if config.get(name)}
            body = {"tableReference": ref, "schema": {"fields": fields}, **layout}
            catalog.create_table(new_table(key[0], dataset, body))
        elif [(f["name"].lower(), f["type"]) for f in there["schema"]["fields"]] != [
            (f["name"].lower(), f["type"]) for f in fields
        ]:
            raise ApiError("invalid", f"Provided Schema does not match Table {key[0]}:{key[1]}.{key[2]}.")
        with catalog.connected() as warehouse:
            warehouse.execute("BEGIN IMMEDIATE")
            places = ", ".join("?" * len(fields))
            warehouse.executemany(
                f"INSERT INTO {quote(catalog.storage(*key))} VALUES ({places})", result.rows
            )
            warehouse.execute("COMMIT")
    catalog.touch(*key)
