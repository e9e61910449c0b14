#!/usr/bin/env python3
"""First inputs for fuzzing: a corpus, and random documents behind the bytes that choose the rules.

usage: seeds.py DIR NUMBER [CORPUS]    write so many documents, and the inputs of a corpus, into DIR
       seeds.py --pack DIR >CORPUS     the files of DIR as a corpus: a line of base64 for each
"""

from __future__ import annotations

import base64
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "split"))
from property import document


def pack(where: Path) -> None:
    for data in sorted((p.read_bytes() for p in where.iterdir()), key=lambda b: (len(b), b)):
        print(base64.b64encode(data).decode())


def write(where: Path, count: int, corpus: list[str]) -> None:
    where.mkdir(parents=True, exist_ok=True)
    for number, line in enumerate(corpus):
        (where / f"kept-{number:04d}").write_bytes(base64.b64decode(line))
    for seed in range(count):
        rng = random.Random(seed)
        head = rng.randbytes(4)
        text = document(rng, seed % 3 == 0)[: rng.choice([200, 1000, 4000])]
        (where / f"random-{seed:04d}").write_bytes(head + b" " * rng.randint(0, 70) + text)


def main() -> None:
    if sys.argv[1] == "--pack":
        pack(Path(sys.argv[2]))
        return
    corpus = [line for path in sys.argv[3:] for line in Path(path).read_text().split()]
    write(Path(sys.argv[1]), int(sys.argv[2]), corpus)


if __name__ == "__main__":
    main()
