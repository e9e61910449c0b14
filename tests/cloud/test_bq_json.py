"""JSON functions, with the examples of their page: BigQuery docs, "JSON functions"."""

from __future__ import annotations

import unittest

from bq_sql_testing import SqlCase

CLASS = """'{"class" : {"students" : [{"name" : "Jane"}, {"name": null}]}}'"""


class Json(SqlCase):
    def test_the_examples(self) -> None:
        jakob = """'{"name" : "Jakob", "age" : "6" }'"""
        self.values(
            {
                f"JSON_VALUE({jakob}, '$.name')": "Jakob",
                f"JSON_VALUE({jakob}, '$.age')": "6",
                f"JSON_QUERY({jakob}, '$.age')": '"6"',
                f"JSON_EXTRACT_SCALAR({jakob}, '$.age')": "6",
                """JSON_VALUE('{"a.b": {"c": "world"}}', '$."a.b".c')""": "world",
                """JSON_EXTRACT_SCALAR('{"a.b": {"c": "world"}}', "$['a.b'].c")""": "world",
                f"JSON_EXTRACT({CLASS}, '$')": '{"class":{"students":[{"name":"Jane"},{"name":null}]}}',
                f"JSON_EXTRACT({CLASS}, '$.class.students[0]')": '{"name":"Jane"}',
                f"JSON_QUERY({CLASS}, '$.class.students')": '[{"name":"Jane"},{"name":null}]',
                f"JSON_VALUE({CLASS}, '$.class.students[0].name')": "Jane",
                "JSON_VALUE('\"x\"')": "x",
                "JSON_VALUE('true', '$')": "true",
                "JSON_VALUE(PARSE_JSON('{\"a\": 1.50}'), '$.a')": "1.50",
                "TO_JSON_STRING(PARSE_JSON('{ \"a\" : [1, 2] }'))": '{"a":[1,2]}',
                "JSON_QUERY(PARSE_JSON('{\"a\":null}'), '$.a')": "null",
            }
        )

    def test_what_is_null(self) -> None:
        for call in (
            f"JSON_VALUE({CLASS}, '$.class')",  # no scalar
            f"JSON_VALUE({CLASS}, '$.class.students[1].name')",  # a JSON null
            f"JSON_VALUE({CLASS}, '$.class.students[2]')",
            f"JSON_VALUE({CLASS}, '$.nope')",
            """JSON_QUERY('{"a":null}', '$.a')""",
            """JSON_QUERY('{"a":null}', '$.b')""",
            "JSON_VALUE('{broken', '$.a')",
            "JSON_VALUE(NULL, '$.a')",
        ):
            with self.subTest(call):
                self.assertIsNone(self.value(call))

    def test_refusals(self) -> None:
        self.all_refused(
            {
                "SELECT JSON_VALUE('{}', 'a')": "JSONPath must start with '$'",
                "SELECT JSON_VALUE('{}', '$.*')": "Invalid token in JSONPath at: .*",
                "SELECT JSON_VALUE('{}', '$[-1]')": "Invalid token in JSONPath at: [-1]",
                "SELECT PARSE_JSON('{')": "Invalid input to PARSE_JSON",
                "SELECT JSON_VALUE(1, '$')": "No matching signature for function JSON_VALUE",
            }
        )
        self.unknown("SELECT PARSE_JSON('{}').a", "SELECT JSON_QUERY_ARRAY('[]')", "SELECT TO_JSON(1)")
        self.unknown("SELECT JSON_OBJECT('a', 1)", "SELECT PARSE_JSON('1')[0]")


if __name__ == "__main__":
    unittest.main()
