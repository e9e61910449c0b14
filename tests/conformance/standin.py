"""A stand-in cloud (tests/cloud) of one's own for a test class."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

from programs import CLEAN, Case

CLOUD = Path(__file__).resolve().parent.parent / "cloud"


class StandIn(Case):
    """env leads to the stand-in; what its clients ask is in the request log."""

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        up = [sys.executable, str(CLOUD / "up"), str(cls.dir / "cloud")]
        done = subprocess.run(up, capture_output=True, text=True, check=True, env=CLEAN)
        down = [sys.executable, str(CLOUD / "down"), str(cls.dir / "cloud")]
        cls.addClassCleanup(subprocess.run, down, check=True, env=CLEAN)
        for line in done.stdout.splitlines():
            name, _, value = line.removeprefix("export ").partition("=")
            cls.env[name] = "".join(shlex.split(value))

    @classmethod
    def ctl(cls, *words: str, stdin: bytes = b"") -> bytes:
        command = [sys.executable, str(CLOUD / "ctl"), *words]
        done = subprocess.run(command, input=stdin, capture_output=True, env=cls.env, check=False)
        if done.returncode != 0:
            raise AssertionError(f"ctl {words}: {done.stderr.decode()}")
        return done.stdout

    @classmethod
    def requests(cls, service: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in cls.ctl("log", service).splitlines()]
