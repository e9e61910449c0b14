"""What the bench runs: its own C programs, the peers it can build or find, and why others are missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TOP = HERE.parent.parent
BUILD = TOP / "build" / "bench"
VENV = BUILD / "venv"
DATA = HERE / "data"
# Debian packages of programs that are looked for by name.
PACKAGES = {
    "mawk": "mawk",
    "gawk": "gawk",
    "jq": "jq",
    "mlr": "miller",
    "igzip": "isal",
    "pigz": "pigz",
    "gzip": "gzip",
    "zstd": "zstd",
    "bgzip": "tabix",
    "gnuplot": "gnuplot-nox",
    "g++": "g++",
}
# Modules of Python, each in a package of its name.
MODULES = (
    "orjson",
    "duckdb",
    "fastjsonschema",
    "jsonschema",
    "genson",
    "bigquery_schema_generator",
)


def note(text: str) -> None:
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Tools:
    """Paths of all there is, and for each thing that is not, why."""

    def __init__(self) -> None:
        self.path: dict[str, str] = {}
        self.missing: dict[str, str] = {}

    def add(self, name: str, path: Path | str | None, why: str) -> None:
        if path is None:
            self.missing[name] = why
        else:
            self.path[name] = str(path)

    def build(self, name: str, command: list[str], sources: list[Path], needed: bool) -> None:
        """Compile sources into BUILD/name; the bench ends when a needed one can't be."""
        out = BUILD / name
        run = subprocess.run(
            [*command, "-o", str(out), *map(str, sources), *(needed * ["-pthread"])],
            check=False,
            capture_output=True,
            text=True,
        )
        if run.returncode != 0 and needed:
            sys.exit(f"bench: {name} does not build:\n{run.stderr}")
        lines = run.stderr.splitlines() or ["no message"]
        self.add(name, out if run.returncode == 0 else None, f"does not build: {lines[0]}")

    def option(self, name: str, program: str, option: str) -> None:
        """Whether a program of ours has an option, as a tool of that name without a path."""
        usage = b""
        if program in self.path:
            told = subprocess.run([self.path[program], "--help"], check=True, capture_output=True)
            usage = told.stdout
        found = "" if option.encode() in usage else None
        self.add(name, found, f"this {program} has no {option}")

    def build_peer(self, name: str, header: str, package: str) -> None:
        if not any((Path(d) / header).exists() for d in ("/usr/include", "/usr/local/include")):
            self.missing[name] = f"Debian package {package} is not installed"
        elif shutil.which("g++") is None:
            self.missing[name] = "Debian package g++ is not installed"
        else:
            # The processor at hand, as On-Demand chooses its kernel when it is compiled.
            flags = ["g++", "-std=c++17", "-O3", "-DNDEBUG", "-march=native"]
            library = Path("-l" + package.removeprefix("lib").removesuffix("-dev"))
            self.build(name, flags, [HERE / "peers" / f"{name}.cpp", library], False)

    def python(self) -> None:
        """A Python of its own for the peers in Python, with what PyPI has."""
        python = VENV / "bin" / "python"
        pip = [str(python), "-m", "pip", "-q", "--disable-pip-version-check", "install"]
        pip += ["--retries", "1"]
        if not python.exists():
            make = [sys.executable, "-m", "venv", str(VENV)]
            if subprocess.run(make, check=False, capture_output=True).returncode != 0:
                note("no venv here (Debian package python3-venv): json only")
                python = Path(sys.executable)
        self.add("python", python, "")
        for module in MODULES:
            probe = [str(python), "-c", f"import {module}"]
            if subprocess.run(probe, check=False, capture_output=True).returncode != 0:
                package = module.replace("_", "-")
                subprocess.run([*pip, package], check=False, capture_output=True, timeout=300)
            found = subprocess.run(probe, check=False, capture_output=True).returncode == 0
            self.add(module, python if found else None, f"pip can't install {module}")


def find_tools() -> Tools:
    tools = Tools()
    BUILD.mkdir(parents=True, exist_ok=True)
    programs = Path(os.environ.get("BIN", TOP / "bin")).absolute()
    tools.path["ndsplit"] = str(programs / "ndsplit")
    for name in ("ndfit", "ndschema"):
        found = programs / name if (programs / name).exists() else None
        tools.add(name, found, f"{name} is not built")
    tools.path["peers"] = str(HERE / "peers")
    cc = [os.environ.get("CC", "cc"), "-std=c11", "-D_GNU_SOURCE", "-O2"]
    parts = ("generate", "types", "values", "fields", "schema")
    generator = [DATA / f"{part}.c" for part in parts]
    tools.build("generate", cc, generator, True)
    tools.build("tally", cc, [DATA / "tally.c"], True)
    tools.build("floor", cc, [HERE / "floor.c"], True)
    tools.build("measure", cc, [HERE / "measure.c"], True)
    tools.build_peer("ondemand", "simdjson.h", "libsimdjson-dev")
    tools.build_peer("dom", "simdjson.h", "libsimdjson-dev")
    tools.build_peer("yyjson", "yyjson.h", "libyyjson-dev")
    for name, package in PACKAGES.items():
        tools.add(name, shutil.which(name), f"Debian package {package} is not installed")
    tools.python()
    tools.option("dry-run", "ndsplit", "--dry-run")
    tools.option("ndfit-j", "ndfit", "--threads")
    return tools
