"""The date and time functions of the stand-in's SQL, on the frame of bq_sql_functions.py.

Source: BigQuery docs "Timestamp functions", "Datetime functions", "Date functions".
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import bq_sql_time as t
from bq_sql_errors import invalid
from bq_sql_format import format_moment, parse_moment
from bq_sql_functions import signatures
from bq_sql_values import cast, int64

# Words that stand for each UNIT kind of the signatures; "X INTERVAL" kinds take the same.
UNITS = {
    "INSTANT_UNIT": (*t.CLOCK_UNITS, "DAY"),
    "DATE_UNIT": t.DATE_UNITS,
    "ANY_UNIT": (*t.CLOCK_UNITS, *t.DATE_UNITS),
    "INSTANT_INTERVAL": (*t.CLOCK_UNITS, "DAY"),
    "DATE_INTERVAL": tuple(u for u in t.DATE_UNITS if u != "ISOWEEK"),
    "ANY_INTERVAL": tuple(u for u in (*t.CLOCK_UNITS, *t.DATE_UNITS) if u != "ISOWEEK"),
}


def _epoch(name: str, micros: int) -> None:
    """TIMESTAMP_name(INT64) and UNIX_name(TIMESTAMP), in units of micros microseconds."""

    def make(value: int) -> str:
        return t.timestamp_text(t.from_micros(value * micros))

    def back(value: str) -> int:
        return t.to_micros(value) // micros

    make.__name__, back.__name__ = f"timestamp_{name.lower()}", f"unix_{name.lower()}"
    signatures(f"TIMESTAMP_{name}(INT64) -> TIMESTAMP")(make)
    signatures(f"UNIX_{name}(TIMESTAMP) -> INT64")(back)


_epoch("SECONDS", 1_000_000)
_epoch("MILLIS", 1000)
_epoch("MICROS", 1)


@signatures("UNIX_DATE(DATE) -> INT64")
def _unix_date(value: str) -> int:
    return (date.fromisoformat(value) - date(1970, 1, 1)).days


@signatures("TIMESTAMP(STRING[, STRING]) -> TIMESTAMP")
def _timestamp_of_text(value: str, zone: str = "UTC") -> str:
    stored = t.parse_timestamp(value, t.zone(zone))
    if stored is None:
        raise invalid(f"Invalid timestamp: '{value}'")
    return stored


@signatures("TIMESTAMP(TIMESTAMP) -> TIMESTAMP", "DATETIME(DATETIME) -> DATETIME", "DATE(DATE) -> DATE")
def _same(value: str) -> str:
    return value


@signatures("TIMESTAMP(DATETIME[, STRING]) -> TIMESTAMP", "TIMESTAMP(DATE[, STRING]) -> TIMESTAMP")
def _timestamp_of_civil(value: str, zone: str = "UTC") -> str:
    return t.from_zone(t.load(value), zone)


@signatures("DATETIME(TIMESTAMP[, STRING]) -> DATETIME")
def _datetime(value: str, zone: str = "UTC") -> str:
    return t.datetime_text(t.in_zone(value, zone))


@signatures("DATETIME(DATE[, TIME]) -> DATETIME")
def _datetime_of_date(value: str, clock: str = "00:00:00") -> str:
    return f"{value[:10]}T{clock}"


@signatures("DATETIME(INT64, INT64, INT64, INT64, INT64, INT64) -> DATETIME")
def _datetime_of_parts(*parts: int) -> str:
    try:
        return t.datetime_text(datetime(*parts))
    except (ValueError, OverflowError):
        raise invalid(f"Input calculates to invalid datetime: {'-'.join(map(str, parts))}") from None


@signatures("DATE(TIMESTAMP[, STRING]) -> DATE")
def _date(value: str, zone: str = "UTC") -> str:
    return t.date_text(t.in_zone(value, zone))


@signatures("DATE(DATETIME) -> DATE")
def _date_of_datetime(value: str) -> str:
    return value[:10]


@signatures("DATE(INT64, INT64, INT64) -> DATE")
def _date_of_parts(year: int, month: int, day: int) -> str:
    try:
        return t.date_text(date(year, month, day))
    except (ValueError, OverflowError):
        raise invalid(f"Input calculates to invalid date: {year}-{month}-{day}") from None


@signatures("TIME(TIMESTAMP[, STRING]) -> TIME")
def _time(value: str, zone: str = "UTC") -> str:
    return t.time_text(t.in_zone(value, zone).time())


@signatures("TIME(DATETIME) -> TIME")
def _time_of_datetime(value: str) -> str:
    return value[11:]


@signatures("STRING(TIMESTAMP[, STRING]) -> STRING")
def _string(value: str, zone: str = "UTC") -> str:
    moment = t.in_zone(value, zone)
    offset = moment.strftime("%z")
    minutes = "" if offset[3:5] == "00" else f":{offset[3:5]}"
    return cast(t.datetime_text(moment), "DATETIME", "STRING") + offset[:3] + minutes


@signatures("STRING(DATETIME) -> STRING", "STRING(DATE) -> STRING")
def _string_of_civil(value: str) -> str:
    return cast(value, "DATETIME" if "T" in value else "DATE", "STRING")


def _shifts(prefix: str, sign: int, interval: str, text_of: Callable[[datetime], str]) -> None:
    """prefix_ADD (sign 1) or prefix_SUB (-1)."""
    verb = "ADD" if sign > 0 else "SUB"

    def function(value: str, amount: int, unit: str) -> str:
        return text_of(t.shift(t.load(value), sign * amount, unit))

    function.__name__ = f"{prefix}_{verb}".lower()
    signatures(f"{prefix}_{verb}({prefix}, {interval}) -> {prefix}")(function)


for _sign in (1, -1):
    _shifts("TIMESTAMP", _sign, "INSTANT_INTERVAL", t.timestamp_text)
    _shifts("DATETIME", _sign, "ANY_INTERVAL", t.datetime_text)
    _shifts("DATE", _sign, "DATE_INTERVAL", t.date_text)


@signatures("TIMESTAMP_DIFF(TIMESTAMP, TIMESTAMP, INSTANT_UNIT) -> INT64")
def _timestamp_diff(later: str, earlier: str, unit: str) -> int:
    return int64(t.elapsed(t.load(later), t.load(earlier), unit), "TIMESTAMP_DIFF")


@signatures(
    "DATETIME_DIFF(DATETIME, DATETIME, ANY_UNIT) -> INT64", "DATE_DIFF(DATE, DATE, DATE_UNIT) -> INT64"
)
def _civil_diff(later: str, earlier: str, unit: str) -> int:
    return t.boundaries(t.load(later), t.load(earlier), unit)


@signatures("TIMESTAMP_TRUNC(TIMESTAMP, ANY_UNIT[, STRING]) -> TIMESTAMP")
def _timestamp_trunc(value: str, unit: str, zone: str = "UTC") -> str:
    return t.from_zone(t.truncate(t.in_zone(value, zone).replace(tzinfo=None), unit), zone)


@signatures("DATETIME_TRUNC(DATETIME, ANY_UNIT) -> DATETIME")
def _datetime_trunc(value: str, unit: str) -> str:
    return t.datetime_text(t.truncate(t.load(value), unit))


@signatures("DATE_TRUNC(DATE, DATE_UNIT) -> DATE")
def _date_trunc(value: str, unit: str) -> str:
    return t.date_text(t.truncate(t.load(value), unit))


@signatures("FORMAT_TIMESTAMP(STRING, TIMESTAMP[, STRING]) -> STRING")
def _format_timestamp(form: str, value: str, zone: str = "UTC") -> str:
    return format_moment(form, t.in_zone(value, zone))


@signatures("FORMAT_DATETIME(STRING, DATETIME) -> STRING", "FORMAT_DATE(STRING, DATE) -> STRING")
def _format_civil(form: str, value: str) -> str:
    return format_moment(form, t.load(value))


@signatures("PARSE_TIMESTAMP(STRING, STRING[, STRING]) -> TIMESTAMP")
def _parse_timestamp(form: str, text: str, zone: str = "UTC") -> str:
    moment, named = parse_moment(form, text)
    return t.timestamp_text(moment) if moment.tzinfo else t.from_zone(moment, named or zone)


@signatures("PARSE_DATETIME(STRING, STRING) -> DATETIME")
def _parse_datetime(form: str, text: str) -> str:
    return t.datetime_text(parse_moment(form, text)[0])


@signatures("PARSE_DATE(STRING, STRING) -> DATE")
def _parse_date(form: str, text: str) -> str:
    return t.date_text(parse_moment(form, text)[0])


def extract(value: str | None, part: str, zone: str | None) -> int | str | None:
    """EXTRACT(part FROM value [AT TIME ZONE zone]); value of any date or time type."""
    if value is None or zone is None:
        return None
    if value[2:3] == ":":
        value = f"1970-01-01T{value}"
    moment = t.in_zone(value, zone) if value.endswith("+00") else t.load(value)
    if part == "DATE":
        return t.date_text(moment)
    if part == "DATETIME":
        return t.datetime_text(moment)
    if part == "TIME":
        return t.time_text(moment.time())
    return t.part(moment, part)
