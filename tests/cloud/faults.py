"""A script of faults: what goes wrong, on which service and route, how often.

| kind | what happens | settings |
|---|---|---|
| cut | the head is sent whole, the body ends after N bytes, the connection closes | bytes=N |
| cutin | N bytes of the REQUEST body are taken, then a refusal with code, or (0) a reset | bytes=N code=0 |
| status | refused before any effect | code=503 retry_after=SECONDS |
| slow | an answer that is late, or trickles | delay_ms=N rate=BYTES_PER_SECOND |
| stall | N bytes of the body come, then nothing for a while, then the end | bytes=N delay_ms=N |
| after | the effect happens, the answer is an error | code=500 retry_after=SECONDS |
| checksum | the answer tells a wrong checksum (ETag, crc32c) | |
| flip | one bit of the answer's body is wrong, the checksum told is right | at=OFFSET |
| header | a header of the answer is another (no value: it is left out) | name=ETag value=TEXT |
| badtoken | the token or key is refused as expired | |
| duplicate | the request reaches its handler twice, the second answer is sent | |
| reset | the connection is reset without an answer | when=before (or after the effect) |

Every kind takes times=N (how often, default 1, "always" for ever), skip=N (let that many
matching requests pass first) and match=TEXT (only targets that hold TEXT).
"""

from __future__ import annotations

import fnmatch
import threading
from dataclasses import asdict, dataclass
from typing import Any

ALWAYS = -1

# The settings each kind takes, with their defaults: a setting not named here is refused,
# so that a misspelt fault script fails instead of passing a test it never disturbed.
KINDS: dict[str, dict[str, Any]] = {
    "cut": {"bytes": 0},
    "cutin": {"bytes": 0, "code": 0},
    "status": {"code": 503, "retry_after": ""},
    "slow": {"delay_ms": 0, "rate": 0},
    "stall": {"bytes": 0, "delay_ms": 0},
    "after": {"code": 500, "retry_after": ""},
    "checksum": {},
    "flip": {"at": 0},
    "header": {"name": "", "value": ""},
    "badtoken": {},
    "duplicate": {},
    "reset": {"when": "before"},
}


@dataclass
class Fault:
    """One line of the script; settings holds what its kind takes."""

    service: str
    route: str
    kind: str
    settings: dict[str, Any]
    times: int = 1
    skip: int = 0
    match: str = ""

    def fits(self, service: str, route: str, target: str) -> bool:
        return (
            self.times != 0
            and fnmatch.fnmatchcase(service, self.service)
            and fnmatch.fnmatchcase(route, self.route)
            and self.match in target
        )


def parse(service: str, route: str, kind: str, options: dict[str, str]) -> Fault:
    """A fault from its written form; raises ValueError naming what is wrong."""
    if kind not in KINDS:
        raise ValueError(f"unknown fault {kind!r}; the kinds are {' '.join(sorted(KINDS))}")
    fault = Fault(service, route, kind, dict(KINDS[kind]))
    for name, text in options.items():
        if name == "times":
            fault.times = ALWAYS if text == "always" else int(text)
        elif name == "skip":
            fault.skip = int(text)
        elif name == "match":
            fault.match = text
        elif name in fault.settings:
            fault.settings[name] = int(text) if isinstance(fault.settings[name], int) else text
        else:
            raise ValueError(f"fault {kind!r} takes no setting {name!r}")
    return fault


class Faults:
    """The script in force; safe to use from every connection's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._script: list[Fault] = []

    def add(self, fault: Fault) -> None:
        with self._lock:
            self._script.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._script.clear()

    def listing(self) -> list[dict[str, Any]]:
        """The script with what is left of each line, for tests that check it was used up."""
        with self._lock:
            return [asdict(fault) for fault in self._script]

    def take(self, service: str, route: str, target: str) -> Fault | None:
        """The fault this request meets, if any; it is counted down by the call."""
        with self._lock:
            for fault in self._script:
                if not fault.fits(service, route, target):
                    continue
                if fault.skip > 0:
                    fault.skip -= 1
                    continue
                if fault.times > 0:
                    fault.times -= 1
                return fault
        return None
