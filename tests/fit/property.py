#!/usr/bin/env python3
"""Random records through ndfit, every outcome compared with checker.py.

usage: property.py SEED RECORDS DIR

Ends 0 when each record passed byte for byte, was changed only as documented, or was refused for exactly
the problems that checker.py finds, means in every column what it meant before, and is loaded by the stand-in
BigQuery; else tells the first difference and ends 1.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parent.parent / "cloud"))

import bq_rows  # noqa: E402
import bq_schema  # noqa: E402
from checker import MAY, MUST, ascii_lower, by_choice, changes, check, exact, find, fitted  # noqa: E402
from rules import RULES, Field  # noqa: E402
from tree import Pairs, decode  # noqa: E402

NAMES = ("c", "Col", "stock-unit", "gr\u00f6\u00dfe", "2nd ", "a:b", "a_b", "_at", "_9x", "x_y_z", "n" * 46, "k" * 47, "L_" * 149)

# Spelled as in JSON; right and wrong for some type each.
VALUES = """
0 -0 1 2 -7 9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 1.0 1.5 -1e3 1e-3
1E400 -1e-400 9007199254740991.0 9007199254740993.0 123456789012345678901234567890 0.1234567891 12.340000000000
-0.0 1200e-2 9007199254740991 9007199254740992 -9007199254740992 18446744073709551615 18446744073709551616 "0009007199254740993"
1534680695 1534680695000 253402300799 253402300800 -62135596800 -62135596801 1.534680695e9 true false null null
"" "x" "0" "-12" "00012" "1.5" "1e3" "12kB" "+1" " 1" "NaN" "-Infinity" "inf" "1." ".5" "yes" "T" "maybe" "FALSE"
"2021-01-01" "2021-02-29" "2020-02-29" "2021/01/01" "2021-1-1" "0000-01-01" "12:30:59" "12:30" "24:00:00" "12:30:59.1234567"
"2021-01-01T00:00:00Z" "2021-01-01 00:00:00" "2021/01/01 00:00" "2021-01-01T00:00:00.123456+09:00" "2021-01-01 00:00:00 UTC"
"2021-01-01T00:00:00.123456789Z" "2021-01-01T24:00:00Z" "2021-01-01 00:00:00+0900" "0001-01-01 00:00:00+01:00"
"2021-01-01T00:00:00 Z" "2021-01-01T00:00:00UTC" "2021-01-01 00:00:00-8:15" "2021-01-01 00:00 +9" "2021-01-01t00:00:00z"
"578960446186580977117854925043439539266.34992332820282019728792003956564819967" 1e38 -0.00000000000000000000000000000000000001
"578960446186580977117854925043439539266.34992332820282019728792003956564819968" 123456789.123456789 0.1234567890123456 12345678901234567
"P1Y-2M3DT-4H5M-6.5S" "PT" "P0Y0M0DT0H0M0S" "P10000Y1MT" "PT87840000H" "P3660001DT" "P1D" "PT1.5H" "P1YT0.0000001S" "p1yt"
"POINT(1 2)" "linestring (0 0, 1 1)" "POLYGON EMPTY" "{\\"type\\":\\"Point\\",\\"coordinates\\":[1,2]}" "0101000000feffffffffffef3f0000000000000040" "POINT(1" "PINT(1 2)"
"2021-1-5 1:2:3" "1609459200" "12:3:4" "a-_=" "a-__" "aGk=\\n" "2021-01-01T00:00:00+9" "007" 1e15 1.50 "1.50" 1E2
"2021-01-01 00:00:00+01:60" "9999-12-31T23:59:59-01:00" "2021-01-01T00:00:00 -15:00" "2021-01-01T00:00:60Z" "aGk=" "aGk" "aGkh" "a+\\/=" "\\/\\/8="
"h\u00e9llo w\u00f6rld" "\\ud83d\\ude00\\n\\"q\\"" "tab\\tand\\\\slash" "\\u0031\\u0032"
{} [] [1,2] {"a":1,"b":[true,null]} {"k":"v \\" }"} [[],{}] [ "x" , "y" ] {"n":{"m":[1.50]}} [null]
{"a":18446744073709551616} [[-9223372036854775809]] [{"a":[1e400]}] ["1e400","\\"9"] {"1e999":-0} {"u":"\u2028\u2029\u007f"}
{"c":"\\u0000\\u001f\\b\\f\\/"} ["\\ud800",{"\\udc00":"\\ud83d\\ude00"}] {"a":1, "a":2} "\u2028" "\\u0000" "\\\\" {"":""} [[[[[[[[]]]]]]]]
""".replace("\n", " ")


def values() -> list[str]:
    found, at = [], 0
    decoder = json.JSONDecoder()
    while at < len(VALUES):
        if VALUES[at] == " ":
            at += 1
            continue
        _, end = decoder.raw_decode(VALUES, at)
        found.append(VALUES[at:end])
        at = end
    return found


def make_schema(rng: random.Random, depth: int = 0) -> list[Field]:
    fields = []
    for i in range(rng.randint(3, 9)):
        field: Field = {"name": f"{rng.choice(NAMES)}{i}", "type": rng.choice([*RULES, "STRING"])}
        field["mode"] = rng.choice(["NULLABLE"] * 6 + ["REPEATED"] * 2 + ["REQUIRED"])
        if depth < 3 and rng.random() < 0.2:
            field["type"] = "RECORD"
            field["fields"] = make_schema(rng, depth + 1)
        if field["type"] in ("NUMERIC", "BIGNUMERIC") and rng.random() < 0.5:
            field |= {"precision": 5, "scale": 2}
        if field["type"] in ("BYTES", "STRING") and rng.random() < 0.5:
            field["maxLength"] = 2 if field["type"] == "BYTES" else rng.choice([2, 9, 20])
        fields.append(field)
    return fields


def make_key(rng: random.Random, name: str) -> str:
    chance = rng.random()
    if chance < 0.05:
        return json.dumps(name.swapcase())
    if chance < 0.1:
        return json.dumps(name.replace("_", rng.choice("-.@ \u00e9/~"), 1), ensure_ascii=rng.random() < 0.5)
    if chance < 0.12:
        return '"\\u%04x%s"' % (ord(name[0]), name[1:])
    if chance < 0.123:
        return json.dumps(name + rng.choice(["?", "x", "\u20ac", ""]))
    if chance < 0.125:
        return json.dumps(rng.choice(["", "_TABLE_", "__root__x", "_partition", "\u212a0", "\0", "c" * 2000]))
    return json.dumps(name)


def space(rng: random.Random) -> str:
    return rng.choice(["", "", "", "", " ", "\t", "  "])


class Maker:
    """Records of which most fit: a value is drawn from those that the checker takes, or now and then from all."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.values = values()
        self.fitting: dict[int, list[str]] = {}

    def pool(self, field: Field) -> list[str]:
        one = {**field, "mode": "REQUIRED"}
        if id(field) not in self.fitting:
            self.fitting[id(field)] = [
                text for text in self.values if not list(check([one], Pairs([(field["name"], decode(text))])))
            ]
        return self.fitting[id(field)] or self.values

    def value(self, field: Field, repeated: bool = False) -> str:
        rng = self.rng
        if field.get("mode") == "REPEATED" and not repeated and rng.random() < 0.99:
            items = [self.value(field, True) for _ in range(rng.randint(0, 3))]
            return "[" + ",".join(space(rng) + item for item in items) + space(rng) + "]"
        if field["type"] == "RECORD" and rng.random() < 0.99:
            return self.record(field["fields"])
        if not repeated and field.get("mode") != "REQUIRED" and rng.random() < 0.1:
            return "null"
        return rng.choice(self.pool(field) if rng.random() < 0.99 else self.values)

    def record(self, fields: list[Field]) -> str:
        rng = self.rng
        members = []
        for field in fields:
            if field.get("mode") != "REQUIRED" and rng.random() < 0.3:
                continue
            if rng.random() > 0.999:
                continue  # a REQUIRED column, too
            for _ in range(1 if rng.random() < 0.998 else 2):
                key = make_key(rng, field["name"])
                members.append(f"{space(rng)}{key}{space(rng)}:{space(rng)}{self.value(field)}{space(rng)}")
        if rng.random() < 0.5:
            rng.shuffle(members)
        return "{" + ",".join(members or [space(rng)]) + "}"


def sound(fields: list[Field], pairs: Pairs) -> bool:
    """Whether an output record's keys are its columns', no array null, and no number to be read as another."""
    for key, value in pairs:
        field = find(fields, key)
        if field is None or ascii_lower(field["name"]) != ascii_lower(key):
            return False
        if value is None and field.get("mode") == "REPEATED":
            return False
        for item in value if field.get("mode") == "REPEATED" else [value]:
            if field["type"] == "RECORD" and item is not None:
                if not sound(field["fields"], item):
                    return False
            elif not exact(field, item):
                return False
    return True


def stored(field: Field, value: Any) -> Any:
    """What the stand-in holds, for the types whose storage compares as it is; else None."""
    if field.get("mode") == "REPEATED" or value is None:
        return None
    if field["type"] in ("INTEGER", "STRING", "BOOLEAN"):
        return value
    return Decimal(value) if field["type"] in ("NUMERIC", "BIGNUMERIC") else None


def unescape(text: str) -> str:
    return text.replace("\\\\", "\0").replace("\\t", "\t").replace("\\n", "\n").replace("\\r", "\r").replace("\0", "\\")


def reported(line: str) -> tuple[int, tuple[str, str, str, str]]:
    """A line of the rejects manifest as line number and problem."""
    _, number, _, reason, detail = (unescape(f) for f in line.split("\t"))
    path, _, words = detail.partition(": ")
    if not words.startswith("expected "):
        return int(number), (reason, path, "", "")
    expected, _, found = words.removeprefix("expected ").rpartition(", found ") if '"' not in words else (
        words.removeprefix("expected ").partition(", found ")
    )
    return int(number), (reason, path, expected.split(" ")[0], found.split(" ")[0])


def agree(told: list[tuple[str, str, str, str]], want: list[tuple[str, str, str, str]]) -> bool:
    """Whether the problems are the same, the paths as far as they are shown."""
    return len(told) == len(want) and all(
        a[0] == b[0] and a[2:] == b[2:] and (a[1] == b[1] or b[1].startswith(a[1].partition("...")[0][:240]))
        for a, b in zip(told, want, strict=True)
    )


def run(seed: int, count: int, where: Path) -> str | None:
    """The first difference, or None."""
    rng = random.Random(seed)
    schema = make_schema(rng)
    maker = Maker(rng)
    records = [maker.record(schema) for _ in range(count)]
    (where / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (where / "in.ndjson").write_text("".join(r + "\n" for r in records), encoding="utf-8")
    done = subprocess.run(
        ["ndfit", "-q", "-s", "schema.json", "-o", "out.ndjson", "--rejects", "rejects.tsv", "--rejected",
         "rejected.ndjson", "in.ndjson"], cwd=where, check=False,
    )
    problems: dict[int, list[tuple[str, str, str, str]]] = {}
    for line in (where / "rejects.tsv").read_text(encoding="utf-8").split("\n")[:-1]:
        number, problem = reported(line)
        problems.setdefault(number, []).append(problem)
    out = iter((where / "out.ndjson").read_text(encoding="utf-8").split("\n"))
    rejected = iter((where / "rejected.ndjson").read_text(encoding="utf-8").split("\n"))
    load = bq_rows.record(bq_schema.normalize(schema), ignore_unknown=False)
    refused = changed = chosen = 0
    for number, record in enumerate(records, 1):
        pairs = decode(record)
        want = list(check(schema, pairs))
        if not agree([p for p in problems.get(number, []) if p[0] != "more"], want) and len(want) <= 20:
            return f"line {number}: {record}\nchecker: {want}\nndfit: {problems.get(number)}"
        if want:
            refused += 1
            chosen += by_choice(schema, pairs)
            if next(rejected) != record:
                return f"line {number}: not in the rejected file as it was: {record}"
            continue
        line = next(out)
        changed += line != record
        row = fitted(schema, pairs)
        if not sound(schema, decode(line)) or fitted(schema, decode(line)) != row:
            return f"line {number}: {record}\nbecame: {line}"
        need = changes(schema, pairs)
        if need != MAY and (line != record) != (need == MUST):
            return f"line {number}: changed without need, or not at all: {record}\nbecame: {line}"
        for field, value in zip(schema, load(bq_rows.parse(line.encode())), strict=True):
            told = stored(field, row.get(field["name"]))
            if told is not None and told != stored(field, value):
                return f"line {number}: {record}\n{field['name']} is stored as {value!r}"
    expected = 1 if refused else 0
    if done.returncode != expected:
        return f"exit code {done.returncode}, expected {expected}"
    print(f"seed {seed}: {count} records, {refused} refused, {changed} changed, {chosen} values refused by choice")
    return None


def main() -> int:
    seed, count, where = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    where.mkdir(parents=True, exist_ok=True)
    difference = run(seed, count, where)
    if difference:
        print(f"seed {seed}: {difference}", file=sys.stderr)
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
