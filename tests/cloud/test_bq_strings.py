"""String and hash functions, with the examples of their pages.

BigQuery docs, "String functions", "Hash functions", "Operators" (LIKE), "Function calls" (SAFE.).
"""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase


class Strings(SqlCase):
    def test_the_examples_of_string_functions(self) -> None:
        self.values(
            {
                "BYTE_LENGTH('абвгд')": 10,
                "BYTE_LENGTH(b'абвгд')": 10,
                "CHAR_LENGTH('абвгд')": 5,
                "LENGTH('абвгд')": 5,
                "LENGTH(b'абвгд')": 10,
                "CONCAT('T.P.', ' ', 'Bar')": "T.P. Bar",
                "CONCAT('one')": "one",
                "ENDS_WITH('apple', 'e')": 1,
                "ENDS_WITH('banana', 'e')": 0,
                "STARTS_WITH('bar', 'b')": 1,
                "STARTS_WITH('foo', 'b')": 0,
                "LEFT('banana', 3)": "ban",
                "LEFT('абвгд', 3)": "абв",
                "RIGHT('apple', 3)": "ple",
                "RIGHT('абвгд', 3)": "вгд",
                "RIGHT('ab', 0)": "",
                "LOWER('FOO ÄÖ')": "foo äö",
                "UPPER('foo äö')": "FOO ÄÖ",
                "LPAD('abc', 5)": "  abc",
                "LPAD('abc', 2)": "ab",
                "LPAD('abc', 8, 'def')": "defdeabc",
                "LPAD('例子', 5, '中文')": "中文中例子",
                "TRIM('   apple   ')": "apple",
                "TRIM('***apple***', '*')": "apple",
                "TRIM('xzxapplexxy', 'xyz')": "apple",
                "LTRIM('***apple***', '*')": "apple***",
                "RTRIM('***apple***', '*')": "***apple",
                "REPLACE('apple pie', 'pie', 'cobbler')": "apple cobbler",
                "REPLACE('apple', '', 'x')": "apple",
                "REVERSE('абвгд')": "дгвба",
                "STRPOS('foo@example.com', '@')": 4,
                "STRPOS('quxexample.com', '@')": 0,
                "SUBSTR('apple', 2)": "pple",
                "SUBSTR('apple', 2, 2)": "pp",
                "SUBSTR('apple', -2)": "le",
                "SUBSTR('apple', 1, 123)": "apple",
                "SUBSTR('apple', 123)": "",
                "SUBSTR('apple', 0)": "apple",
                "SUBSTR('apple', -9)": "apple",
                "SUBSTRING('apple', 2, 2)": "pp",
                r"TO_BASE64(b'\377\340')": "/+A=",
                r"TO_HEX(b'\x00\x01\x02\x03\xAA\xEE\xEF\xFF')": "00010203aaeeefff",
            }
        )

    def test_the_examples_of_hash_functions(self) -> None:
        self.values(
            {
                "MD5('Hello World')": "sQqNsWTgdUEFt6mb5y4/5Q==",
                "SHA1('Hello World')": "Ck1VqNd45QIvq3AZd8XYQLvEhtA=",
                "SHA256('Hello World')": "pZGm1Av0IEBKARczz7exkNYsZb8LzaMrV7J32a2fFG4=",
                "LENGTH(SHA512('Hello World'))": 64,
            }
        )

    def test_like(self) -> None:
        self.values(
            {
                "'apple' LIKE 'a%'": 1,
                "'apple' LIKE 'APPLE'": 0,
                "'apple' LIKE 'a__le'": 1,
                "'a\\nb' LIKE 'a_b'": 1,
                r"'100%' LIKE r'100\%'": 1,
                r"'1000' LIKE r'100\%'": 0,
                "'a.c' LIKE 'a.c'": 1,
                "'abc' LIKE 'a.c'": 0,
                "'abc' NOT LIKE 'a%'": 0,
            }
        )
        self.refused(r"SELECT 'a' LIKE '\\'", "LIKE pattern ends with a backslash")

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT SUBSTR('apple', 1, -1)": "Third argument in SUBSTR() cannot be negative",
                "SELECT LEFT('apple', -1)": "Second argument in LEFT() cannot be negative",
                "SELECT RIGHT('apple', -1)": "Second argument in RIGHT() cannot be negative",
                "SELECT CONCAT('a', 1)": "No matching signature for function CONCAT for argument types: STRING, INT64",
                "SELECT TRIM(DISTINCT 'a')": "DISTINCT is not allowed in function TRIM at [1:8]",
                "SELECT LOWER(*)": "* is not allowed in function LOWER",
            }
        )


class RegularExpressions(SqlCase):
    def test_the_examples(self) -> None:
        email = r"r'^[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+\.([a-zA-Z0-9-.]+$)'"
        self.values(
            {
                r"REGEXP_CONTAINS('foo@example.com', r'@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+')": 1,
                r"REGEXP_CONTAINS('www.example.net', r'@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+')": 0,
                "REGEXP_EXTRACT('foo@example.com', r'^[a-zA-Z0-9_.+-]+')": "foo",
                f"REGEXP_EXTRACT('foo@example.com', {email})": "com",
                r"REGEXP_REPLACE('# Heading', r'^# ([a-zA-Z0-9\s]+$)', '<h1>\\1</h1>')": "<h1>Heading</h1>",
                r"REGEXP_REPLACE('aab', 'a', r'\\')": r"\\b",
            }
        )
        self.assertIsNone(self.value("REGEXP_EXTRACT('foo', 'x')"))

    def test_classes_are_ascii_as_in_re2(self) -> None:
        self.values({r"REGEXP_CONTAINS('٣', r'\d')": 0, r"REGEXP_CONTAINS('é', r'\w')": 0})

    def test_what_re2_does_not_know_is_refused(self) -> None:
        for regexp in ("(?=a)", "(?!a)", "(?<=a)", "(?<!a)", r"(a)\\1", "a++", "(?>a)", "(", "[z-a]"):
            self.refused(f"SELECT REGEXP_CONTAINS('a', '{regexp}')", "Cannot parse regular expression")
        self.refused("SELECT REGEXP_EXTRACT('a', '(a)(b)?')", "more than one capturing group")
        self.refused(r"SELECT REGEXP_REPLACE('a', 'a', r'\1')", "Invalid REGEXP_REPLACE pattern")


class Safe(SqlCase):
    def test_the_prefix_makes_null_of_an_error(self) -> None:
        for call in (
            "SUBSTR('foo', 0, -2)", "PARSE_DATE('%Y-%m-%d', '2021-02-30')", "PARSE_JSON('{')",
            "TIMESTAMP('x')", "MOD(1, 0)", "TIMESTAMP_SECONDS(9223372036854775807)",
        ):  # fmt: skip
            with self.subTest(call):
                self.assertIsNone(self.value(f"SAFE.{call}"))
        self.values({"SAFE.SUBSTR('foo', 1, 2)": "fo", "safe.length('ab')": 2})
        self.assertEqual(self.types("SELECT SAFE.LENGTH('') AS n"), ["n INTEGER"])

    def test_it_hides_no_error_of_an_argument_nor_of_types(self) -> None:
        self.refused("SELECT SAFE.LOWER(SUBSTR('foo', 0, -2))", "cannot be negative")
        self.refused("SELECT SAFE.LOWER(1)", "No matching signature for function LOWER")

    def test_where_it_is_not_known(self) -> None:
        self.unknown("SELECT SAFE.COUNT(1)", "SELECT SAFE.IF(TRUE, 1, 2)", "SELECT SAFE.NOPE(1)")
        self.unknown("SELECT SAFE.FORMAT_DATE('%Q', DATE '2021-01-01')")


if __name__ == "__main__":
    unittest.main()
