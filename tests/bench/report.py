"""Tables of results: on the terminal, in results.tsv, and as a plot."""

import platform
import subprocess
from pathlib import Path

from rounds import Result
from tools import Tools, note

COLUMNS = (
    "work", "program", "kind", "MB", "part", "rounds", "median_s", "min_s", "max_s", "cpu_s",
    "peak_KiB", "MB_per_s", "to_first", "to_floor",
)  # fmt: skip
FLOOR = "read+write, 1 thread"


def machine() -> str:
    """Processor, CPUs, kernel: one line without names of hosts."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(": ")[1] for line in lines if line.startswith("model name")), "?")
    flags = next((line.split() for line in lines if line.startswith("flags")), [])
    cpus = sum(line.startswith("processor") for line in lines)
    simd = next((name for name in ("avx512bw", "avx2", "sse2") if name in flags), "no SIMD known")
    return f"{model.strip()}, {cpus} CPUs, {simd}, Linux {platform.release().split('-')[0]}"


def row(result: Result, results: list[Result]) -> list[str]:
    floor = next((r for r in results if r.program.name == FLOOR), None)
    low, high = result.spread()
    seconds = result.seconds()
    whole = result.mb * result.program.part
    return [
        result.work.name,
        result.program.name,
        result.program.kind,
        f"{result.mb:.0f}",
        str(result.program.part),
        str(len(result.wall)),
        f"{seconds:.3f}",
        f"{low:.3f}",
        f"{high:.3f}",
        f"{result.cpu_seconds():.3f}",
        str(max(result.peak)),
        f"{whole / seconds:.0f}",
        f"{seconds / results[0].seconds():.2f}",
        f"{seconds / floor.seconds():.2f}" if floor else "-",
    ]


def print_work(results: list[Result]) -> None:
    """One work's results, the fastest first; those on a part of the data scaled, marked by /N."""
    if not results:
        return
    work, first = results[0].work, results[0].program.name
    print(f"\n{work.title} ({work.scale()}; ratios to {first})")
    head = ("", "s", "min", "max", "CPU s", "peak MiB", "MB/s", "ratio", "to r+w")
    print("{:<36}{:>8}{:>8}{:>8}{:>8}{:>10}{:>7}{:>8}{:>8}".format(*head))
    for result in sorted(results, key=Result.seconds):
        cells = dict(zip(COLUMNS, row(result, results), strict=True))
        part = f" /{result.program.part}" if result.program.part > 1 else ""
        print(
            f"{result.program.name + part:<36}{cells['median_s']:>8}{cells['min_s']:>8}"
            f"{cells['max_s']:>8}{cells['cpu_s']:>8}{max(result.peak) / 1024:>10.1f}"
            f"{cells['MB_per_s']:>7}{cells['to_first']:>8}{cells['to_floor']:>8}",
            flush=True,
        )


def write_tsv(path: Path, works: list[list[Result]], about: str) -> None:
    with path.open("w") as out:
        print(f"# {machine()}; {about}", file=out)
        print("# times are scaled to the whole: a program read MB, 1/part of the data", file=out)
        print(*COLUMNS, sep="\t", file=out)
        for results in works:
            for result in results:
                print(*row(result, results), sep="\t", file=out)


def plot(tools: Tools, folder: Path, works: list[list[Result]]) -> None:
    """Times of the first two works as ratios to cat: bench.svg and bench.png in folder."""
    if "gnuplot" not in tools.path:
        note(f"no plot: {tools.missing['gnuplot']}")
        return
    for results in works[:2]:
        lines = [
            f'"{r.program.name}"\t{r.seconds() / results[0].seconds():.3f}\t{r.program.kind}'
            for r in sorted(results, key=Result.seconds, reverse=True)
            if not r.program.name.endswith("a tenth")
        ]
        (folder / f"plot.{results[0].work.name}").write_text("\n".join(lines) + "\n")
    script = Path(__file__).with_name("plot.gp")
    for terminal in ("svg", "png"):
        subprocess.run([tools.path["gnuplot"], "-c", script, terminal], cwd=folder, check=False)
        note(f"plot: {folder / f'bench.{terminal}'}")
