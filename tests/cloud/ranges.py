"""The Range header of a read, as both object stores take it."""

from __future__ import annotations

import re


def parse_range(text: str | None, size: int) -> tuple[int, int] | None | bool:
    """First and last byte of a Range header; None when it is to be ignored, False when no byte
    of it exists (RFC 9110 section 14.2; several ranges are ignored)."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", (text or "").strip())
    if not found or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if first == "":
        return (max(0, size - int(last)), size - 1) if int(last) and size else False
    if last and int(last) < int(first):
        return None
    return (int(first), min(int(last or size - 1), size - 1)) if int(first) < size else False
