#!/usr/bin/env python3
"""Planted errors: each must be told by ndfit with its line, path, expected and found, and nothing else.

usage: planted.py COUNT SEED DIR [LOGS.gz ...]

COUNT errors at least, half of them in the logs when there are some, the others in generated records of
every type, mode and depth. One record in eight is also given to the slow checker, which must say the same.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections import Counter
from pathlib import Path

import checker
from plant import Planter, Problem, broken, make_schema
from property import unescape
from real import Logs
from rules import Field
from tree import decode

RECORDS = 500
SYNTAX = ("not-json", "not-object", "bad-utf8", "control-character", "too-deep")


def explains(detail: str, problem: Problem) -> bool:
    """Whether the words of a line of the rejects name this problem, and no other."""
    path, reason, expected, what = problem
    if reason in SYNTAX:
        return True
    if not detail.startswith(path + ": "):
        return False
    words = detail[len(path) + 2 :]
    if reason == "unknown":
        return words == "not in the schema"
    if reason == "duplicate":
        return words == "the key is there twice"
    if reason == "collision":
        return words.startswith(f"goes to column {expected}, where ")
    if reason != "type":
        return words == f"expected {expected}, found {what}"
    start = f"expected {expected}"
    if not words.startswith(start) or words[len(start)] not in ", ":
        return False
    if words.endswith(f", found {what}"):
        return True
    # Of a long value the first 60 bytes are shown.
    shown, dots, _ = words.partition(", found ")[2].partition("...")
    return bool(dots) and what.startswith(shown) and len(shown.encode()) > 55


def told(path: Path) -> dict[int, list[tuple[int, str, str]]]:
    """The rejects by line: byte offset, reason, detail."""
    found: dict[int, list[tuple[int, str, str]]] = {}
    for line in path.read_text(encoding="utf-8").split("\n")[:-1]:
        source, number, offset, reason, detail = (unescape(part) for part in line.split("\t"))
        assert source == "in.ndjson", line
        found.setdefault(int(number), []).append((int(offset), reason, detail))
    return found


def compare(lines: list[bytes], plan: list[list[Problem]], rejects: Path) -> str | None:
    """The first line of which ndfit says something else than was planted."""
    found, offset = told(rejects), 0
    for number, (line, problems) in enumerate(zip(lines, plan, strict=True), 1):
        rows = found.pop(number, [])
        left = list(problems)
        for at, reason, detail in rows:
            match = next((p for p in left if p[1] == reason and explains(detail, p)), None)
            if match is None or at != offset:
                return f"line {number}, not planted: {reason} {detail} at {at}\n{line!r}\nplanted: {problems}"
            left.remove(match)
        if left:
            return f"line {number}, not told: {left}\n{line!r}\ntold: {rows}"
        offset += len(line)
    return f"lines that are not there: {found}" if found else None


def second_opinion(schema: list[Field], line: bytes, problems: list[Problem]) -> str | None:
    """What the checker says, when it is not what was planted."""
    if any(problem[1] in SYNTAX for problem in problems):
        return None
    said = Counter(problem[:2] for problem in checker.check(schema, decode(line.decode())))
    planted = Counter((reason, path) for path, reason, _, _ in problems)
    return None if said == planted else f"checker: {said}\nplanted: {planted}\n{line!r}"


def examine(
    where: Path, rng: random.Random, schema: list[Field], lines: list[bytes], plan: list[list[Problem]]
) -> str | None:
    """The first difference between what was planted and what is told, or None; on some threads and blocks."""
    (where / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (where / "in.ndjson").write_bytes(b"".join(lines))
    done = subprocess.run(
        ["ndfit", "-n", "-j", rng.choice("123"), "-s", "schema.json", "--rejects", "rejects.tsv", "in.ndjson"],
        cwd=where, env={**os.environ, "HOURTOOLS_BLOCK_BYTES": rng.choice(["4096", "65536", "1048576"])}, check=False, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    bad = sum(1 for problems in plan if problems)
    difference = compare(lines, plan, where / "rejects.tsv")
    if difference:
        return difference
    if done.returncode != (0 if not bad else 65 if bad == len(plan) else 1):
        return f"exit code {done.returncode}: {done.stderr[-500:]}"
    if bad and not done.stderr.splitlines()[-1].startswith(f"ndfit: {bad} of {len(lines)} records do"):
        return f"{bad} of {len(lines)} planted, told: {done.stderr.splitlines()[-1]}"
    for line, problems in list(zip(lines, plan, strict=True))[::8]:
        difference = difference or second_opinion(schema, line, problems)
    return difference


def generated(rng: random.Random) -> tuple[list[Field], list[bytes], list[list[Problem]]]:
    """A schema, records of it and what is wrong with each; a third is clean."""
    schema = make_schema(rng)
    planter = Planter(rng, 0.0)
    lines, plan = [], []
    for _ in range(RECORDS):
        planter.rate = rng.choice([0.0, 0.01, 0.03])
        text, problems = planter.record(schema), planter.told
        planter.told = []
        if len(problems) > 20:
            continue
        line = text.encode()
        if not problems and rng.random() < 0.06:
            line, reason = broken(rng, text)
            problems = [("", reason, "", "")]
        lines.append(line + rng.choice([b"\n", b"\n", b"\r\n"]))
        plan.append(problems)
    return schema, lines, plan


def sort(problem: Problem) -> str:
    """The sort of a problem, for the count of what was tried."""
    _, reason, expected, _ = problem
    return f"{reason} {expected.partition(' (')[0]}" if reason in ("type", "null", "missing") else reason


def main() -> int:
    count, seed, where = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    rng = random.Random(seed)
    logs = Logs(sys.argv[4:])
    counts: Counter[str] = Counter()
    records = real = longest = 0
    where.mkdir(parents=True, exist_ok=True)
    while counts.total() < count:
        from_logs = bool(sys.argv[4:]) and real * 2 < counts.total()
        schema, lines, plan = logs.planted(rng) if from_logs else generated(rng)
        difference = examine(where, rng, schema, lines, plan)
        if difference:
            print(f"seed {seed}, after {counts.total()} errors: {difference}", file=sys.stderr)
            return 1
        records += len(lines)
        longest = max(longest, 0, *(path.count("/") for problems in plan for path, _, _, _ in problems))
        planted = Counter(sort(problem) for problems in plan for problem in problems)
        real += planted.total() if from_logs else 0
        counts += planted
    print(f"{counts.total()} errors in {records} records, {real} of them in real logs, all told, no other")
    print(f"the longest path has {longest} steps")
    print(", ".join(f"{number} {name}" for name, number in sorted(counts.items())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
