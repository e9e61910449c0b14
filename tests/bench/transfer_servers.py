"""Servers for the transfer bench that others wrote: versitygw (S3), fake-gcs-server, nginx.

versitygw and fake-gcs-server are Go modules, built once into build/conformance/go, where `make
conformance` looks for them too.
"""

import os
import shutil
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

from tools import TOP, note

MODULES = {
    "versitygw": "github.com/versity/versitygw/cmd/versitygw@v1.0.14",
    "fake-gcs-server": "github.com/fsouza/fake-gcs-server@v1.56.1",
}
KEY, SECRET = "AKIATRANSFERBENCH", "not/a/secret+of/anyone"
BUCKET = "logs"
NGINX = """worker_processes 1; daemon off; pid {dir}/pid; error_log {dir}/error.log; {user}
events {{ worker_connections 512; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000; root {root};
  client_body_temp_path {dir}/1; proxy_temp_path {dir}/2; fastcgi_temp_path {dir}/3;
  uwsgi_temp_path {dir}/4; scgi_temp_path {dir}/5;
  server {{
    listen 127.0.0.1:{port}; listen 127.0.0.1:{tls} ssl;
    ssl_certificate {dir}/cert.pem; ssl_certificate_key {dir}/key.pem;
  }}
}}
"""


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def built(name: str) -> str | None:
    """The program of a Go module, built unless it is there; None where it can't be."""
    module = MODULES[name]
    folder = TOP / "build/conformance/go" / module.rsplit("/", 1)[1]
    if not (folder / name).exists():
        go = TOP / "build/conformance/bin/go"
        command = [str(go) if go.exists() else shutil.which("go") or "go"]
        command += ["install", "-ldflags=-s -w", module]
        note(f"building {name}, a minute or two")
        try:
            env = {**os.environ, "GOBIN": str(folder), "GOFLAGS": "-trimpath"}
            subprocess.run(command, env=env, check=True, capture_output=True, timeout=900)
        except (OSError, subprocess.SubprocessError) as failed:
            note(f"{name} can't be built: {failed}")
            return None
    return str(folder / name)


class Servers:
    """What could be started; missing says why others could not. To be closed."""

    def __init__(self, folder: Path) -> None:
        self.dir = folder
        self.missing: dict[str, str] = {}
        self.env: dict[str, str] = {}
        self.running: list[subprocess.Popen[bytes]] = []
        self.s3_root, self.gcs_root = folder / "s3", folder / "gcs"

    def start(self, name: str, command: list[str], port: int, env: dict[str, str]) -> None:
        with (self.dir / f"{name}.log").open("wb") as log:
            server = subprocess.Popen(
                command, env={**os.environ, **env}, cwd=self.dir, stdout=log, stderr=log
            )
        self.running.append(server)
        for _ in range(200):
            if server.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), 1).close()
                    return
                except OSError:
                    time.sleep(0.05)
        log_text = (self.dir / f"{name}.log").read_text()[-300:]
        raise RuntimeError(f"{name} does not listen: {log_text}")

    def start_s3(self) -> None:
        program = built("versitygw")
        if program is None:
            self.missing["S3"] = "versitygw can't be built"
            return
        (self.s3_root / BUCKET).mkdir(parents=True)
        port = free_port()
        command = [program, "--quiet", "--port", f"127.0.0.1:{port}", "posix", str(self.s3_root)]
        self.start("s3", command, port, {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET})
        self.env |= {"S3": f"http://127.0.0.1:{port}"}

    def start_gcs(self) -> None:
        program = built("fake-gcs-server")
        if program is None:
            self.missing["GCS"] = "fake-gcs-server can't be built"
            return
        self.gcs_root.mkdir()
        port = free_port()
        host = f"127.0.0.1:{port}"
        command = [program, "-scheme", "http", "-host", "127.0.0.1", "-port", str(port)]
        command += ["-public-host", host, "-external-url", f"http://{host}", "-log-level", "error"]
        command += ["-backend", "filesystem", "-filesystem-root", str(self.gcs_root)]
        self.start("gcs", command, port, {})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        request = urllib.request.Request(
            f"http://{host}/storage/v1/b?project=p",
            f'{{"name":"{BUCKET}"}}'.encode(),
            {"Content-Type": "application/json"},
        )
        opener.open(request).close()
        self.env |= {"GCS": f"http://{host}"}

    def start_nginx(self) -> None:
        """Static files of the folder www, over HTTP and over TLS."""
        program = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if program is None:
            self.missing["WEB"] = "Debian package nginx-light is not installed"
            return
        folder, root = self.dir / "nginx", self.dir / "www"
        folder.mkdir()
        root.mkdir()
        port, tls = free_port(), free_port()
        subprocess.run(
            f"exec openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost"
            f" -addext subjectAltName=IP:127.0.0.1 -keyout {folder}/key.pem -out {folder}/cert.pem",
            shell=True,
            check=True,
            capture_output=True,
        )
        user = "user root;" if os.geteuid() == 0 else ""
        text = NGINX.format(dir=folder, root=root, port=port, tls=tls, user=user)
        (folder / "conf").write_text(text)
        self.start("web", [program, "-c", str(folder / "conf")], port, {})
        self.env |= {
            "WEB": f"http://127.0.0.1:{port}",
            "WEBS": f"https://127.0.0.1:{tls}",
            "CERT": str(folder / "cert.pem"),
        }

    def __enter__(self) -> "Servers":
        self.start_s3()
        self.start_gcs()
        self.start_nginx()
        return self

    def __exit__(self, *_: object) -> None:
        for server in self.running:
            server.terminate()
        for server in self.running:
            server.wait()
