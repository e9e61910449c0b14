"""validate.py json|orjson jsonschema|fastjsonschema check|fit|change SCHEMA IN: what people write.

Each line is parsed and validated against the schema; fit writes those that pass to fitted.ndjson as
they are, change first renames keys and turns objects in STRING columns into text, then writes what
is dumped; check counts those that don't pass, in the file counts.
"""

import importlib
import re
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from columns import Field, json_schema, load

Dumps = Callable[[Any], bytes]


def validator(name: str, schema: dict[str, Any]) -> Callable[[Any], bool]:
    library = importlib.import_module(name)
    if name == "jsonschema":
        return library.Draft7Validator(schema).is_valid
    validate = library.compile(schema)

    def is_valid(record: Any) -> bool:
        try:
            validate(record)
        except library.JsonSchemaException:
            return False
        return True

    return is_valid


def dumper(name: str) -> Dumps:
    library = importlib.import_module(name)
    if name == "orjson":
        return library.dumps
    dumps = partial(library.dumps, ensure_ascii=False, separators=(",", ":"))
    return lambda value: dumps(value).encode()


def change(record: dict[str, Any], columns: dict[str, Field], dumps: Dumps) -> dict[str, Any]:
    """The record with legal names, and containers under STRING as their text."""
    out = {}
    for key, value in record.items():
        name = key if key in columns else re.sub(r"\W", "_", key, flags=re.ASCII)
        field = columns.get(name)
        if field is not None and isinstance(value, dict):
            if field["type"] == "STRING":
                value = dumps(value).decode()
            elif field["type"] == "RECORD":
                value = change(value, field["columns"], dumps)
        out[name] = value
    return out


def by_name(fields: list[Field]) -> dict[str, Field]:
    return {
        field["name"]: {**field, "columns": by_name(field.get("fields", []))} for field in fields
    }


def work(lines: BinaryIO, parser: str, library: str, task: str, fields: list[Field]) -> int:
    """How many don't pass."""
    loads, dumps = importlib.import_module(parser).loads, dumper(parser)
    is_valid, columns, refused = validator(library, json_schema(fields)), by_name(fields), 0
    with open("fitted.ndjson", "wb", buffering=1 << 18) as out:
        for line in lines:
            record = loads(line)
            if task == "change":
                record = change(record, columns, dumps)
            if not is_valid(record):
                refused += 1
            elif task == "fit":
                out.write(line)
            elif task == "change":
                out.write(dumps(record) + b"\n")
    return refused


def main() -> None:
    parser, library, task, schema, path = sys.argv[1:]
    with open(path, "rb") as lines:
        refused = work(lines, parser, library, task, load(schema))
    if task == "check":
        Path("counts").write_text(f"refused\t{refused}\n")


if __name__ == "__main__":
    main()
