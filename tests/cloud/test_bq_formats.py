"""FORMAT_… and PARSE_…: BigQuery docs, "Format elements for date and time parts"."""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Formats(SqlCase):
    def test_the_examples(self) -> None:
        self.values(
            {
                "FORMAT_TIMESTAMP('%c', TIMESTAMP '2050-12-25 15:30:55+00', 'UTC')": "Sun Dec 25 15:30:55 2050",
                "FORMAT_TIMESTAMP('%b-%d-%Y', TIMESTAMP '2050-12-25 15:30:55+00')": "Dec-25-2050",
                "FORMAT_TIMESTAMP('%b %Y', TIMESTAMP '2050-12-25 15:30:55+00')": "Dec 2050",
                "FORMAT_DATE('%x', DATE '2008-12-25')": "12/25/08",
                "FORMAT_DATE('%b-%d-%Y', DATE '2008-12-25')": "Dec-25-2008",
                "FORMAT_DATETIME('%c', DATETIME '2008-12-25 15:30:00')": "Thu Dec 25 15:30:00 2008",
            }
        )

    def test_elements(self) -> None:
        moment = "TIMESTAMP '2021-02-03 04:05:06.789012+00'"
        for element, expected in {
            "%A %a": "Wednesday Wed", "%B %b %h": "February Feb Feb", "%D": "02/03/21", "%F": "2021-02-03",
            "%d %e": "03  3", "%H %I %p": "04 04 AM", "%j": "034", "%M": "05", "%m": "02", "%n%t": "\n\t",
            "%R": "04:05", "%S": "06", "%E*S": "06.789012", "%E3S": "06.789", "%s": "1612325106", "%T": "04:05:06",
            "%X": "04:05:06", "%Y %y": "2021 21", "%Z": "UTC", "%z": "+0000", "%Ez": "+00:00", "%%": "%",
            "%%F": "%F", "%U %V %G %u": "05 05 2021 3",
        }.items():  # fmt: skip
            with self.subTest(element):
                self.assertEqual(self.value(f"FORMAT_TIMESTAMP('{element}', {moment})"), expected)

    def test_what_is_not_known_is_refused(self) -> None:
        for element in ("%Q", "%C", "%E4Y", "%P"):
            self.unknown(f"SELECT FORMAT_DATE('{element}', DATE '2021-01-01')")


class Parses(SqlCase):
    def test_the_examples(self) -> None:
        self.values(
            {
                "PARSE_TIMESTAMP('%c', 'Thu Dec 25 07:30:00 2008')": "2008-12-25 07:30:00+00",
                "PARSE_TIMESTAMP('%a %b %e %I:%M:%S %Y', 'Thu Dec 25 07:30:00 2008')": "2008-12-25 07:30:00+00",
                "PARSE_DATE('%x', '12/25/08')": "2008-12-25",
                "PARSE_DATE('%Y%m%d', '20081225')": "2008-12-25",
                "PARSE_DATETIME('%Y-%m-%d %H:%M:%S', '1998-10-18 13:45:55')": "1998-10-18T13:45:55",
                "PARSE_DATETIME('%m/%d/%Y %I:%M:%S %p', '8/30/2018 2:23:38 pm')": "2018-08-30T14:23:38",
                "PARSE_DATETIME('%A, %B %e, %Y', 'Wednesday, December 19, 2018')": "2018-12-19T00:00:00",
            }
        )

    def test_zones_and_fractions(self) -> None:
        self.values(
            {
                "PARSE_TIMESTAMP('%F %T', '2021-01-01 09:00:00', 'Asia/Seoul')": "2021-01-01 00:00:00+00",
                "PARSE_TIMESTAMP('%F %T%Ez', '2021-01-01 09:00:00+09:00', 'UTC')": "2021-01-01 00:00:00+00",
                "PARSE_TIMESTAMP('%F %T %z', '2021-01-01 09:00:00 +0900')": "2021-01-01 00:00:00+00",
                "PARSE_TIMESTAMP('%FT%H:%M:%E*S%Ez', '2021-01-01T00:00:00.123456Z')": "2021-01-01 00:00:00.123456+00",
                "PARSE_TIMESTAMP('%s', '1612325106')": "2021-02-03 04:05:06+00",
                "PARSE_TIMESTAMP('%d/%b/%Y:%T %z', '10/Oct/2000:13:55:36 -0700')": "2000-10-10 20:55:36+00",
                "PARSE_DATE('%y', '69')": "1969-01-01",
                "PARSE_DATE('%y', '68')": "2068-01-01",
            }
        )

    def test_what_does_not_fit(self) -> None:
        self.all_refused(
            {
                "SELECT PARSE_DATE('%Y-%m-%d', '2021/01/01')": 'Failed to parse input string "2021/01/01"',
                "SELECT PARSE_DATE('%Y-%m-%d', '2021-02-30')": "Failed to parse input string",
                "SELECT PARSE_DATE('%Y-%m-%d', '2021-01-01x')": "Failed to parse input string",
                "SELECT PARSE_TIMESTAMP('%F', '')": "Failed to parse input string",
            }
        )
        self.unknown("SELECT PARSE_DATE('%Q', '1')", "SELECT PARSE_DATE('%Y %Y', '1 1')")


if __name__ == "__main__":
    unittest.main()
