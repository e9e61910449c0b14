"""Whether an output is complete: by its bytes, its counts, its values or its columns."""

import json
import os
import re
import subprocess
from itertools import zip_longest
from pathlib import Path
from typing import Any

Columns = dict[str, str]  # type by path
JSON_SCHEMA_TYPES = {"string": "STRING", "integer": "INTEGER", "number": "FLOAT"} | {
    "boolean": "BOOLEAN"
}


def tallies(out: Path, suffix: str, tools: dict[str, str]) -> dict[str, list[str]]:
    """What the files in the output come to, by type: records, bytes, sum."""
    found = {}
    for path in out.iterdir():
        if not path.name.endswith(suffix) or path.stat().st_size == 0:
            continue
        kind = path.name.removesuffix(suffix)
        command = f'"$tally" "{kind}" <"$1"'
        if suffix.endswith(".gz"):
            command = f'gzip -dc "$1" | "$tally" "{kind}"'
        told = subprocess.run(
            ["sh", "-c", command, "sh", path],
            env={**os.environ, **tools},
            check=True,
            capture_output=True,
            text=True,
        )
        kind, *numbers = told.stdout.rstrip("\n").split("\t")
        found[kind] = numbers
    return found


def bytes_or_counts(
    out: Path, suffix: str, truth: Path, numbers: int, tools: dict[str, str]
) -> str | None:
    """What is wrong by the first so many numbers of each type."""
    rows = [line.split("\t") for line in truth.read_text().splitlines()]
    expected = {kind: row for kind, *row in rows}
    counts = out / "counts"
    if counts.exists():
        lines = (line.split("\t") for line in counts.read_text().splitlines())
        found = {line[0]: line[1:2] for line in lines}
    else:
        found = tallies(out, suffix, tools)
    for kind in sorted({*expected, *found}):
        want, got = expected.get(kind, [])[:numbers], found.get(kind, [])[:numbers]
        if want != got:
            return f"type {kind}: expected {want or 'nothing'}, found {got or 'nothing'}"
    return None


def plain(value: Any) -> Any:
    """A value by what it says: columns without a value left out, names legal, an object that was
    kept as text as the object, time stamps spelled one way."""
    if isinstance(value, dict):
        found = {re.sub(r"\W", "_", k, flags=re.ASCII): plain(v) for k, v in value.items()}
        return {k: v for k, v in found.items() if v is not None} or None
    if not isinstance(value, str):
        return value
    if value.startswith("{"):
        return plain(json.loads(value))
    return re.sub(r"^(\d{4}-\d\d-\d\d)[T ]([\d:]+)(?:\.(\d*?)0*)?Z?$", r"\1 \2.\3", value)


def values(out: Path, source: Path) -> str | None:
    """What is wrong with the values in the output, record by record."""
    try:
        with source.open() as wanted, (out / "fitted.ndjson").open() as got:
            for number, (want, line) in enumerate(zip_longest(wanted, got), 1):
                if want is None or line is None:
                    return f"record {number}: one too {'few' if line is None else 'many'}"
                if plain(json.loads(want)) != plain(json.loads(line)):
                    return f"record {number}: other values: {line[:200]}"
    except (OSError, ValueError) as failed:
        return str(failed)
    return None


def of_bigquery(fields: list[dict[str, Any]], above: str = "") -> Columns:
    """The paths of a BigQuery schema that are no RECORDs."""
    found = {}
    for field in fields:
        path = f"{above}{field['name']}"
        if field["type"] == "RECORD":
            found |= of_bigquery(field["fields"], f"{path}.")
        else:
            found[path] = field["type"] + " REPEATED" * (field["mode"] == "REPEATED")
    return found


def of_json_schema(schema: dict[str, Any], above: str = "") -> Columns:
    found = {}
    for name, one in schema.get("properties", {}).items():
        if "properties" in one:
            found |= of_json_schema(one, f"{above}{name}.")
        elif one.get("type") == "array":
            item = one.get("items", {}).get("type")
            found[f"{above}{name}"] = JSON_SCHEMA_TYPES.get(item, str(item)) + " REPEATED"
        else:
            kind = one.get("type")
            found[f"{above}{name}"] = JSON_SCHEMA_TYPES.get(str(kind), str(kind))
    return found


def columns(out: Path, schema: Path) -> str | None:
    """What is wrong with the columns of schema.json, those apart whose values say nothing certain:
    DATE is null in every record, JSON has values of several types."""
    wanted = of_bigquery(json.loads(schema.read_text()))
    try:
        told = json.loads((out / "schema.json").read_text())
        found = of_bigquery(told) if isinstance(told, list) else of_json_schema(told)
    except (OSError, ValueError, LookupError) as failed:
        return f"schema.json: {failed!r}"
    for path in sorted({*wanted, *found}):
        want, got = wanted.get(path, "nothing"), found.get(path, "nothing")
        known = {want} if want != "TIMESTAMP" else {want, "STRING"}
        if want not in ("DATE", "JSON") and got not in known:
            return f"column {path}: expected {want}, found {got}"
    return None
