#!/usr/bin/env python3
"""s3cat, gcscat and gcsput under every fault of the stand-in: right bytes, or the right exit code.

usage: transfer.py [-j LANES] [--brief] [--program NAME] [--only TEXT] [--write FILE] DIR

A cell is one run of a program, under faults. It fails when bytes are wrong and the code is 0, when
the code is none of the cell's, when an error is not one line, when what came before an error is
not what the bytes begin with, when a wrong object is left, or when more than a chunk was sent
again after a cut. NAME is the beginning of s3cat, gcscat, or gcsput (its small and large files, -
and a manifest), TEXT a part of a cell's name. A cell whose faults did not strike fails too. --brief leaves out most positions of cuts; FILE gets
a row a cell. Prints what failed and a count; exit 1 when any did.
"""

from __future__ import annotations

import argparse
import itertools
import json
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from standin import StandIn
from transfer_cells import ALWAYS, Cell, cells
from transfer_work import Moved, Work
from trouble import Troubles

FOR_EVER = 1_000_000_000  # times that are counted down, so that it shows whether a fault struck
SECONDS = 60  # of one run; the longest wait of a cell is 2.5 s a try


@dataclass
class Row:
    cell: Cell
    outcome: str  # "right", "refused", or what was wrong
    code: int
    sent: int  # bytes of bodies that went over the wire for the object
    wrong: bool
    seconds: float = 0


def resent(cell: Cell, moved: Moved) -> bool:
    """Whether more went twice than the cell allows."""
    return cell.resent is not None and moved.sent > moved.size + cell.resent


def said_wrong(code: int, lines: list[str]) -> str:
    """An error is one line; success is silent."""
    if code == 0:
        return f"says: {lines[0]}" if lines else ""
    return "" if len(lines) == 1 else f"{len(lines)} lines: {' / '.join(lines)}"


def struck(cloud: StandIn, code: int) -> str:
    """What shows that a fault did not strike as often as it was meant to, or ''."""
    for fault in json.loads(cloud.ask("GET", "/faults")):
        left = fault["times"]
        if left == FOR_EVER or (code == 0 and 0 < left < FOR_EVER // 2):
            return f"{fault['kind']} of {fault['route']} did not strike"
    return ""


def run(work: Work, cell: Cell, troubles: Troubles) -> Row:
    cloud = work.cloud
    work.begin(cell)
    for fault in cell.faults:
        options = dict(fault.options)
        if options.get("times") == ALWAYS:
            options["times"] = str(FOR_EVER)
        cloud.set_fault(fault.service, fault.route, fault.kind, options)
    env = {**work.env}
    if cell.trouble:
        env |= troubles.environment(cell.trouble, work.services)
    try:
        done = subprocess.run(
            ["sh", "-c", work.command(cell)],
            env=env,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Row(cell, f"still runs after {SECONDS} s", -1, 0, True)
    else:
        unmet = struck(cloud, done.returncode)
    finally:
        cloud.clear_faults()
        work.end(cell)
    lines = done.stderr.decode(errors="replace").splitlines()
    moved = work.moved(cell, done.stdout, done.returncode)
    why = unmet or moved.wrong or said_wrong(done.returncode, lines)
    if not why and done.returncode not in cell.codes:
        wanted = " or ".join(map(str, sorted(cell.codes)))
        why = f"ended with {done.returncode}, not {wanted}: {' / '.join(lines)}"
    if not why and done.returncode == 0 and resent(cell, moved):
        why = f"{moved.sent} bytes were sent for {moved.size}"
    outcome = why or ("right" if done.returncode == 0 else "refused")
    return Row(cell, outcome, done.returncode, moved.sent, bool(why))


def lane(work: Work, waiting: queue.SimpleQueue[Cell], troubles: Troubles, rows: list[Row]) -> None:
    try:
        while True:
            try:
                cell = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                began = time.monotonic()
                rows.append(run(work, cell, troubles))
                rows[-1].seconds = time.monotonic() - began
            except Exception as error:  # noqa: BLE001 - told with the cell it belongs to
                rows.append(Row(cell, f"{type(error).__name__}: {error}", -1, 0, True))
    finally:
        work.cloud.close()


def run_all(directory: Path, lanes: int, chosen: list[Cell]) -> list[Row]:
    waiting: queue.SimpleQueue[Cell] = queue.SimpleQueue()
    for cell in chosen:
        waiting.put(cell)
    rows: list[Row] = []
    troubles = Troubles(directory)
    threads = [
        threading.Thread(
            target=lane, args=(Work(StandIn(directory / f"{n}")), waiting, troubles, rows)
        )
        for n in range(min(lanes, len(chosen)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    troubles.close()
    order = {id(cell): n for n, cell in enumerate(chosen)}
    return sorted(rows, key=lambda row: order[id(row.cell)])


def write(path: Path, rows: list[Row]) -> None:
    head = "fault program outcome code sent".split()
    lines = ["\t".join(head)] + [
        "\t".join([row.cell.name, row.cell.program, row.outcome, str(row.code), str(row.sent)])
        for row in rows
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def summary(rows: list[Row]) -> Iterator[str]:
    """A line a program: how many cells ended right, how many were refused with the right code."""
    for program, group in itertools.groupby(rows, key=lambda row: row.cell.program):
        found = list(group)
        counts = [sum(r.outcome == o for r in found) for o in ("right", "refused")]
        failed = sum(r.wrong for r in found)
        yield f"{program}: {counts[0]} right, {counts[1]} refused, {failed} failed"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-j", dest="lanes", type=int, default=2)
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("--write", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--slow", type=int, default=0, metavar="N", help="name the N slowest cells")
    parser.add_argument("dir", type=Path)
    parser.add_argument("--program", default="", help="only those that begin so")
    args = parser.parse_args()
    args.dir = args.dir.resolve()
    args.dir.mkdir(parents=True, exist_ok=True)
    chosen = [
        each
        for each in cells()
        if each.program.startswith(args.program)
        and (each.brief or not args.brief)
        and args.only in each.name
    ]
    rows = run_all(args.dir, args.lanes, chosen)
    failed = [row for row in rows if row.wrong]
    for row in failed:
        print(f"{row.cell.program}: {row.cell.name}: {row.outcome}")
    if args.slow:
        for row in sorted(rows, key=lambda row: -row.seconds)[: args.slow]:
            print(f"{row.seconds:.1f} s: {row.cell.program}: {row.cell.name}")
    if args.write:
        write(args.write, rows)
        print("\n".join(summary(rows)))
    print(f"{len(rows)} cells: {len(failed)} failed")
    sys.exit(bool(failed) or not rows)


if __name__ == "__main__":
    main()
