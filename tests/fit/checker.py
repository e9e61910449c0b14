"""BigQuery's JSON loading rules, slowly: an opinion on ndfit from the documentation alone.

Pages: "Loading JSON data from Cloud Storage" (Data types), "Specify a schema" (Column names, Modes),
and rules.py for the values. Nothing is shared with the C code.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from rules import Field, Open, Wrong, kind, meaning, text
from tree import Number, Pairs, source

# reason, pointer, expected type, found kind
Problem = tuple[str, str, str, str]


def column_name(key: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_]", "_", key) or "_"
    return "_" + name if name[0].isdigit() else name


def ascii_lower(name: str) -> str:
    return re.sub("[A-Z]", lambda m: m[0].lower(), name)


def find(fields: list[Field], key: str) -> Field | None:
    """The column of a key: of that name (names may be flexible), in any case, or as characters become _."""
    for name in (key, column_name(key)):
        for field in fields:
            if ascii_lower(field["name"]) == ascii_lower(name):
                return field
    return None


def pointer(path: str, key: str) -> str:
    return path + "/" + key.replace("~", "~0").replace("/", "~1")


def check(fields: list[Field], pairs: Pairs, path: str = "") -> Iterator[Problem]:
    """What is wrong with an object under these columns."""
    seen: dict[str, str] = {}
    for key, value in pairs:
        field = find(fields, key)
        at = pointer(path, key)
        if field is None:
            yield "unknown", at, "", ""
            continue
        if field["name"] in seen:
            yield "duplicate" if seen[field["name"]] == key else "collision", at, "", ""
        seen[field["name"]] = key
        mode = field.get("mode", "NULLABLE")
        if value is None:
            if mode == "REQUIRED":
                yield "null", at, field["type"], "null"
        elif mode != "REPEATED":
            yield from single(field, value, at)
        elif kind(value) != "ARRAY":
            yield "type", at, "ARRAY", kind(value)
        else:
            for i, item in enumerate(value):
                if item is None:
                    yield "null", f"{at}/{i}", field["type"], "null"
                else:
                    yield from single(field, item, f"{at}/{i}")
    for field in fields:
        if field.get("mode") == "REQUIRED" and field["name"] not in seen:
            yield "missing", f"{path}/{field['name']}", field["type"], "nothing"


def single(field: Field, value: Any, at: str) -> Iterator[Problem]:
    found = kind(value)
    if field["type"] == "RECORD":
        if found == "OBJECT":
            yield from check(field["fields"], value, at)
        else:
            yield "type", at, "RECORD", found
        return
    try:
        if field["type"] == "STRING" and found != "STRING":
            text(source(value), field)
        else:
            meaning(field, value)
    except Wrong:
        yield "type", at, field["type"], found


def by_choice(fields: list[Field], pairs: Pairs) -> int:
    """How many values ndfit refuses though the pages leave them open: agreement on them proves nothing."""
    count = 0
    for key, value in pairs:
        field = find(fields, key)
        if field is None:
            continue
        for item in value if field.get("mode") == "REPEATED" and kind(value) == "ARRAY" else [value]:
            if field["type"] == "RECORD":
                count += by_choice(field["fields"], item) if kind(item) == "OBJECT" else 0
            elif item is not None and field["type"] != "STRING":
                try:
                    meaning(field, item)
                except Open:
                    count += 1
                except Wrong:
                    pass
    return count


def scale_of(field: Field) -> int:
    """The decimals of a NUMERIC or BIGNUMERIC column."""
    if field.get("precision"):
        return int(field.get("scale") or 0)
    return 38 if field["type"] == "BIGNUMERIC" else 9


def short(field: Field, value: Number) -> bool:
    """Whether 15 digits, which a double always keeps, are enough for a decimal in its column."""
    number = abs(Decimal(value))
    whole = number.adjusted() + 1 if number >= 1 else 0
    return whole + (0 if number == number.to_integral_value() else scale_of(field)) <= 15


def exact(field: Field, value: Any) -> bool:
    """Whether a number is stored the same by a reader that takes it by way of double precision."""
    if field["type"] not in ("INTEGER", "NUMERIC", "BIGNUMERIC") or not isinstance(value, Number):
        return True
    with localcontext() as context:
        context.prec = 2000
        unit = Decimal(1).scaleb(0 if field["type"] == "INTEGER" else -scale_of(field))
        return bool(Decimal(float(value)).quantize(unit, ROUND_HALF_UP) == Decimal(value))


# What a value without problems becomes: it stays, it must be respelled, or it may be.
STAYS, MAY, MUST = range(3)


def respelling(field: Field, value: Any) -> int:
    """Whether ndfit(1) declares a change of a value's spelling."""
    found, name = kind(value), field["type"]
    if found == "null":
        return STAYS
    if name == "STRING":
        return STAYS if found == "STRING" else MUST
    if name == "INTEGER" and found == "STRING":
        return STAYS if str(int(value)) == value else MUST
    if name == "INTEGER":
        return MUST if found == "FLOAT" or abs(int(value)) >= 2**53 else STAYS
    if name in ("NUMERIC", "BIGNUMERIC") and found != "STRING":
        return MUST if not exact(field, value) else STAYS if short(field, value) else MAY
    if name == "BOOLEAN":
        return STAYS if str(value).lower() in ("true", "false") else MUST
    if name == "TIMESTAMP" and found == "STRING" and re.fullmatch(r"-?[0-9.eE+-]+", value):
        return MUST
    if name in ("DATE", "TIME", "DATETIME", "TIMESTAMP") and found == "STRING":
        parts = re.findall(r"\d+", re.findall(r"[\d/-]*[T ]?[\d:]*", value)[0])
        return MUST if value.endswith("z") or any(len(part) < 2 for part in parts) else STAYS
    return STAYS


def wanted(field: Field, value: Any) -> Any:
    """What a table would hold of a value without problems: a record as its columns and values."""
    if value is None:
        return None
    if field["type"] == "RECORD":
        return fitted(field["fields"], value)
    if field["type"] == "STRING" and kind(value) != "STRING":
        return source(value)
    return meaning(field, value)


def fitted(fields: list[Field], pairs: Pairs) -> dict[str, Any]:
    """A record without problems, by column; null for an array is an empty one."""
    result = {}
    for key, value in pairs:
        field = find(fields, key)
        assert field is not None
        many = field.get("mode") == "REPEATED"
        result[field["name"]] = (
            [wanted(field, item) for item in value or []] if many else wanted(field, value)
        )
    return result


def changes(fields: list[Field], pairs: Pairs) -> int:
    """Whether a record without problems stays byte for byte, must be changed, or may be."""
    most = STAYS
    for key, value in pairs:
        field = find(fields, key)
        assert field is not None
        many = field.get("mode") == "REPEATED"
        if ascii_lower(field["name"]) != ascii_lower(key) or (many and value is None):
            return MUST
        for item in value if many else [value]:
            if field["type"] == "RECORD":
                most = max(most, STAYS if item is None else changes(field["fields"], item))
            else:
                most = max(most, respelling(field, item))
    return most
