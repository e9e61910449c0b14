"""Partial answers: fields=a,b/c,d(e,f) ("Performance tips", Working with partial resources)."""

from __future__ import annotations

import re
from typing import Any

from bq_api import ApiError

_WORD = re.compile(r"[A-Za-z0-9_*]+")

Mask = dict[str, "Mask"]


def mask(text: str) -> Mask:
    """The tree of a fields parameter; an empty tree is everything below."""
    tree, end = _list(text, 0)
    if end != len(text):
        raise _wrong(text)
    return tree


def _wrong(text: str) -> ApiError:
    return ApiError("invalid", f"Invalid field selection {text}")


def _list(text: str, at: int) -> tuple[Mask, int]:
    tree: Mask = {}
    while True:
        at = _path(text, at, tree)
        if text[at : at + 1] != ",":
            return tree, at
        at += 1


def _path(text: str, at: int, tree: Mask) -> int:
    """One of a list into tree; the place behind it."""
    word = _WORD.match(text, at)
    if not word:
        raise _wrong(text)
    below = tree.setdefault(word.group(), {})
    at = word.end()
    if text[at : at + 1] == "/":
        return _path(text, at + 1, below)
    if text[at : at + 1] == "(":
        inner, at = _list(text, at + 1)
        if text[at : at + 1] != ")":
            raise _wrong(text)
        below.update(inner)
        at += 1
    return at


def partial(value: Any, chosen: Mask) -> Any:
    """value with what chosen names; arrays element by element."""
    if not chosen or "*" in chosen:
        return value
    if isinstance(value, list):
        return [partial(item, chosen) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: partial(item, chosen[key]) for key, item in value.items() if key in chosen}


def selected(value: dict[str, Any], text: str | None, known: tuple[str, ...]) -> dict[str, Any]:
    """value as fields=text wants it. A name at the top that the resource never has is refused."""
    if not text:
        return value
    chosen = mask(text)
    for name in chosen:
        if name not in known and name != "*":
            raise _wrong(name)
    answer: dict[str, Any] = partial(value, chosen)
    return answer
