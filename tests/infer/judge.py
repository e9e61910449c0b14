"""What a schema of a file has to be, slowly: every value looked at, nothing shared with the C code.

By JSON types alone a path is INTEGER, FLOAT, BOOLEAN, STRING, RECORD or REPEATED of these when all
its values are of that type; null is of none. Integers beyond INT64 are NUMERIC up to 29 digits,
BIGNUMERIC up to 5.78E38. What is mixed, holds null, an array or mixed elements in an array, or is no
object that BigQuery could hold (no keys, a key twice, deeper than 15) is STRING: ndfit keeps its text.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from typing import Any

from tree import Items, Number, Pairs, source

DEEPEST = 15
LONGEST_KEY = 1024


@dataclass
class Node:
    """All values of one path: of a key below its parent's objects, or of the elements of its arrays."""

    levels: int  # of RECORD, should it be one
    values: list[Any] = field(default_factory=list)
    keys: dict[str, Node] = field(default_factory=dict)
    element: Node | None = None
    twice: bool = False

    def kinds(self) -> set[str]:
        return {kind(v) for v in self.values if v is not None}


def kind(value: Any) -> str:
    if isinstance(value, bool):
        return "BOOLEAN"
    if isinstance(value, Number):
        return "INTEGER" if re.fullmatch(r"-?\d+", value) else "FLOAT"
    if isinstance(value, Pairs):
        return "RECORD"
    return "STRING" if isinstance(value, str) else "ARRAY"


def add(node: Node, value: Any, in_array: bool = False) -> None:
    node.values.append(value)
    if isinstance(value, Pairs):
        names = [name for name, _ in value]
        node.twice |= len(set(names)) < len(names) or any(
            len(n.encode(errors="replace")) > LONGEST_KEY for n in names
        )
        for name, item in value:
            add(node.keys.setdefault(name, Node(node.levels + 1)), item)
    elif isinstance(value, list) and not in_array:
        if node.element is None:
            node.element = Node(node.levels)
        for item in value:
            add(node.element, item, in_array=True)


def tree_of(records: list[Pairs]) -> Node:
    top = Node(0)
    for record in records:
        add(top, record)
    return top


def is_empty(node: Node) -> bool:
    """Whether no value was met that has a type, at any depth."""
    kinds = node.kinds()
    if kinds == {"ARRAY"}:
        element = node.element
        assert element is not None
        return None not in element.values and element.kinds() <= {"RECORD"} and is_empty(element)
    return kinds <= {"RECORD"} and not node.twice and all(map(is_empty, node.keys.values()))


def without_empty(value: Any, node: Node) -> str:
    """The value as JSON without the keys that are empty everywhere."""
    if isinstance(value, Pairs):
        kept = [(k, v) for k, v in value if not is_empty(node.keys[k])]
        return (
            "{"
            + ",".join(f"{json.dumps(k)}:{without_empty(v, node.keys[k])}" for k, v in kept)
            + "}"
        )
    if isinstance(value, Items) and not any(isinstance(item, Items) for item in value):
        assert node.element is not None
        return "[" + ",".join(without_empty(item, node.element) for item in value) + "]"
    if value is None:
        return "null"
    return json.dumps(value) if kind(value) == "STRING" else source(value)


def whole_digits(text: str) -> int:
    return len(text.lstrip("-").lstrip("0"))


def number_types(values: list[Number]) -> set[str]:
    """The types that are right; several where precision is a matter of taste."""
    if any(kind(v) == "FLOAT" for v in values):
        if any(abs(float(v)) == float("inf") for v in values):
            return {"STRING", "NUMERIC", "BIGNUMERIC"}
        exact = all(Decimal(float(v)) == Decimal(v) for v in values if kind(v) == "INTEGER")
        return {"FLOAT"} if exact else {"FLOAT", "NUMERIC", "BIGNUMERIC", "STRING"}
    if all(-(2**63) <= int(v) < 2**63 for v in values):
        return {"INTEGER"}
    digits = max(map(whole_digits, values))
    if -(2**255) <= min(v * 10**38 for v in map(int, values)) and all(
        int(v) * 10**38 < 2**255 for v in values
    ):
        return {"NUMERIC"} if digits <= 29 else {"BIGNUMERIC"}
    return {"FLOAT", "STRING"}


def is_day(text: str) -> bool:
    try:
        return re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.A) is not None and bool(
            date.fromisoformat(text)
        )
    except ValueError:
        return False


def is_clock(text: str) -> bool:
    try:
        return re.fullmatch(r"\d\d:\d\d:\d\d(\.\d{1,6})?", text, re.A) is not None and bool(
            time.fromisoformat(text[:8])
        )
    except ValueError:
        return False


def is_moment(text: str, zone: str) -> bool:
    return (
        is_day(text[:10]) and text[10:11] in tuple("T ") and is_clock(re.sub(zone, "", text[11:]))
    )


# Forms that surely are of the type; a program may know more.
SURELY = {
    "INTEGER": lambda s: re.fullmatch(r"0|-?[1-9]\d{0,17}", s, re.A) is not None,
    "FLOAT": lambda s: re.fullmatch(r"(0|-?[1-9]\d{0,5})(\.\d{1,6})?", s, re.A) is not None,
    "BOOLEAN": lambda s: s in ("true", "false"),
    "DATE": is_day,
    "TIME": is_clock,
    "TIMESTAMP": lambda s: re.search(r"(Z|[+-]\d\d:\d\d)$", s) is not None
    and is_moment(s, r"(Z|[+-]\d\d:\d\d)$"),
    "DATETIME": lambda s: is_moment(s, r"$^"),
}


def spelled_types(values: list[Any]) -> set[str]:
    """Of strings, and other scalars among them: STRING, unless all are surely of a narrower type."""
    strings = [v for v in values if kind(v) == "STRING"]
    others = {kind(v) for v in values} - {"STRING"}
    if "" in strings:
        return {"STRING"}
    sure = {name for name, holds in SURELY.items() if all(map(holds, strings))}
    if "DATETIME" in sure:
        sure.add("TIMESTAMP")  # UTC
    if not others:
        return sure or {"STRING", *SURELY, "NUMERIC", "BIGNUMERIC"}
    if others == {"BOOLEAN"}:
        return {"BOOLEAN"} if "BOOLEAN" in sure else {"STRING", "BOOLEAN"}
    if "BOOLEAN" in others or not sure & {"INTEGER", "FLOAT"}:
        return {"STRING", "INTEGER", "FLOAT", "NUMERIC", "BIGNUMERIC"}
    types = number_types([Number(v) for v in values])
    beyond = any(kind(v) == "INTEGER" and abs(int(v)) >= 2**63 for v in values)
    return types | {"NUMERIC", "BIGNUMERIC"} if beyond and "FLOAT" in types else types


def single_types(node: Node, suggested: bool) -> set[str]:
    """What a value may be: RECORD, ARRAY or scalar types."""
    kinds, values = node.kinds(), [v for v in node.values if v is not None]
    if kinds == {"RECORD"}:
        return {"STRING"} if node.twice or node.levels > DEEPEST or not node.keys else {"RECORD"}
    if len(kinds) == 1 and kinds <= {"BOOLEAN", "ARRAY"}:
        return kinds
    if kinds and kinds <= {"INTEGER", "FLOAT"}:
        return number_types(values)
    if suggested and "STRING" in kinds and not kinds & {"RECORD", "ARRAY"}:
        return spelled_types(values)
    return {"STRING"}


def columns_of(node: Node, suggested: bool) -> set[tuple[str, str]]:
    """The (type, mode) pairs that are right for a path."""
    types = single_types(node, suggested)
    if types != {"ARRAY"}:
        return {(name, "NULLABLE") for name in types}
    element = node.element
    if element is None or not element.values:
        return {("STRING", "REPEATED")}
    types, kinds = single_types(element, suggested), element.kinds()
    if None in element.values or "ARRAY" in kinds:
        return {("STRING", "NULLABLE")}
    mixed = len(kinds) > 1 and not kinds <= {"INTEGER", "FLOAT"}
    right = {(name, "REPEATED") for name in types if name != "STRING" or not mixed}
    return right | ({("STRING", "NULLABLE")} if "STRING" in types else set())


def pointer_of(path: str, key: str) -> str:
    return path + "/" + key.replace("~", "~0").replace("/", "~1")


def unescaped(text: str) -> str:
    return re.sub(r"\\([tnr\\])", lambda m: {"t": "\t", "n": "\n", "r": "\r"}.get(m[1], m[1]), text)


def read_map(text: str) -> dict[str, str]:
    rows = (line.split("\t") for line in text.split("\n") if line)
    return {unescaped(row[0]): unescaped(row[1]) for row in rows}


def folded(text: str) -> str:
    return re.sub("[A-Z]", lambda m: m[0].lower(), text)


def legal_name(key: str) -> str:
    """The name that ndfit(1) makes of a key."""
    name = re.sub("[^A-Za-z0-9_]", "_", key) or "_"
    return "_" + name if name[0].isdigit() else name


def needs_map(key: str, name: str) -> bool:
    return folded(name) not in (folded(key), folded(legal_name(key)))


def column_for(
    columns: list[dict[str, Any]], renamed: dict[str, str], pointer: str, key: str
) -> dict[str, Any] | None:
    """The column that ndfit(1) sends a key to."""
    for wanted in (renamed.get(pointer, key), legal_name(key)):
        for column in columns:
            if folded(column["name"]) == folded(wanted):
                return column
    return None


def complaints(
    node: Node,
    columns: list[dict[str, Any]],
    renamed: dict[str, str],
    suggested: bool,
    keep_empty: bool,
    path: str = "",
) -> list[str]:
    """What is wrong with the columns of a level, in words."""
    found, used = [], set()
    for key, child in node.keys.items():
        pointer = pointer_of(path, key)
        column = column_for(columns, renamed, pointer, key)
        if is_empty(child) and not keep_empty:
            if needs_map(key, renamed.get(pointer, key)):
                if column is None or column["type"] != "STRING":
                    found.append(f"{pointer}: goes to another key's column")
                used.add(id(column))
            elif column is not None and id(column) not in used and column["name"] == key:
                found.append(f"{pointer}: empty everywhere, but has column {column['name']}")
            continue
        if column is None:
            found.append(f"{pointer}: no column")
            continue
        if id(column) in used:
            found.append(f"{pointer}: column {column['name']} is another key's too")
        used.add(id(column))
        right = columns_of(child, suggested)
        if (column["type"], column["mode"]) not in right:
            found.append(
                f"{pointer}: {column['type']} {column['mode']}, expected one of {sorted(right)}"
            )
        elif column["type"] == "RECORD":
            inner = child if column["mode"] == "NULLABLE" else child.element
            assert inner is not None
            found += complaints(inner, column["fields"], renamed, suggested, keep_empty, pointer)
    found += [f"{path}: column {c['name']} is no key's" for c in columns if id(c) not in used]
    return found


def load_schema(text: str) -> list[dict[str, Any]]:
    columns = json.loads(text)
    assert isinstance(columns, list)
    return columns
