"""Date and time functions, with the examples of their pages.

BigQuery docs, "Timestamp functions", "Datetime functions", "Date functions".
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Timestamps(SqlCase):
    def test_making_and_unmaking(self) -> None:
        self.values(
            {
                "TIMESTAMP('2008-12-25 15:30:00+00')": "2008-12-25 15:30:00+00",
                "TIMESTAMP('2008-12-25 15:30:00', 'America/Los_Angeles')": "2008-12-25 23:30:00+00",
                "TIMESTAMP('2008-12-25 15:30:00 UTC')": "2008-12-25 15:30:00+00",
                "TIMESTAMP(DATETIME '2008-12-25 15:30:00')": "2008-12-25 15:30:00+00",
                "TIMESTAMP(DATE '2008-12-25')": "2008-12-25 00:00:00+00",
                "TIMESTAMP_SECONDS(1230219000)": "2008-12-25 15:30:00+00",
                "TIMESTAMP_MILLIS(1230219000000)": "2008-12-25 15:30:00+00",
                "TIMESTAMP_MICROS(1230219000000000)": "2008-12-25 15:30:00+00",
                "TIMESTAMP_MILLIS(-1)": "1969-12-31 23:59:59.999000+00",
                "UNIX_SECONDS(TIMESTAMP '2008-12-25 15:30:00+00')": 1230219000,
                "UNIX_SECONDS(TIMESTAMP '1970-01-01 00:00:01.8+00')": 1,
                "UNIX_SECONDS(TIMESTAMP '1969-12-31 23:59:59.5+00')": -1,
                "UNIX_MILLIS(TIMESTAMP '1970-01-01 00:00:00.0018+00')": 1,
                "UNIX_MICROS(TIMESTAMP '2008-12-25 15:30:00+00')": 1230219000000000,
                "STRING(TIMESTAMP '2008-12-25 15:30:00+00')": "2008-12-25 15:30:00+00",
                "STRING(TIMESTAMP '2008-12-25 15:30:00+00', 'America/Los_Angeles')": "2008-12-25 07:30:00-08",
            }
        )

    def test_arithmetic(self) -> None:
        self.values(
            {
                "TIMESTAMP_ADD(TIMESTAMP '2008-12-25 15:30:00+00', INTERVAL 10 MINUTE)": "2008-12-25 15:40:00+00",
                "TIMESTAMP_SUB(TIMESTAMP '2008-12-25 15:30:00+00', INTERVAL 10 MINUTE)": "2008-12-25 15:20:00+00",
                "TIMESTAMP_ADD(TIMESTAMP '2021-01-01', INTERVAL -1 HOUR)": "2020-12-31 23:00:00+00",
                "TIMESTAMP_DIFF(TIMESTAMP '2010-07-07 10:20:00+00', TIMESTAMP '2008-12-25 15:30:00+00', HOUR)": 13410,
                "TIMESTAMP_DIFF(TIMESTAMP '2018-08-14', TIMESTAMP '2018-10-14', DAY)": -61,
                "TIMESTAMP_DIFF(TIMESTAMP '2001-02-01 01:00:00', TIMESTAMP '2001-02-01 00:00:01', HOUR)": 0,
                "TIMESTAMP_DIFF(TIMESTAMP '2001-02-01 00:00:01', TIMESTAMP '2001-02-01 01:00:00', HOUR)": 0,
                "TIMESTAMP_TRUNC(TIMESTAMP '2008-12-25 15:30:00+00', DAY, 'UTC')": "2008-12-25 00:00:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2017-11-06 00:00:00+12', WEEK)": "2017-11-05 00:00:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-05-17 23:59:59.9', HOUR)": "2021-05-17 23:00:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-05-17 23:59:59.123456', MILLISECOND)": "2021-05-17 23:59:59.123000+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-05-17', QUARTER)": "2021-04-01 00:00:00+00",
                "TIMESTAMP_TRUNC(TIMESTAMP '2021-05-17', YEAR)": "2021-01-01 00:00:00+00",
            }
        )

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT TIMESTAMP('soon')": "Invalid timestamp: 'soon'",
                "SELECT TIMESTAMP_SECONDS(999999999999)": "out of supported range",
                "SELECT TIMESTAMP_ADD(TIMESTAMP '2021-01-01', INTERVAL 1 MONTH)": "Unsupported date part MONTH",
                "SELECT TIMESTAMP_ADD(TIMESTAMP '2021-01-01', INTERVAL 1.5 DAY)": "coercible to INT64 type, but is FLOAT64",
                "SELECT TIMESTAMP_ADD(TIMESTAMP '9999-12-31', INTERVAL 1 DAY)": "out of range",
                "SELECT TIMESTAMP_DIFF(TIMESTAMP '2021-01-01', TIMESTAMP '2021-01-01', MONTH)": "Unsupported date part MONTH",
                "SELECT TIMESTAMP_TRUNC(TIMESTAMP '2021-01-01', FORTNIGHT)": "Unrecognized name: FORTNIGHT",
                "SELECT TIMESTAMP_TRUNC(DATE '2021-01-01', DAY)": "No matching signature for function TIMESTAMP_TRUNC for "
                "argument types: DATE, DATE_TIME_PART",
                "SELECT TIMESTAMP_MILLIS('1')": "No matching signature for function TIMESTAMP_MILLIS",
                "SELECT DATE_ADD(DATE '2021-01-01', INTERVAL 1 HOUR)": "Unsupported date part HOUR",
            }
        )
        self.unknown("SELECT TIMESTAMP_TRUNC(TIMESTAMP '2021-01-01', WEEK(MONDAY))")
        self.unknown("SELECT INTERVAL 1 DAY")


class Extracts(SqlCase):
    def test_the_table_of_weeks_and_years(self) -> None:
        for day, iso_year, iso_week, year, week in (
            ("2005-01-03", 2005, 1, 2005, 1),
            ("2007-12-31", 2008, 1, 2007, 52),
            ("2009-01-01", 2009, 1, 2009, 0),
            ("2009-12-31", 2009, 53, 2009, 52),
            ("2017-01-02", 2017, 1, 2017, 1),
            ("2017-05-26", 2017, 21, 2017, 21),
        ):
            parts = "ISOYEAR", "ISOWEEK", "YEAR", "WEEK"
            sql = ", ".join(f"EXTRACT({part} FROM TIMESTAMP '{day} 12:34:56+00')" for part in parts)
            self.assertEqual(self.rows(f"SELECT {sql}"), [(iso_year, iso_week, year, week)])

    def test_parts(self) -> None:
        moment = "TIMESTAMP '2008-12-25 05:30:07.123456+00'"
        self.values(
            {
                f"EXTRACT(DAY FROM {moment} AT TIME ZONE 'UTC')": 25,
                f"EXTRACT(DAY FROM {moment} AT TIME ZONE 'America/Los_Angeles')": 24,
                f"EXTRACT(DATE FROM {moment} AT TIME ZONE 'America/Los_Angeles')": "2008-12-24",
                f"EXTRACT(DATETIME FROM {moment})": "2008-12-25T05:30:07.123456",
                f"EXTRACT(TIME FROM {moment})": "05:30:07.123456",
                f"EXTRACT(MICROSECOND FROM {moment})": 123456,
                f"EXTRACT(MILLISECOND FROM {moment})": 123,
                f"EXTRACT(SECOND FROM {moment})": 7,
                f"EXTRACT(DAYOFWEEK FROM {moment})": 5,
                f"EXTRACT(DAYOFYEAR FROM {moment})": 360,
                f"EXTRACT(QUARTER FROM {moment})": 4,
                "EXTRACT(DAY FROM DATE '2013-12-25')": 25,
                "EXTRACT(HOUR FROM DATETIME '2008-12-25 15:30:00')": 15,
                "EXTRACT(HOUR FROM TIME '15:30:00')": 15,
            }
        )

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT EXTRACT(HOUR FROM DATE '2021-01-01')": "EXTRACT from DATE does not support the HOUR date part",
                "SELECT EXTRACT(DAY FROM TIME '00:00:00')": "EXTRACT from TIME does not support the DAY date part",
                "SELECT EXTRACT(CENTURY FROM DATE '2021-01-01')": "A valid date part name is required but found CENTURY",
                "SELECT EXTRACT(DAY FROM '2021-01-01')": "EXTRACT does not support arguments of type: STRING",
                "SELECT EXTRACT(HOUR FROM DATETIME '2021-01-01' AT TIME ZONE 'UTC')": "does not support AT TIME ZONE",
            }
        )


class Dates(SqlCase):
    def test_the_examples(self) -> None:
        self.values(
            {
                "DATE(2016, 12, 25)": "2016-12-25",
                "DATE(DATETIME '2016-12-25 23:59:59')": "2016-12-25",
                "DATE(TIMESTAMP '2016-12-25 05:30:00+07', 'America/Los_Angeles')": "2016-12-24",
                "DATE_ADD(DATE '2008-12-25', INTERVAL 5 DAY)": "2008-12-30",
                "DATE_SUB(DATE '2008-12-25', INTERVAL 5 DAY)": "2008-12-20",
                "DATE_ADD(DATE '2021-01-31', INTERVAL 1 MONTH)": "2021-02-28",
                "DATE_SUB(DATE '2020-02-29', INTERVAL 1 YEAR)": "2019-02-28",
                "DATE_DIFF(DATE '2010-07-07', DATE '2008-12-25', DAY)": 559,
                "DATE_DIFF(DATE '2017-10-15', DATE '2017-10-14', DAY)": 1,
                "DATE_DIFF(DATE '2017-10-15', DATE '2017-10-14', WEEK)": 1,
                "DATE_DIFF(DATE '2017-12-30', DATE '2014-12-30', YEAR)": 3,
                "DATE_DIFF(DATE '2017-12-18', DATE '2017-12-17', WEEK)": 0,
                "DATE_DIFF(DATE '2017-12-18', DATE '2017-12-17', ISOWEEK)": 1,
                "DATE_TRUNC(DATE '2008-12-25', MONTH)": "2008-12-01",
                "DATE_TRUNC(DATE '2017-11-05', WEEK)": "2017-11-05",
                "DATE_TRUNC(DATE '2017-11-05', ISOWEEK)": "2017-10-30",
                "UNIX_DATE(DATE '2008-12-25')": 14238,
                "STRING(DATE '2008-12-25')": "2008-12-25",
            }
        )
        self.refused("SELECT DATE(2021, 2, 30)", "Input calculates to invalid date: 2021-2-30")


class Datetimes(SqlCase):
    def test_the_examples(self) -> None:
        self.values(
            {
                "DATETIME(2008, 12, 25, 05, 30, 00)": "2008-12-25T05:30:00",
                "DATETIME(DATE '2008-12-25', TIME '05:30:00')": "2008-12-25T05:30:00",
                "DATETIME(TIMESTAMP '2008-12-25 05:30:00+00', 'America/Los_Angeles')": "2008-12-24T21:30:00",
                "DATETIME_ADD(DATETIME '2008-12-25 15:30:00', INTERVAL 10 MINUTE)": "2008-12-25T15:40:00",
                "DATETIME_SUB(DATETIME '2008-12-25 15:30:00', INTERVAL 10 MINUTE)": "2008-12-25T15:20:00",
                "DATETIME_DIFF(DATETIME '2010-07-07 10:20:00', DATETIME '2008-12-25 15:30:00', DAY)": 559,
                "DATETIME_DIFF(DATETIME '2017-10-15 00:00:00', DATETIME '2017-10-14 00:00:00', WEEK)": 1,
                "DATETIME_TRUNC(DATETIME '2008-12-25 15:30:00', DAY)": "2008-12-25T00:00:00",
                "TIME(DATETIME '2008-12-25 15:30:00')": "15:30:00",
                "TIME(TIMESTAMP '2008-12-25 15:30:00+08', 'America/Los_Angeles')": "23:30:00",
                "STRING(DATETIME '2008-12-25 15:30:00')": "2008-12-25 15:30:00",
            }
        )
        self.refused("SELECT DATETIME(2021, 1, 1, 24, 0, 0)", "Input calculates to invalid datetime")


class Now(SqlCase):
    def test_one_statement_has_one_time(self) -> None:
        sql = "SELECT CURRENT_TIMESTAMP() = CURRENT_TIMESTAMP, DATE(CURRENT_TIMESTAMP()) = CURRENT_DATE()"
        self.assertEqual(self.rows(sql), [(1, 1)])
        zoned = "CURRENT_DATETIME('Asia/Seoul') = DATETIME(CURRENT_TIMESTAMP(), 'Asia/Seoul')"
        self.assertEqual(self.value(zoned), 1)

    def test_a_transaction_has_one_time(self) -> None:
        # "Multi-statement transactions": CURRENT_TIMESTAMP is when the transaction began.
        script = (
            "DECLARE a, b, c TIMESTAMP; BEGIN TRANSACTION; SET a = CURRENT_TIMESTAMP(); "
            "SET b = CURRENT_TIMESTAMP(); COMMIT TRANSACTION; SET c = CURRENT_TIMESTAMP(); SELECT a = b, c > b"
        )
        self.assertEqual(self.rows(script), [(1, 1)])


if __name__ == "__main__":
    unittest.main()
