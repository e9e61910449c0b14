"""The checksum an object is stored with, of the kinds S3 knows ("Checking object integrity for data
uploads in Amazon S3", Amazon S3 User Guide). The stand-in computes it when the object is read."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable

from digests import crc32c, crc32c_text, reflected_table

# CRC-64/NVME: the reflected polynomial.
POLYNOMIAL = 0x9A6C9329AC4BC9B5
TABLE = reflected_table(POLYNOMIAL)


def crc64nvme(data: bytes) -> int:
    """By a table of 256: some MB/s, enough for tests."""
    register = (1 << 64) - 1
    for byte in data:
        register = TABLE[(register ^ byte) & 0xFF] ^ (register >> 8)
    return register ^ ((1 << 64) - 1)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


# Kind -> base64 of the whole object's value, as headers tell it.
KINDS: dict[str, Callable[[bytes], str]] = {
    "crc64nvme": lambda data: _text(crc64nvme(data).to_bytes(8, "big")),
    "crc32": lambda data: _text(zlib.crc32(data).to_bytes(4, "big")),
    "crc32c": lambda data: crc32c_text(crc32c(data)),
    "sha256": lambda data: _text(hashlib.sha256(data).digest()),
    "sha1": lambda data: _text(hashlib.sha1(data, usedforsecurity=False).digest()),
}


def headers(kind: str, data: bytes) -> dict[str, str]:
    """What an answer of the whole object tells; "composite" is a multipart object's CRC-32C of its
    parts' CRC-32Cs (here of one part), "none" an object of the days before checksums."""
    if kind == "none":
        return {}
    if kind == "composite":
        of_parts = crc32c(crc32c(data).to_bytes(4, "big"))
        return {"x-amz-checksum-crc32c": crc32c_text(of_parts) + "-1", "x-amz-checksum-type": "COMPOSITE"}
    return {f"x-amz-checksum-{kind}": KINDS[kind](data), "x-amz-checksum-type": "FULL_OBJECT"}
