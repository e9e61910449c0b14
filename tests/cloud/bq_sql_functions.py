"""The scalar functions of the stand-in's SQL: how they are registered and found.

They are in bq_sql_functions_*.py; each is one Python function under its signatures,
"NAME(TYPE, …[, OPTIONAL …]) -> TYPE"; "…" after the last type repeats it. Beside the types there
are UNIT kinds (a bare word like HOUR, passed as text) and INTERVAL kinds (passed as amount and
unit). A NULL argument makes the result NULL.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import bq_sql_types
from bq_sql_types import Type


@dataclass(frozen=True)
class Signature:
    """params are type names or UNIT/INTERVAL kinds; from required on they may be left out."""

    text: str
    params: tuple[str, ...]
    required: int
    repeats: bool
    result: Type
    sql_name: str


SIGNATURES: dict[str, list[Signature]] = {}
IMPLEMENTATIONS: dict[str, Callable[..., Any]] = {}
_SIGNATURE = re.compile(r"(\w+)\(([^\[\])]*)(?:\[([^\]]*)\])?\) -> (\w+)")


def signatures(*texts: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function under these signatures."""

    def register(function: Callable[..., Any]) -> Callable[..., Any]:
        sql_name = "bq_" + function.__name__.strip("_")
        IMPLEMENTATIONS[sql_name] = function
        for text in texts:
            match = _SIGNATURE.fullmatch(text)
            result = bq_sql_types.named(match[4]) if match else None
            if not match or not result:
                raise ValueError(f"not a signature: {text}")
            needed, optional = ([p.strip() for p in (match[i] or "").split(",") if p.strip()] for i in (2, 3))
            repeats = bool(needed) and needed[-1].endswith("…")
            params = tuple(p.removesuffix("…") for p in needed + optional)
            signature = Signature(text.split(" ->")[0], params, len(needed), repeats, result, sql_name)
            SIGNATURES.setdefault(match[1], []).append(signature)
        return function

    return register
