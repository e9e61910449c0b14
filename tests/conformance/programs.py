"""Run our programs as a user runs them, and the servers and clients that others wrote."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from collections.abc import Iterator
from pathlib import Path

BIN = Path(os.environ["BIN"])
VENV = Path(sys.executable).parent
PATIENCE_SECONDS = 60.0

# What leads to real services or real accounts must not reach a test from outside.
_FOREIGN = ("AWS_", "GOOGLE_", "STORAGE_", "BIGQUERY_", "SLACK_", "CLOUD_", "GCE_")
CLEAN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(_FOREIGN) and not name.lower().endswith("_proxy")
} | {"AWS_EC2_METADATA_DISABLED": "true", "AWS_CONFIG_FILE": "/dev/null"}
CLEAN |= {"AWS_SHARED_CREDENTIALS_FILE": "/dev/null", "HOURTOOLS_RETRY_BASE_MS": "1"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Server:
    """A process that listens on 127.0.0.1:port until close()."""

    def __init__(self, command: list[str], port: int, env: dict[str, str], log: Path) -> None:
        self.url = f"http://127.0.0.1:{port}"
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=CLEAN | env,
                cwd=log.parent,
            )
        began = time.monotonic()
        while not listens(port):
            if self._process.poll() is not None or time.monotonic() - began > PATIENCE_SECONDS:
                self.close()
                raise AssertionError(f"{command[0]} does not listen:\n{log.read_text()}")
            time.sleep(0.05)

    def close(self) -> None:
        self._process.kill()
        self._process.wait()


class Case(unittest.TestCase):
    """A test class with a directory of its own and the environment of its services."""

    dir: Path
    env: dict[str, str]

    @classmethod
    def setUpClass(cls) -> None:
        cls.dir = Path(tempfile.mkdtemp(prefix="conformance."))
        cls.addClassCleanup(shutil.rmtree, cls.dir, ignore_errors=True)
        cls.env = dict(CLEAN)
        # Nothing stays behind when the run is ended early, either.
        atexit.register(cls.doClassCleanups)

    def run_program(
        self, *words: str, stdin: bytes = b"", status: int | tuple[int, ...] = 0, **env: str
    ) -> bytes:
        """The output of one of ours; fails with its words unless it ends with (a) status."""
        done = subprocess.run(
            [str(BIN / words[0]), *words[1:]],
            input=stdin,
            capture_output=True,
            env=self.env | env,
            cwd=self.dir,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        self.errors = done.stderr.decode(errors="replace")
        self.status = done.returncode
        if isinstance(status, int):
            status = (status,)
        if done.returncode not in status:
            raise AssertionError(f"{words}: {done.returncode} is not of {status}: {self.errors}")
        return done.stdout

    def theirs(self, *command: str, **env: str) -> bytes:
        """The output of a client that others wrote; its home is a directory of the test's."""
        done = subprocess.run(
            [str(VENV / command[0]), *command[1:]],
            capture_output=True,
            env=self.env | {"HOME": str(self.dir)} | env,
            cwd=self.dir,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
        self.assertEqual(done.returncode, 0, f"{command}: {done.stderr.decode()}")
        return done.stdout

    def same(self, found: bytes, wanted: bytes) -> None:
        """As assertEqual, for what is too much to be printed."""
        self.assertEqual(len(found), len(wanted))
        self.assertEqual(hashlib.sha256(found).digest(), hashlib.sha256(wanted).digest())

    @contextlib.contextmanager
    def refuses(self, error: type[Exception], what: str) -> Iterator[None]:
        """As assertRaises, with words of one's own when it does not."""
        try:
            yield
        except error:
            return
        raise AssertionError(f"{what} is not refused")

    @staticmethod
    def unescaped(field: str) -> str:
        """A field of a manifest."""
        for escaped, char in (("\\t", "\t"), ("\\n", "\n"), ("\\r", "\r"), ("\\\\", "\\")):
            field = field.replace(escaped, char)
        return field


def objects_of_an_hour() -> dict[str, bytes]:
    """Keys with all that a URL, an XML text or a signature may stumble upon, and their logs."""
    names = [
        "a b.json",
        "a+b.json",
        "a%2Fb.json",
        "a&b<c>\"d'.json",
        "a=b?c#d.json",
        "~tilde-._.json",
        "(paren)*!'.json",
        "é한글🙂.json",
        "@:,;$[]{}|\\^`.json",
        "x//y/./z/../w.json",
        "tab\there.json",
    ]
    return {f"2021/01/01/00/{name}": f'{{"n":{i}}}\n'.encode() for i, name in enumerate(names)}


def listing(text: bytes) -> list[tuple[str, int, str]]:
    """Key, size and ETag of each line of `s3cat -l`, unescaped."""
    rows = []
    for line in text.decode().splitlines():
        url, size, etag = line.split("\t")[:3]
        url = Case.unescaped(url)
        rows.append((url.split("/", 3)[3], int(size), etag.strip('"')))
    return rows
