"""The checksum an object is stored with, of the kinds S3 knows ("Checking object integrity for data
uploads in Amazon S3", Amazon S3 User Guide). The stand-in computes it when the object is read."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable

from digests import crc32c, reflected_table

# CRC-64/NVME: the reflected polynomial.
POLYNOMIAL = 0x9A6C9329AC4BC9B5
TABLE = reflected_table(POLYNOMIAL)


def crc64nvme(data: bytes) -> int:
    """By a table of 256: some MB/s, enough for tests."""
    register = (1 << 64) - 1
    for byte in data:
        register = TABLE[(register ^ byte) & 0xFF] ^ (register >> 8)
    return register ^ ((1 << 64) - 1)


# Kind -> the value's bytes.
KINDS: dict[str, Callable[[bytes], bytes]] = {
    "crc64nvme": lambda data: crc64nvme(data).to_bytes(8, "big"),
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "crc32c": lambda data: crc32c(data).to_bytes(4, "big"),
    "sha256": lambda data: hashlib.sha256(data).digest(),
    "sha1": lambda data: hashlib.sha1(data, usedforsecurity=False).digest(),
}

# The checksum of the parts' checksums: of these kinds only.
COMPOSITES = {
    "composite": "crc32c",
    "composite-crc32": "crc32",
    "composite-sha1": "sha1",
    "composite-sha256": "sha256",
}

# Kind -> the element of GetObjectAttributes.
ELEMENTS = {
    "crc32": "ChecksumCRC32",
    "crc32c": "ChecksumCRC32C",
    "sha1": "ChecksumSHA1",
    "sha256": "ChecksumSHA256",
}


def text(kind: str, data: bytes) -> str:
    """As headers tell it, in base64."""
    return base64.b64encode(KINDS[kind](data)).decode()


def headers(kind: str, parts: list[bytes]) -> dict[str, str]:
    """What an answer of the whole object, uploaded in these parts, tells; "none" is an object of the
    days before checksums."""
    if kind == "none":
        return {}
    if kind in COMPOSITES:
        one = COMPOSITES[kind]
        value = text(one, b"".join(KINDS[one](part) for part in parts))
        return {f"x-amz-checksum-{one}": f"{value}-{len(parts)}", "x-amz-checksum-type": "COMPOSITE"}
    return {f"x-amz-checksum-{kind}": text(kind, b"".join(parts)), "x-amz-checksum-type": "FULL_OBJECT"}
