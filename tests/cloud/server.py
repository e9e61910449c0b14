"""The frame every stand-in service runs in: one service a port (the sockets: connection.py).

A service subclasses Service: it names itself, lists its routes in one table, may refuse in
auth(), and words its own failures in failure() and expired(). The frame reads requests
(Content-Length and chunked bodies, Expect: 100-continue, keep-alive), applies the fault script
and writes the request log.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from exchange import FilePart, Handler, HttpError, Request, Response, Route, route
from faults import Fault, Faults
from requestlog import RequestLog
from state import State

__all__ = ["Cloud", "FilePart", "HttpError", "Request", "Response", "Route", "Service", "route"]


class Cloud:
    """What all services share: the state's directory, the fault script, the log, each other."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.faults = Faults()
        self.log = RequestLog(state.dir / "requests.log")
        self.services: dict[str, Any] = {}
        self.last_request = time.monotonic()


class Service:
    """Base of every service. commands holds what `ctl` may ask of it beside HTTP:
    name -> function of a dict of strings that returns something JSON can say."""

    name = "service"

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.state = cloud.state
        self.url = ""
        self.routes: list[Route] = []
        self.commands: dict[str, Callable[[dict[str, Any]], Any]] = {}

    def exports(self) -> dict[str, str]:
        """Environment variables that lead a program to this service; called once url is set."""
        return {}

    def rewrite(self, request: Request) -> None:
        """Look at a request before its route is chosen (a bucket in the host name)."""

    def auth(self, request: Request) -> None:
        """Refuse a request by raising HttpError; called once its route is known."""

    def failure(self, request: Request, status: int) -> Response:
        """A refusal with this status in the service's own words."""
        return Response.text(f"{status}\n", status)

    def expired(self, request: Request) -> Response:
        """The refusal of credentials whose time is over."""
        return self.failure(request, 401)

    def no_route(self, request: Request) -> Response:
        return self.failure(request, 404)

    def corrupt(self, response: Response) -> None:
        """Make the checksums that response tells wrong."""

    def partial(self, request: Request) -> None:
        """A request whose body ended early; keep of it what the real service would keep."""

    def target_for_log(self, request: Request) -> str:
        """The request's target without secrets."""
        return request.raw_target

    def close(self) -> None:
        """End what the service runs beside its requests (worker threads, databases)."""

    def choose(self, request: Request) -> Handler | None:
        """The handler of the first table line that fits, with request.route and params set."""
        for line in self.routes:
            params = line.match(request)
            if params is not None:
                request.route, request.params = line.name, params
                return line.handler
        return None


def _with_retry_after(response: Response, fault: Fault) -> Response:
    if fault.settings["retry_after"] != "":
        response.headers["Retry-After"] = str(fault.settings["retry_after"])
    return response


def _guarded(handler: Handler, request: Request) -> Response:
    try:
        return handler(request)
    except HttpError as refusal:
        return refusal.response


def decide(service: Service, handler: Handler | None, request: Request) -> Response:
    """The answer to a request under its fault: refuse before the effect, run the handler once
    or twice, or spoil the answer after it."""
    fault: Fault | None = request.fault
    kind = fault.kind if fault else ""
    if fault and kind == "status":
        return _with_retry_after(service.failure(request, fault.settings["code"]), fault)
    if kind == "badtoken":
        return service.expired(request)
    if handler is None:
        return service.no_route(request)
    try:
        service.auth(request)
    except HttpError as refusal:
        return refusal.response
    if kind == "duplicate":
        _guarded(handler, request).close()
        request.body_file.seek(0)
    response = _guarded(handler, request)
    if fault and kind == "after":
        response.close()
        return _with_retry_after(service.failure(request, fault.settings["code"]), fault)
    if kind == "checksum":
        service.corrupt(response)
    return response
