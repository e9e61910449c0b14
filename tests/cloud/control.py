"""The control port: what tests ask of the stand-in itself (faults, buckets, knobs, the end).

It needs no credentials: it listens on 127.0.0.1 and guards nothing real.
"""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import faults
from digests import digest_file
from server import Cloud, FilePart, HttpError, Request, Response, Service, route

SCHEMES = {"s3": "s3", "gs": "gcs"}


def _refuse(status: int, why: str) -> HttpError:
    return HttpError(Response.json({"error": why}, status))


def split_url(url: str) -> tuple[str, str, str]:
    """Service, bucket and key of s3://bucket/key or gs://bucket/object."""
    scheme, _, rest = url.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme not in SCHEMES or not bucket:
        raise _refuse(400, f"{url!r}: expected s3://bucket/key or gs://bucket/object")
    return SCHEMES[scheme], bucket, key


class Control(Service):
    name = "control"

    def __init__(self, cloud: Cloud, stop: Callable[[], None]) -> None:
        super().__init__(cloud)
        self._stop = stop
        self.routes = [
            route("health", "GET", "/health", self._health),
            route("quit", "POST", "/quit", self._quit),
            route("faults.list", "GET", "/faults", self._faults_list),
            route("faults.add", "POST", "/faults", self._faults_add),
            route("faults.clear", "DELETE", "/faults", self._faults_clear),
            route("object.get", "GET", "/object", self._object_get),
            route("object.put", "PUT", "/object", self._object_put),
            route("object.rm", "DELETE", "/object", self._object_rm),
            route("objects", "GET", "/objects", self._objects),
            route("command", "POST", "/command", self._command),
        ]

    def exports(self) -> dict[str, str]:
        return {"CLOUD_CONTROL": self.url}

    def _health(self, request: Request) -> Response:
        return Response.json({name: service.url for name, service in self.cloud.services.items()})

    def _quit(self, request: Request) -> Response:
        # After this answer has left: the stop waits for the ports, not for their connections.
        threading.Timer(0.05, self._stop).start()
        return Response.json({})

    def _faults_list(self, request: Request) -> Response:
        return Response.json(self.cloud.faults.listing())

    def _faults_add(self, request: Request) -> Response:
        wanted = request.json()
        service, name = wanted["service"], wanted["route"]
        try:
            fault = faults.parse(service, name, wanted["kind"], wanted["options"])
        except ValueError as wrong:
            raise _refuse(400, str(wrong)) from None
        known = [each for key, each in self.cloud.services.items() if service in (key, "*")]
        if not known:
            raise _refuse(400, f"no service {service!r}; there are {' '.join(sorted(self.cloud.services))}")
        names = {line.name for each in known for line in each.routes}
        if not any(fault.fits(service, each, fault.match) for each in names):
            raise _refuse(400, f"no route {name!r} in {service}; there are {' '.join(sorted(names))}")
        self.cloud.faults.add(fault)
        return Response.json({})

    def _faults_clear(self, request: Request) -> Response:
        self.cloud.faults.clear()
        return Response.json({})

    def _url(self, request: Request) -> tuple[str, str, str]:
        service, bucket, key = split_url(request.arg("url") or "")
        if not self.state.bucket(service, bucket):
            raise _refuse(404, f"no bucket {bucket!r}; make it with mkbucket")
        return service, bucket, key

    def _object_get(self, request: Request) -> Response:
        found = self.state.open_object(*self._url(request))
        if not found:
            raise _refuse(404, "no such object")
        row, source = found
        return Response(200, {"Content-Type": row.content_type}, FilePart(source, 0, row.size))

    def _object_put(self, request: Request) -> Response:
        service, bucket, key = self._url(request)
        out, path = self.state.new_file()
        with out:
            shutil.copyfileobj(request.body_file, out, 1 << 20)
            digests = digest_file(out)
        kind = request.headers.get("Content-Type") or "application/octet-stream"
        row = self.state.put_file(service, bucket, key, path, digests, kind, "{}")
        return Response.json(asdict(row))

    def _object_rm(self, request: Request) -> Response:
        if not self.state.remove(*self._url(request)):
            raise _refuse(404, "no such object")
        return Response.json({})

    def _objects(self, request: Request) -> Response:
        service, bucket, prefix = self._url(request)
        return Response.json([asdict(row) for row in self.state.keys(service, bucket, prefix, "", -1)])

    def _command(self, request: Request) -> Response:
        wanted: dict[str, Any] = request.json()
        service = self.cloud.services.get(wanted["service"])
        if service is None or wanted["name"] not in service.commands:
            raise _refuse(400, f"no command {wanted['name']!r} in service {wanted['service']!r}")
        try:
            return Response.json(service.commands[wanted["name"]](wanted["args"]))
        except (ValueError, KeyError) as wrong:
            raise _refuse(400, f"{wanted['name']}: {wrong}") from None

    def failure(self, request: Request, status: int) -> Response:
        return Response(status, {"Content-Type": "application/json"}, json.dumps({"error": status}).encode())
