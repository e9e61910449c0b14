"""One row at a time: what each column type takes, stores and refuses, in the service's words."""

from __future__ import annotations

import json
import unittest
from typing import Any

import bq_rows
from bq_schema import normalize
from bq_values import ValueRefused


def stored(kind: str, source: str, mode: str = "NULLABLE", **more: Any) -> Any:
    """What column a of this type holds after the row {"a": SOURCE}."""
    schema = normalize([{"name": "a", "type": kind, "mode": mode, **more}])
    return bq_rows.record(schema, False)(bq_rows.parse(f'{{"a": {source}}}'.encode()))[0]


class Values(unittest.TestCase):
    def takes(self, kind: str, source: str, value: Any, **more: Any) -> None:
        found = stored(kind, source, **more)
        self.assertEqual((found, type(found)), (value, type(value)), f"{kind} {source}")

    def refuses(self, kind: str, source: str, message: str, **more: Any) -> None:
        with self.assertRaises(ValueRefused, msg=f"{kind} {source}") as raised:
            stored(kind, source, **more)
        self.assertIn(message, str(raised.exception))

    def test_integer(self) -> None:
        self.takes("INTEGER", "1", 1)
        self.takes("INT64", '"-12"', -12)
        self.takes("INTEGER", "-9007199254740991", -(2**53) + 1)
        self.takes("INTEGER", '"9223372036854775807"', 2**63 - 1)
        self.takes("INTEGER", '"-9223372036854775808"', -(2**63))
        abc = "Could not convert value 'string_value: \"abc\"' to integer. Field: a; Value: abc"
        self.refuses("INTEGER", '"abc"', abc)
        self.refuses("INTEGER", '"30.0"', 'string_value: "30.0"\' to integer')
        self.refuses("INTEGER", "1.5", "Could not convert value 'number_value: 1.5' to integer")
        self.refuses("INTEGER", "1.0", "to integer. Field: a; Value: 1.0")
        self.refuses("INTEGER", "1e3", "to integer")
        self.refuses("INTEGER", "true", "Could not convert value 'bool_value: true' to integer")
        self.refuses("INTEGER", "9223372036854775808", "to integer")
        self.refuses("INTEGER", '""', "to integer")
        self.refuses("INTEGER", "9" * 5000, "to integer")

    def test_a_large_integer_that_is_no_string_is_corrupted(self) -> None:
        self.takes("INTEGER", "9007199254740993", 9007199254740992)
        self.takes("INTEGER", '"9007199254740993"', 9007199254740993)
        self.refuses("INTEGER", "9223372036854775807", "to integer")

    def test_float(self) -> None:
        self.takes("FLOAT", "3", 3.0)
        self.takes("FLOAT64", '"1e-3"', 0.001)
        self.takes("FLOAT", '"-inf"', float("-inf"))
        self.takes("FLOAT", '"NaN"', "NaN")
        for source in ("1e400", "-1e400", '"1e400"', "9" * 400):
            self.refuses("FLOAT", source, "to double")
        self.refuses("FLOAT", '"1,5"', "to double. Field: a; Value: 1,5")
        self.refuses("FLOAT", "false", "to double")

    def test_boolean(self) -> None:
        for source in ("true", '"T"', '"yes"', '"1"', "1", '"Y"', '"TRUE"'):
            self.takes("BOOL", source, True)
        for source in ("false", '"f"', '"NO"', '"0"', "0", '"n"'):
            self.takes("BOOLEAN", source, False)
        self.refuses("BOOLEAN", '"on"', "Could not convert value 'string_value: \"on\"' to boolean")
        self.refuses("BOOLEAN", "2", "to boolean")

    def test_string(self) -> None:
        self.takes("STRING", '"x"', "x")
        self.takes("STRING", '"1.50"', "1.50")
        self.takes("STRING", '"\\ud83d\\ude00"', "\U0001f600")
        self.takes("STRING", '"a\\ud800b"', "a\ufffdb")

    def test_string_refuses_what_is_no_string_or_too_long(self) -> None:
        self.refuses("STRING", "3", "Could not convert value to string. Field: a; Value: 3")
        self.refuses("STRING", "1.50", "Could not convert value to string. Field: a; Value: 1.50")
        self.refuses("STRING", "true", "Could not convert value to string. Field: a; Value: true")
        self.refuses("STRING", '{"b":1}', "JSON object specified for non-record field: a")
        self.refuses("STRING", '["b"]', "Array specified for non-repeated field: a.")
        self.takes("STRING", '"abc"', "abc", maxLength="3")
        self.refuses("STRING", '"abcd"', "has maximum length 3 but got a value with length 4", maxLength="3")

    def test_bytes(self) -> None:
        self.takes("BYTES", '"aGk="', "aGk=")
        for source in ('"a"', '"S+AT="', '"aGk"', '"aGk=="', '"a-_="'):
            self.refuses("BYTES", source, "Could not decode base64")
        self.refuses("BYTES", "1", "to bytes")

    def test_numeric_is_exact(self) -> None:
        self.takes("NUMERIC", "1.500", "1.5")
        self.takes("NUMERIC", '"-0.000000001"', "-0.000000001")
        self.takes("NUMERIC", "1e3", "1000")
        self.takes("NUMERIC", "9" * 29, "9" * 29)
        self.takes("BIGNUMERIC", "9" * 38, "9" * 38)
        top = "578960446186580977117854925043439539266.3499233282028201972879200395656481996"
        self.takes("BIGNUMERIC", f'"{top}7"', top + "7")
        self.takes("BIGNUMERIC", f'"-{top}8"', f"-{top}8")
        self.refuses("BIGNUMERIC", f'"{top}8"', "Invalid BIGNUMERIC value")
        self.refuses("BIGNUMERIC", "9" * 39, "Invalid BIGNUMERIC value")
        self.refuses("BIGNUMERIC", "1e38", "Invalid BIGNUMERIC value", precision="38")
        self.takes("NUMERIC", "0e99999", "0")
        self.refuses("NUMERIC", "1" + "0" * 29, "Invalid NUMERIC value")
        self.refuses("NUMERIC", "1e999999999", "Invalid NUMERIC value")
        self.refuses("NUMERIC", "0.0000000001", "Invalid NUMERIC value")
        self.refuses("NUMERIC", "12.34", "Invalid NUMERIC value", precision="3", scale="1")
        self.refuses("NUMERIC", '"x"', "to numeric")

    def test_date_and_time(self) -> None:
        self.takes("DATE", '"2021-01-02"', "2021-01-02")
        self.refuses("DATE", '"2021-1-2"', "as a date")
        self.refuses("DATE", '"2021/01/02"', "Couldn't convert value to date: Could not parse '2021/01/02'")
        self.refuses("DATE", '"2021-02-29"', "as a date")
        for kind in ("DATE", "TIME", "DATETIME"):
            words = f"Could not convert non-string JSON value to {kind} type. Field: a; Value: "
            for source in ("20210102", "1.5", "true"):
                self.refuses(kind, source, words + source)
            self.refuses(kind, "{}", "JSON object specified for non-record field: a")
        self.takes("TIME", '"01:02:03.5"', "01:02:03.500000")
        self.refuses("TIME", '"1:02:03"', "as a time")
        self.refuses("TIME", '"24:00:00"', "as a time")
        self.takes("DATETIME", '"2021-01-02 03:04:00"', "2021-01-02T03:04:00")
        self.refuses("DATETIME", '"2021-01-02 03:04"', "as a datetime")
        self.takes("DATETIME", '"2021-01-02T03:04:05.25"', "2021-01-02T03:04:05.250000")
        self.refuses("DATETIME", '"2021-01-02T03:04:05Z"', "as a datetime")

    def test_timestamp_is_stored_in_utc(self) -> None:
        for source, value in {
            '"2021-01-01T00:00:00Z"': "2021-01-01 00:00:00+00",
            '"2021-01-01T00:00:00.500Z"': "2021-01-01 00:00:00.500000+00",
            '"2021-01-01T00:00:00.000Z"': "2021-01-01 00:00:00+00",
            '"2021/01/31 09:00 +09:00"': "2021-01-31 00:00:00+00",
            '"2021-01-01 00:00:00.123456 UTC"': "2021-01-01 00:00:00.123456+00",
            '"2020-12-31 23:30:00-1:30"': "2021-01-01 01:00:00+00",
            '"2021-01-01 00:00"': "2021-01-01 00:00:00+00",
            "1609459200": "2021-01-01 00:00:00+00",
            "1609459200.25": "2021-01-01 00:00:00.250000+00",
            '"1609459200"': "2021-01-01 00:00:00+00",
            "-1": "1969-12-31 23:59:59+00",
        }.items():
            self.takes("TIMESTAMP", source, value)

    def test_timestamp_refuses_what_the_service_refuses(self) -> None:
        required = "Required format is YYYY-MM-DD HH:MM[:SS[.SSSSSS]]"
        for source in (
            '"AA"', '""', '"2021-01-01"', '"2021-01-01T00:00:00.1234567Z"', '"2014-04-02T20:00:00.000-0400"',
            '"2021-13-01 00:00"', '"2021-02-29T00:00:00Z"', '"2021-01-01 24:00:00"', '"2021-01/01 00:00"',
            '"0000-01-01T00:00:00Z"', '"0001-01-01 00:00:00+01:00"', "1609459200000", "true",
            '"2021-01-01T00:00:00 Asia/Seoul"', '"2021-01-01T00:00:00 Z"', '"2021-01-01T00:00:00UTC"',
            '"2021-1-1T00:00:00Z"', '"2021-01-01t00:00:00Z"', '"2021-01-01T00:00:00+01:60"',
        ):  # fmt: skip
            self.refuses("TIMESTAMP", source, "Couldn't convert value to timestamp: Could not parse")
            self.refuses("TIMESTAMP", source, required)

    def test_interval_is_its_canonical_text(self) -> None:
        for source, value in {
            "P-10000Y0M-3660000DT-87840000H0M0S": "-10000-0 -3660000 -87840000:0:0",
            "P0Y0M0DT0H0M0.000001S": "0-0 0 0:0:0.000001",
            "P10000Y0M3660000DT87840000H0M0S": "10000-0 3660000 87840000:0:0",
            "P1Y-13M2DT1H-61M-0.5S": "-0-1 2 -0:1:0.500000",
            "PT5S": "0-0 0 0:0:5",
            "P1DT": "0-0 1 0:0:0",
        }.items():
            self.takes("INTERVAL", f'"{source}"', value)

    def test_interval_refuses_what_is_none_or_out_of_range(self) -> None:
        for source in (
            "", "PT", "P", "P1D", "P1Y2M", "1Y", "PT1", "PT1.5H", "PT0.0000001S", "PT.5S", "p1yt", "P1M1YT",
            "P10000Y1MT", "P120001MT", "P3660001DT", "PT87840000H0.000001S", "P+1YT", "P-T", "-P1YT",
        ):  # fmt: skip
            self.refuses("INTERVAL", f'"{source}"', f"Could not parse '{source}' as a interval")
        self.refuses("INTERVAL", "5", "Could not convert non-string JSON value to INTERVAL type.")

    def test_json_keeps_the_source_of_numbers_and_the_order_of_keys(self) -> None:
        self.takes("JSON", '{"z": 1.50, "a": [1, null, "é"]}', '{"z":1.50,"a":[1,null,"é"]}')
        self.takes("JSON", '"text"', '"text"')
        self.takes("JSON", "12345678901234567890", "12345678901234567890")

    def test_json_holds_no_number_that_it_cannot_store(self) -> None:
        for source in ("18446744073709551616", "[-9223372036854775809]", '{"a": {"b": [1e400]}}'):
            self.refuses("JSON", source, "Number out of range for JSON. Field: a; Value: ")
        deep = '{"a":' * 250 + "[" * 249 + "]" * 249 + "}" * 250
        self.takes("JSON", deep, deep)
        self.takes("JSON", "[18446744073709551615,1e-400]", "[18446744073709551615,1e-400]")

    def test_geography_is_text(self) -> None:
        self.takes("GEOGRAPHY", '"POINT(1 2)"', "POINT(1 2)")
        self.refuses("GEOGRAPHY", "1", "to geography")


class Shapes(unittest.TestCase):
    SCHEMA = normalize(
        [
            {"name": "id", "type": "INTEGER", "mode": "REQUIRED"},
            {"name": "tags", "type": "STRING", "mode": "REPEATED"},
            {
                "name": "who",
                "type": "RECORD",
                "fields": [
                    {"name": "name", "type": "STRING", "mode": "REQUIRED"},
                    {"name": "at", "type": "TIMESTAMP", "mode": "REPEATED"},
                ],
            },
            {
                "name": "list",
                "type": "RECORD",
                "mode": "REPEATED",
                "fields": [{"name": "x", "type": "FLOAT"}],
            },
        ]
    )

    def row(self, value: Any, ignore: bool = False) -> list[Any]:
        line = value if isinstance(value, bytes) else json.dumps(value).encode()
        return bq_rows.record(self.SCHEMA, ignore)(bq_rows.parse(line))

    def refuses(self, value: Any, message: str) -> None:
        with self.assertRaises(ValueRefused) as raised:
            self.row(value)
        self.assertEqual(str(raised.exception), message)

    def test_containers_are_stored_as_json_text(self) -> None:
        row = self.row(
            {
                "id": 1,
                "tags": ["a", "2"],
                "who": {"name": "n", "at": ["2021-01-01T00:00:00Z"]},
                "list": [{"x": 1}, {}],
            }
        )
        self.assertEqual(row[1], '["a","2"]')
        self.assertEqual(row[2], '{"name":"n","at":["2021-01-01 00:00:00+00"]}')
        self.assertEqual(row[3], '[{"x":1.0},{"x":null}]')

    def test_an_array_that_is_not_named_is_empty_and_a_record_null(self) -> None:
        self.assertEqual(self.row({"id": 1}), [1, "[]", None, "[]"])
        self.assertEqual(self.row({"id": 1, "who": {"name": "n"}})[2], '{"name":"n","at":[]}')

    def test_infinities_nested_stay_valid_json(self) -> None:
        self.assertEqual(
            self.row({"id": 1, "list": [{"x": "inf"}, {"x": "nan"}]})[3], '[{"x":"Infinity"},{"x":"NaN"}]'
        )

    def test_names_match_in_any_case_but_only_once(self) -> None:
        self.assertEqual(self.row({"ID": "7"})[0], 7)
        self.refuses(b'{"id": 1, "ID": 2}', "Multiple definition of field: id")
        self.refuses(b'{"id": 1, "id": 1}', "Multiple definition of field: id")
        row = b'{"id": 1, "who": {"name": "n", "NAME": null}}'
        self.refuses(row, "Multiple definition of field: who.name")

    def test_only_the_case_of_ascii_letters_is_ignored(self) -> None:
        self.refuses({"id": 1, "who": {"name": "n"}, "ta\u0261s": []}, "No such field: ta\u0261s.")
        schema = normalize([{"name": "k", "type": "STRING"}])
        with self.assertRaises(ValueRefused):
            bq_rows.record(schema, False)(bq_rows.parse('{"\u212a": "kelvin"}'.encode()))

    def test_unknown_fields(self) -> None:
        self.refuses({"id": 1, "x": 2}, "No such field: x.")
        self.refuses({"id": 1, "who": {"name": "n", "y": 1}}, "No such field: who.y.")
        self.assertEqual(self.row({"id": 1, "x": 2, "who": {"name": "n", "y": 1}}, ignore=True)[0], 1)

    def test_null(self) -> None:
        for value, name in (
            ({"id": None}, "id"),
            ({"id": 1, "tags": [None]}, "tags"),
            ({"id": 1, "tags": None}, "tags"),
            ({"id": 1, "who": {"name": "n", "at": None}}, "who.at"),
            ({"id": 1, "list": None}, "list"),
            ({"id": 1, "list": [None]}, "list"),
        ):
            self.refuses(value, f"Only optional fields can be set to NULL. Field: {name}; Value: NULL")
        self.assertEqual(self.row({"id": 1, "who": None})[2], None)
        self.assertEqual(self.row({"id": 1, "tags": []})[1], "[]")

    def test_required(self) -> None:
        for row, name in (({"tags": []}, "id"), ({"id": 1, "who": {}}, "who.name")):
            self.refuses(row, f"Only optional fields can be set to NULL. Field: {name}; Value: NULL")

    def test_wrong_shapes(self) -> None:
        self.refuses({"id": 1, "tags": "a"}, "Repeated field must be imported as a JSON array. Field: tags.")
        self.refuses({"id": 1, "tags": [["a"]]}, "Array specified for non-repeated field: tags.")
        self.refuses({"id": 1, "who": [1]}, "Array specified for non-repeated field: who.")
        self.refuses({"id": 1, "who": 5}, "Could not convert value to record. Field: who; Value: 5")
        self.refuses({"id": [1]}, "Array specified for non-repeated field: id.")
        self.refuses({"id": 1, "list": [{"x": {}}]}, "JSON object specified for non-record field: list.x")

    def test_lines_that_are_no_object(self) -> None:
        self.refuses(b"[1]", "Start of array encountered without start of object.")
        self.refuses(b"3", "Value encountered without start of object.")
        for line in (
            b'{"id": 1',
            b'{"id": 1} x',
            b'{"id": NaN}',
            b"{'id': 1}",
            b'{"id": 1,}',
            b'{"id": "\x01"}',
            b"x",
        ):
            with self.assertRaises(ValueRefused, msg=line):
                self.row(line)
        self.refuses(b'{"id": 1}{"id": 2}', "Parser terminated before end of string")
        self.refuses(b'{"id": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "Exceeded maximum nesting depth")

    def test_bytes_that_are_not_utf8_become_replacement_characters(self) -> None:
        self.assertEqual(self.row(b'{"id": 1, "tags": ["\xff"]}')[1], '["\ufffd"]')

    def test_a_row_over_the_limit_is_refused(self) -> None:
        limit = bq_rows.MAX_ROW
        self.addCleanup(setattr, bq_rows, "MAX_ROW", limit)
        bq_rows.MAX_ROW = 20
        self.refuses({"id": 1, "tags": ["long"]}, "Row size is larger than: 20.")


if __name__ == "__main__":
    unittest.main()
