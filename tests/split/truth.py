#!/usr/bin/env python3
"""What ndsplit must make of some files, worked out anew from its manual with Python's json.

usage: truth.py KEY DIR FILE…

Splits FILE… with ndsplit into the new folder DIR and compares every file, the manifest, the rejects and the
exit code with what they must be. Tells the first difference and ends 1.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

BOM = b"\xef\xbb\xbf"
SPACE = b" \t\r"


class Pairs(list):
    """An object as its members, in order, doubled names and all."""


class Number(str):
    """A number as it is spelled."""


@dataclass
class Rules:
    key: str
    max_line: int = 100 << 20
    max_depth: int = 500
    options: list[str] = field(default_factory=list)


def refuse_constant(name: str) -> None:
    raise json.JSONDecodeError(name, "", 0)


DECODER = json.JSONDecoder(
    object_pairs_hook=Pairs, parse_int=Number, parse_float=Number, parse_constant=refuse_constant
)


class Fault(Exception):
    """Why a record is set aside."""


def too_deep_at(text: str, most: int) -> int:
    """Where brackets nest deeper than most; behind the end when nowhere."""
    depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*(?:"|$)|[\[\]{}]', text, re.DOTALL):
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(token[0], 0)
        if depth > most:
            return token.start()
    return len(text) + 1


def first_value(record: bytes, rules: Rules) -> tuple[Any, int]:
    """The JSON value that the bytes begin with, and where it ends in them; Fault when there is none."""
    text = record.decode("utf-8", "surrogateescape")
    start = len(text) - len(text.lstrip(" \t\r"))
    bad = re.search("[\udc80-\udcff]", text)
    wrong_at, reason, value, end = len(text) + 1, "", None, 0
    try:
        value, end = DECODER.raw_decode(text, start)
    except json.JSONDecodeError as error:
        wrong_at = len(text) if error.msg.startswith("Unterminated") else error.pos
        reason = "control-character" if "control character" in error.msg else "not-json"
    limit = end if not reason else len(text)
    deep = too_deep_at(text[:limit], rules.max_depth)
    if bad and bad.start() < min(wrong_at, deep, limit):
        raise Fault("bad-utf8")
    if deep < min(wrong_at, limit):
        raise Fault("too-deep")
    if reason:
        raise Fault(reason)
    return value, len(text[:end].encode("utf-8", "surrogateescape"))


def follow_glue(record: bytes) -> int:
    """Where the next object begins: a brace behind one that closed the outermost bracket; else the end."""
    depth, closed = 0, False
    for token in re.finditer(rb'"(?:[^"\\]|\\.)*(?:"|$)|.', record, re.DOTALL):
        mark = token[0]
        if mark == b"{" and closed:
            return token.start()
        closed = closed and mark in (b" ", b"\t", b"\r")
        if mark in b"[{":
            depth += 1
        elif mark in b"]}":
            if depth == 0:
                return len(record)
            depth -= 1
            closed = depth == 0 and mark == b"}"
    return len(record)


def type_of(value: Any, rules: Rules) -> bytes:
    if not isinstance(value, Pairs):
        raise Fault("not-object")
    tokens = [rules.key]
    if rules.key.startswith("/"):
        tokens = [t.replace("~1", "/").replace("~0", "~") for t in rules.key[1:].split("/")]
    for token in tokens:
        if isinstance(value, Pairs):
            found = [v for name, v in value if name == token]
            if len(found) > 1:
                raise Fault("duplicate-key")
        elif isinstance(value, list) and re.fullmatch("0|[1-9][0-9]*", token):
            found = value[int(token) : int(token) + 1]
        else:
            found = []
        if not found:
            raise Fault("no-key")
        value = found[0]
    if isinstance(value, list):
        raise Fault("key-container")
    if value is None:
        raise Fault("key-null")
    text = value if isinstance(value, str) else json.dumps(value)
    if re.search("[\ud800-\udfff]", text):
        raise Fault("key-surrogate")
    if text == "_rejected":
        raise Fault("reserved-type")
    return text.encode()


def records(line: bytes, rules: Rules) -> Iterator[tuple[int, bytes, bytes | Fault]]:
    """Each record of a line: where it begins, its bytes, its type or why it has none."""
    at = len(BOM) if line.startswith(BOM) else 0
    while line[at:].strip(SPACE):
        rest = line[at:]
        try:
            value, end = first_value(rest, rules)
            behind = len(rest) - len(rest[end:].lstrip(SPACE))
            if rest[behind:] and not (isinstance(value, Pairs) and rest[behind:].startswith(b"{")):
                raise Fault("not-json")
            if not isinstance(value, Pairs):
                raise Fault("not-object")
            next_at = behind
            record = rest[:end] if rest[behind:] else rest
            try:
                verdict: bytes | Fault = type_of(value, rules)
            except Fault as fault:
                verdict = fault
        except Fault as fault:
            verdict = fault
            next_at = follow_glue(rest)
            record = rest[:next_at].rstrip(SPACE) if next_at < len(rest) else rest
        if len(record) > rules.max_line:
            verdict = Fault("too-long")
        yield at, record, verdict
        at += next_at


def file_name(kind: bytes) -> str:
    if kind == b"_rejected":
        return "_rejected"
    name = re.sub(rb"[^A-Za-z0-9._-]", lambda m: b"%%%02X" % m[0][0], kind).decode()
    if name[:1] in (".", "_"):
        name = f"%{ord(name[0]):02X}{name[1:]}"
    if len(name) > 200:
        head = re.sub("%.?$", "", name[:150])
        return f"{head}~{hashlib.sha256(kind).hexdigest()[:32]}"
    return name or "%"


def escaped(text: bytes) -> bytes:
    for raw, written in ((b"\\", b"\\\\"), (b"\t", b"\\t"), (b"\n", b"\\n"), (b"\r", b"\\r")):
        text = text.replace(raw, written)
    return text


@dataclass
class Outcome:
    files: dict[bytes, list[bytes]] = field(default_factory=dict)
    rejects: list[bytes] = field(default_factory=list)
    good: int = 0

    def code(self) -> int:
        if self.good:
            return 1 if self.rejects else 0
        return 65 if self.rejects else 66


def split(files: list[str], rules: Rules) -> Outcome:
    out = Outcome()
    for name in files:
        data = Path(name).read_bytes()
        data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
        offset = 0
        for number, line in enumerate(data.split(b"\n"), 1):
            text = line.removesuffix(b"\r")
            for at, record, verdict in records(text, rules):
                kind = b"_rejected"
                if isinstance(verdict, bytes):
                    kind = verdict
                    out.good += 1
                else:
                    out.rejects.append(b"%s\t%d\t%d\t%s" % (name.encode(), number, offset + at, str(verdict).encode()))
                out.files.setdefault(kind, []).append(record)
            offset += len(line) + 1
    return out


def compare(files: list[str], rules: Rules, where: Path) -> str | None:
    """The first difference between ndsplit's outcome and the truth, or None."""
    where.mkdir(parents=True)
    done = subprocess.run(
        ["ndsplit", "-q", "-k", rules.key, "-o", f"{where}/{{type}}", "--rejects", f"{where}.rejects",
         *rules.options, *files], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False,
    )
    want = split(files, rules)
    if done.returncode != want.code():
        return f"exit code {done.returncode}, expected {want.code()}"
    rejects = [line.rsplit(b"\t", 1)[0] for line in Path(f"{where}.rejects").read_bytes().splitlines()]
    for found, expected in zip([*rejects, b"nothing"], [*want.rejects, b"nothing"], strict=False):
        if found != expected:
            return f"rejects: found {found!r}, expected {expected!r}"
    contents = {kind: b"".join(r + b"\n" for r in rows) for kind, rows in want.files.items()}
    if {p.name for p in where.iterdir()} != {file_name(kind) for kind in contents}:
        return f"files: {sorted(p.name for p in where.iterdir())}, expected {sorted(map(file_name, contents))}"
    for kind, content in contents.items():
        if (where / file_name(kind)).read_bytes() != content:
            return f"type {kind!r}: other bytes than expected"
    manifest = b"".join(
        b"%s\t%d\t%d\t%s/%s\n"
        % (escaped(kind), len(want.files[kind]), len(contents[kind]), str(where).encode(), file_name(kind).encode())
        for kind in sorted(contents)
    )
    return None if done.stdout == manifest else f"manifest: found {done.stdout!r}, expected {manifest!r}"


def main() -> int:
    key, where, *files = sys.argv[1:]
    difference = compare(files, Rules(key), Path(where))
    if difference:
        print(difference, file=sys.stderr)
    return 1 if difference else 0


if __name__ == "__main__":
    sys.exit(main())
