"""ndschema and bigquery-schema-generator: alike on shared ground, apart where there is a reason."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any

from bigquery_schema_generator.generate_schema import SchemaGenerator

from programs import Case

FILES = 150
Make = Callable[[random.Random], Any]

SPELLED = [
    '{"a":"1","b":"true","c":"2021-01-01"}',
    '{"d":"1.5","e":"12:00:00","f":"2021-01-01T00:00:00Z"}',
]

# What, options of ndschema, records, our columns, theirs; a column: name, type, mode if not NULLABLE.
DIFFERENCES = [
    (
        "integers beyond INT64: FLOAT there, which rounds them",
        [],
        ['{"a":9223372036854775809}'],
        "a NUMERIC",
        "a FLOAT",
    ),
    (
        "up to 38 digits",
        [],
        ['{"a":1%s}' % ("0" * 35)],
        "a BIGNUMERIC",
        "a FLOAT",
    ),
    (
        "mixed types: left out there, so that a load refuses the key; kept as text here",
        [],
        ['{"a":1,"k":1}', '{"a":"x","k":2}'],
        "a STRING, k INTEGER",
        "k INTEGER",
    ),
    (
        "an integer and a boolean, likewise",
        [],
        ['{"a":1,"k":1}', '{"a":true,"k":2}'],
        "a STRING, k INTEGER",
        "k INTEGER",
    ),
    (
        "a record and a scalar, likewise",
        [],
        ['{"a":{"b":1},"k":1}', '{"a":5,"k":2}'],
        "a STRING, k INTEGER",
        "k INTEGER",
    ),
    (
        "an empty object and a scalar: the object is no INTEGER",
        [],
        ['{"a":{}}', '{"a":5}'],
        "a STRING",
        "a INTEGER",
    ),
    (
        "an object and an array of objects: BigQuery refuses the object that is in no array",
        [],
        ['{"a":{"b":1}}', '{"a":[{"c":1}]}'],
        "a STRING",
        "a RECORD REPEATED, a.b INTEGER, a.c INTEGER",
    ),
    (
        "a scalar and an empty array: a mode conflict there",
        [],
        ['{"a":1,"k":1}', '{"a":[],"k":1}'],
        "a STRING, k INTEGER",
        "k INTEGER",
    ),
    (
        "null, then [], then [1]: left out there, though null and [1] alone are not",
        [],
        ['{"a":null,"k":1}', '{"a":[],"k":1}', '{"a":[1],"k":1}'],
        "a INTEGER REPEATED, k INTEGER",
        "k INTEGER",
    ),
    (
        "null in an array: BigQuery takes none, the array is kept as text",
        [],
        ['{"a":[1,null],"k":1}'],
        "a STRING, k INTEGER",
        "k INTEGER",
    ),
    (
        "mixed elements: what came before is forgotten there",
        [],
        ['{"a":["x"]}', '{"a":[1,"x"]}', '{"a":[2]}'],
        "a STRING",
        "a INTEGER REPEATED",
    ),
    (
        "the same records in another order: another schema there",
        [],
        ['{"a":[2]}', '{"a":["x"]}', '{"a":[1,"x"]}', '{"k":1}'],
        "a STRING, k INTEGER",
        "k INTEGER",
    ),
    (
        "an object whose keys are all null: a RECORD without fields there, which BigQuery refuses",
        ["--drop-empty"],
        ['{"a":{"b":null},"k":1}'],
        "k INTEGER",
        "a RECORD, k INTEGER",
    ),
    (
        "strings that parse as numbers, booleans, dates: applied there, only suggested here",
        [],
        SPELLED,
        "a STRING, b STRING, c STRING, d STRING, e STRING, f STRING",
        "a INTEGER, b BOOLEAN, c DATE, d FLOAT, e TIME, f TIMESTAMP",
    ),
    (
        "and alike once they are asked for",
        ["--suggested"],
        SPELLED,
        "a INTEGER, b BOOLEAN, c DATE, d FLOAT, e TIME, f TIMESTAMP",
        "a INTEGER, b BOOLEAN, c DATE, d FLOAT, e TIME, f TIMESTAMP",
    ),
    (
        "days and times that are none",
        ["--suggested"],
        ['{"a":"2021-02-29","b":"2021-13-45T99:99:99Z","c":"25:00:00"}'],
        "a STRING, b STRING, c STRING",
        "a DATE, b TIMESTAMP, c TIME",
    ),
    (
        "digits whose leading zeros an INTEGER would lose, and those of other scripts",
        ["--suggested"],
        ['{"a":"007","b":"\u0661\u0662"}'],
        "a STRING, b STRING",
        "a INTEGER, b INTEGER",
    ),
    (
        "keys that differ only in case: one column there, the records with both are refused",
        [],
        ['{"a":1,"A":2}'],
        "A INTEGER, a_2 INTEGER",
        "a INTEGER",
    ),
    (
        "keys that are no names: printed as they are there",
        [],
        ['{"x-y":1,"1st":2}'],
        "_1st INTEGER, x_y INTEGER",
        "1st INTEGER, x-y INTEGER",
    ),
    (
        "numbers beyond double precision",
        [],
        ['{"a":1e400}'],
        "a STRING",
        "a FLOAT",
    ),
    (
        "a key that is there twice: the last one counts there, no schema takes it here",
        [],
        ['{"r":{"a":1,"a":"x"}}'],
        "r STRING",
        "r RECORD, r.a STRING",
    ),
]


def flat(columns: list[dict[str, Any]], above: str = "") -> list[str]:
    """Name, type and mode of every column, nested ones with their path."""
    found = []
    for column in columns:
        mode = "" if column["mode"] == "NULLABLE" else " " + column["mode"]
        found.append(f"{above}{column['name']} {column['type']}{mode}")
        found += flat(column.get("fields", []), f"{above}{column['name']}.")
    return found


def theirs(records: list[str], **options: bool) -> list[str]:
    generator = SchemaGenerator(input_format="dict", **options)
    found, _ = generator.deduce_schema(map(json.loads, records))
    return flat(generator.flatten_schema(found))


def scalar(chance: random.Random) -> Make:
    """Values of one type that both tell alike; no string that looks like a day or a time."""
    makes: list[Make] = [
        lambda c: c.choice([0, -1, c.randint(-(2**63), 2**63 - 1)]),
        lambda c: c.choice([0.5, -2.25, 1e300, c.uniform(-1e6, 1e6)]),
        lambda c: c.choice([c.randint(-1000, 1000), c.random()]),
        lambda c: c.random() < 0.5,
        lambda c: c.choice(["x", "한글", "12 kB", "😀", "true story", " ", "2021", "1.5"]),
    ]
    return chance.choice(makes)


def members(chance: random.Random, depth: int) -> Make:
    """Objects with at least one key that is always there and never null."""
    names = chance.sample("a b c d e f g h i j name size x_y ts".split(), chance.randint(1, 5))
    makes = [(name, value(chance, depth)) for name in names]
    always, gaps = (
        chance.randrange(len(names)),
        [chance.choice(["", "missing", "null"]) for _ in names],
    )
    makes[always] = (names[always], scalar(chance))

    def make(c: random.Random) -> dict[str, Any]:
        found = {}
        for i, (name, one) in enumerate(makes):
            gap = gaps[i] if i != always and c.random() < 0.3 else ""
            if gap != "missing":
                found[name] = None if gap else one(c)
        return found

    return make


def array(chance: random.Random, depth: int) -> Make:
    item = members(chance, depth + 1) if chance.random() < 0.4 else scalar(chance)
    return lambda c: [item(c) for _ in range(c.randint(1, 4))]


def value(chance: random.Random, depth: int) -> Make:
    kind = chance.random()
    if depth < 4 and kind < 0.2:
        return members(chance, depth + 1)
    return array(chance, depth) if depth < 4 and kind < 0.4 else scalar(chance)


class Inference(Case):
    def ours(self, records: list[str], *options: str) -> list[str]:
        text = ("\n".join(records) + "\n").encode()
        found = self.run_program("ndschema", "-q", "-m", "map.tsv", *options, stdin=text)
        return flat(json.loads(found))

    def test_shared_ground(self) -> None:
        """ndschema and bigquery-schema-generator agree on 150 random files of steady types"""
        for seed in range(FILES):
            chance = random.Random(seed)
            make = members(chance, 0)
            records = [json.dumps(make(chance)) for _ in range(chance.choice([1, 5, 40]))]
            with self.subTest(seed=seed):
                self.assertEqual(
                    self.ours(records, "--drop-empty"),
                    theirs(records, quoted_values_are_strings=True),
                )

    def test_differences(self) -> None:
        """where ndschema and bigquery-schema-generator differ, they do so as the reasons say"""
        for what, options, records, our, their in DIFFERENCES:
            with self.subTest(what):
                self.assertEqual(", ".join(self.ours(records, *options)), our)
                self.assertEqual(", ".join(theirs(records)), their)
