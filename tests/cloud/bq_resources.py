"""Bodies of datasets and tables requests: checked, completed, changed.

From the REST reference ("Resource: Dataset", "Resource: Table") and the pages "Creating
partitioned tables" and "Modifying table schemas".
"""

from __future__ import annotations

import re
from typing import Any

import bq_schema
from bq_api import ApiError
from bq_catalog import Resource, now_ms, reference

DATASET_ID = re.compile(r"[A-Za-z0-9_]{1,1024}\Z")
# Table ids may hold letters of any script, marks, digits, connectors, dashes and spaces
# ("Table naming"); "$" marks a partition decorator, which names no table.
TABLE_ID = re.compile(r"[\w \-]{1,1024}\Z")
PARTITIONINGS = ("HOUR", "DAY", "MONTH", "YEAR")
PARTITION_TYPES = {"TIMESTAMP": PARTITIONINGS, "DATETIME": PARTITIONINGS, "DATE": PARTITIONINGS[1:]}
MAX_CLUSTERING = 4
TABLE_FIELDS = (
    "schema",
    "timePartitioning",
    "clustering",
    "description",
    "friendlyName",
    "labels",
    "expirationTime",
)
VIEWS = {"view": "VIEW", "materializedView": "MATERIALIZED_VIEW"}
OTHER_KINDS = (
    "externalDataConfiguration",
    "rangePartitioning",
    "snapshotDefinition",
)


def view_of(resource: Resource) -> Any:
    """The definition of a view, or None."""
    return next((resource[key] for key in VIEWS if resource.get(key)), None)


def refuse_view(resource: Resource) -> None:
    """Raises ApiError for a view, which holds no rows of its own."""
    if view_of(resource):
        raise ApiError(
            "invalid",
            f"{resource['id']} is not allowed for this operation because it is currently a {resource['type']}.",
        )


def check_dataset_id(name: str) -> None:
    if not DATASET_ID.match(name):
        raise ApiError(
            "invalid",
            f'Invalid dataset ID "{name}". Dataset IDs must be alphanumeric (plus underscores) and must be '
            "at most 1024 characters long.",
        )


def check_table_id(name: str) -> None:
    if not TABLE_ID.match(name) or len(name.encode()) > 1024:
        raise ApiError(
            "invalid",
            f'Invalid table ID "{name}". Table IDs must be alphanumeric (plus underscores) and must be at '
            "most 1024 characters long. Also, Table decorators cannot be used.",
        )


def new_dataset(project: str, body: Resource) -> Resource:
    """The resource that datasets.insert stores."""
    ref = body.get("datasetReference") or {}
    name = ref.get("datasetId")
    if not isinstance(name, str) or not name:
        raise ApiError("required", "Required parameter is missing: datasetReference.datasetId")
    check_dataset_id(name)
    if ref.get("projectId", project) != project:
        raise ApiError(
            "invalid", f"Value '{ref['projectId']}' in content does not agree with value '{project}'."
        )
    kept: Resource = {
        key: body[key]
        for key in ("description", "friendlyName", "labels", "defaultTableExpirationMs")
        if key in body
    }
    return {
        "kind": "bigquery#dataset",
        "id": f"{project}:{name}",
        "datasetReference": {"datasetId": name, "projectId": project},
        "location": str(body.get("location") or "US"),
        **kept,
    }


def new_table(project: str, dataset: Resource, body: Resource) -> Resource:
    """The resource that tables.insert stores."""
    ref = body.get("tableReference") or {}
    name, dataset_id = ref.get("tableId"), dataset["datasetReference"]["datasetId"]
    if not isinstance(name, str) or not name:
        raise ApiError("required", "Required parameter is missing: tableReference.tableId")
    check_table_id(name)
    for given, wanted in (
        (ref.get("projectId", project), project),
        (ref.get("datasetId", dataset_id), dataset_id),
    ):
        if given != wanted:
            raise ApiError("invalid", f"Value '{given}' in content does not agree with value '{wanted}'.")
    for kind in OTHER_KINDS:
        if body.get(kind):
            raise ApiError("notImplemented", f"stand-in: {kind} is not supported, only plain tables")
    kept = (*TABLE_FIELDS, *VIEWS)
    resource = {key: body[key] for key in kept if body.get(key) is not None}
    fields = bq_schema.normalize((body.get("schema") or {}).get("fields") or [])
    resource["schema"] = {"fields": fields}
    if dataset.get("defaultTableExpirationMs") and "expirationTime" not in resource:
        resource["expirationTime"] = str(now_ms() + int(dataset["defaultTableExpirationMs"]))
    check_layout(resource)
    return {
        "kind": "bigquery#table",
        "id": f"{project}:{dataset_id}.{name}",
        "tableReference": {"projectId": project, "datasetId": dataset_id, "tableId": name},
        "type": next((VIEWS[key] for key in VIEWS if key in resource), "TABLE"),
        **resource,
    }


def check_layout(resource: Resource) -> None:
    """Raises ApiError unless partitioning, clustering and expiry fit the schema."""
    by_name = {field["name"].lower(): field for field in resource["schema"]["fields"]}
    partitioning = resource.get("timePartitioning")
    if partitioning is not None:
        _check_partitioning(partitioning, by_name)
    names = (resource.get("clustering") or {}).get("fields") or []
    if len(names) > MAX_CLUSTERING:
        raise ApiError(
            "invalid", f"Too many clustering columns: {len(names)}, at most {MAX_CLUSTERING} are allowed"
        )
    for name in names:
        field = by_name.get(str(name).lower())
        if not field:
            raise ApiError(
                "invalid",
                f"The field specified for clustering cannot be found in the schema. Invalid field: {name}.",
            )
        if field["type"] in ("RECORD", "JSON", "FLOAT", "BYTES") or field["mode"] == "REPEATED":
            raise ApiError("invalid", f"Field {name} of type {field['type']} cannot be used for clustering")
    expiry = resource.get("expirationTime")
    if expiry is not None and (not str(expiry).isdigit() or int(expiry) <= now_ms()):
        raise ApiError("invalid", "Table expiration time must be in the future")


def _check_partitioning(partitioning: Any, by_name: dict[str, Any]) -> None:
    kind = partitioning.get("type") if isinstance(partitioning, dict) else None
    if kind not in PARTITIONINGS:
        raise ApiError(
            "invalid", f"Unsupported partitioning type: {kind}. Supported: {', '.join(PARTITIONINGS)}"
        )
    name = partitioning.get("field")
    if name is None:
        raise ApiError(
            "notImplemented", "stand-in: ingestion-time partitioning is not supported; name a field"
        )
    field = by_name.get(str(name).lower())
    if not field or field["mode"] == "REPEATED":
        raise ApiError(
            "invalid",
            "The field specified for time partitioning can only be of top-level fields in the schema, "
            f"and not REPEATED. Invalid field: {name}.",
        )
    if kind not in PARTITION_TYPES.get(field["type"], ()):
        raise ApiError(
            "invalid",
            f"The field specified for partitioning can only be of type TIMESTAMP, DATE or DATETIME "
            f"({kind} by {field['type']} is not possible). The type found is: {field['type']}.",
        )


def patched_table(old: Resource, body: Resource) -> Resource:
    """The resource after tables.patch; ApiError for a change that is not allowed."""
    resource = dict(old)
    for key in TABLE_FIELDS:
        if key in body and body[key] is None:
            resource.pop(key, None)
        elif key in body:
            resource[key] = body[key]
    project, dataset, table = reference(old)
    if body.get("schema") is not None:
        fields = bq_schema.normalize(body["schema"].get("fields") or [])
        bq_schema.check_change(
            f"{project}:{dataset}.{table}", old["schema"]["fields"], fields, True, whole=True
        )
        resource["schema"] = {"fields": bq_schema.merge(old["schema"]["fields"], fields)}
    else:
        resource["schema"] = old["schema"]
    if _partition_spec(old) != _partition_spec(resource):
        raise ApiError("invalid", f"Cannot change partitioning spec for table {project}:{dataset}.{table}.")
    check_layout(resource)
    return resource


def _partition_spec(resource: Resource) -> tuple[Any, Any]:
    partitioning = resource.get("timePartitioning") or {}
    return partitioning.get("type"), partitioning.get("field")


def added_columns(old: Resource, new: Resource) -> list[bq_schema.Field]:
    """Top-level columns that new has beyond old."""
    return new["schema"]["fields"][len(old["schema"]["fields"]) :]
