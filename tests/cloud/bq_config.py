"""The configuration of a job as jobs.insert and jobs.query take it, checked before any job is made.

From the REST reference ("JobConfigurationLoad", "JobConfigurationQuery", "JobReference"). A
setting the reference does not know is refused, so that a misspelt one cannot pass unseen.
"""

from __future__ import annotations

import re
import secrets
from typing import Any

import bq_schema
from bq_api import ApiError
from bq_resources import check_table_id
from bq_source import check_uris

JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,1024}\Z")
WRITE = ("WRITE_TRUNCATE", "WRITE_APPEND", "WRITE_EMPTY")
CREATE = ("CREATE_IF_NEEDED", "CREATE_NEVER")
UPDATES = ("ALLOW_FIELD_ADDITION", "ALLOW_FIELD_RELAXATION")
SHARED = {
    "destinationTable",
    "createDisposition",
    "writeDisposition",
    "timePartitioning",
    "clustering",
    "schemaUpdateOptions",
}
LOAD = SHARED | {
    "sourceUris", "schema", "sourceFormat", "maxBadRecords", "ignoreUnknownValues", "autodetect",
    "encoding", "destinationTableProperties", "quote", "fieldDelimiter", "skipLeadingRows", "nullMarker",
    "jsonExtension", "useAvroLogicalTypes", "referenceFileSchemaUri", "allowJaggedRows",
    "allowQuotedNewlines", "projectionFields",
}  # fmt: skip
QUERY = SHARED | {
    "query", "useLegacySql", "defaultDataset", "queryParameters", "parameterMode", "priority",
    "useQueryCache", "maximumBytesBilled", "maximumBillingTier", "allowLargeResults", "flattenResults",
    "preserveNulls", "createSession", "connectionProperties", "scriptOptions",
    "userDefinedFunctionResources", "tableDefinitions",
}  # fmt: skip
PROPERTIES = {"description", "friendlyName", "labels"}
UNSUPPORTED = (
    "jsonExtension",
    "autodetect",
    "createSession",
    "userDefinedFunctionResources",
    "tableDefinitions",
    "referenceFileSchemaUri",
)


def job_id(reference: Any) -> str:
    """The id asked for, or a new one; ApiError when it is no job id."""
    wanted = (reference or {}).get("jobId")
    if wanted is None:
        return "job_" + secrets.token_urlsafe(20)
    if not isinstance(wanted, str) or not JOB_ID.match(wanted):
        raise ApiError(
            "invalid",
            f'Invalid job ID "{wanted}". Job IDs must be alphanumeric (plus underscores and dashes) and must '
            "be at most 1024 characters long.",
        )
    return wanted


def check(configuration: Any, project: str) -> tuple[str, dict[str, Any]]:
    """The job's kind ("load" or "query") and its completed configuration."""
    if not isinstance(configuration, dict):
        raise ApiError("required", "Required parameter is missing: configuration")
    kinds = [kind for kind in ("load", "query", "extract", "copy") if configuration.get(kind) is not None]
    if len(kinds) != 1:
        raise ApiError(
            "invalid", "Exactly one of the job configurations load, query, extract, copy must be given"
        )
    kind = kinds[0]
    config = configuration[kind]
    if kind not in ("load", "query") or not isinstance(config, dict):
        raise ApiError("notImplemented", f"stand-in: {kind} jobs are not supported, only load and query")
    known = LOAD if kind == "load" else QUERY
    for name, value in config.items():
        if name not in known:
            raise ApiError(
                "invalid", f"Unknown name \"{name}\" at 'job.configuration.{kind}': Cannot find field."
            )
        if name in UNSUPPORTED and value:
            raise ApiError("notImplemented", f"stand-in: {name} is not supported")
    _one_of(config, "writeDisposition", WRITE)
    _one_of(config, "createDisposition", CREATE)
    for option in config.get("schemaUpdateOptions") or []:
        if option not in UPDATES:
            raise ApiError("invalid", f"Invalid value for schemaUpdateOptions: {option} is not a valid value")
    config = dict(config)
    if config.get("destinationTable") is not None:
        config["destinationTable"] = table_reference(config["destinationTable"], project)
    return kind, check_load(config) if kind == "load" else check_query(
        config, bool(configuration.get("dryRun"))
    )


def _one_of(config: dict[str, Any], name: str, values: tuple[str, ...]) -> None:
    if config.get(name) is not None and config[name] not in values:
        raise ApiError("invalid", f"Invalid value for {name}: {config[name]} is not a valid value")


def table_reference(ref: Any, project: str) -> dict[str, str]:
    """A table reference with its project filled in; ApiError when a part is missing."""
    if not isinstance(ref, dict) or not ref.get("datasetId") or not ref.get("tableId"):
        raise ApiError("required", "Required parameter is missing: destinationTable")
    if "$" in ref["tableId"]:
        raise ApiError("notImplemented", "stand-in: partition decorators are not supported")
    check_table_id(ref["tableId"])
    return {
        "projectId": ref.get("projectId") or project,
        "datasetId": ref["datasetId"],
        "tableId": ref["tableId"],
    }


def check_load(config: dict[str, Any]) -> dict[str, Any]:
    """A load job's configuration with the service's defaults."""
    if not config.get("destinationTable"):
        raise ApiError("required", "Required parameter is missing: destinationTable")
    check_uris(config.get("sourceUris"))
    form = config.get("sourceFormat") or "CSV"
    if form != "NEWLINE_DELIMITED_JSON":
        raise ApiError(
            "notImplemented", f"stand-in: source format {form} is not supported, only NEWLINE_DELIMITED_JSON"
        )
    if str(config.get("encoding") or "UTF-8").upper() != "UTF-8":
        raise ApiError(
            "notImplemented", f"stand-in: encoding {config['encoding']} is not supported, only UTF-8"
        )
    bad = config.get("maxBadRecords", 0)
    if not str(bad).isdigit():
        raise ApiError("invalid", f"Invalid value for maxBadRecords: {bad} is not a valid value")
    unknown = set(config.get("destinationTableProperties") or {}) - PROPERTIES
    if unknown:
        raise ApiError("invalid", f"Unknown name \"{min(unknown)}\" at 'destinationTableProperties'.")
    if config.get("schema"):
        bq_schema.normalize((config["schema"] or {}).get("fields") or [])
    write = config.setdefault("writeDisposition", "WRITE_APPEND")
    config.setdefault("createDisposition", "CREATE_IF_NEEDED")
    if config.get("schemaUpdateOptions") and write != "WRITE_APPEND":
        raise ApiError(
            "invalid",
            "Schema update options should only be specified with WRITE_APPEND disposition, or with "
            "WRITE_TRUNCATE disposition on a table partition.",
        )
    return config


def check_query(config: dict[str, Any], dry_run: bool) -> dict[str, Any]:
    """A query job's configuration with the service's defaults (useLegacySql is true there)."""
    if not isinstance(config.get("query"), str) or not config["query"].strip():
        raise ApiError("required", "Required parameter is missing: query")
    if config.get("useLegacySql", True):
        raise ApiError("notImplemented", "stand-in: legacy SQL is not supported; send useLegacySql: false")
    mode = config.get("parameterMode")
    if mode not in (None, "NAMED"):
        raise ApiError("notImplemented", f"stand-in: parameterMode {mode} is not supported, only NAMED")
    parameters = config.get("queryParameters") or []
    if parameters and mode is None:
        raise ApiError("invalid", "Query parameter mode must be set when query parameters are given")
    for each in parameters:
        if (
            not isinstance(each, dict)
            or not each.get("name")
            or not (each.get("parameterType") or {}).get("type")
        ):
            raise ApiError("invalid", "Query parameters must have a name and a parameterType")
    if config.get("destinationTable") and not dry_run:
        config.setdefault("writeDisposition", "WRITE_EMPTY")
        config.setdefault("createDisposition", "CREATE_IF_NEEDED")
    return config
