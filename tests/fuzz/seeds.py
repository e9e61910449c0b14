#!/usr/bin/env python3
"""First inputs for fuzzing: random documents behind the bytes that choose the rules.

usage: seeds.py DIR NUMBER
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "split"))
from property import document


def main() -> None:
    where, count = Path(sys.argv[1]), int(sys.argv[2])
    where.mkdir(parents=True, exist_ok=True)
    for seed in range(count):
        rng = random.Random(seed)
        head = rng.randbytes(4)
        text = document(rng, seed % 3 == 0)[: rng.choice([200, 1000, 4000])]
        (where / f"{seed:04d}").write_bytes(head + b" " * rng.randint(0, 70) + text)


if __name__ == "__main__":
    main()
