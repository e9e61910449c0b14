"""Schemas: what is one, and which changes of a table's schema are allowed."""

from __future__ import annotations

import unittest
from typing import Any

import bq_schema
from bq_api import ApiError
from bq_testing import fields


class Schemas(unittest.TestCase):
    def refuses(self, schema: Any, message: str, reason: str = "invalid") -> None:
        with self.assertRaises(ApiError) as raised:
            bq_schema.normalize(schema)
        self.assertEqual(raised.exception.reason, reason)
        self.assertIn(message, raised.exception.message)

    def test_types_and_modes_are_told_as_the_service_spells_them(self) -> None:
        found = bq_schema.normalize(fields("a:INT64", "b:float64:required", "c:Bool", "d:decimal:REPEATED"))
        self.assertEqual(
            [(f["type"], f["mode"]) for f in found],
            [
                ("INTEGER", "NULLABLE"),
                ("FLOAT", "REQUIRED"),
                ("BOOLEAN", "NULLABLE"),
                ("NUMERIC", "REPEATED"),
            ],
        )

    def test_names(self) -> None:
        for name in ("a.b", "a@b", "a!", "$", "(x)", "a/b", "a\\b", "`", "{}", "~", "a\ufeff", "x" * 301):
            self.refuses(
                [{"name": name, "type": "STRING"}],
                f'Invalid field name "{name}". Fields must contain the allowed characters, and be at most 300',
            )
        for name in (
            "_PARTITIONTIME",
            "_table_x",
            "_FILE_NAME",
            "_ROW_TIMESTAMP",
            "__root__",
            "_colidentifier1",
            "_CHANGE_TYPE",
            "_change_sequence_number_",
            "_Change_Timestamp",
        ):
            self.refuses(fields(f"{name}:STRING"), "Field names are not allowed to start with")
        self.refuses([{"type": "STRING"}], "without a name", "required")
        self.assertEqual(len(bq_schema.normalize(fields("_CHANGE:STRING", "_field_:STRING"))), 2)

    def test_flexible_names(self) -> None:
        names = ("stock-unit", "1a", "é", "列", "a b", "a'b", "&%=+:<>#|", "e\u0301", "\u0663", "é" * 300)
        found = bq_schema.normalize([{"name": name, "type": "STRING"} for name in names])
        self.assertEqual(tuple(field["name"] for field in found), names)

    def test_descriptions(self) -> None:
        bq_schema.normalize([{"name": "a", "type": "STRING", "description": "é" * 1024}])
        self.refuses([{"name": "a", "type": "STRING", "description": "x" * 1025}], "description for field a")

    def test_duplicates_in_any_case(self) -> None:
        self.refuses(fields("a:STRING", "A:INTEGER"), "Field A already exists in schema")
        self.refuses(
            [{"name": "r", "type": "RECORD", "fields": fields("x:STRING", "x:STRING")}],
            "Field r.x already exists",
        )

    def test_types(self) -> None:
        self.refuses(fields("a:TEXT"), "Invalid value for type: TEXT is not a valid value")
        self.refuses([{"name": "a"}], "Field a is missing its type", "required")
        self.refuses(fields("a:STRING:OPTIONAL"), "Invalid value for mode")
        self.refuses(fields("a:RECORD"), "Field a is type RECORD but has no schema")
        self.refuses([{"name": "a", "type": "STRING", "fields": fields("b:STRING")}], "has nested fields")
        self.refuses({"a": "STRING"}, "must be a list")
        self.refuses(fields("a:RANGE"), "Field a of type RANGE needs a rangeElementType")
        element = {"rangeElementType": {"type": "DATE"}}
        found = bq_schema.normalize([{"name": "a", "type": "RANGE", **element}, *fields("b:INTERVAL")])
        self.assertEqual((found[0]["rangeElementType"], found[1]["type"]), ({"type": "DATE"}, "INTERVAL"))

    def test_limits(self) -> None:
        self.refuses(fields(*(f"c{n}:STRING" for n in range(10_001))), "Too many total leaf fields: 10001")
        deep: list[Any] = fields("leaf:STRING")
        for level in range(16):
            deep = [{"name": f"r{level}", "type": "RECORD", "fields": deep}]
        self.refuses(
            deep, "Schema nested too deeply, at least 16 compared to the maximum allowed level of 15"
        )


class Changes(unittest.TestCase):
    OLD = bq_schema.normalize(fields("a:INTEGER", "b:STRING:REQUIRED"))

    def change(self, *columns: str, additions: bool = True, whole: bool = True) -> None:
        new = bq_schema.normalize(fields(*columns))
        bq_schema.check_change("p:d.t", self.OLD, new, additions, whole)

    def refuses(self, message: str, *columns: str, **how: bool) -> None:
        with self.assertRaises(ApiError) as raised:
            self.change(*columns, **how)
        self.assertIn("Provided Schema does not match Table p:d.t. " + message, raised.exception.message)

    def test_new_nullable_columns_and_relaxed_ones_are_allowed(self) -> None:
        self.change("a:INTEGER", "b:STRING", "c:FLOAT", "d:STRING:REPEATED")

    def test_narrowing_is_refused(self) -> None:
        self.refuses("Field b is missing in new schema", "a:INTEGER")
        self.refuses("Field a has changed type from INTEGER to STRING", "a:STRING", "b:STRING:REQUIRED")
        self.refuses("Field a has changed mode from NULLABLE to REQUIRED", "a:INTEGER:REQUIRED", "b:STRING")
        self.refuses("Cannot add required fields", "a:INTEGER", "b:STRING", "c:STRING:REQUIRED")

    def test_a_load_may_leave_out_nullable_columns_only(self) -> None:
        self.change("b:STRING:REQUIRED", additions=False, whole=False)
        self.refuses("Field b is missing", "a:INTEGER", additions=False, whole=False)
        self.refuses(
            "Cannot add fields (field: z)", "b:STRING:REQUIRED", "z:STRING", additions=False, whole=False
        )


if __name__ == "__main__":
    unittest.main()
