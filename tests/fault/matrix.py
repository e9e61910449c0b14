#!/usr/bin/env python3
"""Run the hour under each fault of matrix.tsv and compare what it leaves with the truth.

usage: matrix.py [-j LANES] [-t TABLES] DIR SERVICE…    rows of these services, each fault once
       matrix.py [-j LANES] [-t TABLES] DIR always      always.tsv: faults that never stop
       matrix.py DIR routes                  every route of a clean hour's log is in matrix.tsv

TABLES is the directory of matrix.tsv and always.tsv; state lies in DIR.

A cell is one hour. Its fault must have struck; the hour must end with the code the cell names: 0
in silence, any other with one line; after another code, a run without the fault must end with 0.
kill: once a request of the route has come, and before it takes effect, the hour's processes are
killed. In the end rows, counts and objects are exactly the truth. Prints what failed and a count; exit 1
when any did.
"""

from __future__ import annotations

import argparse
import itertools
import queue
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from standin import Hour, StandIn

HERE = Path(__file__).resolve().parent
# How each column of matrix.tsv is told to the stand-in.
KINDS: dict[str, tuple[str, dict[str, str]]] = {
    "cut": ("cut", {"bytes": "10"}),
    "cutin": ("cutin", {"bytes": "10"}),
    "503": ("status", {"code": "503"}),
    "429": ("status", {"code": "429", "retry_after": "0"}),
    "slow": ("slow", {"delay_ms": "100", "rate": "20000"}),
    "after": ("after", {"code": "500"}),
    "checksum": ("checksum", {}),
    "flip": ("flip", {"at": "0"}),
    "badtoken": ("badtoken", {}),
    "duplicate": ("duplicate", {}),
    "reset": ("reset", {"when": "before"}),
    "resetafter": ("reset", {"when": "after"}),
    "kill": ("slow", {"delay_ms": "300"}),
}
KILLED = -9


@dataclass
class Cell:
    """A fault, the hour it strikes, and the code that hour must end with."""

    service: str
    route: str
    hour: str
    fault: str
    kind: str
    options: dict[str, str]
    code: int
    lines: int

    def __str__(self) -> str:
        return f"{self.service} {self.route} {self.hour} {self.fault}"


def table(file: Path) -> list[list[str]]:
    """The rows of a table, columns separated by blanks; # begins a comment."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [line.split() for line in lines if line.strip() and not line.startswith("#")]


def matrix(tables: Path) -> list[Cell]:
    head, *rows = table(tables / "matrix.tsv")
    cells = []
    for service, route, hour, skip, *codes in rows:
        for column, told in zip(head[4:], codes, strict=True):
            if told == "-":
                continue
            kind, options = KINDS[column]
            code, _, lines = told.partition("+")
            told_lines = int(lines) if lines else int(int(code) > 0)
            cells.append(
                Cell(
                    service,
                    route,
                    hour,
                    column,
                    kind,
                    {**options, "skip": skip},
                    int(code),
                    told_lines,
                )
            )
    return cells


def always(tables: Path) -> list[Cell]:
    cells = []
    for service, route, hour, kind, code, *words in table(tables / "always.tsv"):
        options = {"times": "always", **dict(word.split("=", 1) for word in words)}
        cells.append(Cell(service, route, hour, "always " + kind, kind, options, int(code), 1))
    return cells


def problem(cloud: StandIn, cell: Cell, name: str) -> str:
    """Run one cell; what is wrong with it, or ''."""
    hour = Hour(name, cell.hour)
    cloud.begin(hour)
    cloud.set_fault(cell.service, cell.route, cell.kind, cell.options)
    first = cloud.run(hour, deadly=cell.fault == "kill")
    said = "".join("\n    " + line for line in first.lines)
    left = cloud.faults_left()
    cloud.clear_faults()
    if left > 0:
        return "the fault did not strike"
    if first.code != cell.code:
        return f"ended with {first.code}, not {cell.code}{said}"
    if len(first.lines) != cell.lines:
        return f"{len(first.lines)} lines, not {cell.lines}{said}"
    if cell.code:
        again = cloud.run(hour)
        if again.code or again.lines:
            return f"the run after it ended with {again.code}: {again.lines}"
    return cloud.wrong(hour)


def lane(directory: Path, cells: queue.SimpleQueue[Cell], problems: list[str]) -> None:
    cloud = StandIn(directory)
    try:
        for number in itertools.count():
            try:
                cell = cells.get_nowait()
            except queue.Empty:
                return
            try:
                found = problem(cloud, cell, f"hour{number}")
            except Exception as error:  # noqa: BLE001 - told with the cell it belongs to
                found = f"{type(error).__name__}: {error}"
            if found:
                problems.append(f"{cell}: {found}")
    finally:
        cloud.close()


def run(directory: Path, lanes: int, cells: list[Cell]) -> list[str]:
    waiting: queue.SimpleQueue[Cell] = queue.SimpleQueue()
    for cell in cells:
        waiting.put(cell)
    problems: list[str] = []
    threads = [
        threading.Thread(target=lane, args=(directory / f"lane{n}", waiting, problems))
        for n in range(min(lanes, len(cells)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def unlisted(directory: Path) -> list[str]:
    """Routes that clean hours and a reload ask, and matrix.tsv does not name."""
    cloud = StandIn(directory / "clean")
    try:
        for number, kind in enumerate(("-", "big", "metadata")):
            hour = Hour(f"hour{number}", kind)
            cloud.begin(hour)
            for target in ("hour", "hour", "reload"):
                ended = cloud.run(hour, target)
                if ended.code or ended.lines:
                    return [f"a clean {target} ended with {ended.code}: {ended.lines}"]
            if found := cloud.wrong(hour):
                return [found]
        asked = {(line["service"], line["route"]) for line in cloud.log()}
    finally:
        cloud.close()
    listed = {(row[0], row[1]) for row in table(HERE / "matrix.tsv")[1:]}
    return [
        f"{service} {route}: asked, but not in matrix.tsv"
        for service, route in sorted(asked - listed)
    ] + [
        f"{service} {route}: in matrix.tsv, but never asked"
        for service, route in sorted(listed - asked)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-j", dest="lanes", type=int, default=3)
    parser.add_argument("-t", dest="tables", type=Path, default=HERE)
    parser.add_argument("dir", type=Path)
    parser.add_argument("what", nargs="+")
    args = parser.parse_args()
    args.dir = args.dir.resolve()
    if args.what == ["routes"]:
        problems, what = unlisted(args.dir), "routes"
    else:
        if args.what == ["always"]:
            cells = always(args.tables)
        else:
            cells = [cell for cell in matrix(args.tables) if cell.service in args.what]
        problems, what = run(args.dir, args.lanes, cells), f"{len(cells)} cells"
    print("\n".join([*problems, f"{what}: {len(problems)} failed"]))
    sys.exit(bool(problems) or what == "0 cells")


if __name__ == "__main__":
    main()
