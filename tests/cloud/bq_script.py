"""Run the SQL text of one query job."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bq_errors import unsupported


@dataclass
class Result:
    """What a query job came to.

    schema: REST TableFieldSchema dicts; rows: tuples of values as the warehouse stores them;
    children: one REST-like dict for each child job of a script (empty for a single statement).
    """

    statement_type: str = "SELECT"
    schema: list[dict[str, Any]] = field(default_factory=list)
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    inserted: int = 0
    deleted: int = 0
    updated: int = 0
    children: list[dict[str, Any]] = field(default_factory=list)


def run(
    catalog: Any,
    project: str,
    default_dataset: dict[str, str] | str | None,
    sql: str,
    params: list[dict[str, Any]] | None = None,
    dry_run: bool = False,
    on_child: Callable[[dict[str, Any]], None] | None = None,
) -> Result:
    """Run sql for project; raises bq_errors.QueryError.

    default_dataset: REST DatasetReference, its datasetId, or None. params: REST queryParameters
    (named). on_child is called with each child of a script as it ends.
    """
    raise unsupported("queries")
