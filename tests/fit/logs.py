#!/usr/bin/env python3
"""Real logs through ndfit: logs.py FILE.gz ... in an empty folder.

A schema is made of every top-level column of each log type (containers and mixed ones as STRING);
all records must fit it, and say the same afterwards. Then one column a type is given a wrong type, and each record that has a value
there must be refused, and no other.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

from checker import column_name
from rules import Field


def read(paths: list[str]) -> dict[str, list[str]]:
    """The lines of each type."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in paths:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as lines:
            for line in lines:
                found[json.loads(line)["Channel"]].append(line.rstrip("\r\n"))
    return found


def column(values: list[Any]) -> str:
    kinds = {type(v) for v in values if v is not None}
    return {frozenset({int}): "INTEGER", frozenset({bool}): "BOOLEAN"}.get(frozenset(kinds), "STRING")


def schema_of(records: list[dict[str, Any]]) -> list[Field]:
    keys: dict[str, str] = {}
    for record in records:
        for key in record:
            keys.setdefault(column_name(key).lower(), key)
    return [
        {"name": column_name(key), "type": column([r.get(key) for r in records])} for key in keys.values()
    ]


def ndfit(lines: list[str], schema: list[Field], *options: str) -> subprocess.CompletedProcess[str]:
    Path("schema.json").write_text(json.dumps(schema), encoding="utf-8")
    text = "".join(line + "\r\n" for line in lines)
    return subprocess.run(
        ["ndfit", "-q", "-s", "schema.json", *options], input=text, encoding="utf-8", capture_output=True, check=False
    )


def check_type(lines: list[str]) -> int:
    """All lines of one type; how many there are."""
    records = [json.loads(line) for line in lines]
    schema = schema_of(records)
    done = ndfit(lines, schema)
    assert done.returncode == 0, done.stderr
    out = done.stdout.split("\n")
    assert len(out) == len(lines) + 1
    for line, before, text in zip(lines, records, out, strict=False):
        after = json.loads(text)
        strings = {f["name"].lower() for f in schema if f["type"] == "STRING"}
        wrapped = {
            key
            for key, value in before.items()
            if (column_name(key).lower() in strings and not isinstance(value, (str, type(None))))
            or (isinstance(value, int) and abs(value) >= 2**53)
        }
        for key, value in before.items():
            got = after[column_name(key)]
            assert (json.loads(got) if key in wrapped else got) == value, (key, got, value)
        if not wrapped and all(column_name(key) == key for key in before):
            assert text == line
    spoiled = next(f for f in schema if f["type"] == "STRING" and f["name"] not in ("Channel",))
    done = ndfit(lines, [{**f, "type": "DATE"} if f is spoiled else f for f in schema])
    bad = [r for r in records if any(column_name(k) == spoiled["name"] and v is not None for k, v in r.items())]
    assert done.returncode == (65 if len(bad) == len(records) else 1 if bad else 0)
    assert done.stdout.count("\n") == len(records) - len(bad)
    return len(lines)


def main() -> None:
    types = read(sys.argv[1:])
    total = sum(check_type(lines) for lines in types.values())
    print(f"{total} records of {len(types)} types")


if __name__ == "__main__":
    main()
