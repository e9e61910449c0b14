"""Runs programs on data: data made once, output checked before anything is timed, rounds in turn."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import checks
from programs import Program
from tools import DATA, Tools, note
from works import Work


@dataclass
class Result:
    """The runs of a program, seconds and KiB; scaled to the whole of the data by part."""

    work: Work
    program: Program
    mb: float  # that the program read
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: list[int] = field(default_factory=list)

    def seconds(self) -> float:
        return median(self.wall) * self.program.part

    def spread(self) -> tuple[float, float]:
        return min(self.wall) * self.program.part, max(self.wall) * self.program.part

    def cpu_seconds(self) -> float:
        return median(self.cpu) * self.program.part


class Bench:
    def __init__(self, tools: Tools, memory: Path, disk: Path, mb: float, rounds: int) -> None:
        self.tools = tools
        self.memory = memory
        self.disk = disk
        self.bytes = mb * 1e6
        self.rounds = rounds
        self.prefix = os.environ.get("BENCH_RUN", "").split()  # such as chrt -f 50
        self.out = memory / "out"
        self.told: set[str] = set()

    def data(self, work: Work, part: int) -> tuple[Path, Path]:
        """The work's data or 1/part of it, and the file that says what it comes to; made if new."""
        size = int(self.bytes * work.share / part)
        folder = self.disk if work.cold else self.memory
        plain = folder / f"{work.types}-{work.mean}-{size}{work.manner}.ndjson"
        truth = plain.with_suffix(".truth")
        path = plain.with_name(f"{plain.name}.{work.packing}") if work.packing else plain
        if not plain.exists():
            command = [
                self.tools.path["generate"],
                truth,
                str(work.types),
                str(work.mean),
                str(size),
            ]
            if work.manner:
                command += [work.manner, plain.with_suffix(".json")]
            with plain.open("wb") as out:
                subprocess.run(command, stdout=out, check=True)
        if not path.exists():
            with plain.open("rb") as data, path.open("wb") as out:
                subprocess.run(self.packer(work.packing), stdin=data, stdout=out, check=True)
        return path, truth

    def packer(self, packing: str) -> list[str]:
        """The filter that packs an input."""
        if packing == "bgz":
            bgzip = self.tools.path.get("bgzip")
            return [bgzip, "-c"] if bgzip else [sys.executable, str(DATA / "bgzf.py")]
        return {"gz": ["gzip", "-6", "-c"], "zst": ["zstd", "-q", "-c"]}[packing]

    def lacks(self, program: Program) -> str | None:
        """Why the program can't run here."""
        for name in [*re.findall(r"\$(\w+)", program.command), *program.needs.split()]:
            if name in self.tools.missing:
                return self.tools.missing[name]
        return None

    def skip(self, work: Work, program: Program, why: str) -> None:
        """Say so; of what is not there once is enough."""
        if why in self.tools.missing.values():
            if why not in self.told:
                note(f"{program.name} is skipped: {why}")
            self.told.add(why)
        else:
            note(f"{work.name}: {program.name} is skipped: {why}")

    def environment(self, work: Work, source: Path) -> dict[str, str]:
        """What the commands of programs name."""
        schema = str(source.with_suffix(".json"))
        return {**os.environ, **self.tools.path, "IN": str(source), "SCHEMA": schema}

    def run(self, work: Work, program: Program, source: Path) -> tuple[float, float, int]:
        """Once, into an empty directory: wall and CPU seconds, peak KiB."""
        shutil.rmtree(self.out, ignore_errors=True)
        self.out.mkdir()
        if work.cold:
            with source.open("rb") as data:
                os.fsync(data.fileno())
                os.posix_fadvise(data.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        record = self.memory / "measured"
        record.unlink(missing_ok=True)
        subprocess.run(
            [*self.prefix, self.tools.path["measure"], record, "sh", "-c", program.command],
            cwd=self.out,
            env=self.environment(work, source),
            stdout=subprocess.DEVNULL,
            check=True,
        )
        _, cpu, peak, wall = record.read_text().split("\t")
        return float(wall), float(cpu), int(peak)

    def check(self, work: Work, program: Program, source: Path, truth: Path) -> str | None:
        """What is wrong with the output of the run before, None when it is complete."""
        if program.check == "none":
            return None
        if program.check == "values":
            return checks.values(self.out, source)
        if program.check == "columns":
            return checks.columns(self.out, truth.with_suffix(".json"))
        numbers = 3 if program.check == "bytes" else 1
        return checks.bytes_or_counts(self.out, work.suffix, truth, numbers, self.tools.path)

    def ready(self, work: Work) -> list[tuple[Result, Path]]:
        """The programs that are there and whose output is right."""
        able = []
        for program in work.programs:
            why = self.lacks(program)
            if why is None:
                source, truth = self.data(work, program.part)
                result = Result(work, program, self.bytes * work.share / program.part / 1e6)
                try:
                    self.run(work, program, source)
                    why = self.check(work, program, source, truth)
                except subprocess.CalledProcessError as failed:
                    why = f"ends with {failed.returncode}"
                if why is None:
                    able.append((result, source))
                    continue
            self.skip(work, program, why)
        return able

    def measure(self, work: Work) -> list[Result]:
        """Rounds in which each program has a turn, beginning with another each time."""
        able = self.ready(work)
        for turn in range(self.rounds):
            first = turn * len(able) // self.rounds
            for result, source in able[first:] + able[:first]:
                if turn >= (result.program.rounds or self.rounds):
                    continue
                wall, cpu, peak = self.run(work, result.program, source)
                result.wall.append(wall)
                result.cpu.append(cpu)
                result.peak.append(peak)
        shutil.rmtree(self.out, ignore_errors=True)
        return [result for result, _ in able]
