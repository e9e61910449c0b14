#!/usr/bin/env python3
"""Random documents, odd ones included, through ndsplit, each outcome compared with truth.py.

usage: property.py FIRST-SEED DOCUMENTS DIR

Ends 0 when all agree; else tells seed and first difference, leaves the document in DIR, and ends 1.
"""

from __future__ import annotations

import gzip
import json
import random
import shutil
import sys
from pathlib import Path

from truth import Rules, compare

TYPES = [
    "a", "A", "b", "security", "Security", "a/b", "a%2Fb", "_a", "__rejected", "_rejected", ".", "..", ".a", "", "%",
    "-", "~", "h\u00e9", "\u65e5\u672c", "\U0001f600", "a b", "a\tb", "a\nb", "a\\b", "\0", "x" * 199, "x" * 200, "x" * 201,
    "\u00e9" * 100, "x" * 149 + "\u00e9" * 60, "x" * 148 + "\u00e9" * 60, "1", "true", "null",
]  # fmt: skip
SCALARS = '0 -0 1 12 -7 1.50 1e3 1E-2 -0.0e+00 123456789012345678901234567890 true false null "" "x" "}{" "\\\\" "\\""'.split()
NAMES = ["t", "u", "T", "tt", "a", "b", "0", "1", "", "a/b", "~", "d\u00e9j\u00e0"]
ODD_LINES = [
    b"", b" ", b"\t \r", b"[]", b"[1,2]", b"12", b"null", b'"t"', b"}", b"]{", b"{", b'{"t":"a"', b'{"t":"a"}}', b"x",
    b"<html>", b"\0", b'{"t":"\x01"}', b'{"t":"\xff"}', b'{"t":"a","x":"\xed\xa0\x80"}', b'{"t":"a","x":"\xe2\x82"}',
    b'{"t":"\\ud800"}', b'{"t":"\\udc00\\ud800"}', b'{"t":"a","x":"\\ud800"}', b'{"t":NaN}', b'{"t":01}', b'{"t":1.}',
    b"{'t':1}", b'{"t":"a",}', b'{"t":"a"}[1]', b'{"t":"a"} x', b'{"t":"a"}\xef\xbb\xbf{"t":"a"}', b'{x}{"t":"a"}', b"\xef\xbb\xbf",
    b'{"t":"a"\x0c}', b'{"t":"a"}\x00', b'{"x":[[[[[[[[[[[[[[1]]]]]]]]]]]]]],"t":"a"}', b"[" * 40, b'{"t":"a","x":"' + b"y" * 300 + b'"}',
]  # fmt: skip
KEYS = ["t", "t", "t", "", "a/b", "/t", "/a/t", "/a/0", "/a/1/t", "/a~1b", "/", "/~0", "d\u00e9j\u00e0", "/a/b/t"]


def spelled(rng: random.Random, text: str) -> str:
    """The text as a JSON string, in one of its spellings."""
    out = []
    for c in text:
        if rng.random() < 0.1:
            out.append("".join(f"\\u{int.from_bytes(c.encode('utf-16-be')[i : i + 2]):04x}" for i in range(0, 2 + 2 * (c > "\uffff"), 2)))
        elif c == "/" and rng.random() < 0.5:
            out.append("\\/")
        else:
            out.append(json.dumps(c, ensure_ascii=rng.random() < 0.3)[1:-1])
    return f'"{"".join(out)}"'


def space(rng: random.Random) -> str:
    return rng.choice(["", "", "", "", " ", "\t", "  ", " \r "])


def value(rng: random.Random, depth: int) -> str:
    chance = rng.random()
    if depth > 4 or chance < 0.3:
        return rng.choice(SCALARS)
    if chance < 0.6:
        return spelled(rng, rng.choice(TYPES))
    if chance < 0.75:
        return "[" + ",".join(space(rng) + value(rng, depth + 1) + space(rng) for _ in range(rng.randint(0, 3))) + "]"
    return record(rng, depth + 1)


def record(rng: random.Random, depth: int = 0) -> str:
    names = [rng.choice(NAMES) for _ in range(rng.randint(0, 5))]
    if rng.random() < 0.8:
        names = list(dict.fromkeys(names))
        if "t" not in names and rng.random() < 0.8:
            names.insert(rng.randint(0, len(names)), "t")
    members = []
    for name in names:
        content = spelled(rng, rng.choice(TYPES)) if name == "t" and rng.random() < 0.8 else value(rng, depth)
        members.append(f"{space(rng)}{spelled(rng, name)}{space(rng)}:{space(rng)}{content}{space(rng)}")
    return "{" + (",".join(members) or space(rng)) + "}"


def mutated(rng: random.Random, line: bytes) -> bytes:
    """The line with one byte changed, left out, doubled, or the rest cut."""
    at = rng.randrange(len(line))
    made = bytes([rng.choice(b'{}[]",:\\ \0\x01\x1f0et-\x80\xc3\xe2\xff')])
    middle = rng.choice([made, b"", line[at : at + 1] * 2, line[at : at + 1] + made])
    return line[:at] + middle + (b"" if rng.random() < 0.1 else line[at + 1 :])


def document(rng: random.Random, sound: bool) -> bytes:
    out = [b"\xef\xbb\xbf"] if rng.random() < 0.2 else []
    for _ in range(rng.randint(0, 40)):
        glued = [record(rng).encode() for _ in range(rng.choice([1, 1, 1, 1, 2, 3]))]
        line = rng.choice([b"", b"", b" ", b"\t"]).join(glued)
        if not sound and rng.random() < 0.15:
            line = mutated(rng, line)
        if not sound and rng.random() < 0.1:
            line = rng.choice(ODD_LINES)
        line = line.replace(b"\n", b"")
        out.append(rng.choice([b"", b"", b"", b" ", b"\t"]) + line + rng.choice([b"", b"", b" "]))
        out.append(rng.choice([b"\n", b"\n", b"\r\n", b"\n\n", b"\r\n \n"]))
    if out and rng.random() < 0.3:
        out.pop()
    return b"".join(out)


def run(seed: int, where: Path) -> str | None:
    rng = random.Random(seed)
    rules = Rules(rng.choice(KEYS) or "t")
    sound = seed % 2 == 0
    if sound:
        rules.options = ["--trust"]
    else:
        rules.max_depth, rules.max_line = rng.choice([(500, 100 << 20), (8, 100 << 20), (500, 120), (3, 60)])
        rules.options = ["--max-depth", str(rules.max_depth), "--max-line", str(rules.max_line)]
    files = []
    for number in range(rng.randint(1, 3)):
        path = where / f"in{number}"
        data = document(rng, sound)
        path.write_bytes(gzip.compress(data) if rng.random() < 0.2 else data)
        files.append(str(path))
    difference = compare(files, rules, where / "out")
    return difference and f"key {rules.key!r} {rules.options} {files}: {difference}"


def main() -> int:
    first, count, where = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    for seed in range(first, first + count):
        shutil.rmtree(where, ignore_errors=True)
        where.mkdir(parents=True)
        difference = run(seed, where)
        if difference:
            print(f"seed {seed}: {difference}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
