"""A BigQuery schema as other programs have it: JSON Schema, or columns of DuckDB."""

import json
from pathlib import Path
from typing import Any

Field = dict[str, Any]
# What the generator's schema has; JSON takes any value.
JSON_SCHEMA: dict[str, Any] = {
    "STRING": {"type": ["string", "null"]},
    "DATE": {"type": ["string", "null"], "format": "date"},
    "TIMESTAMP": {"type": ["string", "null"], "format": "date-time"},
    "INTEGER": {"type": ["integer", "null"]},
    "FLOAT": {"type": ["number", "null"]},
    "BOOLEAN": {"type": ["boolean", "null"]},
    "JSON": {},
}
DUCK = {
    "STRING": "VARCHAR",
    "DATE": "DATE",
    "TIMESTAMP": "TIMESTAMP",
    "INTEGER": "BIGINT",
    "FLOAT": "DOUBLE",
    "BOOLEAN": "BOOLEAN",
    "JSON": "JSON",
}


def load(path: str) -> list[Field]:
    return json.loads(Path(path).read_text())


def json_schema(fields: list[Field]) -> dict[str, Any]:
    """Objects with these members and no others."""
    members = {}
    for field in fields:
        one = JSON_SCHEMA.get(field["type"]) or {}
        if field["type"] == "RECORD":
            one = {**json_schema(field["fields"]), "type": ["object", "null"]}
        if field["mode"] == "REPEATED":
            one = {"type": ["array", "null"], "items": {**one, "type": one["type"][0]}}
        members[field["name"]] = one
    return {"type": "object", "properties": members, "additionalProperties": False}


def duck_type(field: Field) -> str:
    kind = DUCK.get(field["type"])
    if kind is None:
        inner = (f'"{each["name"]}" {duck_type(each)}' for each in field["fields"])
        kind = f"STRUCT({', '.join(inner)})"
    return kind + ("[]" if field["mode"] == "REPEATED" else "")


def duck_columns(fields: list[Field]) -> dict[str, str]:
    return {field["name"]: duck_type(field) for field in fields}
