"""FORMAT_TIMESTAMP and PARSE_TIMESTAMP: the format elements.

Source: BigQuery docs "Format elements for date and time parts".
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from bq_sql_errors import invalid, unsupported

_ELEMENT = re.compile(r"%(E[0-9]S|E\*S|E[1-4zY]|.)", re.DOTALL)
_COMPOUND = {
    "F": "%Y-%m-%d", "T": "%H:%M:%S", "X": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y", "x": "%m/%d/%y",
    "c": "%a %b %e %H:%M:%S %Y", "h": "%b",
}  # fmt: skip
_PLAIN = frozenset("AaBbHIMSYdjmpyUWVGu")
_PARSED = {
    "Y": r"(?P<Y>\d{1,4})", "m": r"(?P<m>\d{1,2})", "d": r"(?P<d>\d{1,2})", "e": r"\s*(?P<d>\d{1,2})",
    "H": r"(?P<H>\d{1,2})", "I": r"(?P<I>\d{1,2})", "M": r"(?P<M>\d{1,2})", "S": r"(?P<S>\d{1,2})",
    "y": r"(?P<y>\d{2})", "j": r"(?P<j>\d{1,3})", "p": r"(?P<p>[AaPp][Mm])", "s": r"(?P<s>-?\d+)",
    "z": r"(?P<z>[+-]\d{4}|[Zz])", "Ez": r"(?P<z>[+-]\d{1,2}:?\d{2}|[Zz])", "Z": r"(?P<Z>UTC|[A-Za-z]+/[A-Za-z_/]+)",
    "b": r"(?P<b>[A-Za-z]{3})", "B": r"(?P<B>[A-Za-z]+)", "a": r"(?:[A-Za-z]{3})", "A": r"(?:[A-Za-z]+)",
    "E*S": r"(?P<S>\d{1,2})(?:\.(?P<f>\d{1,9}))?", "n": r"\s*", "t": r"\s*", "%": "%",
}  # fmt: skip


def _expand(form: str) -> str:
    """form with compound elements spelled out; %% stays what it is."""
    return re.sub(r"%(.)", lambda match: _COMPOUND.get(match[1], match[0]), form, flags=re.DOTALL)


def format_moment(form: str, moment: datetime) -> str:
    """moment in the words of form; raises QueryError at an element it does not know."""

    def one(match: re.Match[str]) -> str:
        element = match[1]
        offset = moment.strftime("%z") or "+0000"
        if element == "%":
            return "%"
        if element == "E*S":
            fraction = f"{moment.microsecond:06d}".rstrip("0")
            return f"{moment.second:02d}" + (f".{fraction}" if fraction else "")
        if len(element) == 3 and element[1].isdigit():
            return f"{moment.second:02d}.{moment.microsecond * 1000:09d}"[: 3 + int(element[1])]
        special = {
            "Ez": f"{offset[:3]}:{offset[3:5]}",
            "z": offset[:5],
            "Z": "UTC" if offset[:5] == "+0000" else f"UTC{offset[:3].replace('+0', '+').replace('-0', '-')}",
            "e": f"{moment.day:2d}",
            "s": str(int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() // 1)),
            "Y": str(moment.year),
            "n": "\n",
            "t": "\t",
        }
        if element in special:
            return special[element]
        if element in _PLAIN:
            return moment.strftime(f"%{element}")
        raise unsupported(f"format element %{element}")

    return _ELEMENT.sub(one, _expand(form))


@lru_cache(maxsize=64)
def _pattern(form: str) -> re.Pattern[str]:
    """The regular expression of a format; raises QueryError at what it cannot read."""
    pattern, last = "", 0
    for match in _ELEMENT.finditer(_expand(form)):
        pattern += _spaced(_expand(form)[last : match.start()])
        element = "E*S" if re.fullmatch(r"E[0-9]S", match[1]) else match[1]
        if element not in _PARSED:
            raise unsupported(f"format element %{element} in parsing")
        pattern += _PARSED[element]
        last = match.end()
    try:
        return re.compile(r"\s*" + pattern + _spaced(_expand(form)[last:]) + r"\s*", re.IGNORECASE)
    except re.error:
        raise unsupported(f'format "{form}" names a part twice') from None


def _spaced(text: str) -> str:
    """Plain text as a pattern; white space matches any."""
    return re.sub(r"(\\\s)+", r"\\s*", re.escape(text))


def _month(found: dict[str, str]) -> int:
    name = found.get("b") or found.get("B")
    if not name:
        return int(found.get("m", 1))
    names = [n.lower() for n in (calendar.month_abbr if found.get("b") else calendar.month_name)]
    return names.index(name.lower())


def _hour(found: dict[str, str]) -> int:
    if "I" not in found:
        return int(found.get("H", 0))
    return int(found["I"]) % 12 + (12 if found.get("p", "am").lower() == "pm" else 0)


def _offset(text: str) -> timezone:
    if text in "Zz":
        return UTC
    digits = text[1:].replace(":", "").zfill(4)
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-delta if text[0] == "-" else delta)


def parse_moment(form: str, text: str) -> tuple[datetime, str | None]:
    """The calendar time in text, aware when it names an offset, and a named zone.

    Raises QueryError where text does not follow form.
    """
    match = _pattern(form).fullmatch(text)
    if not match:
        raise invalid(f'Failed to parse input string "{text}"')
    found = {k: v for k, v in match.groupdict().items() if v is not None}
    try:
        if "s" in found:
            return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(found["s"])), None
        short = int(found.get("y", 70))
        year = int(found["Y"]) if "Y" in found else short + (1900 if short >= 69 else 2000)
        fraction = int(found.get("f", "0").ljust(6, "0")[:6])
        moment = datetime(
            year, _month(found), int(found.get("d", 1)), _hour(found), int(found.get("M", 0)),
            int(found.get("S", 0)), fraction,
        )  # fmt: skip
        if "j" in found:
            moment = moment.replace(month=1, day=1) + timedelta(days=int(found["j"]) - 1)
        if "z" in found:
            moment = moment.replace(tzinfo=_offset(found["z"]))
    except (ValueError, OverflowError):
        raise invalid(f'Failed to parse input string "{text}"') from None
    return moment, found.get("Z")
