"""Time zones: Seoul, zones with summer time, offsets, and wrong names.

BigQuery docs, "Data types" (time zones), "Timestamp functions" (TIMESTAMP_TRUNC with a zone).
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Seoul(SqlCase):
    def test_the_local_day_begins_at_15_utc(self) -> None:
        self.values(
            {
                "DATETIME(TIMESTAMP '2021-01-01 14:59:59+00', 'Asia/Seoul')": "2021-01-01T23:59:59",
                "DATETIME(TIMESTAMP '2021-01-01 15:00:00+00', 'Asia/Seoul')": "2021-01-02T00:00:00",
                "DATE(TIMESTAMP '2021-01-01 15:00:00+00', 'Asia/Seoul')": "2021-01-02",
                "TIMESTAMP(DATETIME '2021-01-02 00:00:00', 'Asia/Seoul')": "2021-01-01 15:00:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-01-01 16:00:00+00', DAY, 'Asia/Seoul')": "2021-01-01 15:00:00+00",
                "EXTRACT(HOUR FROM TIMESTAMP '2021-01-01 15:00:00+00' AT TIME ZONE 'Asia/Seoul')": 0,
                "FORMAT_TIMESTAMP('%F %T %Ez', TIMESTAMP '2021-01-01', 'Asia/Seoul')": "2021-01-01 09:00:00 +09:00",
                "DATETIME(TIMESTAMP '2021-01-01 00:00:00.123456+00', 'Asia/Seoul')": "2021-01-01T09:00:00.123456",
            }
        )

    def test_it_had_summer_time_in_1988(self) -> None:
        self.values(
            {
                "DATETIME(TIMESTAMP '1988-07-01', 'Asia/Seoul')": "1988-07-01T10:00:00",
                "DATETIME(TIMESTAMP '1989-07-01', 'Asia/Seoul')": "1989-07-01T09:00:00",
            }
        )


class SummerTime(SqlCase):
    def test_an_hour_that_is_there_twice(self) -> None:
        # New York, 2021-11-07: 01:00 to 02:00 EDT, then the same again in EST.
        self.values(
            {
                "DATETIME(TIMESTAMP '2021-11-07 05:30:00+00', 'America/New_York')": "2021-11-07T01:30:00",
                "DATETIME(TIMESTAMP '2021-11-07 06:30:00+00', 'America/New_York')": "2021-11-07T01:30:00",
                "TIMESTAMP(DATETIME '2021-11-07 01:30:00', 'America/New_York')": "2021-11-07 05:30:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-11-07 06:30:00+00', HOUR, 'America/New_York')": "2021-11-07 06:00:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-11-07 05:30:00+00', HOUR, 'America/New_York')": "2021-11-07 05:00:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-11-07 06:30:00+00', DAY, 'America/New_York')": "2021-11-07 04:00:00+00",
                "STRING(TIMESTAMP '2021-11-07 06:30:00+00', 'America/New_York')": "2021-11-07 01:30:00-05",
                "STRING(TIMESTAMP '2021-11-07 05:30:00+00', 'America/New_York')": "2021-11-07 01:30:00-04",
            }
        )

    def test_a_midnight_that_is_there_twice(self) -> None:
        # Havana, 2021-11-07: 00:00 to 01:00 comes twice; the day begins with the first.
        moment = "TIMESTAMP '2021-11-07 05:30:00+00'"
        self.values(
            {
                f"DATETIME({moment}, 'America/Havana')": "2021-11-07T00:30:00",
                f"TIMESTAMP_TRUNC({moment}, HOUR, 'America/Havana')": "2021-11-07 05:00:00+00",
                f"TIMESTAMP_TRUNC({moment}, DAY, 'America/Havana')": "2021-11-07 04:00:00+00",
            }
        )

    def test_an_hour_that_is_not_there(self) -> None:
        # New York, 2021-03-14: from 02:00 EST to 03:00 EDT.
        self.values(
            {
                "TIMESTAMP(DATETIME '2021-03-14 02:30:00', 'America/New_York')": "2021-03-14 07:30:00+00",
                "DATETIME(TIMESTAMP '2021-03-14 06:59:59+00', 'America/New_York')": "2021-03-14T01:59:59",
                "DATETIME(TIMESTAMP '2021-03-14 07:00:00+00', 'America/New_York')": "2021-03-14T03:00:00",
                "TIMESTAMP_DIFF(TIMESTAMP('2021-03-15', 'America/New_York'), "
                "TIMESTAMP('2021-03-14', 'America/New_York'), HOUR)": 23,
            }
        )

    def test_half_hours(self) -> None:
        self.values(
            {
                "DATETIME(TIMESTAMP '2021-01-01 00:45:00+00', 'Asia/Kolkata')": "2021-01-01T06:15:00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-01-01 00:45:00+00', HOUR, 'Asia/Kolkata')": "2021-01-01 00:30:00+00",
                "STRING(TIMESTAMP '2021-01-01', 'Asia/Kolkata')": "2021-01-01 05:30:00+05:30",
            }
        )


class Names(SqlCase):
    def test_offsets(self) -> None:
        for offset, expected in (
            ("+09:00", "09:00:00"),
            ("+9", "09:00:00"),
            ("-3:30", "20:30:00"),
            ("UTC", "00:00:00"),
        ):
            self.assertEqual(self.value(f"TIME(TIMESTAMP '2021-01-01', '{offset}')"), expected)
        self.values(
            {
                "TIMESTAMP '2021-01-01 09:00:00+09:00'": "2021-01-01 00:00:00+00",
                "TIMESTAMP '2021-01-01T00:00:00Z'": "2021-01-01 00:00:00+00",
                "TIMESTAMP '2021-01-01 09:00:00 Asia/Seoul'": "2021-01-01 00:00:00+00",
            }
        )

    def test_what_is_no_zone(self) -> None:
        for name in ("Asia/Soul", "+15:00", "09:00", "", "../../etc/passwd", "+09:60"):
            self.refused(f"SELECT DATETIME(TIMESTAMP '2021-01-01', '{name}')", f"Invalid time zone: {name}")

    def test_out_of_range_in_the_zone(self) -> None:
        self.refused(
            "SELECT DATETIME(TIMESTAMP '9999-12-31 23:00:00+00', 'Asia/Seoul')", "out of supported range"
        )


if __name__ == "__main__":
    unittest.main()
