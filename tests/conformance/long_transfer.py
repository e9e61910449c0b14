"""What takes minutes: 5 GB through each program, and a listing of 1,000,000 keys, in bounded memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import servers
from programs import BIN
from s3_features import MIB, lines

SIZE = 5 * 1000 * 1000 * 1000
FOLDERS, KEYS = 100, 10_000
LINKS = 50_000  # of one file: fewer than any file system allows
# The bound for resident memory, whatever is read or written.
PEAK_KIB = 64 * 1024
PARENT = """import resource, subprocess, sys
code = subprocess.run(sys.argv[2:]).returncode
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(code)"""


def sparse(path: Path) -> None:
    """5 GB of which only the two ends and the middle are on the disk."""
    with path.open("wb") as out:
        for seed, at in enumerate((0, SIZE // 2, SIZE - 2 * MIB)):
            out.seek(at)
            out.write(lines(seed, 2 * MIB)[: 2 * MIB])
        out.truncate(SIZE)


class Measured(servers.Case):
    def peak(self, words: list[str], into: list[str] | None = None) -> None:
        """Runs one of ours; the most that it had resident is within the bound. Its output goes
        to a command that must end well, or to nothing."""
        sink = subprocess.Popen(into, stdin=subprocess.PIPE) if into else None
        out = sink.stdin if sink else subprocess.DEVNULL
        report = self.dir / "peak"
        # What a child had before its exec counts as its own: a small parent in between.
        between = [sys.executable, "-S", "-c", PARENT, str(report), str(BIN / words[0])]
        code = subprocess.run(
            [*between, *words[1:]], stdout=out, env=self.env, check=False
        ).returncode
        if sink:
            sink.stdin.close()
        self.assertEqual((code, sink.wait() if sink else 0), (0, 0), words)
        peak = int(report.read_text())
        print(f"  {words[0]}: {peak} KiB resident at most")
        self.assertLessEqual(peak, PEAK_KIB)


class S3(Measured, servers.Versitygw):
    def store(self, path: Path) -> None:
        """What is in the server's directory is an object once it has an ETag."""
        os.setxattr(path, "user.etag", b'"0123456789abcdef0123456789abcdef-600"')

    def test_5_gb(self) -> None:
        """s3cat reads an object of 5 GB in bounded memory"""
        big = self.dir / "s3" / "logs" / "big"
        sparse(big)
        self.store(big)
        self.peak(["s3cat", "s3://logs/big"], ["cmp", "-", str(big)])
        big.unlink()

    def test_million(self) -> None:
        """s3cat -l lists 1,000,000 keys in bounded memory"""
        root = self.dir / "s3" / "logs"
        made = 0
        for folder in range(FOLDERS):
            (root / str(folder)).mkdir()
            for key in range(KEYS):
                if made % LINKS == 0:
                    source = self.dir / "s3" / f"source{made}"
                    source.write_bytes(b"{}\n")
                    self.store(source)
                os.link(source, root / str(folder) / f"{key:06} é+.json")
                made += 1
        urls = [f"s3://logs/{folder}/" for folder in range(FOLDERS)]
        count = ["sh", "-c", f'[ "$(sort -u | wc -l)" = {FOLDERS * KEYS} ]']
        self.peak(["s3cat", "-l", *urls], count)


class Gcs(Measured, servers.StandInGcs):
    def test_5_gb(self) -> None:
        """gcsput writes and gcscat reads an object of 5 GB in bounded memory"""
        big = self.dir / "big"
        sparse(big)
        self.peak(["gcsput", str(big), "gs://logs/big"])
        self.peak(["gcscat", "gs://logs/big"], ["cmp", "-", str(big)])
