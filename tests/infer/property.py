#!/usr/bin/env python3
"""Random files through ndschema and ndfit, every schema judged by judge.py.

usage: property.py SEED FILES DIR

Ends 0 when for each file ndfit takes every record under the schema and MAP that ndschema made, no
column is wider than its values ask for, and the bytes are the same for other orders, threads and
block sizes; else tells the first file that differs, kept in DIR, and ends 1.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "fit"))

import judge  # noqa: E402
from files import random_records  # noqa: E402
from tree import decode  # noqa: E402

# Columns of the profile that say where something was first met.
PLACES = ("first_", "note")


class Differs(Exception):
    pass


def run(words: list[str], block: int = 0, ends: tuple[int, ...] = (0,)) -> bytes:
    env = dict(os.environ) | ({"HOURTOOLS_BLOCK_BYTES": str(block)} if block else {})
    done = subprocess.run(words, capture_output=True, check=False, timeout=60, env=env)
    if done.returncode not in ends:
        raise Differs(
            f"{' '.join(words)}: ended {done.returncode}: {done.stderr.decode(errors='replace')}"
        )
    return done.stdout


def infer(path: Path, renamed: Path, *options: str, block: int = 0) -> tuple[bytes, bytes]:
    renamed.unlink(missing_ok=True)
    schema = run(["ndschema", "-q", *options, "-m", str(renamed), str(path)], block)
    return schema, renamed.read_bytes() if renamed.exists() else b""


def same(what: str, one: object, other: object) -> None:
    if one != other:
        raise Differs(f"{what}: {one!r} and then {other!r}")


def without_places(profile: bytes) -> list[list[bytes]]:
    rows = [line.split(b"\t") for line in profile.splitlines()]
    kept = [i for i, name in enumerate(rows[0]) if not name.decode().startswith(PLACES)]
    return [[row[i] for i in kept] for row in rows]


class Bench:
    def __init__(self, folder: Path, rng: random.Random) -> None:
        self.rng = rng
        self.file, self.other = folder / "in.ndjson", folder / "shuffled.ndjson"
        self.schema, self.map = folder / "schema.json", folder / "map.tsv"

    def accepted(self, file: Path, *options: str) -> tuple[bytes, bytes]:
        """The schema and MAP that these options give; ndfit takes all of file under them."""
        schema, renamed = infer(self.file, self.map, *options)
        self.schema.write_bytes(schema)
        words = ["ndfit", "-q", "-n", "-s", str(self.schema)]
        run([*words, *(["-m", str(self.map)] if renamed else []), str(file)])
        return schema, renamed

    def judged(self, top: judge.Node, file: Path, *options: str) -> tuple[bytes, bytes]:
        """As accepted, and the judge finds nothing."""
        schema, renamed = self.accepted(file, *options)
        wrong = judge.complaints(
            top,
            judge.load_schema(schema.decode()),
            judge.read_map(renamed.decode()),
            "--suggested" in options,
            "--drop-empty" not in options,
        )
        if wrong:
            raise Differs(f"{options}: " + "; ".join(wrong))
        return schema, renamed

    def check(self, records: list[str], thorough: bool) -> None:
        text = "\n".join(records) + "\n"
        self.file.write_bytes(text.encode())
        top = judge.tree_of([decode(record) for record in records])
        if all(map(judge.is_empty, top.keys.values())):
            run(["ndschema", "-q", "--drop-empty", str(self.file)], ends=(65,))
        else:
            values = [judge.without_empty(record, top) for record in top.values]
            self.other.write_text("\n".join(values) + "\n", encoding="utf-8")
            self.judged(top, self.other, "--drop-empty")
            words = ["ndfit", "-q", "-n", "--drop-unknown", "-s", str(self.schema)]
            run([*words, *(["-m", str(self.map)] if self.map.exists() else []), str(self.file)])
        if not top.keys:
            return
        plain = self.judged(top, self.file)
        self.judged(top, self.file, "--suggested")
        self.accepted(
            self.file, "--json-type", "--required", *self.rng.choice([(), ("--suggested",)])
        )
        shuffled = self.rng.sample(records, len(records))
        self.other.write_bytes(("\n".join(shuffled) + "\n").encode())
        longest = max(len(record.encode()) for record in records)
        for threads in ("1", "2", "4") if thorough else (self.rng.choice("124"),):
            block = max(64, longest // 4 + 1, self.rng.choice([64, 200, 1000, 65536]))
            again = infer(self.other, self.map, "-j", threads, block=block)
            same(f"-j {threads}, blocks of {block}, shuffled", plain, again)
        if thorough:
            self.check_profile(block)

    def check_profile(self, block: int) -> None:
        words = ["ndschema", "-q", "--profile", "--tsv"]
        profile = run([*words, str(self.file)])
        for threads in "124":
            again = run([*words, "-j", threads, str(self.file)], block)
            same(f"profile with -j {threads}", profile, again)
        shuffled = run([*words, str(self.other)])
        same("profile, shuffled", without_places(profile), without_places(shuffled))


def main() -> None:
    seed, files, folder = int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])
    for i in range(files):
        rng = random.Random(f"{seed}:{i}")
        try:
            Bench(folder, rng).check(random_records(rng), i % 8 == 0)
        except Differs as e:
            sys.exit(f"property.py: seed {seed}, file {i} ({folder / 'in.ndjson'}): {e}")


if __name__ == "__main__":
    main()
