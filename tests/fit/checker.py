"""BigQuery's JSON loading rules, slowly: an opinion on ndfit from the documentation alone.

Pages: "Loading JSON data from Cloud Storage" (Data types), "Data types" (ranges, parameters), "Specify a schema"
(names). Nothing is shared with the C code; values are judged by regular expressions, Decimal and datetime.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from tree import Number, Pairs, source

Field = dict[str, Any]
# reason, pointer, expected type, found kind
Problem = tuple[str, str, str, str]


def kind(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, Number):
        return "INTEGER" if re.fullmatch(r"-?\d+", value) else "FLOAT"
    if isinstance(value, Pairs):
        return "OBJECT"
    return "STRING" if isinstance(value, str) else "ARRAY"


def is_decimal(text: str) -> bool:
    return re.fullmatch(r"-?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?", text) is not None


def integer(value: Any, _: Field) -> bool:
    if kind(value) == "FLOAT":
        number = Decimal(value)
        return number == number.to_integral_value() and abs(number) < 2**53
    return re.fullmatch(r"-?[0-9]+", value) is not None and -(2**63) <= int(value) < 2**63


def real(value: Any, _: Field) -> bool:
    if is_decimal(value):
        return abs(float(value)) != float("inf")
    return value.lower() == "nan" or re.fullmatch(r"[+-]?inf(inity)?", value.lower()) is not None


def numeric(value: Any, field: Field) -> bool:
    if not is_decimal(value):
        return False
    scale = int(field.get("scale", 0)) if "precision" in field else 9
    whole = int(field["precision"]) - scale if "precision" in field else 29
    number = abs(Decimal(value).normalize())
    digits = max(0, -int(number.as_tuple().exponent))
    return number == 0 or (digits <= scale and number < Decimal(10) ** whole)


def boolean(value: Any, _: Field) -> bool:
    if isinstance(value, bool):
        return True
    return value.lower() in ("1", "0", "true", "false", "t", "f", "yes", "no", "y", "n")


def string(text: str, field: Field) -> bool:
    return len(text) <= int(field.get("maxLength", 1 << 62))


def storable(value: Any, field: Field) -> bool:
    """Whether JSON holds it: integers of 64 bits, signed or unsigned, and doubles."""
    if isinstance(value, Pairs):
        return all(storable(item, field) for _, item in value)
    if isinstance(value, list):
        return all(storable(item, field) for item in value)
    if kind(value) == "INTEGER":
        return -(2**63) <= int(value) < 2**64
    return kind(value) != "FLOAT" or abs(float(value)) != float("inf")


def octets(value: Any, field: Field) -> bool:
    try:
        return len(base64.b64decode(value, validate=True)) <= int(field.get("maxLength", 1 << 62))
    except (binascii.Error, ValueError):
        return False


def day(value: str, _: Field) -> bool:
    try:
        date(*map(int, re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value, re.A).groups()))
    except (AttributeError, ValueError):
        return False
    return True


CLOCK = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?"


def clock(value: str, _: Field) -> bool:
    return re.fullmatch(CLOCK, value, re.A) is not None


def civil(value: str, field: Field) -> bool:
    return day(value[:10], field) and value[10:11] in tuple("T ") and clock(value[11:], field)


def timestamp(value: Any, field: Field) -> bool:
    if is_decimal(value):
        return -62135596800 <= Decimal(value) < 253402300800
    m = re.fullmatch(
        r"(\d{4})(-|/)(\d\d)\2(\d\d)[T ](\d\d:\d\d)(?::(\d\d)(?:\.\d{1,6})?)?"
        r"(?:[Zz]| UTC| ?([+-])(\d\d?)(?::(\d\d?))?)?",
        value,
        re.A,
    )
    if m is None or not clock(m[5] + ":" + (m[6] or "00"), field):
        return False
    try:
        moment = datetime.fromisoformat(f"{m[1]}-{m[3]}-{m[4]} {m[5]}")
        if m[7]:
            east = timedelta(hours=int(m[8]), minutes=int(m[9] or 0))
            if int(m[9] or 0) > 59 or east > timedelta(hours=14):
                return False
            moment += -east if m[7] == "+" else east
    except (ValueError, OverflowError):
        return False
    return True


NUMBERS = ("STRING", "INTEGER", "FLOAT")
ALL = (*NUMBERS, "BOOLEAN", "OBJECT", "ARRAY")
# type: the JSON kinds that may be meant, and the judge of the value
RULES: dict[str, tuple[tuple[str, ...], Any]] = {
    "JSON": (ALL, storable),
    "BYTES": (("STRING",), octets),
    "INTEGER": (NUMBERS, integer),
    "FLOAT": (NUMBERS, real),
    "NUMERIC": (NUMBERS, numeric),
    "BOOLEAN": (("STRING", "INTEGER", "BOOLEAN"), boolean),
    "TIMESTAMP": (NUMBERS, timestamp),
    "DATE": (("STRING",), day),
    "TIME": (("STRING",), clock),
    "DATETIME": (("STRING",), civil),
}


def column_name(key: str) -> str:
    name = re.sub(r"[^A-Za-z0-9_]", "_", key) or "_"
    return "_" + name if name[0].isdigit() else name


def ascii_lower(text: str) -> str:
    return re.sub("[A-Z]", lambda m: m[0].lower(), text)


def find(fields: list[Field], key: str) -> Field | None:
    for name in (key, column_name(key)):
        for field in fields:
            if ascii_lower(field["name"]) == ascii_lower(name):
                return field
    return None


def check(fields: list[Field], pairs: Pairs, path: str = "") -> Iterator[Problem]:
    """What is wrong with an object under these columns."""
    seen: dict[str, str] = {}
    for key, value in pairs:
        field = find(fields, key)
        at = path + "/" + key.replace("~", "~0").replace("/", "~1")
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
    if field["type"] == "RECORD" and found == "OBJECT":
        yield from check(field["fields"], value, at)
    elif field["type"] == "STRING":
        if not string(value if found == "STRING" else source(value), field):
            yield "type", at, field["type"], found
    elif field["type"] == "RECORD" or found not in RULES[field["type"]][0]:
        yield "type", at, field["type"], found
    elif not RULES[field["type"]][1](value, field):
        yield "type", at, field["type"], found


def respelled(field: Field, value: Any) -> Any:
    """A value without problems as ndfit is to write it; a record as its columns and values."""
    found = kind(value)
    if field["type"] == "RECORD" and found == "OBJECT":
        return fitted(field["fields"], value)
    if field["type"] == "STRING" and found not in ("STRING", "null"):
        return source(value)
    if field["type"] == "INTEGER" and found == "FLOAT":
        return Number(int(Decimal(value)))
    if field["type"] == "INTEGER" and found == "INTEGER" and abs(int(value)) >= 2**53:
        return str(value)
    return value


def fitted(fields: list[Field], pairs: Pairs) -> dict[str, Any]:
    """A record without problems, by column."""
    result = {}
    for key, value in pairs:
        field = find(fields, key)
        assert field is not None
        many = field.get("mode") == "REPEATED"
        value = [] if many and value is None else value
        result[field["name"]] = [respelled(field, item) for item in value] if many else respelled(field, value)
    return result


def changes(fields: list[Field], pairs: Pairs) -> bool:
    """Whether a record without problems has to be changed at all."""
    for key, value in pairs:
        field = find(fields, key)
        assert field is not None
        if ascii_lower(field["name"]) != ascii_lower(key):
            return True
        if field.get("mode") == "REPEATED" and value is None:
            return True
        for item in value if field.get("mode") == "REPEATED" else [value]:
            if field["type"] == "RECORD" and item is not None:
                if changes(field["fields"], item):
                    return True
            elif kind(respelled(field, item)) != kind(item):
                return True
    return False
