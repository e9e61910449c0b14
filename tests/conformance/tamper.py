"""A proxy that does one harm between our programs and a server: a cut, or a changed byte."""

from __future__ import annotations

import contextlib
import socket
import threading
import urllib.parse


class Tamper:
    """Leads url to the server. Of all that is asked ("request") or answered ("answer"), on
    whatever connections, the byte at `after` is another ("flip") or is the first that does not
    come, its connection closed ("cut"). A URL of the server's in an answer leads to the proxy
    instead, as an upload session's must. harmed tells whether it came to that. Call close()."""

    def __init__(self, server: str, what: str, direction: str, after: int) -> None:
        to = urllib.parse.urlsplit(server)
        self._to = (str(to.hostname), int(to.port or 80))
        self._what, self._direction, self._after = what, direction, after
        self._lock = threading.Lock()
        self._passed = 0
        self.harmed = False
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._theirs, self._ours = f"{to.netloc}/".encode(), f"{self.url[7:]}/".encode()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        # A thread in accept() holds the socket open; a shutdown wakes it.
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                ours, _ = self._socket.accept()
                theirs = socket.create_connection(self._to)
                self.connections += 1
                for source, sink, direction in (
                    (ours, theirs, "request"),
                    (theirs, ours, "answer"),
                ):
                    threading.Thread(
                        target=self._relay, args=(source, sink, direction), daemon=True
                    ).start()

    def _relay(self, source: socket.socket, sink: socket.socket, direction: str) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                at = self._harm_at(direction, len(data))
                if at is not None:
                    if self._what == "cut":
                        sink.sendall(data[:at])
                        break
                    data = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
                if direction == "answer":
                    # Ports that the system chose are of five digits: no length changes.
                    data = data.replace(self._theirs, self._ours)
                sink.sendall(data)
        for end in (source, sink):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        # Each relay closes the end it wrote to: by then both have been shut down.
        sink.close()

    def _harm_at(self, direction: str, size: int) -> int | None:
        """Where in the next size bytes of a direction the harm is to be done, if there."""
        if direction != self._direction:
            return None
        with self._lock:
            at = self._after - self._passed
            self._passed += size
            if not 0 <= at < size:
                return None
            self.harmed = True
            return at
