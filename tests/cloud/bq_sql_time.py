"""Instants and calendars: DATE, TIME, DATETIME and TIMESTAMP as the warehouse stores them.

A TIMESTAMP is 'YYYY-MM-DD HH:MM:SS[.ffffff]+00', a DATETIME 'YYYY-MM-DDTHH:MM:SS[.ffffff]', a
TIME 'HH:MM:SS[.ffffff]', a DATE 'YYYY-MM-DD'; so text order is time order. Years are 1 to 9999.
Sources: BigQuery docs "Data types" (canonical formats, time zones), "Timestamp functions".
"""

from __future__ import annotations

import calendar
import re
import zoneinfo
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from bq_sql_errors import invalid

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICRO = timedelta(microseconds=1)
_UNITS = {
    "MICROSECOND": _MICRO,
    "MILLISECOND": timedelta(milliseconds=1),
    "SECOND": timedelta(seconds=1),
    "MINUTE": timedelta(minutes=1),
    "HOUR": timedelta(hours=1),
    "DAY": timedelta(days=1),
    "WEEK": timedelta(weeks=1),
}
_MONTHS = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}
_DATE = r"(\d{4})-(\d{1,2})-(\d{1,2})"
_TIME = r"(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,6}))?"
_ZONE = r"\s*(?:[zZ]|[+-]\d{1,2}(?::\d{1,2})?)|\s+[A-Za-z][\w/+-]*"
_DATE_TEXT = re.compile(_DATE)
_TIME_TEXT = re.compile(_TIME)
_DATETIME_TEXT = re.compile(rf"{_DATE}(?:[ Tt]{_TIME})?")
_TIMESTAMP_TEXT = re.compile(rf"{_DATE}(?:[ Tt]{_TIME})?({_ZONE})?")
_OFFSET = re.compile(r"([+-])(\d{1,2})(?::(\d{1,2}))?")


@lru_cache(maxsize=256)
def zone(name: str) -> tzinfo:
    """The zone of a name ("Asia/Seoul", "UTC") or an offset ("+09:00"); raises QueryError."""
    if name.upper() in ("UTC", "Z"):
        return UTC
    offset = _OFFSET.fullmatch(name)
    if offset:
        hours, minutes = int(offset[2]), int(offset[3] or 0)
        if hours <= 14 and minutes < 60:
            delta = timedelta(hours=hours, minutes=minutes)
            return timezone(-delta if offset[1] == "-" else delta)
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        raise invalid(f"Invalid time zone: {name}") from None


def _fraction(microsecond: int) -> str:
    return f".{microsecond:06d}" if microsecond else ""


def timestamp_text(moment: datetime) -> str:
    """The stored form of an aware datetime."""
    try:
        utc = moment.astimezone(UTC)
    except OverflowError:
        raise invalid("Timestamp is out of supported range") from None
    return utc.strftime("%Y-%m-%d %H:%M:%S").rjust(19, "0") + _fraction(utc.microsecond) + "+00"


def datetime_text(moment: datetime) -> str:
    """The stored form of a datetime's own calendar fields."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + _fraction(moment.microsecond)


def date_text(day: date) -> str:
    return day.strftime("%Y-%m-%d").rjust(10, "0")


def time_text(clock: time) -> str:
    return clock.strftime("%H:%M:%S") + _fraction(clock.microsecond)


def from_micros(micros: int) -> datetime:
    """The instant micros microseconds after the epoch; raises QueryError out of range."""
    try:
        return EPOCH + timedelta(microseconds=micros)
    except OverflowError:
        raise invalid(f"Timestamp value is out of supported range: {micros} microseconds") from None


def to_micros(text: str) -> int:
    """Microseconds since the epoch of a stored TIMESTAMP."""
    return (datetime.fromisoformat(text) - EPOCH) // _MICRO


def load(text: str) -> datetime:
    """A stored TIMESTAMP (aware), DATETIME or DATE (naive) as a datetime."""
    return datetime.fromisoformat(text)


def _moment(groups: tuple[str | None, ...]) -> datetime:
    """The datetime of matched year … microseconds; raises ValueError."""
    year, month, day, hour, minute, second, fraction = groups
    micros = int((fraction or "").ljust(6, "0"))
    return datetime(
        int(year or 0),
        int(month or 0),
        int(day or 0),
        int(hour or 0),
        int(minute or 0),
        int(second or 0),
        micros,
    )


def parse_timestamp(text: str, default: tzinfo = UTC) -> str | None:
    """A TIMESTAMP from any text a cast takes, stored; None when it is none. A bad zone raises."""
    match = _TIMESTAMP_TEXT.fullmatch(text.strip())
    if not match:
        return None
    try:
        moment = _moment(match.groups()[:7])
    except ValueError:
        return None
    return timestamp_text(moment.replace(tzinfo=zone(match[8].strip()) if match[8] else default))


def parse_datetime(text: str) -> str | None:
    match = _DATETIME_TEXT.fullmatch(text.strip())
    try:
        return datetime_text(_moment(match.groups())) if match else None
    except ValueError:
        return None


def parse_date(text: str) -> str | None:
    match = _DATE_TEXT.fullmatch(text.strip())
    try:
        return date_text(date(int(match[1]), int(match[2]), int(match[3]))) if match else None
    except ValueError:
        return None


def parse_time(text: str) -> str | None:
    match = _TIME_TEXT.fullmatch(text.strip())
    try:
        return time_text(_moment(("1", "1", "1", *match.groups())).time()) if match else None
    except ValueError:
        return None


def in_zone(text: str, name: str) -> datetime:
    """The calendar of a stored TIMESTAMP in a zone."""
    try:
        return datetime.fromisoformat(text).astimezone(zone(name))
    except OverflowError:
        raise invalid(f"Timestamp {text} is out of supported range in zone {name}") from None


def from_zone(moment: datetime, name: str) -> str:
    """The stored TIMESTAMP of a calendar time in a zone."""
    return timestamp_text(moment.replace(tzinfo=zone(name)))


def shift(moment: datetime, amount: int, unit: str) -> datetime:
    """moment + amount units; months keep the day, or the month's last."""
    try:
        if unit in _UNITS:
            return moment + amount * _UNITS[unit]
        months = moment.year * 12 + moment.month - 1 + amount * _MONTHS[unit]
        year, month = divmod(months, 12)
        day = min(moment.day, calendar.monthrange(year, month + 1)[1])
        return moment.replace(year=year, month=month + 1, day=day)
    except (OverflowError, ValueError, calendar.IllegalMonthError):
        raise invalid(f"Adding {amount} {unit} to {moment.isoformat(' ')} is out of range") from None


def truncate(moment: datetime, unit: str) -> datetime:
    """moment down to the start of its unit; a week starts on Sunday, an ISOWEEK on Monday."""
    if unit == "MICROSECOND":
        return moment
    if unit == "MILLISECOND":
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    moment = moment.replace(microsecond=0)
    if unit in ("SECOND", "MINUTE", "HOUR"):
        cleared = {"SECOND": {}, "MINUTE": {"second": 0}, "HOUR": {"second": 0, "minute": 0}}
        return moment.replace(**cleared[unit])
    # Where midnight comes twice, the day begins with the first.
    moment = moment.replace(hour=0, minute=0, second=0, fold=0)
    if unit in ("WEEK", "ISOWEEK"):
        back = moment.isoweekday() % 7 if unit == "WEEK" else moment.weekday()
        return moment - timedelta(days=back)
    if unit == "DAY":
        return moment
    if unit == "QUARTER":
        return moment.replace(month=(moment.month - 1) // 3 * 3 + 1, day=1)
    return moment.replace(day=1) if unit == "MONTH" else moment.replace(month=1, day=1)


def elapsed(later: datetime, earlier: datetime, unit: str) -> int:
    """Whole units between two instants, toward zero (TIMESTAMP_DIFF)."""
    micros, size = (later - earlier) // _MICRO, _UNITS[unit] // _MICRO
    return micros // size if micros >= 0 else -(-micros // size)


def boundaries(later: datetime, earlier: datetime, unit: str) -> int:
    """Boundaries of unit between two calendar times (DATE_DIFF, DATETIME_DIFF)."""
    if unit in _MONTHS:
        months = (later.year - earlier.year) * 12 + later.month - earlier.month
        if unit == "MONTH":
            return months
        if unit == "YEAR":
            return later.year - earlier.year
        return (later.year * 4 + (later.month - 1) // 3) - (earlier.year * 4 + (earlier.month - 1) // 3)
    size = _UNITS["WEEK" if unit == "ISOWEEK" else unit]
    return (truncate(later, unit) - truncate(earlier, unit)) // size


def part(moment: datetime, name: str) -> int:
    """EXTRACT(name FROM moment)."""
    iso = moment.isocalendar()
    sunday = int(moment.strftime("%U"))
    parts = {
        "MICROSECOND": moment.microsecond, "MILLISECOND": moment.microsecond // 1000, "SECOND": moment.second,
        "MINUTE": moment.minute, "HOUR": moment.hour, "DAY": moment.day, "MONTH": moment.month,
        "YEAR": moment.year, "QUARTER": (moment.month - 1) // 3 + 1, "DAYOFWEEK": moment.isoweekday() % 7 + 1,
        "DAYOFYEAR": moment.timetuple().tm_yday, "WEEK": sunday, "ISOWEEK": iso[1], "ISOYEAR": iso[0],
    }  # fmt: skip
    return parts[name]


CLOCK_UNITS = ("MICROSECOND", "MILLISECOND", "SECOND", "MINUTE", "HOUR")
DATE_UNITS = ("DAY", "WEEK", "ISOWEEK", "MONTH", "QUARTER", "YEAR")
EXTRACTS = (
    *CLOCK_UNITS,
    "DAY",
    "MONTH",
    "YEAR",
    "QUARTER",
    "DAYOFWEEK",
    "DAYOFYEAR",
    "WEEK",
    "ISOWEEK",
    "ISOYEAR",
)
