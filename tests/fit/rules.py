"""What one JSON value means under each BigQuery type, from the documentation alone.

Pages: "Loading JSON data from Cloud Storage" (Details of loading JSON data, Data types; Limitations),
"Data types" (ranges, time zones, parameterized types, JSON, INTERVAL). Nothing is shared with the C code:
values are judged by regular expressions, Decimal and datetime. Each judge answers with the meaning of
the value (what a table would hold, as something that == compares), or raises Wrong, or raises Open
where the pages leave a spelling open, or would round: ndfit(1) says that it refuses those by choice.
The pages have two digits in each part of a date and a time of day; ndfit writes one digit as two.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tree import Number, Pairs, source

Field = dict[str, Any]
Judge = Callable[[Any, Field], Any]


class Wrong(Exception):
    """The type does not take the value."""


class Open(Wrong):
    """A load might take the value, or round it; ndfit refuses it by choice."""


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


def decimal(text: str) -> Decimal:
    """The number that a JSON number or a string spells as JSON would."""
    m = re.fullmatch(r"(-?[0-9]+(?:\.[0-9]+)?)(?:[eE]([+-]?[0-9]+))?", text)
    if m:  # beyond 10^9999 all are too large, or nothing, for every type
        return Decimal(f"{m[1]}e{max(-9999, min(9999, int(m[2] or 0)))}")
    if re.fullmatch(r" *[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)? *", text):
        raise Open
    raise Wrong


def integer(value: Any, _: Field) -> int:
    """64 bits; 1.0 and 1e3 while a double holds them exactly."""
    number = decimal(value)
    if number and number.adjusted() > 30:
        raise Wrong
    if kind(value) == "STRING" and not re.fullmatch(r"-?[0-9]+", value):
        raise Wrong
    if kind(value) == "FLOAT" and (number != number.to_integral_value() or abs(number) >= 2**53):
        raise Wrong
    if not -(2**63) <= number < 2**63:
        raise Wrong
    return int(number)


def real(value: Any, _: Field) -> float | str:
    """A double; NaN, Infinity, -Infinity and inf in a string, in any case."""
    if kind(value) == "STRING" and re.fullmatch(r"[+-]?inf(inity)?|nan", value.lower()):
        return str(float(value))
    number = float(decimal(value))
    if abs(number) == float("inf"):
        raise Wrong
    return number


def numeric(value: Any, field: Field) -> Decimal:
    """38 digits, 9 of them decimals; BIGNUMERIC 2^255 units of 10^-38; or as precision and scale say."""
    number = decimal(value)
    if not number:
        return Decimal(0)
    big = field["type"] == "BIGNUMERIC"
    scale = int(field.get("scale") or 0) if field.get("precision") else 38 if big else 9
    whole = int(field["precision"]) - scale if field.get("precision") else 39 if big else 29
    if number.adjusted() >= whole:
        raise Wrong
    sign, digits, exponent = number.as_tuple()
    while digits[-1] == 0 and exponent < 0:
        digits, exponent = digits[:-1], int(exponent) + 1
    if exponent < -scale:
        raise Open
    units = int("".join(map(str, digits))) * 10 ** (38 + int(exponent))
    if units > 2**255 - 1 + sign:
        raise Wrong
    return number


def boolean(value: Any, _: Field) -> bool:
    text = str(value).lower()
    if text in ("true", "t", "yes", "y", "1"):
        return True
    if text in ("false", "f", "no", "n", "0"):
        return False
    raise Wrong


def octets(value: Any, field: Field) -> bytes:
    """Padded base64."""
    if re.fullmatch(r"([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?", value) is None:
        m = re.fullmatch(r"[A-Za-z0-9+/_-]+(={0,2})", value)
        raise Open if m and len(value) % 4 in ((0,) if m[1] else (0, 2, 3)) else Wrong
    data = base64.b64decode(value)
    if len(data) > int(field.get("maxLength") or 1 << 62):
        raise Wrong
    return data


def day(value: str, _: Field) -> date:
    m = re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", value, re.A)
    if m is None:
        raise Wrong
    try:
        return date(*map(int, m.groups()))
    except ValueError:
        raise Wrong from None


def clock(value: str, _: Field) -> time:
    m = re.fullmatch(r"(\d\d?):(\d\d?):(\d\d?)(?:\.(\d{1,6}))?", value, re.A)
    if m is None:
        raise Wrong
    try:
        return time(int(m[1]), int(m[2]), int(m[3]), int((m[4] or "").ljust(6, "0")))
    except ValueError:
        raise Wrong from None


def civil(value: str, field: Field) -> datetime:
    m = re.fullmatch(r"(\S+?)([T ])(\S+)", value)
    if m is None:
        raise Wrong
    return datetime.combine(day(m[1], field), clock(m[3], field))


STAMP = re.compile(
    r"(\d{4})(-|/)(\d\d?)\2(\d\d?)[T ](\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d{1,6}))?)?"
    r"(?:[Zz]| UTC| ?([+-])(\d\d?)(?::(\d\d?))?)?",
    re.A,
)
SECONDS = (-62135596800, 253402300800)


def stamp(value: Any, _: Field) -> datetime | Decimal:
    """A date and a time of day, in UTC unless an offset follows; or seconds since 1970."""
    m = STAMP.fullmatch(value)
    if m is None:
        seconds = decimal(value)
        if not SECONDS[0] <= seconds < SECONDS[1]:
            raise Wrong
        return seconds
    try:
        micros = int((m[8] or "").ljust(6, "0"))
        parts = [int(m[i] or 0) for i in (1, 3, 4, 5, 6, 7)]
        moment = datetime(*parts, micros)  # type: ignore[arg-type]
        east = timedelta(hours=int(m[10] or 0), minutes=int(m[11] or 0))
        if int(m[11] or 0) > 59 or east > timedelta(hours=14):
            raise Wrong
        return moment - east if m[9] == "+" else moment + east
    except (ValueError, OverflowError):
        raise Wrong from None


PART = r"(?:(-?\d+)%s)?"
SPAN = re.compile(
    "P" + PART % "Y" + PART % "M" + PART % "D" + "T" + PART % "H" + PART % "M" + r"(?:(-?\d+(?:\.\d{1,6})?)S)?",
    re.A,
)


def interval(value: str, _: Field) -> tuple[int, int, Decimal]:
    """P, parts, T, parts; each within 10,000 years, 3,660,000 days or 87,840,000 hours."""
    m = SPAN.fullmatch(value)
    if m is None or not any(m.groups()):
        raise Wrong
    years, months, days, hours, minutes = (int(part or 0) for part in m.groups()[:5])
    seconds = hours * 3600 + minutes * 60 + Decimal(m[6] or 0)
    months += years * 12
    if abs(months) > 120_000 or abs(days) > 3_660_000 or abs(seconds) > 87_840_000 * 3600:
        raise Wrong
    return months, days, seconds


SHAPES = "POINT|LINESTRING|POLYGON|MULTIPOINT|MULTILINESTRING|MULTIPOLYGON|GEOMETRYCOLLECTION"


def geography(value: str, _: Field) -> str:
    """WKT, hexadecimal WKB, or GeoJSON as text; the shape itself is for the service to judge."""
    if re.fullmatch(rf"({SHAPES})( +EMPTY| *\(.*\))", value, re.I | re.S):
        return value
    if re.fullmatch(r"0[01]([0-9A-Fa-f]{2}){4,}", value):
        return value
    if re.fullmatch(r'\{.*"type".*\}', value, re.S):
        return value
    raise Wrong


def text(value: Any, field: Field) -> str:
    if len(value) > int(field.get("maxLength") or 1 << 62):
        raise Wrong
    return str(value)


def storable(value: Any, field: Field) -> Any:
    """Whether JSON holds it: integers of 64 bits, signed or unsigned, and doubles."""
    for item in [item for _, item in value] if isinstance(value, Pairs) else value if isinstance(value, list) else []:
        storable(item, field)
    if kind(value) == "INTEGER" and not -(2**63) <= int(value) < 2**64:
        raise Wrong
    if kind(value) == "FLOAT" and abs(float(value)) == float("inf"):
        raise Wrong
    return kind(value), value if kind(value) == "STRING" else source(value)


NUMBERS = ("STRING", "INTEGER", "FLOAT")
ALL = (*NUMBERS, "BOOLEAN", "OBJECT", "ARRAY")
# type: the JSON kinds that may be meant, and the judge of the value
RULES: dict[str, tuple[tuple[str, ...], Judge]] = {
    "STRING": (("STRING",), text),
    "JSON": (ALL, storable),
    "BYTES": (("STRING",), octets),
    "INTEGER": (NUMBERS, integer),
    "FLOAT": (NUMBERS, real),
    "NUMERIC": (NUMBERS, numeric),
    "BIGNUMERIC": (NUMBERS, numeric),
    "BOOLEAN": (("STRING", "INTEGER", "BOOLEAN"), boolean),
    "TIMESTAMP": (NUMBERS, stamp),
    "DATE": (("STRING",), day),
    "TIME": (("STRING",), clock),
    "DATETIME": (("STRING",), civil),
    "INTERVAL": (("STRING",), interval),
    "GEOGRAPHY": (("STRING",), geography),
}


def meaning(field: Field, value: Any) -> Any:
    """What a column of a scalar type would hold; Wrong or Open where it would not."""
    kinds, judge = RULES[field["type"]]
    if kind(value) not in kinds:
        raise Wrong
    return judge(value, field)
