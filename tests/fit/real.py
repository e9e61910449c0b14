"""Real logs with planted errors: a schema of each type's own columns, values replaced in the text as it is."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from typing import Any

from checker import column_name, pointer
from plant import Problem, found
from rules import RULES, Field, Wrong, kind, meaning
from tree import decode
from values import bad, quoted

# What a column may be, the narrowest first.
TRIED = ("INTEGER", "BOOLEAN", "FLOAT", "TIMESTAMP", "DATE", "TIME", "DATETIME", "STRING")
RECORDS = 700
# key, its text, the value's text
Member = tuple[str, str, str]
_DECODER = json.JSONDecoder()


def members(line: str) -> list[Member]:
    """The members of an object without white space outside of its values."""
    found_, at = [], 1
    while line[at] != "}":
        key, end = _DECODER.raw_decode(line, at)
        value = _DECODER.raw_decode(line, end + 1)[1]
        found_.append((key, line[at:end], line[end + 1 : value]))
        at = value + (line[value] == ",")
    return found_


def name_of(key: str) -> str:
    """The column of a key; some of these differ in case from record to record."""
    return column_name(key).lower()


def column(name: str, values: list[Any], everywhere: bool) -> Field:
    """A column that takes all these values; REQUIRED when no record lacks it."""
    flat = [item for value in values for item in (value if isinstance(value, list) else [value])]
    field: Field = {"name": name, "type": "STRING", "mode": "REQUIRED" if everywhere else "NULLABLE"}
    if any(isinstance(value, list) for value in values):
        field["mode"] = "REPEATED" if all(isinstance(value, list) for value in values) else field["mode"]
    for each in TRIED:
        try:
            if each != "STRING" and (len(flat) != len(values)):
                continue
            for value in flat:
                meaning({"type": each}, value)
        except Wrong:
            continue
        field["type"] = each
        break
    if field["type"] == "STRING" and all(kind(value) == "STRING" for value in flat):
        field["maxLength"] = max(map(len, flat), default=1) or 1
    return field


class Logs:
    """The records of each type of some files."""

    def __init__(self, paths: list[str]) -> None:
        lines: dict[str, list[str]] = defaultdict(list)
        for path in paths:
            with gzip.open(path, "rt", encoding="utf-8", newline="\n") as log:
                for line in log:
                    lines[json.loads(line)["Channel"]].append(line.rstrip("\r\n"))
        self.types = [self._type(each) for each in lines.values() if len(each) >= 20]

    @staticmethod
    def _type(lines: list[str]) -> tuple[list[Field], list[list[Member]]]:
        records = [members(line) for line in lines]
        values: dict[str, list[Any]] = defaultdict(list)
        for record in records:
            names = [name_of(key) for key, _, _ in record]
            assert len(names) == len(set(names)), "keys that go to one column"
            for name, (_, _, value) in zip(names, record, strict=True):
                values[name].append(decode(value))
        return [column(name, v, len(v) == len(lines)) for name, v in values.items()], records

    def planted(self, rng: random.Random) -> tuple[list[Field], list[bytes], list[list[Problem]]]:
        """A type's schema, some of its records in order, and what was planted in each; a third is clean."""
        schema, records = rng.choice(self.types)
        by_name = {field["name"]: field for field in schema}
        start = rng.randrange(len(records))
        lines, plan = [], []
        for record in records[start : start + RECORDS]:
            problems: list[Problem] = []
            parts = list(record)
            for i in sorted(rng.sample(range(len(parts)), rng.choice([0, 1, min(5, len(parts))])), reverse=True):
                self._plant(rng, by_name, parts, i, problems)
            text = ",".join(f"{key}:{value}" for _, key, value in parts)
            lines.append(f"{{{text}}}\r\n".encode())
            plan.append(problems)
        return schema, lines, plan

    @staticmethod
    def _plant(
        rng: random.Random, by_name: dict[str, Field], parts: list[Member], i: int, problems: list[Problem]
    ) -> None:
        key, spelled, value = parts[i]
        field, at = by_name[name_of(key)], pointer("", key)
        chance = rng.random()
        if chance < 0.1:
            unknown = rng.choice(["third party", "x" * 30, f"{key}~/2"])
            parts.insert(i, (unknown, quoted(rng, unknown), rng.choice(["1", "null", '{"a": [1]}'])))
            problems.append((pointer("", unknown), "unknown", "", ""))
        elif chance < 0.2:
            parts.insert(rng.randint(i, len(parts)), parts[i])
            problems.append((at, "duplicate", "", ""))
        elif field["mode"] == "REQUIRED" and chance < 0.4:
            del parts[i]
            problems.append((f"/{field['name']}", "missing", f"{field['type']} (REQUIRED)", "nothing"))
        elif field["mode"] == "REQUIRED" and chance < 0.6:
            parts[i] = (key, spelled, "null")
            problems.append((at, "null", f"{field['type']} (REQUIRED)", "null"))
        elif field["mode"] == "REPEATED":
            parts[i] = (key, spelled, value[:-1] + (", null]" if len(value) > 2 else "null]"))
            last = len(decode(value))
            problems.append((f"{at}/{last}", "null", f"{field['type']} (REPEATED)", "null"))
        elif (text := bad(rng, field)) is not None and field["type"] in RULES:
            parts[i] = (key, spelled, text)
            problems.append((at, "type", field["type"], found(text)))
