#!/usr/bin/env python3
"""Random records under random schemas: "ndschema --diff" must say what "ndfit -n" finds.

usage: under.py SEED ROUNDS DIR     BIN is where the programs are; ends 1 with the first case that differs
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MODES = ("NULLABLE", "NULLABLE", "REQUIRED", "REPEATED")
Field = dict[str, Any]

# Values by what they look like; each file sticks to one or two looks for a path.
LOOKS: dict[str, Callable[[random.Random], Any]] = {
    "INTEGER": lambda r: r.choice((0, 1, -5, r.randrange(-(10**6), 10**6), 2**53 + 1, -(2**63))),
    "BIT": lambda r: r.randrange(2),
    "HUGE": lambda r: r.choice((2**63, 10**28, -(10**20))),
    "FLOAT": lambda r: r.choice((1.5, -0.25, r.random(), 1e300)),
    "WHOLE": lambda r: r.choice((1.0, -7.0, 1e3)),
    "BOOLEAN": lambda r: r.random() < 0.5,
    "STRING": lambda r: r.choice(("a", "x" * r.randrange(1, 12), "é", "")),
    "DIGITS": lambda r: str(r.randrange(10**6)),
    "DECIMAL": lambda r: f"{r.randrange(100)}.{r.randrange(10, 99)}",
    "TRUE": lambda r: r.choice(("true", "false")),
    "DATE": lambda r: f"2021-01-{r.randrange(10, 29)}",
    "TIME": lambda r: f"12:{r.randrange(10, 60)}:00",
    "DATETIME": lambda r: f"2021-01-{r.randrange(10, 29)}T01:02:03",
    "TIMESTAMP": lambda r: f"2021-01-{r.randrange(10, 29)}T01:02:03Z",
    "NULL": lambda r: None,
}
TYPES = (
    "STRING",
    "INTEGER",
    "FLOAT",
    "NUMERIC",
    "BIGNUMERIC",
    "BOOLEAN",
    "DATE",
    "TIME",
    "DATETIME",
    "TIMESTAMP",
    "JSON",
)
LIKELY = {"NUMERIC": "DECIMAL", "BIGNUMERIC": "HUGE", "JSON": "WHOLE"}


def schema(r: random.Random, depth: int) -> list[Field]:
    fields = []
    for name in r.sample("abcdef", r.randrange(1, 5)):
        field: Field = {"name": name, "type": r.choice(TYPES), "mode": r.choice(MODES)}
        if depth < 2 and r.random() < 0.2:
            field["type"] = "RECORD"
            field["fields"] = schema(r, depth + 1)
        elif field["type"] == "STRING" and r.random() < 0.3:
            field["maxLength"] = 8
        fields.append(field)
    return fields


def maker(r: random.Random, field: Field | None, depth: int) -> Callable[[], Any]:
    """What makes the values of one path: mostly such as fit the field."""
    kind = field["type"] if field else "STRING"
    bounded = field and "maxLength" in field  # the text of what is no string is not measured
    if r.random() < 0.85 and field and kind == "RECORD":
        one = record_maker(r, field["fields"], depth + 1)
    elif r.random() < 0.05 and depth < 2 and not bounded:
        one = record_maker(r, schema(r, depth + 1), depth + 1)
    else:
        looks = [LIKELY.get(kind, kind)] if r.random() < 0.8 else [r.choice(list(LOOKS))]
        if r.random() < 0.1:
            looks.append(r.choice(list(LOOKS)))
        looks = [look if look in LOOKS else "INTEGER" for look in looks]
        if kind == "TIMESTAMP":  # seconds in a string load, and are told as if they did not
            looks = [look if look not in ("DIGITS", "DECIMAL") else "DATE" for look in looks]
        if bounded:
            looks = [look if look in ("STRING", "NULL") else "TIME" for look in looks]

        def one() -> Any:
            return LOOKS[r.choice(looks)](r)

    repeated = bool(field and field["mode"] == "REPEATED") != (r.random() < 0.05 and not bounded)
    nulls = r.choice((0.0, 0.0, 0.3)) if field and field["mode"] == "REQUIRED" else r.choice((0.0, 0.3, 1.0))
    most = r.choice((0, 3))

    def value() -> Any:
        if r.random() < nulls / 2:
            return None
        return [one() for _ in range(r.randrange(most + 1))] if repeated else one()

    return value


def record_maker(r: random.Random, fields: list[Field], depth: int) -> Callable[[], Any]:
    makers = {}
    for field in fields:
        if field["mode"] == "REQUIRED" or r.random() < 0.9:
            makers[field["name"] if r.random() < 0.95 else field["name"].upper()] = maker(r, field, depth)
    if r.random() < 0.05:
        makers["new"] = maker(r, None, depth)
    missing = r.choice((0.0, 0.0, 0.2))

    def value() -> Any:
        return {name: make() for name, make in makers.items() if r.random() >= missing}

    return value


def run(program: str, *args: str) -> tuple[int, str]:
    done = subprocess.run(
        [os.path.join(os.environ["BIN"], program), *args], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def main() -> None:
    seed, rounds, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    old, data = folder / "old.json", folder / "data.ndjson"
    seen = {0: 0, 1: 0}
    for number in range(seed, seed + rounds):
        r = random.Random(number)
        fields = schema(r, 0)
        make = record_maker(r, fields, 0)
        records = [make() for _ in range(r.choice((1, 3, 20)))]
        if not any(records):
            continue
        old.write_text(json.dumps(fields))
        data.write_text("".join(json.dumps(each, ensure_ascii=False) + "\n" for each in records))
        code, told = run("ndschema", "--diff", str(old), str(data))
        fits, found = run("ndfit", "-n", "-s", str(old), str(data))
        wanted = 0 if fits == 0 else 1
        if code != wanted:
            print(f"seed {number}: --diff ends {code}:\n{told}ndfit ends {fits}:\n{found}{old.read_text()}")
            print(data.read_text())
            sys.exit(1)
        seen[wanted] += 1
    print(f"{seen[0]} files load, {seen[1]} do not")
    if rounds >= 100 and min(seen.values()) < rounds // 10:
        sys.exit("the cases are not mixed")


main()
