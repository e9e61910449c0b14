#!/usr/bin/env python3
"""Values with a few characters changed: ndfit must take and refuse each as rules.py does.

usage: mutated.py VALUES SEED DIR (so many of each type)

GEOGRAPHY is left out: of it ndfit looks at the outer shape only. What the pages leave open counts as
refused, and is counted apart.
"""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from pathlib import Path

from property import unescape
from rules import Field, Open, Wrong, meaning
from tree import Number, decode
from values import GOOD, WRONG

LETTERS = '0123456789-+:./TZz UTCPYMDHSeE,()[]{}"abcINFnaf=_\u00e9\\'
FIELDS: tuple[Field, ...] = (
    *({"type": name} for name in GOOD if name not in ("STRING", "JSON", "GEOGRAPHY")),
    {"type": "NUMERIC", "precision": "12", "scale": "4"},
    {"type": "BIGNUMERIC", "precision": "12", "scale": "0"},
    {"type": "BYTES", "maxLength": "5"},
)


def mutate(rng: random.Random, text: str) -> str:
    """One to three characters put in, taken out or replaced, or a part doubled."""
    letters = list(text)
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        at = rng.randint(0, len(letters))
        match rng.choice(["in", "in", "out", "other", "other", "double"]):
            case "in":
                letters.insert(at, rng.choice(LETTERS))
            case "out":
                del letters[at : at + 1]
            case "other":
                letters[at : at + 1] = rng.choice(LETTERS)
            case _:
                letters[at : at + 9] *= 2
    return "".join(letters)


def value(rng: random.Random, field: Field) -> str:
    """A scalar that is nearly one of the type, or nearly one that is wrong, as JSON text."""
    while True:
        source = GOOD[field["type"]](rng, field) if rng.random() < 0.8 else rng.choice(WRONG[field["type"]])
        scalar = decode(source)
        if not isinstance(scalar, str):
            continue
        text = mutate(rng, scalar)
        if isinstance(scalar, Number) and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?", text, re.A):
            return text
        return json.dumps(text, ensure_ascii=False)


def verdict(field: Field, text: str) -> str:
    try:
        meaning(field, decode(text))
    except Open:
        return "open"
    except Wrong:
        return "refused"
    return "taken"


def examine(rng: random.Random, field: Field, count: int, where: Path) -> tuple[int, int] | str:
    """How many were refused and how many left open, or the first difference."""
    values = [value(rng, field) for _ in range(count)]
    (where / "schema.json").write_text(json.dumps([{"name": "v", **field}]), encoding="utf-8")
    (where / "in.ndjson").write_text("".join(f'{{"v":{text}}}\n' for text in values), encoding="utf-8")
    command = ["ndfit", "-n", "-q", "-s", "schema.json", "--rejects", "rejects.tsv", "in.ndjson"]
    subprocess.run(command, cwd=where, check=False, capture_output=True)
    told: dict[int, str] = {}
    for line in (where / "rejects.tsv").read_text(encoding="utf-8").split("\n")[:-1]:
        _, number, _, reason, detail = (unescape(part) for part in line.split("\t"))
        told[int(number)] = f"{reason} {detail}"
    left = 0
    for number, text in enumerate(values, 1):
        said = verdict(field, text)
        left += said == "open"
        if (said == "taken") == (number in told):
            return f"{field} {text}: {said} by the checker, {told.get(number, 'taken')} by ndfit"
    return len(told), left


def main() -> int:
    count, rng, where = int(sys.argv[1]), random.Random(int(sys.argv[2])), Path(sys.argv[3])
    where.mkdir(parents=True, exist_ok=True)
    for field in FIELDS:
        found = examine(rng, field, count, where)
        if isinstance(found, str):
            print(f"seed {sys.argv[2]}: {found}", file=sys.stderr)
            return 1
        print(f"{field['type']}: {count} values, {found[0]} refused, {found[1]} of them by choice")
    return 0


if __name__ == "__main__":
    sys.exit(main())
