#!/usr/bin/env python3
"""Write a plain schema for each type of some NDJSON files: their top-level columns.

usage: columns.py -k KEY -o DIR FILE…

A column is INTEGER, FLOAT or BOOLEAN when all its values are (null aside), else STRING; objects
and arrays become STRING that holds their JSON text. Names BigQuery refuses get '_'; where two keys would meet
in one column, TYPE.map numbers the later ones. Lines that are not objects with a type are passed over: ndsplit
sets them aside.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

INT64 = range(-(2**63), 2**63)
LONGEST_NAME = 200
LONGEST_COLUMN = 300


def lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as f:
        packed = f.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as f:
        yield from f


def file_name(kind: str) -> str:
    """The type as ndsplit spells it in file names."""
    raw = kind.encode()
    if not raw:
        return "%"
    name = re.sub(rb"[^A-Za-z0-9._-]", lambda m: b"%%%02X" % m.group()[0], raw)
    if name[:1] in b"._":
        name = b"%%%02X" % raw[0] + name[1:]
    if len(name) > LONGEST_NAME:
        name = re.sub(rb"%.?$", b"", name[:150]) + b"~" + hashlib.sha256(raw).hexdigest()[:32].encode()
    return name.decode()


def type_of(record: object, key: str) -> str | None:
    """The record's type as text; key is a top-level name or a JSON Pointer."""
    value = record
    for name in key[1:].split("/") if key.startswith("/") else [key]:
        if key.startswith("/"):
            name = name.replace("~1", "/").replace("~0", "~")
        value = value.get(name) if isinstance(value, dict) else None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None or isinstance(value, (dict, list)) else str(value)


def column_type(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, int) and value in INT64:
        return "INTEGER"
    return "FLOAT" if isinstance(value, float) else "STRING"


def both(a: str | None, b: str | None) -> str | None:
    if a is None or b is None or a == b:
        return a or b
    return "FLOAT" if {a, b} == {"INTEGER", "FLOAT"} else "STRING"


def columns(keys: list[str]) -> dict[str, str]:
    """A legal column for each key, unique ignoring case."""
    taken: set[str] = set()
    chosen = {}
    for key in keys:
        name = re.sub(r"[^A-Za-z0-9_]", "_", key) or "_"
        name = ("_" + name if name[0].isdigit() else name)[:LONGEST_COLUMN]
        base, number = name, 2
        while name.lower() in taken:
            name = f"{base}_{number}"
            number += 1
        taken.add(name.lower())
        chosen[key] = name
    return chosen


def escaped(field: str) -> str:
    """A manifest's field (hourtools-manifest(5))."""
    return field.translate({9: r"\t", 10: r"\n", 13: r"\r", 92: r"\\"})


def write(directory: Path, kind: str, seen: dict[str, str | None]) -> None:
    names = columns(list(seen))
    fields = [
        json.dumps({"name": names[key], "type": found or "STRING", "mode": "NULLABLE"})
        for key, found in seen.items()
    ]
    stem = file_name(kind)
    (directory / f"{stem}.json").write_text("[\n  " + ",\n  ".join(fields) + "\n]\n", encoding="utf-8")
    renames = "".join(
        f"{escaped('/' + key.replace('~', '~0').replace('/', '~1'))}\t{name}\n"
        for key, name in names.items()
        if name != key
    )
    if renames:
        (directory / f"{stem}.map").write_text(renames, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", dest="key", required=True)
    parser.add_argument("-o", dest="dir", type=Path, required=True)
    parser.add_argument("files", type=Path, nargs="+")
    args = parser.parse_args()
    types: dict[str, dict[str, str | None]] = {}
    for path in args.files:
        for line in lines(path):
            try:
                record = json.loads(line)
            except ValueError:
                continue
            kind = type_of(record, args.key)
            if kind is None or not isinstance(record, dict):
                continue
            seen = types.setdefault(kind, {})
            for key, value in record.items():
                seen[key] = both(seen.get(key), column_type(value))
    args.dir.mkdir(parents=True, exist_ok=True)
    for kind, seen in types.items():
        write(args.dir, kind, seen)


if __name__ == "__main__":
    main()
