"""The slow checker on the examples that the pages themselves give, and on where they leave things open."""

from __future__ import annotations

import unittest
from typing import Any

from checker import MAY, MUST, STAYS, by_choice, changes, check, find, fitted, respelling
from rules import Field, Open, Wrong, meaning
from tree import decode


def judge(name: str, source: str, **more: Any) -> str:
    """What becomes of a value: takes, open or wrong."""
    try:
        meaning({"name": "a", "type": name, **more}, decode(source))
    except Open:
        return "open"
    except Wrong:
        return "wrong"
    return "takes"


class Pages(unittest.TestCase):
    def all(self, outcome: str, name: str, *sources: str, **more: Any) -> None:
        for source in sources:
            self.assertEqual(judge(name, source, **more), outcome, f"{name} {source}")

    def test_loading_json_data_timestamps(self) -> None:
        stamps = ["2018-08-19 12:11", "2018-08-19 12:11:35", "2018-08-19 12:11:35.22", "2018/08/19 12:11"]
        stamps += ["2018-07-05 12:54:00 UTC", "2018-08-19 07:11:35.220 -05:00", "2018-08-19T12:11:35.220Z"]
        self.all("takes", "TIMESTAMP", *(f'"{stamp}"' for stamp in stamps), "1534680695")
        # The page's own last example is 50,000 years away when read as seconds, as the page has it.
        self.all("wrong", "TIMESTAMP", "1.534680695e12", '"2018-08-19"', '"12:11:35"', '"2018-08-19T12:11:35-0500"')
        self.all("takes", "TIMESTAMP", '"2018-8-19 1:2:3"')

    def test_loading_json_data_booleans(self) -> None:
        words = ("1", "0", "true", "false", "t", "f", "yes", "no", "y", "n", "TRUE", "No")
        self.all("takes", "BOOLEAN", *(f'"{word}"' for word in words), "1", "0", "true", "false")
        self.all("wrong", "BOOLEAN", '"on"', "2", '""', "{}")

    def test_loading_json_data_intervals(self) -> None:
        pages = ("P-10000Y0M-3660000DT-87840000H0M0S", "P0Y0M0DT0H0M0.000001S", "P10000Y0M3660000DT87840000H0M0S")
        self.all("takes", "INTERVAL", *(f'"{text}"' for text in pages))
        self.all("wrong", "INTERVAL", '"PT"', '"P1D"', '"P10000Y1MT"', '"P3660001DT"', '"PT87840000H1S"', "5")

    def test_loading_json_data_geography_bytes_and_times(self) -> None:
        point = '"{ \\"type\\": \\"Point\\", \\"coordinates\\": [1, 2] }"'
        self.all("takes", "GEOGRAPHY", '"POINT(1 2)"', point, '"0101000000feffffffffffef3f0000000000000040"')
        self.all("wrong", "GEOGRAPHY", '{"type": "Point", "coordinates": [1, 2]}', '"POINT"', '""')
        self.all("takes", "BYTES", '"aGk="', '""')
        self.all("open", "BYTES", '"aGk"', '"a-_="')
        self.all("wrong", "BYTES", '"aGk=="', '"a"', '"\u00e9"', "1")
        self.all("takes", "DATE", '"0001-01-01"', '"9999-12-31"')
        self.all("wrong", "DATE", '"2021/01/01"', '"2021-02-29"', "20210101")
        self.all("takes", "DATETIME", '"2021-01-01 00:00:00"', '"2021-01-01T00:00:00.5"')
        self.all("wrong", "DATETIME", '"2021-01-01 00:00"', '"2021-01-01 00:00:00Z"')

    def test_data_types_numbers(self) -> None:
        self.all("takes", "INTEGER", "9223372036854775807", '"-9223372036854775808"', "1.0", "1e3")
        self.all("wrong", "INTEGER", "9223372036854775808", "1.5", '"1.0"', '""', "9007199254740993.0")
        self.all("open", "INTEGER", '"+5"', '" 5"')
        self.all("takes", "FLOAT", '"NaN"', '"inf"', '"-Infinity"', "1e308", "5e-400")
        self.all("wrong", "FLOAT", "1e309", '"1,5"')
        self.all("takes", "NUMERIC", "9" * 29, '"0.000000001"', "1.10000000000")
        self.all("open", "NUMERIC", "0.0000000001")
        self.all("wrong", "NUMERIC", "1e29")
        self.all("takes", "NUMERIC", "99.9", precision="3", scale="1")
        self.all("open", "NUMERIC", "9.99", precision="3", scale="1")
        self.all("wrong", "NUMERIC", "100", precision="3", scale="1")
        top = "578960446186580977117854925043439539266.3499233282028201972879200395656481996"
        self.all("takes", "BIGNUMERIC", f'"{top}7"', f'"-{top}8"')
        self.all("wrong", "BIGNUMERIC", f'"{top}8"', f'"-{top}9"')

    def test_data_types_json_and_lengths(self) -> None:
        self.all("takes", "JSON", "18446744073709551615", "[]", '"{}"', "-0.0")
        self.all("wrong", "JSON", "18446744073709551616", '{"a": [1e400]}')
        self.all("takes", "STRING", '"\u5217\u5217"', maxLength="2")
        self.all("wrong", "STRING", '"abc"', maxLength="2")
        self.all("wrong", "BYTES", '"aGlo"', maxLength="2")


class Records(unittest.TestCase):
    SCHEMA: tuple[Field, ...] = (
        {"name": "id", "type": "INTEGER", "mode": "REQUIRED"},
        {"name": "stock-unit", "type": "STRING"},
        {"name": "stock_unit", "type": "BOOLEAN"},
        {"name": "l", "type": "NUMERIC", "mode": "REPEATED"},
    )

    def said(self, record: str) -> list[tuple[str, str]]:
        return [problem[:2] for problem in check(list(self.SCHEMA), decode(record))]

    def test_names(self) -> None:
        fields = list(self.SCHEMA)
        self.assertEqual((find(fields, "STOCK-UNIT") or {})["name"], "stock-unit")
        self.assertEqual((find(fields, "stock.unit") or {})["name"], "stock_unit")
        self.assertIsNone(find(fields, "stock"))

    def test_null_missing_and_twice(self) -> None:
        self.assertEqual(self.said('{"id": null}'), [("null", "/id")])
        self.assertEqual(self.said('{"l": [1, null]}'), [("null", "/l/1"), ("missing", "/id")])
        self.assertEqual(self.said('{"id": 1, "id": 2, "ID": 3}'), [("duplicate", "/id"), ("collision", "/ID")])
        self.assertEqual(self.said('{"id": 1, "l": null, "stock-unit": null, "a/b": 1}'), [("unknown", "/a~1b")])

    def test_what_is_changed(self) -> None:
        fields = list(self.SCHEMA)
        for need, records in (
            (STAYS, ('{"id": 1, "l": [0.5, "1.5e20"], "STOCK-unit": "x"}', '{"id": "7", "stock_unit": "TRUE"}')),
            (MAY, ('{"id": 1, "l": [1234567.5]}',)),
            (MUST, ('{"id": "007"}', '{"id": 1, "l": null}', '{"id": 1e3}', '{"stock_unit": 1}', '{"stock.unit": true}')),
        ):
            for record in records:
                self.assertEqual(changes(fields, decode(record)), need, record)
        for name, source in (("DATE", "2021-1-02"), ("TIMESTAMP", "1609459200"), ("TIMESTAMP", "2021-01-01 1:00 +9")):
            self.assertEqual(respelling({"type": name}, source), MUST, source)
        self.assertEqual(respelling({"type": "TIMESTAMP"}, "2021/01/01 01:00 +9"), STAYS)
        self.assertEqual(fitted(fields, decode('{"id": 1, "l": null}')), {"id": 1, "l": []})
        self.assertEqual(by_choice(fields, decode('{"id": "+1", "l": [0.1, 1e-10, 1e30]}')), 2)


if __name__ == "__main__":
    unittest.main()
