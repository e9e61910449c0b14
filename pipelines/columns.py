#!/usr/bin/env python3
"""Write a plain schema for each type of some NDJSON files: their top-level columns.

usage: columns.py -k KEY -o DIR FILE…

A column is INTEGER, FLOAT or BOOLEAN when all its values are (null aside), else STRING, which holds
objects, arrays and what differs as its JSON text. Names BigQuery refuses get '_', reserved ones an 'x'
before them; where two keys would meet in one column the later ones are numbered. TYPE.map tells
which keys changed. What is no object with a type is passed over: ndsplit sets it aside.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path

INT64 = range(-(2**63), 2**63)
LONGEST_NAME = 200
LONGEST_COLUMN = 300
# "Specify a schema", Column names.
RESERVED = re.compile(
    "_TABLE_|_FILE_|_PARTITION|_ROW_TIMESTAMP|__ROOT__|_COLIDENTIFIER"
    "|_CHANGE_SEQUENCE_NUMBER|_CHANGE_TYPE|_CHANGE_TIMESTAMP",
    re.IGNORECASE,
)


class Number(str):
    """A JSON number as it is spelled."""


DECODER = json.JSONDecoder(parse_int=Number, parse_float=Number)


def lines(path: Path) -> Iterator[bytes]:
    with path.open("rb") as f:
        packed = f.read(2) == b"\x1f\x8b"
    with gzip.open(path) if packed else path.open("rb") as f:
        yield from f


def records(line: bytes) -> Iterator[dict[str, object]]:
    """The objects of a line, of which some writers leave several without a newline between them."""
    try:
        text = line.decode("utf-8-sig").strip(" \t\r\n")
        while text:
            record, end = DECODER.raw_decode(text)
            if isinstance(record, dict):
                yield record
            text = text[end:].lstrip(" \t\r")
    except (ValueError, RecursionError):
        return


def mended(text: str) -> str:
    """text with lone surrogates, which UTF-8 cannot hold, as U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


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
        return mended(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return None


def column_type(value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "BOOLEAN"
    if not isinstance(value, Number):
        return "STRING"
    if not re.search("[.eE]", value):
        return "INTEGER" if len(value) <= 20 and int(value) in INT64 else "STRING"
    return "FLOAT" if math.isfinite(float(value)) else "STRING"


def both(a: str | None, b: str | None) -> str | None:
    if a is None or b is None or a == b:
        return a or b
    return "FLOAT" if {a, b} == {"INTEGER", "FLOAT"} else "STRING"


def legal(key: str) -> str:
    """The column that ndfit(1) would look for."""
    name = re.sub(r"[^A-Za-z0-9_]", "_", key) or "_"
    return "_" + name if name[0].isdigit() else name


def columns(keys: list[str]) -> dict[str, str]:
    """A legal column for each key, unique ignoring case."""
    taken: set[str] = set()
    chosen = {}
    for key in keys:
        base = legal(key)
        base = ("x" + base if RESERVED.match(base) else base)[:LONGEST_COLUMN]
        name, number = base, 2
        while name.lower() in taken:
            name = f"{base[: LONGEST_COLUMN - 8]}_{number}"
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
        if name != key and "\0" not in key
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
            for record in records(line):
                kind = type_of(record, args.key)
                if kind is None:
                    continue
                seen = types.setdefault(kind, {})
                for key, value in record.items():
                    key = mended(key)
                    seen[key] = both(seen.get(key), column_type(value))
    args.dir.mkdir(parents=True, exist_ok=True)
    for kind, seen in types.items():
        write(args.dir, kind, seen)


if __name__ == "__main__":
    main()
