"""Sending a response's body, whole or spoilt by the fault script."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from io import BufferedIOBase

from exchange import FilePart, Response
from faults import Fault

BLOCK_BYTES = 1 << 18


def _blocks(response: Response, size: int) -> Iterator[bytes]:
    body = response.body
    if isinstance(body, bytes):
        for at in range(0, len(body), size):
            yield body[at : at + size]
    elif isinstance(body, FilePart):
        with body.file as source:
            source.seek(body.offset)
            left = body.length
            while left > 0:
                data = source.read(min(size, left))
                if not data:
                    raise ConnectionAbortedError("object file is shorter than its row says")
                left -= len(data)
                yield data
    else:
        yield from body


def _flip(blocks: Iterator[bytes], at: int) -> Iterator[bytes]:
    """The same bytes with one bit of the byte at offset at turned."""
    start = 0
    for block in blocks:
        if start <= at < start + len(block):
            spoilt = bytearray(block)
            spoilt[at - start] ^= 1
            block = bytes(spoilt)
        start += len(block)
        yield block


def _cut(blocks: Iterator[bytes], limit: int) -> Iterator[bytes]:
    for block in blocks:
        if limit <= 0:
            return
        yield block[:limit]
        limit -= len(block)


def _trickle(blocks: Iterator[bytes], rate: int) -> Iterator[bytes]:
    for block in blocks:
        yield block
        time.sleep(len(block) / rate)


def send_body(
    out: BufferedIOBase, connection: socket.socket, response: Response, fault: Fault | None
) -> None:
    """Send the body; a file goes by sendfile when nothing spoils it."""
    kind = fault.kind if fault else ""
    if isinstance(response.body, FilePart) and kind not in ("cut", "flip", "slow", "stall"):
        out.flush()
        with response.body.file as source:
            connection.sendfile(source, response.body.offset, response.body.length or None)
        return
    rate = fault.settings["rate"] if fault and kind == "slow" else 0
    blocks = _blocks(response, max(1, min(BLOCK_BYTES, rate // 10)) if rate else BLOCK_BYTES)
    if fault and kind in ("cut", "stall"):
        blocks = _cut(blocks, fault.settings["bytes"])
    elif fault and kind == "flip":
        blocks = _flip(blocks, fault.settings["at"])
    elif rate:
        blocks = _trickle(blocks, rate)
    chunked = response.length() is None
    for block in blocks:
        if chunked and block:
            block = b"%x\r\n%s\r\n" % (len(block), block)
        out.write(block)
        if rate:
            out.flush()
    if fault and kind == "stall":
        out.flush()
        time.sleep(fault.settings["delay_ms"] / 1000)
    if chunked and kind not in ("cut", "stall"):
        out.write(b"0\r\n\r\n")
