"""Records whose problems are known because they were planted: a schema of every type, and records of it."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass

from checker import ascii_lower, column_name, pointer
from rules import Field, kind
from tree import decode
from values import GOOD, bad, quoted

# Path, reason, expected and found as ndfit is to tell them; syntax: only the reason is known.
Problem = tuple[str, str, str, str]
DEEPEST = 14
NAMES = ("c", "Col", "_at", "x_y", "a-b ", "\u00e9", "'")


def found(text: str) -> str:
    """A value as ndfit names it: its kind, and a scalar's text."""
    name = kind(decode(text))
    return name if name in ("OBJECT", "ARRAY") else f"{name} {text}"


def make_schema(rng: random.Random, depth: int = 0) -> list[Field]:
    """Columns of every type and mode at each of 15 levels; each but the last level has a deeper RECORD."""
    kinds = list(GOOD) if depth == 0 else rng.sample(list(GOOD), 3)
    fields = []
    for i, name in enumerate(kinds):
        field: Field = {"name": f"{rng.choice(NAMES)}{i}", "type": name}
        field["mode"] = rng.choice(["NULLABLE", "NULLABLE", "REQUIRED", "REPEATED"])
        if name in ("NUMERIC", "BIGNUMERIC") and rng.random() < 0.4:
            field |= {"precision": 7, "scale": 3}
        if name in ("STRING", "BYTES") and rng.random() < 0.6:
            field["maxLength"] = rng.choice([3, 12])
        fields.append(field)
    for mode in ("NULLABLE", "REPEATED") if depth == 0 else (rng.choice(["NULLABLE", "REPEATED", "REQUIRED"]),):
        if depth < DEEPEST:
            inner = make_schema(rng, depth + 1)
            fields.append({"name": f"r{mode[2]}", "type": "RECORD", "mode": mode, "fields": inner})
    rng.shuffle(fields)
    return fields


@dataclass
class Planter:
    """Makes records; rate is the chance that a value has a problem. told has those of the last record."""

    rng: random.Random
    rate: float

    def __post_init__(self) -> None:
        self.told: list[Problem] = []

    def tell(self, path: str, reason: str, expected: str = "", what: str = "") -> None:
        self.told.append((path, reason, expected, what))

    def plants(self) -> bool:
        return self.rng.random() < self.rate

    def space(self) -> str:
        return self.rng.choice(["", "", "", " ", "\t"])

    def key(self, name: str) -> str:
        """A key that goes to a column."""
        chance = self.rng.random()
        if chance < 0.03:
            return "".join(c.swapcase() if c.isascii() else c for c in name)
        if chance < 0.06 and "_" in name:
            return name.replace("_", self.rng.choice("-.@ \u00e9/~"), 1)
        return name

    def single(self, field: Field, path: str) -> str:
        """A value of a column that is not REPEATED, or of one element."""
        if field["type"] == "RECORD" and not self.plants():
            return self.record(field["fields"], path)
        if field["type"] != "RECORD" and not self.plants():
            return GOOD[field["type"]](self.rng, field)
        text = bad(self.rng, field)
        if text is None:
            return GOOD[field["type"]](self.rng, field)
        self.tell(path, "type", field["type"], found(text))
        return text

    def value(self, field: Field, path: str) -> str:
        rng, mode = self.rng, field.get("mode")
        if mode != "REPEATED":
            if mode == "REQUIRED" and self.plants():
                self.tell(path, "null", f"{field['type']} (REQUIRED)", "null")
                return "null"
            return "null" if mode == "NULLABLE" and rng.random() < 0.05 else self.single(field, path)
        if self.plants():
            text = bad(rng, {"type": "ARRAY"}) or ""
            self.tell(path, "type", f"ARRAY of {field['type']}", found(text))
            return text
        if rng.random() < 0.05:
            return "null"
        items = []
        for i in range(rng.choice([0, 1, 1, 2, 3])):
            if self.plants():
                self.tell(f"{path}/{i}", "null", f"{field['type']} (REPEATED)", "null")
                items.append("null")
            else:
                items.append(self.single(field, f"{path}/{i}"))
        return "[" + ",".join(self.space() + item for item in items) + self.space() + "]"

    def member(self, field: Field, path: str) -> tuple[str, str]:
        key = self.key(field["name"])
        value = self.value(field, pointer(path, key))
        text = f"{self.space()}{quoted(self.rng, key)}{self.space()}:{self.space()}{value}{self.space()}"
        return key, text

    def record(self, fields: list[Field], path: str = "") -> str:
        """An object under these columns."""
        rng, members = self.rng, []
        for field in rng.sample(fields, len(fields)) if rng.random() < 0.3 else fields:
            if field.get("mode") == "REQUIRED":
                if self.plants():
                    self.tell(f"{path}/{field['name']}", "missing", f"{field['type']} (REQUIRED)", "nothing")
                    continue
            elif rng.random() < (0.15 if field["type"] == "RECORD" else 0.5):
                continue
            key, text = self.member(field, path)
            members.append(text)
            if self.plants():
                members.append(self.again(field, path, key))
        if self.plants():
            members.insert(rng.randint(0, len(members)), self.unknown(fields, path))
        return "{" + (",".join(members) or self.space()) + "}"

    def again(self, field: Field, path: str, first: str) -> str:
        """The same column a second time, in a value that fits."""
        key, rate, self.rate = self.key(field["name"]), self.rate, 0.0
        value = self.value(field, "")
        self.rate = rate
        self.tell(pointer(path, key), "duplicate" if key == first else "collision", field["name"])
        return f"{quoted(self.rng, key)}:{value}"

    def unknown(self, fields: list[Field], path: str) -> str:
        taken = {ascii_lower(field["name"]) for field in fields}
        key = self.rng.choice(["colour", "", "a.b", "x/y", "t~t", "\u5217", "c", "_", "9", "c99"])
        while ascii_lower(key) in taken or ascii_lower(column_name(key)) in taken:
            key += "z"
        self.tell(pointer(path, key), "unknown")
        return f"{quoted(self.rng, key)}:{self.rng.choice(['null', '1', '{}', json.dumps('x')])}"


def broken(rng: random.Random, record: str) -> tuple[bytes, str]:
    """A record of which nothing can be read, and the reason."""
    whole = record.encode()
    return rng.choice(
        [
            (record[: rng.randint(1, len(record) - 1)].encode(), "not-json"),
            (b"[" + whole + b"]", "not-object"),
            (rng.choice([b"5", b'"x"', b"true", b"null"]), "not-object"),
            (b'{"a":"' + rng.choice([b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"]) + b'"}', "bad-utf8"),
            (b'{"a":"' + bytes([rng.choice([1, 2, 11, 31])]) + b'"}', "control-character"),
            (b'{"a":' * 501 + b"1" + b"}" * 501, "too-deep"),
            (b"{," + whole[1:], "not-json"),
            (whole[:-1] + b",}", "not-json"),
            (b'{"a":01}', "not-json"),
            (b'{"a":"\\x"}', "not-json"),
        ]
    )
