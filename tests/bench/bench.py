#!/usr/bin/env python3
"""Measures ndsplit, ndfit and ndschema beside their peers: bench.py [WORK ...], by default all works.

BENCH_MB (1000) is the size of the data, BENCH_ROUNDS (5) how often each program has its turn,
BENCH_RUN a prefix for each such as "chrt -f 50". Work files are in memory where there is room
(/dev/shm) and removed at the end. Prints a table for each work and the targets. results.tsv goes
beside this file when every work ran at full size, else to build/bench, where the plots are.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from fitting_targets import FITTING_TARGETS
from report import machine, plot, print_work, write_tsv
from rounds import Bench
from targets import TARGETS, print_targets
from tools import BUILD, HERE, Tools, find_tools, note
from works import WORKS

FULL_MB = 1000


def memory_folder(mb: float) -> Path:
    """Where inputs and outputs fit into memory three times, else the disk."""
    shm = Path("/dev/shm")
    if shm.is_dir() and os.access(shm, os.W_OK) and shutil.disk_usage(shm).free > mb * 4e6:
        return shm
    note("/dev/shm has no room: working on the disk, figures are those of the disk")
    return BUILD


def about(tools: Tools, mb: float) -> str:
    told = subprocess.run(
        [tools.path["ndsplit"], "--version"], check=True, capture_output=True, text=True
    )
    return f"{told.stdout.strip()}, BENCH_MB={mb:g}"


def main() -> None:
    if "--help" in sys.argv[1:]:
        print(__doc__.strip())
        return
    names = sys.argv[1:] or [work.name for work in WORKS]
    unknown = sorted(set(names) - {work.name for work in WORKS})
    if unknown:
        sys.exit(f"bench: no such work: {unknown[0]}; there are {', '.join(w.name for w in WORKS)}")
    mb = float(os.environ.get("BENCH_MB", FULL_MB))
    rounds = int(os.environ.get("BENCH_ROUNDS", "5"))
    tools = find_tools()
    print(f"{machine()}; {about(tools, mb)}", flush=True)
    done = []
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=memory_folder(mb)) as memory,
        tempfile.TemporaryDirectory(prefix="bench-", dir=BUILD) as disk,
    ):
        bench = Bench(tools, Path(memory), Path(disk), mb, rounds)
        for work in WORKS:
            if work.name in names:
                done.append(bench.measure(work))
                print_work(done[-1])
    full = len(done) == len(WORKS) and mb >= FULL_MB
    write_tsv((HERE if full else BUILD) / "results.tsv", done, about(tools, mb))
    if len(done) == len(WORKS):
        plot(tools, BUILD, done)
    results = {runs[0].work.name: {r.program.name: r for r in runs} for runs in done if runs}
    print_targets(results, TARGETS + FITTING_TARGETS)


if __name__ == "__main__":
    main()
