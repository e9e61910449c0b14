"""The objects a load job reads: its URIs, their bytes, gzip told by content."""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import IO

from bq_api import ApiError, JobError
from bq_rows import MAX_ROW
from state import Object, State

MAX_URIS = 10_000
# "Loading JSON data from Cloud Storage", limitations: a gzip file has at most 4 GB.
MAX_GZIP = 4 * 1024**3
GZIP_MAGIC = b"\x1f\x8b"
URI = re.compile(r"gs://([a-z0-9][a-z0-9._-]{1,220}[a-z0-9])/(.+)\Z", re.DOTALL)
READING = "Error while reading data, error message: "


def check_uris(uris: object) -> list[str]:
    """The list as it is, or ApiError: the form of each, at most one "*", at most 10,000."""
    if not isinstance(uris, list) or not uris:
        raise ApiError("required", "Required parameter is missing: configuration.load.sourceUris")
    if len(uris) > MAX_URIS:
        raise ApiError("invalid", f"Too many source URIs: {len(uris)}, at most {MAX_URIS} are allowed")
    for uri in uris:
        match = URI.match(uri) if isinstance(uri, str) else None
        if not match or "*" in match[1]:
            raise ApiError("invalid", f"Source URI must be a Google Cloud Storage location: [{uri}].")
        if match[2].count("*") > 1:
            raise ApiError("invalid", f"Source URI may have only one wildcard (*): [{uri}].")
    return uris


def expand(state: State, uris: list[str]) -> list[tuple[str, Object]]:
    """Each object that the URIs name, by its own URI; JobError notFound for one that names none."""
    found: dict[str, Object] = {}
    for uri in uris:
        match = URI.match(uri)
        bucket, name = (match[1], match[2]) if match else ("", "")
        for row in _matching(state, bucket, name):
            found.setdefault(f"gs://{bucket}/{row.key}", row)
        if not any(fits(uri, each) for each in found):
            error = {"reason": "notFound", "message": f"Not found: URI {uri}"}
            raise JobError(error, [error])
    return list(found.items())


def fits(pattern: str, uri: str) -> bool:
    """uri is what pattern (with one "*" or none) names."""
    head, star, tail = pattern.partition("*")
    if not star:
        return uri == pattern
    return uri.startswith(head) and uri.endswith(tail) and len(uri) >= len(head) + len(tail)


def _matching(state: State, bucket: str, name: str) -> Iterator[Object]:
    if "*" not in name:
        row = state.find("gcs", bucket, name)
        if row:
            yield row
        return
    prefix = name.partition("*")[0]
    for row in state.keys("gcs", bucket, prefix, "", -1):
        if fits(name, row.key):
            yield row


def is_gzip(state: State, row: Object) -> bool:
    """The object's first bytes are those of gzip (an empty object is plain)."""
    opened = state.open_object("gcs", row.bucket, row.key)
    if not opened:
        return False
    with opened[1] as source:
        return source.read(2) == GZIP_MAGIC


def check_compression(state: State, sources: list[tuple[str, Object]]) -> None:
    """Compressed and plain files in one job are refused, as is a gzip file over 4 GB."""
    kinds: dict[bool, str] = {}
    for uri, row in sources:
        packed = row.size > 0 and is_gzip(state, row)
        if row.size:
            kinds.setdefault(packed, uri)
        if packed and row.size > MAX_GZIP:
            raise refusal(uri, "gzip file is larger than the maximum of 4 GB")
    if len(kinds) > 1:
        error = {
            "reason": "invalid",
            "location": kinds[True],
            "message": "Compressed and uncompressed files cannot be loaded in the same job.",
        }
        raise JobError(error, [error])


def refusal(uri: str, why: str) -> JobError:
    """The failure of a job over one whole file."""
    error = {"reason": "invalid", "location": uri, "message": READING + why}
    return JobError(error, [error])


def lines(state: State, uri: str, row: Object) -> Iterator[tuple[int, bytes]]:
    """Each line that is not blank with the offset of its first byte in the unpacked file.

    JobError when the object is gone or its gzip stream is broken. A line over the row limit
    is cut one byte beyond it, for the row check to refuse.
    """
    opened = state.open_object("gcs", row.bucket, row.key)
    if not opened or opened[0].generation != row.generation:
        error = {"reason": "notFound", "message": f"Not found: URI {uri}"}
        raise JobError(error, [error])
    with opened[1] as raw:
        stream = _unpacked(raw)
        offset = 0
        try:
            while line := stream.readline(MAX_ROW + 2):
                start, offset = offset, offset + len(line)
                if line.strip():
                    yield start, line
        except (EOFError, zlib.error, gzip.BadGzipFile) as broken:
            raise refusal(uri, f"gzip stream is broken after {offset} bytes: {broken}") from None


def _unpacked(raw: IO[bytes]) -> IO[bytes]:
    packed = raw.read(2) == GZIP_MAGIC
    raw.seek(0)
    if not packed:
        return raw
    return io.BufferedReader(gzip.GzipFile(fileobj=raw, mode="rb"), 1 << 16)
