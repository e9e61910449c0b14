"""Random NDJSON files: steady shapes, now and then mixed, empty, deep or oddly named."""

from __future__ import annotations

import json
import random
from collections.abc import Callable

Make = Callable[[random.Random], str]

KEYS = """
id name user size ts value tags items a b c A Name ID x_y x-y x.y x/y x~y @timestamp 1st 2 _ __ _id é 한글 名 $ref
_PARTITIONTIME _TABLE_x _FILE_ __ROOT__ _CHANGE_TYPE_x fields type mode "" \\ * 0 - é
""".split()
ODD_KEYS = ['""', "", " ", "\t", "a\tb", "a\nb", "\\", "/", "~", "~1", "\u202e", "😀"]
ODD_KEYS += ["k" * 299, "k" * 300, "k" * 301, "é" * 200]

INTEGERS = """
0 1 -1 7 42 65535 -2147483648 9007199254740991 9007199254740993
9223372036854775807 -9223372036854775808 -0
""".split()
LARGE = """
9223372036854775808 -9223372036854775809 18446744073709551615 12345678901234567890123456789
""".split()
LARGER = [*LARGE, "1" + "0" * 29, "9" * 38]
HUGE = [*LARGER, "9" * 39, "1" * 60]
FLOATS = """
0.0 1.0 1.5 -2.25 1e3 1E-7 0.1 123456.789 -0.0 3.141592653589793 1e308 12345678901234567890.5
""".split()
OVERFLOWS = ["1e400", "-1E999", "1.5"]

WORDS = "x abc 12kB N/A - null 2021-02-29 2021-13-01 24:00:00 1.2.3 0x10".split() + ["hello world"]
TEXTS = [*WORDS, "", " ", "한글", "😀", 'q"q', "back\\slash", "tab\t", "nul\x00", "\u202e"]
TEXTS += ["l" * 100, "é" * 80]
SPELLED = ["\\u0041", "\\ud83d\\ude00", "\\/", "a\\u0000b", "\\u005c"]

# What strings may all be. Plain forms only, that no reading of the types leaves out.
STRINGS: dict[str, list[str]] = {
    "INTEGER": ["0", "1", "-7", "123456789", "-1000000000000"],
    "FLOAT": ["0.5", "1.25", "-3.0625", "1000.5"],
    "BOOLEAN": ["true", "false"],
    "DATE": ["2021-01-01", "2020-02-29", "1970-12-31", "0001-01-01"],
    "TIME": ["00:00:00", "23:59:59", "12:30:00.25", "12:30:59.123456"],
    "TIMESTAMP": [
        "2021-01-01T00:00:00Z",
        "2020-02-29T23:59:59.123456Z",
        "2021-01-01 00:00:00+09:00",
    ],
    "DATETIME": ["2021-01-01T00:00:00", "2020-02-29 23:59:59.5"],
}


def text(pool: list[str]) -> Make:
    return lambda rng: json.dumps(rng.choice(pool), ensure_ascii=rng.random() < 0.3)


def raw(pool: list[str]) -> Make:
    return lambda rng: rng.choice(pool)


def scalar(rng: random.Random) -> Make:
    pools: list[Make] = [
        raw(INTEGERS),
        raw(INTEGERS[:6]),
        raw(FLOATS),
        raw(INTEGERS + FLOATS),
        raw(["true", "false"]),
    ]
    pools += [text(WORDS), text(TEXTS), raw([f'"{s}"' for s in SPELLED])]
    if rng.random() < 0.15:
        pools = [
            raw(INTEGERS + LARGE),
            raw(LARGER),
            raw(HUGE),
            raw(FLOATS + LARGE),
            raw(OVERFLOWS),
            raw(HUGE + FLOATS),
        ]
    if rng.random() < 0.15:
        numbers = rng.choice([INTEGERS[:6], ["1.5", "0.25"], LARGE])
        return raw(numbers + [f'"{s}"' for s in rng.choice([STRINGS["INTEGER"], STRINGS["FLOAT"]])])
    if rng.random() < 0.1:
        return raw(["true", "false", '"true"', *rng.choice([[], ['"x"'], ["1"]])])
    if rng.random() < 0.35:
        kinds = rng.sample(sorted(STRINGS), rng.choice([1, 1, 1, 2]))
        some = [s for kind in kinds for s in STRINGS[kind]]
        return text(some + [""] if rng.random() < 0.1 else some)
    return rng.choice(pools)


def array(rng: random.Random, depth: int) -> Make:
    item = shape(rng, depth + 1)
    longest, nulls = rng.choice([1, 3, 3, 6]), 0.2 if rng.random() < 0.1 else 0.0

    def make(rng: random.Random) -> str:
        items = [
            "null" if rng.random() < nulls else item(rng) for _ in range(rng.randint(0, longest))
        ]
        return "[" + ",".join(items) + "]"

    return make


def key_text(rng: random.Random, key: str) -> str:
    if rng.random() < 0.03 and key:
        return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else c for c in key) + '"'
    return json.dumps(key, ensure_ascii=rng.random() < 0.2)


def members(rng: random.Random, depth: int) -> Make:
    """Objects: each key with a shape, how often it is there and how often null."""
    keys = rng.sample(KEYS, rng.randint(0 if depth else 1, 5))
    if rng.random() < 0.1:
        keys += rng.sample(ODD_KEYS, 2)
    if rng.random() < 0.1 and keys:
        keys += [keys[0].upper(), keys[0] + "_", keys[0].replace("-", ".")]
    keys = list(dict.fromkeys(keys))
    some = [
        (k, shape(rng, depth + 1), rng.choice([1, 1, 0.9, 0.4, 0.02]), rng.choice([0, 0, 0.3]))
        for k in keys
    ]
    twice = depth > 0 and rng.random() < 0.02
    space = rng.choice(["", "", " "])

    def make(rng: random.Random) -> str:
        parts = []
        for key, value, present, null in some:
            if rng.random() < present:
                parts.append(
                    f"{key_text(rng, key)}:{space}"
                    + ("null" if rng.random() < null else value(rng))
                )
        if twice and parts and rng.random() < 0.3:
            parts.append(parts[0])
        rng.shuffle(parts)
        return "{" + f",{space}".join(parts) + "}"

    return make


def deep(rng: random.Random) -> Make:
    levels, inner = rng.randint(12, 20), scalar(rng)
    forms = [
        rng.choice(['{"d":%s}', '{"d":%s}', '{"d":%s,"e":1}', '{"d":[%s]}']) for _ in range(levels)
    ]

    def make(rng: random.Random) -> str:
        made = inner(rng)
        for form in forms[: levels if rng.random() < 0.8 else 3]:
            made = form % made
        return made

    return make


def shape(rng: random.Random, depth: int) -> Make:
    chance = rng.random()
    if chance < 0.04:
        return raw(
            rng.choice([["null"], ["{}"], ["[]"], ["null", "{}"], ["null", "[]"], ["{}", "[]"]])
        )
    if chance < 0.12:
        one, other, share = shape(rng, depth + 1), shape(rng, depth + 1), rng.choice([0.5, 0.05])
        return lambda rng: other(rng) if rng.random() < share else one(rng)
    if chance < 0.13 and depth < 3:
        return deep(rng)
    if depth < 5 and chance < 0.28:
        return members(rng, depth)
    if depth < 5 and chance < 0.40:
        return array(rng, depth)
    return scalar(rng)


def random_records(rng: random.Random) -> list[str]:
    """1 to 60 records, one line each."""
    make = members(rng, 0)
    return [make(rng) for _ in range(rng.choice([1, 2, 5, 20, 60]))]
