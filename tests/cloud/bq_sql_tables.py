"""The tables a statement names, found in the catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bq_sql_ast as ast
import bq_sql_types
from bq_catalog import Key
from bq_sql_errors import QueryError, invalid
from bq_sql_types import Type


@dataclass(frozen=True)
class Table:
    """key: project, dataset, table; fields: TableFieldSchema; storage: its name in warehouse.db;
    view: the definition when it is one."""

    key: Key
    fields: tuple[dict[str, Any], ...]
    storage: str
    view: dict[str, Any] | None = None

    @property
    def name(self) -> str:
        return f"{self.key[0]}:{self.key[1]}.{self.key[2]}"

    def field(self, name: str) -> dict[str, Any] | None:
        """The field of a column, in any case of letters."""
        return next((f for f in self.fields if f["name"].lower() == name.lower()), None)

    def columns(self) -> list[tuple[str, Type]]:
        return [(f["name"], bq_sql_types.of_field(f)) for f in self.fields]


class Tables:
    """Finds tables by their paths; planned tables (of a dry run) exist in name only."""

    def __init__(self, catalog: Any, project: str, default: dict[str, str] | str | None) -> None:
        self.catalog = catalog
        self.project = project
        self.default: tuple[str, str] | None = None
        if isinstance(default, dict) and default.get("datasetId"):
            self.default = (default.get("projectId", project), default["datasetId"])
        elif isinstance(default, str) and default:
            head, _, dataset = default.rpartition(".")
            self.default = (head or project, dataset)
        self.planned: dict[Key, Table | None] = {}

    def key(self, ref: ast.TableRef) -> Key:
        """Project, dataset and table of a path; its dataset must exist."""
        if len(ref.parts) == 1:
            if not self.default:
                raise QueryError(
                    "invalid",
                    f'Table "{ref.parts[0]}" must be qualified with a dataset (e.g. dataset.table).',
                )
            key = (*self.default, ref.parts[0])
        elif len(ref.parts) == 2:
            key = (self.project, ref.parts[0], ref.parts[1])
        else:
            key = (ref.parts[0], ref.parts[1], ref.parts[2])
        if not self.catalog.dataset(key[0], key[1]):
            raise QueryError("notFound", f"Not found: Dataset {key[0]}:{key[1]} was not found in location US")
        return key

    def look_up(self, ref: ast.TableRef) -> Table | None:
        """The table, or None when there is none in its dataset."""
        key = self.key(ref)
        if key in self.planned:
            return self.planned[key]
        resource = self.catalog.table(*key)
        if not resource:
            return None
        fields = tuple(resource["schema"]["fields"])
        view = resource.get("view") or resource.get("materializedView")
        return Table(key, fields, self.catalog.storage(*key), view)

    def find(self, ref: ast.TableRef) -> Table:
        """The table; raises QueryError notFound."""
        table = self.look_up(ref)
        if not table:
            project, dataset, name = self.key(ref)
            raise QueryError(
                "notFound", f"Not found: Table {project}:{dataset}.{name} was not found in location US"
            )
        return table

    def find_base(self, ref: ast.TableRef) -> Table:
        """A table whose rows can be changed; raises QueryError."""
        table = self.find(ref)
        if table.view:
            raise invalid(f"Cannot change rows of {table.name}, which is a view", ref.at)
        return table

    def check_name(self, ref: ast.TableRef) -> None:
        """A new table's name: letters, digits, marks, dashes, underscores and spaces."""
        name = ref.parts[-1]
        if len(name.encode()) > 1024 or any(not (c.isalnum() or c in "_- ") for c in name):
            raise invalid(f'Invalid table ID "{name}"', ref.at)
