"""Dates and times as loads accept them, into the one text each is stored as.

"Loading JSON data from Cloud Storage": a DATE has dashes; a TIMESTAMP's date has dashes or
slashes, its time, after a space or T, is HH:MM[:SS[.SSSSSS]], then nothing, Z, " UTC" or an
offset; a number is seconds since 1970. TIME and DATETIME have seconds. "Data types": years are
1 to 9999; an offset is {+|-}H[H][:M[M]]; no space before Z. An INTERVAL is
P[n]Y[n]M[n]DT[n]H[n]M[n]S, P and T always, within 10,000 years, 3,660,000 days and
87,840,000 hours, each part with its own sign. Each function raises ValueError.
"""

from __future__ import annotations

import calendar
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

DAY = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
CLOCK = r"([0-9]{2}):([0-9]{2})%s"
SECOND = r":([0-9]{2})(?:\.([0-9]{1,6}))?"
DATE = re.compile(DAY + r"\Z")
TIME = re.compile(CLOCK % SECOND + r"\Z")
DATETIME = re.compile(DAY + "[ T]" + CLOCK % SECOND + r"\Z")
TIMESTAMP = re.compile(
    r"([0-9]{4})([-/])([0-9]{2})\2([0-9]{2})[ T]"
    + CLOCK % f"(?:{SECOND})?"
    + r"(?:([Zz]| UTC)| ?([+-])([0-9]{1,2})(?::([0-9]{1,2}))?)?\Z"
)
# The commonest spelling, in which nothing is left to check or change but the "T".
COMMON = re.compile(
    r"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8]))[ T]"
    r"((?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9])(?:\.([0-9]{1,6}))?Z\Z"
)
PART = r"(?:(-?[0-9]{1,9})%s)?"
INTERVAL = re.compile(
    "P" + PART % "Y" + PART % "M" + PART % "D" + "T" + PART % "H" + PART % "M"
    + r"(?:(-?)([0-9]{1,9})(?:\.([0-9]{1,6}))?S)?\Z"
)  # fmt: skip
MAX_MONTHS, MAX_DAYS, MAX_MICROS = 120_000, 3_660_000, 87_840_000 * 3_600_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS_MIN, SECONDS_MAX = -62135596800, 253402300800


def check_day(year: int, month: int, day: int) -> None:
    """Raises ValueError unless the civil date exists (years 1 to 9999)."""
    if not (year >= 1 and 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]):
        raise ValueError(f"{year}-{month}-{day}")


def clock_text(hour: str, minute: str, second: str | None, fraction: str | None) -> str:
    """HH:MM:SS[.ffffff]; ValueError when out of range. Second 60 is refused."""
    h, m, s = int(hour), int(minute), int(second or 0)
    if h > 23 or m > 59 or s > 59:
        raise ValueError(hour)
    tail = (fraction or "").ljust(6, "0")
    return f"{h:02}:{m:02}:{s:02}" + (f".{tail}" if tail.strip("0") else "")


def moment_text(moment: datetime) -> str:
    """An aware time as the warehouse stores it: UTC, fraction only when not zero."""
    moment = moment.astimezone(UTC)
    text = moment.replace(tzinfo=None).isoformat(sep=" ")
    return text + "+00"


def timestamp_text(text: str) -> str:
    """A timestamp literal in canonical form; ValueError when it is none."""
    common = COMMON.match(text)
    if common and not text.startswith("0000"):
        date, clock, fraction = common.groups()
        if fraction is None or not fraction.strip("0"):
            return f"{date} {clock}+00"
        return f"{date} {clock}.{fraction:0<6}+00"
    match = TIMESTAMP.match(text)
    if not match:
        raise ValueError(text)
    year, _, month, day, hour, minute, second, fraction, _, sign, off_h, off_m = match.groups()
    clock = clock_text(hour, minute, second, fraction)
    check_day(int(year), int(month), int(day))
    base = f"{year}-{int(month):02}-{int(day):02} {clock}"
    if sign is None:
        return base + "+00"
    offset = timedelta(hours=int(off_h), minutes=int(off_m or 0))
    if offset > timedelta(hours=14) or int(off_m or 0) > 59:
        raise ValueError(text)
    local = datetime.fromisoformat(base).replace(tzinfo=UTC)
    try:
        return moment_text(local - offset if sign == "+" else local + offset)
    except OverflowError:
        raise ValueError(text) from None


def epoch_text(number: str) -> str:
    """Seconds since 1970 (a JSON number's or a string's text) in canonical form."""
    seconds = Decimal(number)
    if not SECONDS_MIN <= seconds < SECONDS_MAX:
        raise ValueError(number)
    return moment_text(EPOCH + timedelta(microseconds=int(seconds * 1_000_000)))


def date_text(text: str) -> str:
    """A DATE."""
    match = DATE.match(text)
    if not match:
        raise ValueError(text)
    year, month, day = map(int, match.groups())
    check_day(year, month, day)
    return f"{year:04}-{month:02}-{day:02}"


def time_text(text: str) -> str:
    """A TIME."""
    match = TIME.match(text)
    if not match:
        raise ValueError(text)
    return clock_text(*match.groups())


def datetime_text(text: str) -> str:
    """A DATETIME: a civil date and time, without zone."""
    match = DATETIME.match(text)
    if not match:
        raise ValueError(text)
    year, month, day = map(int, match.groups()[:3])
    check_day(year, month, day)
    return f"{year:04}-{month:02}-{day:02}T{clock_text(*match.groups()[3:])}"


def interval_text(text: str) -> str:
    """An INTERVAL in canonical form: [-]Y-M [-]D [-]H:M:S[.F]."""
    match = INTERVAL.match(text)
    if not match or not any(part for part in match.groups()):
        raise ValueError(text)
    years, months, days, hours, minutes = (int(part or 0) for part in match.groups()[:5])
    sign, seconds, fraction = match.groups()[5:]
    micros = int(seconds or 0) * 1_000_000 + int((fraction or "").ljust(6, "0"))
    micros = (-micros if sign else micros) + (hours * 60 + minutes) * 60_000_000
    months += years * 12
    if abs(months) > MAX_MONTHS or abs(days) > MAX_DAYS or abs(micros) > MAX_MICROS:
        raise ValueError(text)
    left = f"{'-' if months < 0 else ''}{abs(months) // 12}-{abs(months) % 12}"
    minutes, rest = divmod(abs(micros), 60_000_000)
    right = f"{'-' if micros < 0 else ''}{minutes // 60}:{minutes % 60}:{rest // 1_000_000}"
    tail = f".{rest % 1_000_000:06}" if rest % 1_000_000 else ""
    return f"{left} {days} {right}{tail}"
