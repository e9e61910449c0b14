"""The sockets: a port per service, a thread per connection, the fault script at work."""

from __future__ import annotations

import http.server
import io
import socket
import socketserver
import ssl
import struct
import sys
import tempfile
import time
import traceback
from typing import IO, Any

from exchange import Handler, Request, Response
from faults import Fault
from requestlog import now_text
from sending import send_body
from server import Cloud, Service, decide

SPOOL_BYTES = 1 << 20
BLOCK_BYTES = 1 << 18
# Reason phrases of statuses that Google uses in its own way.
REASONS = {308: "Resume Incomplete", 499: "Client Closed Request"}


def replace_header(response: Response, name: str, value: str) -> None:
    """The header, whatever its case, is value from now on; without a value it is left out."""
    for known in [each for each in response.headers if each.lower() == name.lower()]:
        del response.headers[known]
    if value:
        response.headers[name] = value


class Connection(http.server.BaseHTTPRequestHandler):
    """One client connection. self.server is a Port."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: Port
    # A client that stays silent inside a request for this many seconds is let go.
    timeout = 120

    def log_message(self, format: str, *args: Any) -> None:
        """The request log replaces the base class's lines."""

    def __getattr__(self, name: str) -> Any:
        # The base class looks up do_GET, do_PUT, ...: every method goes to one place, so a
        # service's own table decides what is allowed.
        if name.startswith("do_"):
            return self._exchange
        raise AttributeError(name)

    def handle_expect_100(self) -> bool:
        """Say 100 Continue at once: output is buffered here, unlike in the base class."""
        done = super().handle_expect_100()
        self.wfile.flush()
        return done

    def _read_body(self, limit: int | None) -> tuple[IO[bytes], int, bool]:
        """Take the body (at most limit bytes of it) into a spooled file: file, size, complete."""
        # Closed by _exchange, or by the garbage collector when the connection breaks here.
        spool = tempfile.SpooledTemporaryFile(  # noqa: SIM115
            SPOOL_BYTES, "w+b", dir=str(self.server.cloud.state.tmp)
        )
        size, wanted = 0, self._next_length()
        while wanted:
            if limit is not None and size >= limit:
                return spool, size, False
            step = min(wanted, BLOCK_BYTES, BLOCK_BYTES if limit is None else limit - size)
            data = self.rfile.read(step)
            spool.write(data)
            size += len(data)
            if len(data) < step:
                return spool, size, False
            wanted -= step
            if wanted == 0 and self._chunked:
                self.rfile.readline()
                wanted = self._next_length()
        spool.seek(0)
        return spool, size, not self._broken

    def _next_length(self) -> int:
        """Bytes of the body, or of its next chunk; 0 at the end (trailers are taken too)."""
        if not self._chunked:
            return int(self.headers.get("Content-Length") or 0)
        try:
            length = int(self.rfile.readline(1024).split(b";")[0], 16)
        except ValueError:
            self._broken = True
            return 0
        if length == 0:
            while self.rfile.readline(65536) not in (b"\r\n", b"\n", b""):
                pass
        return length

    def _bad_framing(self) -> str | None:
        """Why the body's bounds cannot be told, or None (RFC 9112 section 6.3)."""
        lengths = self.headers.get_all("Content-Length") or []
        encoding = (self.headers.get("Transfer-Encoding") or "").lower()
        if encoding not in ("", "chunked"):
            return "unknown Transfer-Encoding"
        if encoding and lengths:
            return "both Content-Length and Transfer-Encoding"
        if len(set(lengths)) > 1 or any(not (n.isascii() and n.isdigit()) for n in lengths):
            return "bad Content-Length"
        self._chunked = encoding == "chunked"
        self._broken = False
        return None

    def _exchange(self) -> None:
        began = time.monotonic()
        port = self.server
        port.cloud.last_request = began
        wrong = self._bad_framing()
        if wrong:
            self.close_connection = True
            self.send_error(400, wrong)
            return
        # The base class squeezes a leading "//"; the signature and the key need it as sent.
        target = str(self.raw_requestline, "iso-8859-1").split()[1]
        request = Request(self.command, target, self.headers, io.BytesIO())
        request.client = self.client_address[0]
        request.has_body = "Content-Length" in self.headers or self._chunked
        service = port.service
        service.rewrite(request)
        handler = service.choose(request)
        if service.name != "control":
            request.fault = port.cloud.faults.take(service.name, request.route, target)
        fault: Fault | None = request.fault
        limit = fault.settings["bytes"] if fault and fault.kind == "cutin" else None
        request.body_file, request.body_size, request.complete = self._read_body(limit)
        with request.body_file:
            if not request.complete:
                if handler:
                    service.partial(request)
                self._break_off(request, began)
                return
            self._answer(request, handler, began)

    def _break_off(self, request: Request, began: float) -> None:
        """The body was not taken to its end: no answer, or a refusal before it."""
        fault: Fault | None = request.fault
        if fault and fault.kind == "cutin" and fault.settings["code"]:
            self.close_connection = True
            refusal = self.server.service.failure(request, fault.settings["code"])
            refusal.headers["Connection"] = "close"
            self._send(request, refusal, began)
            while self.rfile.read1(BLOCK_BYTES):  # what is left unread would take the answer along
                pass
            return
        self._log(request, 0, 0, began)
        self._reset()

    def _answer(self, request: Request, handler: Handler | None, began: float) -> None:
        fault: Fault | None = request.fault
        if fault and fault.kind == "reset" and fault.settings["when"] == "before":
            self._log(request, 0, 0, began)
            self._reset()
            return
        if fault and fault.kind == "slow" and fault.settings["delay_ms"]:
            time.sleep(fault.settings["delay_ms"] / 1000)
        try:
            response = decide(self.server.service, handler, request)
        except Exception:  # noqa: BLE001 - a service's bug must not end the process
            traceback.print_exc(file=sys.stderr)
            response = self.server.service.failure(request, 500)
        if fault and fault.kind == "header":
            replace_header(response, fault.settings["name"], fault.settings["value"])
        if fault and fault.kind == "reset":
            response.close()
            self._log(request, 0, 0, began)
            self._reset()
            return
        self._send(request, response, began)

    def _send(self, request: Request, response: Response, began: float) -> None:
        fault: Fault | None = request.fault
        length = response.length()
        bodiless = request.method == "HEAD" or response.status in (204, 304) or response.status < 200
        cut = fault.settings["bytes"] if fault and fault.kind in ("cut", "stall") else None
        untold = fault and fault.settings.get("name", "").lower() == "content-length"
        self.send_response_only(response.status, REASONS.get(response.status))
        if "Date" not in response.headers:
            self.send_header("Date", self.date_time_string())
        for name, value in response.headers.items():
            self.send_header(name, value)
        if length is None:
            self.send_header("Transfer-Encoding", "chunked")
        elif response.status != 204 and "Content-Length" not in response.headers and not untold:
            self.send_header("Content-Length", str(length))
        if fault and fault.kind in ("cut", "header", "stall"):
            self.close_connection = True
        self.end_headers()
        planned = 0 if bodiless else length if length is not None else -1
        if cut is not None and planned > cut:
            planned = cut
        self._log(request, response.status, planned, began)
        if bodiless:
            response.close()
        else:
            send_body(self.wfile, self.connection, response, fault)
        self.wfile.flush()

    def _log(self, request: Request, status: int, sent: int, began: float) -> None:
        service = self.server.service
        if service.name == "control":
            return
        line: dict[str, Any] = {
            "time": now_text(),
            "service": service.name,
            "route": request.route,
            "method": request.method,
            "target": service.target_for_log(request),
            "status": status,
            "in": request.body_size,
            "out": sent,
            "ms": round((time.monotonic() - began) * 1000),
            "fault": request.fault.kind if request.fault else None,
        }
        for header in ("Range", "Content-Range"):
            if header in request.headers:
                line[header.lower()] = request.headers[header]
        self.server.cloud.log.write({**line, **request.extra})

    def _reset(self) -> None:
        """Close with RST, not FIN: what a client sees when a server dies."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


class Port(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """A listening socket on a free port of 127.0.0.1 and the service behind it."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(self, cloud: Cloud, service: Service, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Connection)
        self.cloud = cloud
        self.service = service
        self.tls = tls
        service.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.server_address[1]}"

    def get_request(self) -> tuple[socket.socket, Any]:
        """TLS begins with the first read, in the connection's own thread."""
        connection, address = super().get_request()
        if self.tls:
            connection = self.tls.wrap_socket(connection, True, do_handshake_on_connect=False)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close alone: the base class's shutdown would send FIN before a wanted RST."""
        self.close_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is everyday; anything else belongs in the server's log."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, ssl.SSLError)):
            traceback.print_exc(file=sys.stderr)
