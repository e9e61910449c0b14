"""Checksums of object bytes: MD5 by hashlib, CRC-32C by ISA-L or, without it, by a table."""

from __future__ import annotations

import base64
import ctypes
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

BLOCK_BYTES = 1 << 20
# CRC-32C: the Castagnoli polynomial, reflected (RFC 9260 appendix A).
POLYNOMIAL = 0x82F63B78

Update = Callable[[int, bytes], int]


def reflected_table(polynomial: int) -> list[int]:
    """What each byte does to the register of a reflected CRC."""
    table = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = (value >> 1) ^ (polynomial if value & 1 else 0)
        table.append(value)
    return table


def table_update(crc: int, data: bytes) -> int:
    """The register after data, by a table of 256: some 10 MB/s, needs nothing."""
    table = _TABLE
    for byte in data:
        crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc


def _isal_update() -> Update | None:
    """The same by the system's ISA-L, gigabytes a second; None where it is not installed."""
    try:
        function = ctypes.CDLL("libisal.so.2").crc32_iscsi
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_uint
    function.argtypes = [ctypes.c_char_p, ctypes.c_int, ctypes.c_uint]
    return lambda crc, data: int(function(data, len(data), crc))


_TABLE = reflected_table(POLYNOMIAL)
UPDATE: Update = _isal_update() or table_update


@dataclass(frozen=True)
class Digests:
    """size in bytes, md5 in hex, crc32c as a number."""

    size: int
    md5: str
    crc32c: int


def crc32c(data: bytes) -> int:
    return UPDATE(0xFFFFFFFF, data) ^ 0xFFFFFFFF


def crc32c_text(value: int) -> str:
    """Base64 of the four bytes, most significant first: how both clouds write it."""
    return base64.b64encode(value.to_bytes(4, "big")).decode()


def md5_text(hexdigits: str) -> str:
    return base64.b64encode(bytes.fromhex(hexdigits)).decode()


def digest_file(source: IO[bytes]) -> Digests:
    """All three in one reading, from the start of source to its end."""
    source.seek(0)
    md5, crc, size = hashlib.md5(usedforsecurity=False), 0xFFFFFFFF, 0
    while block := source.read(BLOCK_BYTES):
        md5.update(block)
        crc = UPDATE(crc, block)
        size += len(block)
    source.seek(0)
    return Digests(size, md5.hexdigest(), crc ^ 0xFFFFFFFF)
