"""Which transaction may change which table: snapshot isolation by whole tables.

From BigQuery docs "Multi-statement transactions" (transaction concurrency): of two transactions that
update or delete rows of one table the later is cancelled; reading and appending never conflict;
conflicting statements outside of transactions wait. Unlike the service's, a transaction's snapshot
is the one of its first change: what it reads before that is read as it comes.
"""

from __future__ import annotations

import threading
import uuid
import weakref
from dataclasses import dataclass, field
from typing import Any

from bq_sql_errors import invalid
from bq_sql_tables import Key, Table


@dataclass(eq=False)
class Transaction:
    """began: how many changes had been committed when it began."""

    began: int
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    claims: set[Key] = field(default_factory=set)


class Registry:
    """The open transactions of one warehouse. Safe to use from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._holders: dict[Key, Transaction] = {}
        self._changed: dict[Key, int] = {}
        self._commits = 0

    def begin(self) -> Transaction:
        with self._lock:
            return Transaction(self._commits)

    def claim(self, transaction: Transaction, table: Table) -> None:
        """Say that transaction changes rows of table; QueryError when another does or did since."""
        with self._lock:
            holder = self._holders.get(table.key)
            if holder is transaction:
                return
            if holder or self._changed.get(table.key, 0) > transaction.began:
                raise invalid(
                    f"Transaction is aborted due to concurrent update against table {table.name}. "
                    f"Transaction ID: {transaction.id}"
                )
            self._holders[table.key] = transaction
            transaction.claims.add(table.key)

    def end(self, transaction: Transaction, committed: bool) -> None:
        with self._lock:
            for key in transaction.claims:
                del self._holders[key]
            if committed:
                self._note(transaction.claims)
            transaction.claims = set()

    def note(self, key: Key) -> None:
        """Rows of a table were changed outside of any transaction."""
        with self._lock:
            self._note({key})

    def _note(self, keys: set[Key]) -> None:
        self._commits += 1
        self._changed.update(dict.fromkeys(keys, self._commits))


_REGISTRIES: weakref.WeakKeyDictionary[Any, Registry] = weakref.WeakKeyDictionary()
_REGISTRIES_LOCK = threading.Lock()


def registry(catalog: Any) -> Registry:
    """The registry of a catalog's warehouse."""
    with _REGISTRIES_LOCK:
        return _REGISTRIES.setdefault(catalog, Registry())
