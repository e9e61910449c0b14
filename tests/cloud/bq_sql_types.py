"""BigQuery's types: names, schema fields, and which converts to which by itself.

Sources: BigQuery docs "Data types", "Conversion rules" (coercion, literal and parameter
coercion, supertypes); REST TableFieldSchema.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Type:
    """kind: INT64, STRING, …, ARRAY (of item) or STRUCT (of fields: name, type)."""

    kind: str
    item: Type | None = None
    fields: tuple[tuple[str, Type], ...] = ()

    def __str__(self) -> str:
        if self.kind == "ARRAY":
            return f"ARRAY<{self.item}>"
        if self.kind == "STRUCT":
            return "STRUCT<" + ", ".join(f"{name} {type_}" for name, type_ in self.fields) + ">"
        return self.kind


INT64, FLOAT64, BOOL, STRING, BYTES = (Type(k) for k in ("INT64", "FLOAT64", "BOOL", "STRING", "BYTES"))
NUMERIC, BIGNUMERIC, JSON, GEOGRAPHY = (Type(k) for k in ("NUMERIC", "BIGNUMERIC", "JSON", "GEOGRAPHY"))
DATE, TIME, DATETIME, TIMESTAMP = (Type(k) for k in ("DATE", "TIME", "DATETIME", "TIMESTAMP"))
# The type of a bare NULL; it becomes whatever is wanted, INT64 when nothing is.
NULL = Type("NULL")

_SCALARS = {t.kind: t for t in (INT64, FLOAT64, BOOL, STRING, BYTES, NUMERIC, BIGNUMERIC, JSON, GEOGRAPHY)}
_SCALARS |= {t.kind: t for t in (DATE, TIME, DATETIME, TIMESTAMP)}
_ALIASES = {"INT": "INT64", "SMALLINT": "INT64", "INTEGER": "INT64", "BIGINT": "INT64", "TINYINT": "INT64"}
_ALIASES |= {"BYTEINT": "INT64", "DECIMAL": "NUMERIC", "BIGDECIMAL": "BIGNUMERIC", "BOOLEAN": "BOOL"}
# A schema's own names beside the query language's.
_SCHEMA_ALIASES = _ALIASES | {"FLOAT": "FLOAT64"}
_SCHEMA_NAMES = {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN", "STRUCT": "RECORD"}

NUMBERS = (INT64, NUMERIC, BIGNUMERIC, FLOAT64)
# Types that ORDER BY, <, MIN and MAX know.
ORDERED = (*NUMBERS, BOOL, STRING, BYTES, DATE, TIME, DATETIME, TIMESTAMP)

_COERCIONS = {
    (INT64, NUMERIC), (INT64, BIGNUMERIC), (INT64, FLOAT64), (NUMERIC, BIGNUMERIC), (NUMERIC, FLOAT64),
    (BIGNUMERIC, FLOAT64), (DATE, DATETIME),
}  # fmt: skip
# Literals and parameters coerce further.
_LITERAL_COERCIONS = {
    (STRING, DATE), (STRING, TIME), (STRING, DATETIME), (STRING, TIMESTAMP), (FLOAT64, NUMERIC),
    (FLOAT64, BIGNUMERIC),
}  # fmt: skip

_EVERY = {"INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64", "BOOL", "STRING", "BYTES", "DATE", "TIME"}
_CASTS = {
    "INT64": {"BOOL", "NUMERIC", "BIGNUMERIC", "FLOAT64", "STRING"},
    "NUMERIC": {"INT64", "BIGNUMERIC", "FLOAT64", "STRING"},
    "BIGNUMERIC": {"INT64", "NUMERIC", "FLOAT64", "STRING"},
    "FLOAT64": {"INT64", "NUMERIC", "BIGNUMERIC", "STRING"},
    "BOOL": {"INT64", "STRING"},
    "STRING": _EVERY | {"DATETIME", "TIMESTAMP"},
    "BYTES": {"STRING"},
    "DATE": {"STRING", "DATETIME", "TIMESTAMP"},
    "DATETIME": {"STRING", "DATE", "TIME", "TIMESTAMP"},
    "TIME": {"STRING"},
    "TIMESTAMP": {"STRING", "DATE", "TIME", "DATETIME"},
}


def named(name: str) -> Type | None:
    """The scalar type a query calls name, in any case; None when there is none."""
    upper = name.upper()
    return _SCALARS.get(_ALIASES.get(upper, upper))


def of_field(field: dict[str, Any]) -> Type:
    """The type of a column by its TableFieldSchema."""
    name = str(field.get("type", "STRING")).upper()
    if name in ("RECORD", "STRUCT"):
        type_ = Type("STRUCT", fields=tuple((f["name"], of_field(f)) for f in field.get("fields", [])))
    else:
        type_ = _SCALARS.get(_SCHEMA_ALIASES.get(name, name)) or Type(name)
    return Type("ARRAY", item=type_) if field.get("mode", "").upper() == "REPEATED" else type_


def to_field(name: str, type_: Type, mode: str = "NULLABLE") -> dict[str, Any]:
    """The TableFieldSchema of a column."""
    if type_.kind == "ARRAY" and type_.item:
        return to_field(name, type_.item, "REPEATED")
    kind = "INT64" if type_ == NULL else type_.kind
    field: dict[str, Any] = {"name": name, "type": _SCHEMA_NAMES.get(kind, kind), "mode": mode}
    if type_.fields:
        field["fields"] = [to_field(n, t) for n, t in type_.fields]
    return field


def coerces(source: Type, target: Type, literal: bool = False) -> bool:
    """True when a value of source stands where target is wanted, without a CAST."""
    if source in (target, NULL) or (source, target) in _COERCIONS:
        return True
    return literal and (source, target) in _LITERAL_COERCIONS


def castable(source: Type, target: Type) -> bool:
    """True when CAST(source AS target) exists."""
    return source in (target, NULL) or target.kind in _CASTS.get(source.kind, ())


def supertype(operands: list[tuple[Type, bool]]) -> Type | None:
    """The common type of operands (type, is it a literal or parameter), or None.

    Types of expressions decide before those of literals, as in "Supertypes".
    """
    firm = [t for t, literal in operands if t != NULL and not literal]
    pool = firm or [t for t, _ in operands if t != NULL]
    if not pool:
        return NULL
    candidates = dict.fromkeys([*pool, *(t for t, _ in operands if t != NULL)])
    for candidate in [*candidates, BIGNUMERIC, FLOAT64]:
        if all(coerces(t, candidate, literal) for t, literal in operands):
            return candidate
    return None
