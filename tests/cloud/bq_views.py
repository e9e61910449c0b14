"""Views: what one is when it is made, and what can't be done with it.

From the REST reference ("Resource: Table", ViewDefinition) and the page "Creating views": the schema
of a view is that of its query when the view was made, and stays so when the tables below change;
queries of the view see the change.
"""

from __future__ import annotations

import bq_sql_script
from bq_api import ApiError
from bq_catalog import Catalog, Resource
from bq_resources import view_of
from bq_sql_errors import QueryError


def completed(catalog: Catalog, project: str, body: Resource) -> Resource:
    """The body of tables.insert for a view with the schema that its query gives; descriptions of a
    schema in the body are kept. A body without a view is itself."""
    view = view_of(body)
    if view is None:
        return body
    if not isinstance(view, dict) or not isinstance(view.get("query"), str):
        raise ApiError("required", "Required parameter is missing: query")
    given = (body.get("schema") or {}).get("fields") or []
    # REST reference: a view is in legacy SQL unless told otherwise.
    if body.get("view") and view.get("useLegacySql", True):
        if not given:
            raise ApiError("notImplemented", "stand-in: a view in legacy SQL needs its schema in the body")
        return {**body, "view": {**view, "useLegacySql": True}}
    try:
        result = bq_sql_script.run(catalog, project, None, view["query"], dry_run=True)
    except QueryError as refused:
        raise ApiError("invalidQuery", refused.message, refused.location) from None
    if result.statement_type != "SELECT":
        raise ApiError("invalidQuery", "A view is defined by one SELECT")
    said = {str(field.get("name")).lower(): field.get("description") for field in given}
    fields = []
    for field in result.schema:
        words = said.get(field["name"].lower())
        fields.append({**field, "description": words} if words else field)
    return {**body, "schema": {"fields": fields}}
