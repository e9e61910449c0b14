"""The handlers of datasets, tables and tabledata: from the REST reference of each method."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import bq_partial
import bq_resources
import bq_results
import bq_views
from bq_api import ApiError
from bq_catalog import Catalog, Resource, reference
from bq_schema import quote
from exchange import Request, Response

MAX_LISTED = 1000
# REST reference, "Resource: Table" and the answer of "tables.list": what may be asked for by fields=.
TABLE_MEMBERS = (
    "kind", "etag", "id", "selfLink", "tableReference", "friendlyName", "description", "labels", "schema",
    "timePartitioning", "rangePartitioning", "clustering", "requirePartitionFilter", "numBytes",
    "numLongTermBytes", "numRows", "creationTime", "expirationTime", "lastModifiedTime", "type", "view",
    "materializedView", "externalDataConfiguration", "location", "snapshotDefinition",
)  # fmt: skip
LIST_MEMBERS = ("kind", "etag", "tables", "nextPageToken", "totalItems")
TABLE_VIEWS = ("TABLE_METADATA_VIEW_UNSPECIFIED", "BASIC", "STORAGE_STATS", "FULL")
STORAGE_STATS = ("numBytes", "numLongTermBytes", "numRows")


def body_of(request: Request) -> Resource:
    """The request's JSON object; ApiError when the body is something else."""
    try:
        body = request.json()
    except (ValueError, RecursionError):
        raise ApiError("parseError", "Parse Error") from None
    if not isinstance(body, dict):
        raise ApiError("invalid", "Invalid JSON payload received: expected an object")
    return body


def check_etag(request: Request, resource: Resource) -> None:
    """If-Match, when sent, must hold the resource's etag."""
    wanted = request.headers.get("If-Match")
    if wanted not in (None, "*", resource["etag"]):
        raise ApiError("conditionNotMet", "Precondition check failed.", "If-Match")


def portion(request: Request, items: list[Any]) -> tuple[list[Any], dict[str, str]]:
    """One page of a list of resources, and the token of the next when there is one."""
    first, limit = bq_results.page(request)
    limit = min(limit, MAX_LISTED)
    after = first + limit
    more = {"nextPageToken": bq_results.token_of(after)} if after < len(items) else {}
    return items[first:after], more


class Tables:
    """url() is the service's own address, for selfLink."""

    def __init__(self, catalog: Catalog, url: Callable[[], str]) -> None:
        self.catalog = catalog
        self.url = url

    def _linked(self, resource: Resource, path: str) -> Resource:
        return {**resource, "selfLink": f"{self.url()}/bigquery/v2/projects/{path}"}

    def _dataset_shown(self, resource: Resource) -> Resource:
        ref = resource["datasetReference"]
        return self._linked(resource, f"{ref['projectId']}/datasets/{ref['datasetId']}")

    def _table_shown(self, resource: Resource) -> Resource:
        project, dataset, table = reference(resource)
        counted = self.catalog.count(resource)
        if not counted["schema"]["fields"]:
            del counted["schema"]
        return self._linked(counted, f"{project}/datasets/{dataset}/tables/{table}")

    def datasets_list(self, request: Request) -> Response:
        items, more = portion(request, self.catalog.datasets(request.params["project"]))
        kept = ("kind", "id", "datasetReference", "location", "labels", "friendlyName")
        shown = [{key: item[key] for key in kept if key in item} for item in items]
        return Response.json({"kind": "bigquery#datasetList", "datasets": shown, **more})

    def datasets_insert(self, request: Request) -> Response:
        resource = bq_resources.new_dataset(request.params["project"], body_of(request))
        return Response.json(self._dataset_shown(self.catalog.create_dataset(resource)))

    def datasets_get(self, request: Request) -> Response:
        found = self.catalog.need_dataset(request.params["project"], request.params["dataset"])
        return Response.json(self._dataset_shown(found))

    def datasets_delete(self, request: Request) -> Response:
        contents = (request.arg("deleteContents") or "").lower() == "true"
        self.catalog.drop_dataset(request.params["project"], request.params["dataset"], contents)
        return Response(204)

    def tables_list(self, request: Request) -> Response:
        project, dataset = request.params["project"], request.params["dataset"]
        self.catalog.need_dataset(project, dataset)
        found = self.catalog.tables(project, dataset)
        items, more = portion(request, found)
        kept = (
            "kind",
            "id",
            "tableReference",
            "type",
            "creationTime",
            "expirationTime",
            "timePartitioning",
            "clustering",
            "rangePartitioning",
            "view",
        )
        shown = [{key: item[key] for key in kept if key in item} for item in items]
        for item in shown:
            if "view" in item:  # its query is for tables.get
                item["view"] = {"useLegacySql": item["view"]["useLegacySql"]}
        answer = {"kind": "bigquery#tableList", "totalItems": len(found), "tables": shown, **more}
        return Response.json(bq_partial.selected(answer, request.arg("fields"), LIST_MEMBERS))

    def tables_insert(self, request: Request) -> Response:
        project = request.params["project"]
        dataset = self.catalog.need_dataset(project, request.params["dataset"])
        body = bq_views.completed(self.catalog, project, body_of(request))
        resource = bq_resources.new_table(project, dataset, body)
        return Response.json(self._table_shown(self.catalog.create_table(resource)))

    def _table(self, request: Request) -> Resource:
        names = request.params
        return self.catalog.need_table(names["project"], names["dataset"], names["table"])

    def tables_get(self, request: Request) -> Response:
        view = request.arg("view") or "STORAGE_STATS"
        if view not in TABLE_VIEWS:
            raise ApiError("invalid", f"Invalid value at 'view': {view}")
        shown = self._table_shown(self._table(request))
        if view == "BASIC":
            shown = {key: value for key, value in shown.items() if key not in STORAGE_STATS}
        return Response.json(bq_partial.selected(shown, request.arg("fields"), TABLE_MEMBERS))

    def tables_patch(self, request: Request) -> Response:
        body = body_of(request)
        with self.catalog.ddl:
            old = self._table(request)
            check_etag(request, old)
            new = bq_resources.patched_table(old, body)
            self.catalog.add_columns(reference(old), bq_resources.added_columns(old, new))
            return Response.json(self._table_shown(self.catalog.replace(new)))

    def tables_delete(self, request: Request) -> Response:
        self.catalog.drop_table(*reference(self._table(request)))
        return Response(204)

    def tabledata_list(self, request: Request) -> Response:
        resource = self._table(request)
        if bq_resources.view_of(resource):
            raise ApiError("invalid", f"Cannot list a table of type {resource['type']}.")
        fields = resource["schema"]["fields"]
        selected = request.arg("selectedFields")
        if selected:
            wanted = {name.lower() for name in selected.split(",")}
            unknown = wanted - {field["name"].lower() for field in fields}
            if unknown:
                raise ApiError("invalid", f"No such field: {min(unknown)}")
            fields = [field for field in fields if field["name"].lower() in wanted]
        first, limit = bq_results.page(request)
        columns = ", ".join(quote(field["name"]) for field in fields) or "NULL"
        storage = quote(self.catalog.storage(*reference(resource)))
        with self.catalog.connected() as warehouse:
            total = warehouse.execute(f"SELECT count(*) FROM {storage}").fetchone()[0]
            sql = f"SELECT {columns} FROM {storage} ORDER BY rowid LIMIT ? OFFSET ?"
            rows = warehouse.execute(sql, (limit, first)).fetchall() if fields else []
        answer: dict[str, Any] = {
            "kind": "bigquery#tableDataList",
            "etag": resource["etag"],
            "totalRows": str(total),
        }
        answer["rows"] = bq_results.rest_rows(fields, rows, bq_results.wants_int64(request))
        if first + len(rows) < total:
            answer["pageToken"] = bq_results.token_of(first + len(rows))
        return Response(200, {"Content-Type": "application/json; charset=UTF-8"}, json.dumps(answer).encode())
