#!/usr/bin/env python3
"""Measures s3cat and gcsput beside their peers: transfer.py [WORK ... | memory], by default all.

Servers are versitygw, fake-gcs-server and nginx on 127.0.0.1, the files are in memory (/dev/shm);
CPU and memory are the client's. BENCH_SHARE (1) is the part of the objects that are moved,
BENCH_ROUNDS (5) how often each program has its turn, BENCH_RUN a prefix for each such as "chrt -f
50". Prints a table for each work, the targets, and the memory of each program over -j, size and
kind of objects. transfer.tsv goes beside this file when all of it ran at full size, else to
build/bench.
"""

import os
import signal
import sys
import tempfile
from pathlib import Path

from report import machine, print_work, write_tsv
from rounds import Result
from targets import Results, judge, print_targets
from tools import BUILD, HERE, find_tools
from transfer_memory import measure_memory
from transfer_rounds import TransferBench
from transfer_servers import Servers
from transfer_targets import TARGETS
from transfer_tools import add_transfer_tools
from transfer_works import WORKS


def write(
    path: Path, share: float, done: list[list[Result]], memory: list[str], results: Results
) -> None:
    """Results of each work, verdicts, and the matrix of memory, as one table with comments."""
    about = f"versitygw 1.0.14, fake-gcs-server 1.56.1, nginx; BENCH_SHARE={share:g}"
    write_tsv(path, done, about)
    with path.open("a") as out:
        for target in TARGETS:
            figure, verdict, aside = judge(target, results)
            cells = ["# target", target.what, target.wanted, figure, verdict, aside]
            print(*cells[: None if aside else -1], sep="\t", file=out)
        for line in memory:
            print("# memory", line, sep="\t", file=out)


def main() -> None:
    if "--help" in sys.argv[1:]:
        print((__doc__ or "").strip())
        return
    every = [work.name for work in WORKS]
    names = sys.argv[1:] or [*every, "memory"]
    unknown = sorted(set(names) - {*every, "memory"})
    if unknown:
        sys.exit(f"bench: no such work: {unknown[0]}; there are {', '.join(every)}, memory")
    share = float(os.environ.get("BENCH_SHARE", "1"))
    rounds = int(os.environ.get("BENCH_ROUNDS", "5"))
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # servers end, files go
    tools = find_tools()
    add_transfer_tools(tools)
    print(f"{machine()}; BENCH_SHARE={share:g}", flush=True)
    folder = Path("/dev/shm") if Path("/dev/shm").is_dir() else BUILD
    done, memory = [], []
    with (
        tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as work_files,
        tempfile.TemporaryDirectory(prefix="bench-", dir=folder) as server_files,
        Servers(Path(server_files)) as servers,
    ):
        bench = TransferBench(tools, servers, Path(work_files), share, rounds)
        for work in WORKS:
            if work.name in names:
                done.append(bench.measure(work))
                print_work(done[-1])
        if "memory" in names:
            memory = measure_memory(bench)
    results = {runs[0].work.name: {r.program.name: r for r in runs} for runs in done if runs}
    print_targets(results, TARGETS)
    print(*memory, sep="\n")
    full = len(names) == len(every) + 1 and share >= 1
    write((HERE if full else BUILD) / "transfer.tsv", share, done, memory, results)


if __name__ == "__main__":
    main()
