"""infer_duck.py IN: the columns that DuckDB's read_json infers from IN, as a BigQuery schema."""

import json
import sys
from typing import Any

import duckdb

NAMES = {
    "BIGINT": "INTEGER",
    "DOUBLE": "FLOAT",
    "VARCHAR": "STRING",
    "UUID": "STRING",
    "TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
}
READ = (
    "SELECT * FROM read_json(?, format = 'newline_delimited', sample_size = -1,"
    " maximum_depth = -1, map_inference_threshold = -1, field_appearance_threshold = 0)"
)


def field(name: str, kind: Any) -> dict[str, Any]:
    mode = "REPEATED" if kind.id == "list" else "NULLABLE"
    if kind.id == "list":
        kind = dict(kind.children)["child"]
    column = {"name": name, "type": NAMES.get(str(kind), str(kind)), "mode": mode}
    if kind.id == "struct":
        column["type"] = "RECORD"
        column["fields"] = [field(*child) for child in kind.children]
    return column


def main() -> None:
    found = duckdb.execute(f"{READ} LIMIT 0", [sys.argv[1]])
    names = [column[0] for column in found.description or []]
    types = [column[1] for column in found.description or []]
    print(json.dumps([field(*column) for column in zip(names, types, strict=True)], indent=1))


if __name__ == "__main__":
    main()
