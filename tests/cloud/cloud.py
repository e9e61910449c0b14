"""The stand-in cloud's process: `cloud.py DIR READY_FD` serves until it is told to stop.

`up` starts it; it writes its exports to READY_FD once every port listens. A stand-in whose
test died without `down` ends by itself after 15 minutes without a request. CLOUD_CPU names a
file that gets the CPU seconds it used, when it ends.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import shutil
import signal
import sys
import threading
import time
from pathlib import Path

from account import PROJECT, open_account
from connection import Port
from control import Control
from server import Cloud, Service
from state import State

# Each module has create(cloud, account) -> Service.
MODULES = ("s3", "gcs", "oauth", "metadata", "slack", "bigquery", "sts", "imds", "ecs", "sso")
# CLOUD_IDLE_SECONDS makes it shorter, for the test of just this.
IDLE_SECONDS = float(os.environ.get("CLOUD_IDLE_SECONDS") or 15 * 60)
TEMPORARY_MARK = "made-by-up"


class Process:
    """The services, their ports and the wish to stop."""

    def __init__(self, directory: Path) -> None:
        self.dir = directory
        self.stopping = threading.Event()
        account = open_account(directory)
        self.cloud = Cloud(State(directory))
        services: list[Service] = [Control(self.cloud, self.stopping.set)]
        for name in MODULES:
            if importlib.util.find_spec(name):
                services.append(importlib.import_module(name).create(self.cloud, account))
        self.ports = [Port(self.cloud, service) for service in services]
        self.cloud.services = {service.name: service for service in services}

    def exports(self) -> dict[str, str]:
        values = {"CLOUD_DIR": str(self.dir), "CLOUD_PID": str(os.getpid()), "GOOGLE_CLOUD_PROJECT": PROJECT}
        for service in self.cloud.services.values():
            values.update(service.exports())
        return values

    def serve(self) -> None:
        for port in self.ports:
            threading.Thread(target=port.serve_forever, args=(0.05,), daemon=True).start()
        while not self.stopping.wait(min(1.0, IDLE_SECONDS)):
            if time.monotonic() - self.cloud.last_request > IDLE_SECONDS:
                break
        for port in self.ports:
            port.server_close()
        for service in self.cloud.services.values():
            service.close()


def main() -> None:
    directory, ready = Path(sys.argv[1]), int(sys.argv[2])
    process = Process(directory)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: process.stopping.set())
    (directory / "pid").write_text(f"{os.getpid()}\n", encoding="ascii")
    with os.fdopen(ready, "w", encoding="utf-8") as out:
        json.dump(process.exports(), out)
    process.serve()
    if "CLOUD_CPU" in os.environ:
        Path(os.environ["CLOUD_CPU"]).write_text(f"{time.process_time():.2f}\n", encoding="ascii")
    (directory / "pid").unlink(missing_ok=True)
    if (directory / TEMPORARY_MARK).exists():
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    main()
