"""The request log: one JSON object a line, in $CLOUD_DIR/requests.log.

A line is written before the last byte of its answer leaves, so a test that has its answer
finds its line. Header values never get in, except Range and Content-Range: no secrets.
"""

from __future__ import annotations

import datetime
import json
import threading
from pathlib import Path
from typing import Any


def now_text() -> str:
    """The time now, RFC 3339, UTC, milliseconds."""
    now = datetime.datetime.now(datetime.UTC)
    return now.strftime("%Y-%m-%dT%H:%M:%S.") + f"{now.microsecond // 1000:03d}Z"


class RequestLog:
    """Appends to path; safe to use from every connection's thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8")

    def write(self, line: dict[str, Any]) -> None:
        text = json.dumps(line, ensure_ascii=True) + "\n"
        with self._lock:
            self._file.write(text)
            self._file.flush()
