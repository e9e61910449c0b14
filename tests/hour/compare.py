#!/usr/bin/env python3
"""Compare source lines with the origin tables, row by row and field by field.

usage: compare.py -k KEY -s SCHEMAS -c COUNTS WAREHOUSE FILE…

The truth is Python's json over the files; what is compared is the SQLite file behind the stand-in
BigQuery and the counts manifest. Shares no code with the programs. Prints a line per type; exit 1
at the first difference.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sqlite3
import sys
from collections import Counter, defaultdict
from pathlib import Path

Fields = dict[str, object]


class Number(str):
    """A number in its source spelling."""


def source_lines(path: Path) -> list[bytes]:
    data = path.read_bytes()
    return (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).splitlines()


def parse(text: bytes) -> dict[str, object]:
    return json.loads(text, parse_int=Number, parse_float=Number)


def spelled(kind: str) -> str:
    """The type as a file name."""
    name = "".join(
        c if re.fullmatch(r"[A-Za-z0-9._-]", c) else "".join(f"%{b:02X}" for b in c.encode())
        for c in kind
    )
    return f"%{ord(name[0]):02X}{name[1:]}" if name[0] in "._" else name


def expected(value: object, column_type: str) -> object:
    """What the warehouse must hold, containers as parsed JSON."""
    if isinstance(value, Number):
        return {"INTEGER": int, "FLOAT": float, "STRING": str}[column_type](value)
    if isinstance(value, (dict, list)):
        return json.dumps(value, sort_keys=True)
    if isinstance(value, bool) and column_type == "BOOLEAN":
        return int(value)
    return value


def found(value: object, was_container: bool) -> object:
    if was_container and isinstance(value, str):
        return json.dumps(parse(value.encode()), sort_keys=True)
    return value


def renamed(schemas: Path, name: str) -> dict[str, str]:
    path = schemas / f"{name}.map"
    if not path.exists():
        return {}
    rows = (line.split("\t") for line in path.read_text(encoding="utf-8").splitlines())
    return {pointer[1:].replace("~1", "/").replace("~0", "~"): column for pointer, column in rows}


def compare(db: sqlite3.Connection, schemas: Path, kind: str, lines: list[bytes]) -> str | None:
    name = spelled(kind)
    types = {f["name"]: f["type"] for f in json.loads((schemas / f"{name}.json").read_text())}
    names = renamed(schemas, name)
    table = re.sub(r"[^A-Za-z0-9_]", "_", kind)
    # SQLite's names ignore case: the later of two that differ only in case is stored with "~2".
    names_there = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
    stored = next((n for n in (f"logs.{table}", f"logs.{table}~2") if n in names_there), None)
    if stored is None:
        return f"no table logs.{table}"
    cursor = db.execute(f'SELECT * FROM "{stored}"')
    columns = [d[0] for d in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor]
    want: Counter[str] = Counter()
    containers: set[str] = set()
    for line in lines:
        fields = {names.get(key, key): value for key, value in parse(line).items()}
        containers |= {c for c, v in fields.items() if isinstance(v, (dict, list))}
        row = {c: expected(fields.get(c), types[c]) for c in types}
        want[json.dumps(row, sort_keys=True)] += 1
    have: Counter[str] = Counter()
    for row in rows:
        if not str(row.pop("folder_hour")).startswith("2021-01-01 00:00:00"):
            return f"{table}: a row of another folder hour"
        have[json.dumps({c: found(v, c in containers) for c, v in row.items()}, sort_keys=True)] += 1
    if want != have:
        lost, extra = list((want - have).items()), list((have - want).items())
        return f"{kind}: {len(lost)} rows lost, {len(extra)} not in the source; e.g. {lost[:1]} / {extra[:1]}"
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-k", dest="key", required=True)
    parser.add_argument("-s", dest="schemas", type=Path, required=True)
    parser.add_argument("-c", dest="counts", type=Path, required=True)
    parser.add_argument("warehouse")
    parser.add_argument("files", type=Path, nargs="+")
    args = parser.parse_args()
    by_type: dict[str, list[bytes]] = defaultdict(list)
    for path in args.files:
        for line in source_lines(path):
            by_type[str(parse(line)[args.key])].append(line)
    counted = {}
    for line in args.counts.read_text(encoding="utf-8").splitlines():
        _, kind, *numbers = line.split("\t")
        counted[kind] = numbers
    truth = {kind: [str(len(lines)), "0"] + [str(len(lines))] * 3 for kind, lines in by_type.items()}
    if counted != truth:
        sys.exit(f"counts differ: found {counted}, expected {truth}")
    db = sqlite3.connect(f"file:{args.warehouse}?mode=ro", uri=True)
    for kind, lines in sorted(by_type.items()):
        problem = compare(db, args.schemas, kind, lines)
        if problem is not None:
            sys.exit(problem)
        print(f"{kind}: {len(lines)} rows, every field equal")


if __name__ == "__main__":
    main()
