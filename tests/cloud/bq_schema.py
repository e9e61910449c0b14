"""Table schemas: what BigQuery accepts as one, and as a change of one.

Rules from the pages "Specifying a schema" (column names, types, modes), "Use
nested and repeated fields" (15 levels), "Quotas and limits" (10,000 columns)
and "Modifying table schemas".
"""

from __future__ import annotations

import unicodedata
from typing import Any

from bq_api import ApiError

Field = dict[str, Any]

ALIASES = {
    "INT64": "INTEGER",
    "FLOAT64": "FLOAT",
    "BOOL": "BOOLEAN",
    "STRUCT": "RECORD",
    "DECIMAL": "NUMERIC",
    "BIGDECIMAL": "BIGNUMERIC",
}
# SQLite's column affinity for each type; TEXT keeps decimals exact.
STORAGE = {
    "INTEGER": "INTEGER",
    "FLOAT": "REAL",
    "BOOLEAN": "INTEGER",
    "NUMERIC": "TEXT",
    "BIGNUMERIC": "TEXT",
    "STRING": "TEXT",
    "BYTES": "TEXT",
    "DATE": "TEXT",
    "TIME": "TEXT",
    "DATETIME": "TEXT",
    "TIMESTAMP": "TEXT",
    "INTERVAL": "TEXT",
    "RANGE": "TEXT",
    "GEOGRAPHY": "TEXT",
    "JSON": "TEXT",
    "RECORD": "TEXT",
}
MODES = ("NULLABLE", "REQUIRED", "REPEATED")
# "Specifying a schema", Flexible column names: Unicode categories and single characters.
NAME_CATEGORIES = ("L", "N", "M", "Pc", "Pd", "Zs")
NAME_CHARACTERS = "&%=+:'<>#|\t\n\r\v\f"
MAX_NAME, MAX_DESCRIPTION = 300, 1024
RESERVED = (
    "_PARTITION",
    "_TABLE_",
    "_FILE_",
    "_ROW_TIMESTAMP",
    "__ROOT__",
    "_COLIDENTIFIER",
    "_CHANGE_SEQUENCE_NUMBER",
    "_CHANGE_TYPE",
    "_CHANGE_TIMESTAMP",
)
RANGE_ELEMENTS = ("DATE", "DATETIME", "TIMESTAMP")
MAX_DEPTH = 15
MAX_COLUMNS = 10_000
KEPT = ("description", "maxLength", "precision", "scale", "defaultValueExpression", "roundingMode")
KEPT += ("rangeElementType",)


def normalize(fields: Any, path: str = "", depth: int = 0) -> list[Field]:
    """The fields in the service's own spelling (INTEGER, NULLABLE, ...).

    Raises ApiError "invalid" for anything that is not a schema.
    """
    if not isinstance(fields, list):
        raise ApiError("invalid", f"Schema fields of '{path or 'schema'}' must be a list")
    if depth > MAX_DEPTH:
        raise ApiError(
            "invalid",
            f"Schema nested too deeply, at least {depth} compared to the maximum allowed level of {MAX_DEPTH}",
        )
    seen: set[str] = set()
    result = []
    for field in fields:
        result.append(_normalize_field(field, path, depth))
        name = result[-1]["name"]
        if name.lower() in seen:
            raise ApiError("invalid", f"Field {path}{name} already exists in schema")
        seen.add(name.lower())
    if depth == 0 and count(result) > MAX_COLUMNS:
        raise ApiError("invalid", f"Too many total leaf fields: {count(result)}, max allowed: {MAX_COLUMNS}")
    return result


def _normalize_field(field: Any, path: str, depth: int) -> Field:
    if not isinstance(field, dict):
        raise ApiError("invalid", "Schema field must be an object with name and type")
    name = field.get("name")
    if not isinstance(name, str) or not name:
        raise ApiError("required", "Schema field shouldn't be used without a name")
    check_name(name)
    path += name
    kind = field.get("type")
    if not isinstance(kind, str) or not kind:
        raise ApiError("required", f"Field {path} is missing its type")
    kind = ALIASES.get(kind.upper(), kind.upper())
    if kind not in STORAGE:
        raise ApiError("invalid", f"Invalid value for type: {field['type']} is not a valid value")
    mode = str(field.get("mode") or "NULLABLE").upper()
    if mode not in MODES:
        raise ApiError("invalid", f"Invalid value for mode: {field['mode']} is not a valid value")
    if len(str(field.get("description") or "")) > MAX_DESCRIPTION:
        raise ApiError("invalid", f"The description for field {path} is too long: at most {MAX_DESCRIPTION}")
    element = field.get("rangeElementType")
    if kind == "RANGE" and (not isinstance(element, dict) or element.get("type") not in RANGE_ELEMENTS):
        raise ApiError("invalid", f"Field {path} of type RANGE needs a rangeElementType")
    result: Field = {"name": name, "type": kind, "mode": mode}
    result.update({key: field[key] for key in KEPT if key in field})
    if kind == "RECORD":
        if not field.get("fields"):
            raise ApiError("invalid", f"Field {path} is type RECORD but has no schema")
        result["fields"] = normalize(field["fields"], path + ".", depth + 1)
    elif field.get("fields"):
        raise ApiError("invalid", f"Field {path} has nested fields but its type is {kind}")
    return result


def check_name(name: str) -> None:
    """Raises ApiError unless name may be a column's."""
    if len(name) > MAX_NAME or not all(map(_may_be_in_name, name)):
        raise ApiError(
            "invalid",
            f'Invalid field name "{name}". Fields must contain the allowed characters, and be at most '
            f"{MAX_NAME} characters long. For allowed characters, please refer to "
            "https://cloud.google.com/bigquery/docs/schemas#column_names",
        )
    if name.upper().startswith(RESERVED):
        raise ApiError(
            "invalid",
            f'Invalid field name "{name}". Field names are not allowed to start with the (case-insensitive) '
            f"prefixes {', '.join(RESERVED[:-1])} and {RESERVED[-1]}",
        )


def _may_be_in_name(character: str) -> bool:
    return unicodedata.category(character).startswith(NAME_CATEGORIES) or character in NAME_CHARACTERS


def any_range(fields: list[Field]) -> bool:
    """Whether a column, nested ones included, is a RANGE."""
    return any(field["type"] == "RANGE" or any_range(field.get("fields", [])) for field in fields)


def count(fields: list[Field]) -> int:
    """How many columns, nested ones included."""
    return sum(1 + count(field.get("fields", [])) for field in fields)


def check_change(
    table: str, old: list[Field], new: list[Field], additions: bool, whole: bool, path: str = ""
) -> None:
    """Raises ApiError unless a table with schema old may get rows or the schema of new.

    additions: new NULLABLE and REPEATED columns are allowed, and REQUIRED may become NULLABLE.
    whole: new is to be the table's schema (tables.patch), so it must name every old column; rows
    of a load may leave out any that is not REQUIRED. table is "project:dataset.table".
    """
    refuse = f"Provided Schema does not match Table {table}. "
    after = {field["name"].lower(): field for field in new}
    before = {field["name"].lower(): field for field in old}
    for key, field in before.items():
        name = path + field["name"]
        if key not in after:
            if whole or field["mode"] == "REQUIRED":
                raise ApiError("invalid", f"{refuse}Field {name} is missing in new schema")
            continue
        given = after[key]
        if given["type"] != field["type"]:
            raise ApiError(
                "invalid", f"{refuse}Field {name} has changed type from {field['type']} to {given['type']}"
            )
        relaxed = field["mode"] == "REQUIRED" and given["mode"] == "NULLABLE" and additions
        if given["mode"] != field["mode"] and not relaxed:
            raise ApiError(
                "invalid", f"{refuse}Field {name} has changed mode from {field['mode']} to {given['mode']}"
            )
        if field["type"] == "RECORD":
            check_change(table, field["fields"], given["fields"], additions, whole, name + ".")
    for key, field in after.items():
        name = path + field["name"]
        if key in before:
            continue
        if not additions:
            raise ApiError("invalid", f"{refuse}Cannot add fields (field: {name})")
        if field["mode"] == "REQUIRED":
            raise ApiError(
                "invalid", f"{refuse}Cannot add required fields to an existing schema. (field: {name})"
            )


def merge(old: list[Field], new: list[Field]) -> list[Field]:
    """old with new's columns: the old order first, then what is new, as appended."""
    given = {field["name"].lower(): field for field in new}
    result = []
    for field in old:
        other = given.pop(field["name"].lower(), None)
        if other is not None:
            field = {**field, **other, "name": field["name"]}
        result.append(field)
    return result + list(given.values())


def quote(name: str) -> str:
    """name as an SQLite identifier."""
    return '"' + name.replace('"', '""') + '"'


def column_sql(field: Field) -> str:
    """The SQLite column that stores a field."""
    kind = "TEXT" if field["mode"] == "REPEATED" else STORAGE[field["type"]]
    return f"{quote(field['name'])} {kind}"
