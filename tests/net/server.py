#!/usr/bin/env python3
"""A server that behaves badly, for net.bats and s3cat-answers.bats.

usage: server.py KIND [CERTIFICATE KEY]     prints its port, then one line for each connection

A connection's line tells what came in its first request: "request line|Host|Proxy-Authorization".
With a certificate it speaks TLS, up to TLS_MOST (1.1) where that is set; LISTEN is its address
(127.0.0.1). KINDS:

  page      answers every request, a tunnel's too, with an HTML page: 200, or 403 to CONNECT
  heads     answers with a head that never ends
  raw:F     answers with just the bytes of file F
  to:URL    answers 307 with that Location
  hello     answers 200 "hello" with an ETag to every request, and keeps the connection
  silent    accepts, and never answers (with a certificate: not even TLS)
  trickle   answers at once, a byte each 0.2 s of an object of 20 bytes, by Range where asked
  endless   answers 200 with an object of 5 bytes, by its head, and sends chunks for ever
  refuse    a proxy that refuses every tunnel: 403
  login     a proxy that wants credentials: 407
  file:F    answers 200 with the bytes of file F, without an ETag, as it is at the time; one that
            begins with "HTTP/1.1 " is the whole answer
  tunnel    a proxy: CONNECT leads to 127.0.0.1 at the port asked, whatever the host
"""

from __future__ import annotations

import os
import re
import socket
import ssl
import sys
import threading
import time
from pathlib import Path

OBJECT = b"0123456789abcdefghi\n"


def head_of(connection: socket.socket) -> str | None:
    """The next request's head, or None when the client has gone."""
    data = b""
    while b"\r\n\r\n" not in data:
        if data.startswith(b"\x16"):  # TLS, where none is spoken
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            return None
        more = connection.recv(65536)
        if not more:
            return None
        data += more
    return data.decode("latin-1")


def field(head: str, name: str) -> str:
    found = re.search(rf"^{name}: *(.*?)\r$", head, re.MULTILINE | re.IGNORECASE)
    return found.group(1) if found else ""


def tell(head: str) -> None:
    line = head.split("\r\n")[0]
    print(f"{line}|{field(head, 'Host')}|{field(head, 'Proxy-Authorization')}", flush=True)


def hello(connection: socket.socket, head: str) -> None:
    connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "e"\r\nContent-Length: 6\r\n\r\nhello\n')


def send_file(path: str, connection: socket.socket) -> None:
    data = Path(path).read_bytes()
    if data.startswith(b"HTTP/1.1 "):
        connection.sendall(data)
        if b"Connection: close" in data:
            connection.shutdown(socket.SHUT_WR)
        return
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(data) + data)


def trickle(connection: socket.socket, head: str) -> None:
    first = int((re.search(r"bytes=(\d+)-", field(head, "Range")) or ["", "0"])[1])
    size = len(OBJECT)
    extent = f"Content-Range: bytes {first}-{size - 1}/{size}\r\n" if first else ""
    status = "206 Partial Content" if first else "200 OK"
    answer = f'HTTP/1.1 {status}\r\nETag: "e"\r\n{extent}Content-Length: {size - first}\r\n\r\n'
    connection.sendall(answer.encode())
    for byte in OBJECT[first:]:
        connection.sendall(bytes([byte]))
        time.sleep(0.2)


def endless(connection: socket.socket, head: str) -> None:
    answer = "HTTP/1.1 200 OK\r\nETag: \"e\"\r\nContent-Length: 5\r\n"
    connection.sendall(f"{answer}Transfer-Encoding: chunked\r\n\r\n".encode())
    while True:
        connection.sendall(b"5\r\nhello\r\n")


def page(connection: socket.socket, head: str) -> None:
    status = "403 Forbidden" if head.startswith("CONNECT") else "200 OK"
    text = "<!DOCTYPE html>\n<html><head><title>Blocked by\nthe gateway</title></head></html>\n"
    answer = f"HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: {len(text)}\r\n\r\n"
    connection.sendall((answer + text).encode())


def heads(connection: socket.socket, head: str) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    while True:
        connection.sendall(b"X-Filler: " + b"x" * 1000 + b"\r\n")


def redirect(url: str, connection: socket.socket, head: str) -> None:
    answer = f"HTTP/1.1 307 Temporary Redirect\r\nLocation: {url}\r\nContent-Length: 0\r\n\r\n"
    connection.sendall(answer.encode())


def refuse(connection: socket.socket, head: str) -> None:
    connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")


def login(connection: socket.socket, head: str) -> None:
    connection.sendall(
        b"HTTP/1.1 407 Proxy Authentication Required\r\n"
        b'Proxy-Authenticate: Basic realm="r"\r\nContent-Length: 0\r\n\r\n'
    )


def pump(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


def tunnel(connection: socket.socket, head: str) -> None:
    port = int(head.split()[1].rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as beyond:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        back = threading.Thread(target=pump, args=(beyond, connection), daemon=True)
        back.start()
        pump(connection, beyond)
        back.join()


ANSWERS = {
    "page": page,
    "heads": heads,
    "hello": hello,
    "trickle": trickle,
    "endless": endless,
    "refuse": refuse,
    "login": login,
    "tunnel": tunnel,
}


def serve(connection: socket.socket, kind: str, context: ssl.SSLContext | None) -> None:
    try:
        if kind == "silent":
            print("connection", flush=True)
            while connection.recv(65536):
                pass
            return
        if context:
            connection = context.wrap_socket(connection, server_side=True)
        with connection:
            while head := head_of(connection):
                tell(head)
                if kind.startswith("file:"):
                    send_file(kind[5:], connection)
                elif kind.startswith("raw:"):
                    connection.sendall(Path(kind[4:]).read_bytes())
                    return
                elif kind.startswith("to:"):
                    redirect(kind[3:], connection, head)
                else:
                    ANSWERS[kind](connection, head)
    except OSError as error:
        if isinstance(error, ssl.SSLError):
            print("refused", flush=True)


def main() -> None:
    kind, certificate = sys.argv[1], sys.argv[2:]
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
        if os.environ.get("TLS_MOST") == "1.1":
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
            context.minimum_version = ssl.TLSVersion.TLSv1
            context.maximum_version = ssl.TLSVersion.TLSv1_1
    address = os.environ.get("LISTEN", "127.0.0.1")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.create_server((address, 0), family=family) as listener:
        print(listener.getsockname()[1], flush=True)
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection, kind, context), daemon=True).start()


if __name__ == "__main__":
    main()
