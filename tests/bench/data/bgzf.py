#!/usr/bin/env python3
"""bgzf.py [BYTES] <plain >packed: what htslib's bgzip writes, gzip members of BYTES (65280) each.

Each names its own size in an extra field BC, and an empty one is last: BGZF, in section 4.1 of the
SAM specification.
"""

import struct
import sys
import zlib

BLOCK = 0xFF00
LEVEL = 6


def member(data: bytes) -> bytes:
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    body = deflate.compress(data) + deflate.flush()
    size = 18 + len(body) + 8
    extra = struct.pack("<2sHH", b"BC", 2, size - 1)
    head = struct.pack("<4BI2BH", 0x1F, 0x8B, 8, 4, 0, 0, 0xFF, len(extra)) + extra
    return head + body + struct.pack("<II", zlib.crc32(data), len(data))


def main() -> None:
    block = int(sys.argv[1]) if len(sys.argv) > 1 else BLOCK
    while data := sys.stdin.buffer.read(block):
        sys.stdout.buffer.write(member(data))
    sys.stdout.buffer.write(member(b""))


if __name__ == "__main__":
    main()
