"""What the cells of the transfers' fault table move, how, and what is wrong with what came of it."""

from __future__ import annotations

import gzip
import json
import random
import shlex
import time
import urllib.error
import urllib.parse
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from standin import StandIn
from transfer_cells import LARGE, PACKED, PLAIN, RANGED, READ, SMALL, Cell

SERVICES = ("AWS_ENDPOINT_URL_S3", "STORAGE_EMULATOR_HOST")
UPLOAD_ROUTES = ("upload.chunk", "objects.insert.multipart")
FOREIGN = (
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "http_proxy",
    "https_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
)


@dataclass
class Moved:
    """What a run left: what is wrong with it or '', bytes that went for size bytes of objects."""

    wrong: str
    sent: int
    size: int


def text(size: int, seed: int) -> bytes:
    """Records of random hex, of so many bytes; no two parts of them are alike."""
    words = random.Random(seed)
    data = b"".join(b'{"n":"%032x"}\n' % words.getrandbits(128) for _ in range(size // 41 + 1))
    return data[: size - 1] + b"\n"


def wrong_bytes(out: bytes, wanted: bytes, code: int, spoilt: bool) -> str:
    """What is wrong with what was read."""
    if code == 0 and out != wanted:
        return f"WRONG BYTES with 0: {len(out)} of {len(wanted)} came"
    if code != 0 and not spoilt and not wanted.startswith(out):
        return f"wrong bytes before the error ({code})"
    return ""


class Work:
    """A stand-in of one's own with the objects that are read, and the files that are uploaded."""

    def __init__(self, cloud: StandIn) -> None:
        self.cloud = cloud
        self.runs = 0
        self.log_at = 0
        self.began = 0.0
        self.services = {name: cloud.env[name] for name in SERVICES}
        self.env = {k: v for k, v in cloud.env.items() if k not in FOREIGN} | {
            "HOURTOOLS_RETRY_BASE_MS": "1",
            "HTTP_LOW_SPEED_S": "1",
            "HTTP_CONNECT_S": "5",
        }
        cloud.command("s3", "set", checksum="crc32")
        plain, packed = text(PLAIN, 1), gzip.compress(text(PACKED * 2, 2), 6, mtime=0)
        # What each prefix is read as, and its bytes as they are stored.
        self.read = {"": plain + text(PACKED * 2, 2) + text(5000, 3), "ranges": text(RANGED, 4)}
        self.held = {"": len(plain) + len(packed) + 5000, "ranges": RANGED}
        for scheme in ("s3", "gs"):
            for name, data in (("a.ndjson", plain), ("b.ndjson.gz", packed), ("c", text(5000, 3))):
                self.put(f"{scheme}://logs/read/{name}", data)
            self.put(f"{scheme}://logs/readranges/a", self.read["ranges"])
        self.files = {}
        for name, size in (("small", SMALL), ("large", LARGE), ("other", 5000)):
            path = cloud.dir / name
            path.write_bytes(text(size, size))
            self.files[name] = path
        for name in ("small", "manifest"):
            which = ["small"] if name == "small" else ["small", "large", "other"]
            rows = [f"{n}\t1\t{self.files[n].stat().st_size}\t{self.files[n]}\n" for n in which]
            (cloud.dir / f"{name}.tsv").write_text("".join(rows))

    def put(self, url: str, data: bytes) -> None:
        self.cloud.ask("PUT", "/object?url=" + urllib.parse.quote(url, safe=""), data)

    def stored(self, key: str) -> bytes | None:
        """The object gs://logs/key, None when there is none."""
        url = urllib.parse.quote(f"gs://logs/{key}", safe="")
        try:
            return self.cloud.ask("GET", f"/object?url={url}")
        except urllib.error.HTTPError:
            return None

    def begin(self, cell: Cell) -> None:
        self.runs += 1
        self.log_at = (self.cloud.dir / "requests.log").stat().st_size
        self.began = time.time()
        if cell.knob:
            self.cloud.command("gcs", "set", **dict(cell.knob))

    def end(self, cell: Cell) -> None:
        if cell.knob:
            self.cloud.command("gcs", "set", persist="0", finish="now")

    def command(self, cell: Cell) -> str:
        program, _, how = cell.program.partition(" ")
        if program in READ:
            scheme = "s3" if program == "s3cat" else "gs"
            return f"exec {program} {scheme}://logs/read{how}/"
        to = f"gs://logs/run{self.runs}"
        if how == "manifest":
            return f"exec gcsput {to}/ <{shlex.quote(str(self.cloud.dir / 'manifest.tsv'))}"
        path = shlex.quote(str(self.files["small" if how == "small" else "large"]))
        if how == "-":
            return f"exec gcsput - {to}/large <{path}"
        return f"exec gcsput {path} {to}/{how}"

    def sent(self, route: str, field: str) -> int:
        """Bytes of bodies of the route's requests since the cell began."""
        with (self.cloud.dir / "requests.log").open(encoding="utf-8") as log:
            log.seek(self.log_at)
            lines = [json.loads(line) for line in log]
        return sum(
            line[field]
            for line in lines
            if line["route"] == route and line["status"] < 400 and self.ours(line)
        )

    def ours(self, line: dict[str, Any]) -> bool:
        """Not a request that an earlier cell gave up, answered late."""
        told = datetime.fromisoformat(line["time"]).timestamp()
        return told - line["ms"] / 1000 > self.began - 0.1

    def moved(self, cell: Cell, out: bytes, code: int) -> Moved:
        program, _, how = cell.program.partition(" ")
        if program in READ:
            sent = self.sent(READ[program][1], "out")
            wrong = wrong_bytes(out, self.read[how], code, cell.spoilt)
            return Moved(wrong, sent, self.held[how])
        names = {"small": ["small"], "manifest": ["small", "large", "other"]}.get(how, ["large"])
        wrong = next(filter(None, (self.wrong_object(name, code) for name in names)), "")
        sent = sum(self.sent(route, "in") for route in UPLOAD_ROUTES)
        return Moved(wrong, sent, sum(self.files[name].stat().st_size for name in names))

    def wrong_object(self, name: str, code: int) -> str:
        found = self.stored(f"run{self.runs}/{name}")
        if found is None:
            return f"NO OBJECT {name} with 0" if code == 0 else ""
        if found != self.files[name].read_bytes():
            return f"WRONG OBJECT {name} with {code}: {len(found)} bytes"
        return ""
