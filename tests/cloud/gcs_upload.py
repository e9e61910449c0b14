"""Uploads to Cloud Storage in one request: uploadType=media and multipart, and the storing of
bytes with every check that all three kinds of upload share.

Source: "Uploads and downloads" and "Objects: insert" (Cloud Storage JSON API).
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import shutil
from pathlib import Path
from typing import IO, Any

from digests import Digests, crc32c_text, digest_file, md5_text
from exchange import Request
from gcs_objects import check_conditions
from google_errors import refusal
from state import Object, State

BOUNDARY_SCAN_BYTES = 1 << 16
HASHES: tuple[str, ...] = ("crc32c", "md5Hash")
DEFAULT_TYPE = "application/octet-stream"


def read_metadata(data: bytes) -> dict[str, Any]:
    """The object's metadata as the writer sent it."""
    if not data.strip():
        return {}
    try:
        value = json.loads(data.decode("utf-8"))
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise refusal(400, "parseError", "Parse Error")
    return value


def declared_hashes(request: Request, metadata: dict[str, Any]) -> dict[str, str]:
    """crc32c and md5Hash as declared, in the metadata or in X-Goog-Hash headers."""
    found: dict[str, str] = {name: str(metadata[name]) for name in HASHES if name in metadata}
    for item in ",".join(request.headers.get_all("X-Goog-Hash") or []).split(","):
        name, _, value = item.strip().partition("=")
        if name in ("crc32c", "md5"):
            found["md5Hash" if name == "md5" else name] = value
    return found


def check_hashes(declared: dict[str, str], digests: Digests) -> None:
    """Refuse bytes that are not what the writer declared."""
    words = {
        "crc32c": ("CRC32C", 4, crc32c_text(digests.crc32c)),
        "md5Hash": ("MD5 hash", 16, md5_text(digests.md5)),
    }
    for name, value in declared.items():
        word, size, actual = words[name]
        try:
            good = len(base64.b64decode(value, validate=True)) == size
        except (binascii.Error, ValueError):
            good = False
        if not good:
            raise refusal(400, "invalid", f'Invalid {name} value: "{value}"')
        if value != actual:
            message = f'Provided {word} "{value}" doesn\'t match calculated {word} "{actual}".'
            raise refusal(400, "invalid", message)


def store(
    state: State,
    bucket: str,
    name: str,
    file: tuple[IO[bytes], Path],
    declared: dict[str, str],
    metadata: dict[str, Any],
    conditions: dict[str, int],
) -> Object:
    """Check file's bytes and make them the object; the path is gone afterwards either way."""
    source, path = file
    try:
        source.flush()
        digests = digest_file(source)
        check_hashes(declared, digests)
        with state.transaction():
            check_conditions(conditions, state.find("gcs", bucket, name))
            kind = str(metadata.get("contentType") or DEFAULT_TYPE)
            return state.put_file("gcs", bucket, name, path, digests, kind, json.dumps(metadata))
    finally:
        path.unlink(missing_ok=True)


def copy_part(state: State, source: IO[bytes], first: int, length: int) -> tuple[IO[bytes], Path]:
    """length bytes of source from first on, in a new file."""
    out, path = state.new_file()
    source.seek(first)
    left = length
    while left and (block := source.read(min(left, 1 << 20))):
        out.write(block)
        left -= len(block)
    return out, path


def copy_whole(state: State, source: IO[bytes]) -> tuple[IO[bytes], Path]:
    out, path = state.new_file()
    source.seek(0)
    shutil.copyfileobj(source, out, 1 << 20)
    return out, path


def _malformed() -> Exception:
    return refusal(400, "badRequest", "Malformed multipart body.")


def _boundary(request: Request) -> bytes:
    kind = request.headers.get("Content-Type") or ""
    found = re.fullmatch(
        r'multipart/related\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;]{1,70})).*', kind, re.IGNORECASE
    )
    if not found:
        raise refusal(400, "badContent", "Unsupported content with type: " + (kind or "(none)"))
    return (found.group(1) or found.group(2)).encode()


def split_multipart(request: Request) -> tuple[dict[str, Any], str, int, int]:
    """Metadata, content type, and where the media lie in the body: first byte and length.

    Only the body's ends are searched, so media of any size and content pass: the first
    delimiters must stand within its first 64 KiB, the closing one at its very end.
    """
    mark = b"--" + _boundary(request)
    request.body_file.seek(0)
    head = request.body_file.read(BOUNDARY_SCAN_BYTES)
    parts = head.split(b"\r\n" + mark + b"\r\n", 1)
    if not head.startswith(mark + b"\r\n") or len(parts) != 2:
        raise _malformed()
    meta_head, _, meta_body = parts[0][len(mark) :].partition(b"\r\n\r\n")
    media_head, blank, _ = parts[1].partition(b"\r\n\r\n")
    if not blank or b"application/json" not in meta_head.lower():
        raise _malformed()
    first = len(parts[0]) + len(mark) + 4 + len(media_head) + 4
    request.body_file.seek(max(first - 2, request.body_size - len(mark) - 128))
    tail = request.body_file.read()
    closing = tail.rfind(b"\r\n" + mark + b"--")
    if closing < 0 or tail[closing + len(mark) + 4 :].strip():
        raise _malformed()
    length = request.body_size - len(tail) + closing - first
    found = re.search(rb"(?i)^content-type:\s*([^\r\n]+)", media_head, re.MULTILINE)
    kind = found.group(1).decode("latin-1").strip() if found else DEFAULT_TYPE
    return read_metadata(meta_body), kind, first, max(0, length)
