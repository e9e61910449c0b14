"""Values as JSON text, right and wrong for each BigQuery type; from the pages that rules.py names."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta

from rules import Field

WORDS = ("", "x", "12", "true", "h\u00e9llo", "\U0001f600", "a\tb", 'say "hi"', "back\\slash", "\u2028", "2021-01-01", "{}")


def quoted(rng: random.Random, text: str) -> str:
    """A string as JSON, in one of the spellings it may have."""
    spelled = json.dumps(text, ensure_ascii=rng.random() < 0.5)
    if text and rng.random() < 0.1:
        spelled = '"\\u%04x' % ord(text[0]) + spelled[2:] if text[0].isalnum() and ord(text[0]) < 128 else spelled
    return spelled.replace("/", "\\/") if rng.random() < 0.1 else spelled


def _integer(rng: random.Random, _: Field) -> str:
    number = rng.choice([0, -1, 7, 2**53 - 1, 2**63 - 1, -(2**63), rng.randint(-(10**9), 10**9)])
    if abs(number) < 2**40 and rng.random() < 0.1:
        return f"{number}.0"
    return f'"{number}"' if rng.random() < 0.3 else str(number)


def _float(rng: random.Random, _: Field) -> str:
    number = rng.choice(["0", "-0.0", "1.5", "1e308", "-1e-400", "3", repr(rng.uniform(-1e9, 1e9))])
    return rng.choice(['"NaN"', '"-Infinity"', '"inf"', f'"{number}"', number, number, number])


def _numeric(rng: random.Random, field: Field) -> str:
    big = field["type"] == "BIGNUMERIC"
    scale = int(field.get("scale") or 0) if field.get("precision") else 38 if big else 9
    whole = int(field["precision"]) - scale if field.get("precision") else 38 if big else 29
    left = str(rng.randint(0, 10 ** rng.randint(0, whole) - 1))
    right = "".join(rng.choices("0123456789", k=rng.randint(0, scale)))
    text = rng.choice(["", "-"]) + left + ("." + right if right else "")
    return f'"{text}"' if rng.random() < 0.3 else text


def _boolean(rng: random.Random, _: Field) -> str:
    word = rng.choice(["true", "false", "1", "0", '"T"', '"f"', '"yes"', '"No"', '"Y"', '"n"', '"TRUE"', '"0"'])
    return rng.choice(["true", "false", word])


def _string(rng: random.Random, field: Field) -> str:
    longest = int(field.get("maxLength") or 300)
    text = rng.choice(WORDS) * rng.choice([1, 1, 1, 1, 20])
    if len(text) > longest or rng.random() < 0.3:
        text = "".join(rng.choices("abc \u00e9\u5217-/{}[],:", k=rng.randint(0, min(longest, 70))))
    if longest > 10 and rng.random() < 0.1:
        return rng.choice(["12", "1.50", "true", "[1, 2]", '{"a":1}', "{}", "[]"])
    return quoted(rng, text)


def _bytes(rng: random.Random, field: Field) -> str:
    size = rng.randint(0, int(field.get("maxLength") or 60))
    return quoted(rng, base64.b64encode(rng.randbytes(size)).decode())


def _moment(rng: random.Random) -> datetime:
    return datetime(1, 1, 3) + timedelta(days=rng.randint(0, 3652050), microseconds=rng.randint(0, 86399 * 10**6))


def _date(rng: random.Random, _: Field) -> str:
    return f'"{_moment(rng).date().isoformat()}"'


def _time(rng: random.Random, _: Field) -> str:
    return f'"{_moment(rng).time().isoformat()}"'


def _datetime(rng: random.Random, _: Field) -> str:
    return f'"{_moment(rng).isoformat(sep=rng.choice(" T"))}"'


def _timestamp(rng: random.Random, _: Field) -> str:
    if rng.random() < 0.2:
        return rng.choice(["0", "-62135596800", "253402300799", "1609459200.5", str(rng.randint(0, 10**10)), "1.6e9"])
    text = _moment(rng).isoformat(sep=rng.choice(" T"), timespec=rng.choice(["minutes", "seconds", "auto"]))
    if rng.random() < 0.2:
        text = text.replace("-", "/")
    return f'"{text}{rng.choice(["", "Z", " UTC", "+09:00", "-8", " -05:30", "+0:0"])}"'


def _interval(rng: random.Random, _: Field) -> str:
    n = [rng.choice(["", "-"]) + str(rng.choice([0, 1, 12, 9100])) for _ in range(6)]
    fraction = rng.choice(["", ".5", ".000001"])
    return f'"P{n[0]}Y{n[1]}M{n[2]}DT{n[3]}H{n[4]}M{n[5]}{fraction}S"'


def _geography(rng: random.Random, _: Field) -> str:
    return rng.choice(
        ['"POINT(1 2)"', '"POLYGON((0 0, 1 0, 1 1, 0 0))"', '"linestring (0 0, 1 1)"', '"MULTIPOINT EMPTY"',
         '"{\\"type\\": \\"Point\\", \\"coordinates\\": [1, 2]}"', '"0101000000feffffffffffef3f0000000000000040"']
    )  # fmt: skip


def _json(rng: random.Random, field: Field) -> str:
    leaf = ["1", "-1.50", "true", "null", '"x"', "[]", "{}", "18446744073709551615", '"1e400"', '{"a":1, "a":2}']
    inner = rng.choice(leaf)
    return rng.choice([inner if inner != "null" else "0", f"[{inner}]", f'{{"k": [ {inner} , 2 ]}}', f'{{"":{inner}}}'])


GOOD: dict[str, Callable[[random.Random, Field], str]] = {
    "INTEGER": _integer,
    "FLOAT": _float,
    "NUMERIC": _numeric,
    "BIGNUMERIC": _numeric,
    "BOOLEAN": _boolean,
    "STRING": _string,
    "BYTES": _bytes,
    "DATE": _date,
    "TIME": _time,
    "DATETIME": _datetime,
    "TIMESTAMP": _timestamp,
    "INTERVAL": _interval,
    "GEOGRAPHY": _geography,
    "JSON": _json,
}

NEVER = "{} [] [1] true"
BAD = {
    "INTEGER": f'{NEVER} "12kB" 1.5 9223372036854775808 -9223372036854775809 "9223372036854775808" "30.0" "" 1e19'
    ' "0x10" "one" {"n":1} 9007199254740993.0',
    "FLOAT": f'{NEVER} "1,5" 1e999 -1e400 "" "infinite" "-" "1e400" "0x1p3"',
    "NUMERIC": f'{NEVER} "x" 1e29 -1e29 "100000000000000000000000000000" "" 12345678901234567890123456789012345 "NaN"',
    "BIGNUMERIC": f'{NEVER} "x" 1e39 -6e38 "" "600000000000000000000000000000000000000" "NaN" 1e400',
    "BOOLEAN": '{} [] [true] "maybe" 2 -1 1.0 "" "on" "tru" 10 0.0 "YESNO"',
    "BYTES": f'{NEVER} "a" "%%%%" "a===" 1 0.5 "aGk=aGk=" "\u00e9\u00e9\u00e9\u00e9"',
    "DATE": f'{NEVER} "2021-02-29" "2021/01/02" 20210102 "0000-01-01" "2021-13-01" "2021-01-02T00:00:00" ""'
    ' "10000-01-01" "2021-00-01" "today" 1.5',
    "TIME": f'{NEVER} "24:00:00" "12:30" "12:30:60" "12:30:59.1234567" 5 "noon" "12:30:59Z" "12:60:00" ""',
    "DATETIME": f'{NEVER} "2021-01-01T00:00:00Z" "2021-02-29 00:00:00" "2021-01-01" "2021-01-01 00:00" 1609459200'
    ' "2021-01-01 00:00:00 UTC" "2021-01-01 24:00:00" "2021/01/01 00:00:00" ""',
    "TIMESTAMP": f'{NEVER} "yesterday" "2021-01-01" "2021-01-01T00:00:00+0900" "2021-01-01T00:00:00.123456789Z"'
    ' 1609459200000 "2021-02-29T00:00:00Z" "2021-01-01 24:00:00" "" "2021-01-01T00:00:00 Asia/Seoul" 253402300800'
    ' "0001-01-01 00:00:00+01:00" "2021-01-01T00:00:60Z" "2021-01/01 00:00" "12:30:59" -62135596801 "NaN"',
    "INTERVAL": f'{NEVER} "P1D" 1 "1Y" "P1YT0.0000001S" "p1yt" "PT1.5H" "" "P1M1YT" "1 day" 0.5',
    "GEOGRAPHY": f'{NEVER} "" "x y" "POINT(" 1 {{"type":"Point","coordinates":[1,2]}} "[1,2]" "POINT(1 2" "0102"',
    "JSON": '1e400 18446744073709551616 {"a":[1e999]} [-9223372036854775809] {"b":{"c":-1e400}}',
    "RECORD": '5 "x" true [] [{}] 1.5 "{}" 0 ""',
    "ARRAY": '5 "x" true {} 1.5 "[]" 0 false ""',
}


def wrong(kind_name: str) -> list[str]:
    """The values that no column of a type takes."""
    found, at, text = [], 0, BAD.get(kind_name, "")
    while at < len(text):
        _, end = json.JSONDecoder().raw_decode(text, at)
        found.append(text[at:end])
        at = end + 1
    return found


WRONG = {name: wrong(name) for name in BAD}


def bad(rng: random.Random, field: Field) -> str | None:
    """A value that this column does not take; None when there is none."""
    name, longest = field["type"], int(field.get("maxLength") or 0)
    if longest and rng.random() < 0.5:
        if name == "BYTES":
            return quoted(rng, base64.b64encode(bytes(longest + 1)).decode())
        extra = "x" * (longest + rng.choice([1, 2, 50]))
        return rng.choice([quoted(rng, extra), quoted(rng, "\u00e9" * (longest + 1)), f'["{extra}"]', f'{{"a":"{extra}"}}'])
    return rng.choice(WRONG[name]) if name in WRONG else None
