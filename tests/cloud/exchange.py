"""One HTTP exchange as the services see it: Request, Response, HttpError, Route.

A request's body lies in a spooled file (memory up to 1 MiB, then disk), because uploads of
hundreds of megabytes are part of what is tested. A response's body is bytes, a part of a file,
or an iterator of byte strings; an iterator goes out chunked unless its length is told.
"""

from __future__ import annotations

import json
import re
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import Message
from typing import IO, Any

JSON_TYPE = "application/json; charset=UTF-8"


@dataclass
class FilePart:
    """length bytes of file from offset on; the server closes the file after sending."""

    file: IO[bytes]
    offset: int
    length: int


@dataclass
class Response:
    """What a handler answers. body_length is needed only for an iterator of known length."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes | FilePart | Iterator[bytes] = b""
    body_length: int | None = None

    @classmethod
    def json(cls, value: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        """A JSON answer, with a final newline as Google's services send it."""
        text = json.dumps(value, indent=1, ensure_ascii=False) + "\n"
        return cls(status, {"Content-Type": JSON_TYPE, **(headers or {})}, text.encode())

    @classmethod
    def text(cls, text: str, status: int = 200, headers: dict[str, str] | None = None) -> Response:
        return cls(status, {"Content-Type": "text/plain; charset=utf-8", **(headers or {})}, text.encode())

    def length(self) -> int | None:
        """Bytes of the body, or None when only sending it will tell."""
        if isinstance(self.body, bytes):
            return len(self.body)
        if isinstance(self.body, FilePart):
            return self.body.length
        return self.body_length

    def close(self) -> None:
        """Release the file of a body that will not be sent."""
        if isinstance(self.body, FilePart):
            self.body.file.close()


class HttpError(Exception):
    """Raised by a handler or an auth hook to answer with response at once."""

    def __init__(self, response: Response) -> None:
        super().__init__(f"HTTP {response.status}")
        self.response = response


@dataclass
class Request:
    """One request, as raw as it came and as parsed as handlers like it.

    raw_target is the request line's target unchanged; raw_path and raw_query are its parts
    before any decoding (raw_query without "?"); path is percent-decoded once. query keeps
    every value in order. headers is case-insensitive (get, get_all). params holds the named
    groups of the route's pattern, percent-decoded. extra is added to the log line.
    complete is False when the client went away inside the body.
    """

    method: str
    raw_target: str
    headers: Message
    body_file: IO[bytes]
    body_size: int = 0
    complete: bool = True
    has_body: bool = False
    client: str = ""
    params: dict[str, str] = field(default_factory=dict)
    route: str = "-"
    fault: Any = None
    extra: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        target = self.raw_target
        if target.startswith(("http://", "https://")):
            target = "/" + target.split("://", 1)[1].partition("/")[2]
        self.raw_path, _, self.raw_query = target.partition("?")
        self.path = urllib.parse.unquote(self.raw_path, errors="surrogateescape")
        self.query: dict[str, list[str]] = urllib.parse.parse_qs(
            self.raw_query, keep_blank_values=True, errors="surrogateescape"
        )

    def arg(self, name: str, default: str | None = None) -> str | None:
        """The first query value of name, or default."""
        values = self.query.get(name)
        return values[0] if values else default

    @property
    def body(self) -> bytes:
        """The whole body; for bodies that may be large read body_file instead."""
        self.body_file.seek(0)
        data = self.body_file.read()
        self.body_file.seek(0)
        return data

    def json(self) -> Any:
        """The body as JSON; raises ValueError when it is not UTF-8 JSON."""
        return json.loads(self.body.decode("utf-8"))


Handler = Callable[[Request], Response]


@dataclass(frozen=True)
class Route:
    """One line of a service's table. pattern is matched against the whole RAW path, so that
    an encoded slash stays inside its segment; its named groups arrive decoded in params.
    Where query names parameters, each must have that first value ("*": any value)."""

    name: str
    method: str
    pattern: re.Pattern[str]
    handler: Handler
    query: tuple[tuple[str, str], ...] = ()

    def match(self, request: Request) -> dict[str, str] | None:
        """The decoded groups when request is of this line, else None."""
        if request.method not in self.method.split("|"):
            return None
        for name, wanted in self.query:
            given = request.arg(name)
            if given is None or wanted not in ("*", given):
                return None
        found = self.pattern.fullmatch(request.raw_path)
        if not found:
            return None
        groups = {name: text for name, text in found.groupdict().items() if text is not None}
        return {name: urllib.parse.unquote(text, errors="surrogateescape") for name, text in groups.items()}


def route(name: str, method: str, pattern: str, handler: Handler, **query: str) -> Route:
    """A table line; method may be several, as "GET|HEAD"."""
    return Route(name, method, re.compile(pattern), handler, tuple(query.items()))
