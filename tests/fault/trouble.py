"""Servers that are only trouble: proxies that refuse, TLS that no client may trust.

Each listens on a free port of 127.0.0.1 and answers whatever comes in its own wrong way.
"""

from __future__ import annotations

import socketserver
import ssl
import subprocess
import threading
from pathlib import Path

HTML = b"<html><body>Sign in to the guest network</body></html>"
ANSWERS = {
    "proxy-html": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s"
    % (len(HTML), HTML),
    "proxy-407": b"HTTP/1.1 407 Proxy Authentication Required\r\n"
    b'Proxy-Authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n',
    "proxy-502": b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
    "proxy-cut": b"",
}
CERTIFICATES = {
    "tls-unknown": ("/CN=localhost", "IP:127.0.0.1"),
    "tls-name": ("/CN=elsewhere.invalid", "DNS:elsewhere.invalid"),
}


class Wrong(socketserver.BaseRequestHandler):
    """Read a request's head, and what of its body is there, and answer as the server's name says."""

    server: Trouble

    def handle(self) -> None:
        try:
            self.request.settimeout(5)
            data = b""
            while b"\r\n\r\n" not in data and (block := self.request.recv(65536)):
                data += block
            self.request.sendall(self.server.answer)
        except OSError:
            pass


class Trouble(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, answer: bytes, certificate: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), Wrong)
        self.answer = answer
        self.tls = None
        if certificate:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(certificate, certificate.with_suffix(".key"))
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def finish_request(self, request: object, client_address: object) -> None:
        """The handshake here, in the connection's own thread."""
        if self.tls:
            try:
                request = self.tls.wrap_socket(request, server_side=True)  # type: ignore[arg-type]
            except OSError:
                return
        super().finish_request(request, client_address)  # type: ignore[arg-type]

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


def certificate(folder: Path, name: str) -> Path:
    """A certificate of its own making, and its key beside it."""
    path = folder / f"{name}.pem"
    subject, names = CERTIFICATES[name]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
        + ["-nodes", "-days", "2", "-subj", subject, "-addext", f"subjectAltName={names}"]
        + ["-keyout", path.with_suffix(".key"), "-out", path],
        check=True,
        capture_output=True,
    )
    return path


class Troubles:
    """All of them; environment(name, variables) leads a program into one."""

    def __init__(self, folder: Path) -> None:
        self.servers = {name: Trouble(answer) for name, answer in ANSWERS.items()}
        ok = ANSWERS["proxy-html"]
        self.bundle = certificate(folder, "tls-name")
        self.servers["tls-name"] = Trouble(ok, self.bundle)
        self.servers["tls-unknown"] = Trouble(ok, certificate(folder, "tls-unknown"))
        dead = Trouble(b"")
        self.dead = dead.place
        dead.shutdown()
        dead.server_close()

    def environment(self, name: str, services: dict[str, str]) -> dict[str, str]:
        """What to change; services are variables and the URLs that they hold without trouble."""
        if name.startswith("proxy-"):
            place = self.dead if name == "proxy-dead" else self.servers[name].place
            return {"http_proxy": f"http://{place}", "no_proxy": "", "NO_PROXY": ""}
        if name == "tls-name":  # trusted, but of another host
            url = f"https://{self.servers[name].place}"
            return {each: url for each in services} | {"SSL_CERT_FILE": str(self.bundle)}
        if name == "tls-unknown":
            return {each: f"https://{self.servers[name].place}" for each in services}
        if name == "tls-plain":  # TLS spoken to a port that does not
            return {each: url.replace("http:", "https:") for each, url in services.items()}
        if name == "dns":
            return {each: "http://no-such-host.invalid:9" for each in services}
        assert name == "dead"
        return {each: f"http://{self.dead}" for each in services}

    def close(self) -> None:
        for server in self.servers.values():
            server.shutdown()
            server.server_close()
