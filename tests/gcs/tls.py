"""TLS in front of a service of the stand-in: `tls.py HOST:PORT CERT KEY` prints its own port, forwards."""

from __future__ import annotations

import socket
import socketserver
import ssl
import sys
import threading


class Forward(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        host, _, port = sys.argv[1].rpartition(":")
        with socket.create_connection((host, int(port))) as service:
            threading.Thread(target=copy, args=(self.request, service), daemon=True).start()
            copy(service, self.request)


def copy(source: socket.socket, to: socket.socket) -> None:
    """Until the source ends, which is passed on."""
    try:
        while data := source.recv(65536):
            to.sendall(data)
        to.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that does not trust the certificate is what tests want."""

    def get_request(self) -> tuple[socket.socket, object]:
        connection, client = super().get_request()
        return context.wrap_socket(connection, server_side=True), client


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[2], sys.argv[3])
with Server(("127.0.0.1", 0), Forward) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
