"""TLS for the stand-in: a certificate authority and a certificate for 127.0.0.1, made by openssl(1).

With CLOUD_TLS set in the environment of `up` every service but the link-local ones speaks TLS, and
SSL_CERT_FILE and AWS_CA_BUNDLE are exported beside the others.
"""

from __future__ import annotations

import os
import ssl
import subprocess
from pathlib import Path

# Where the real ones speak plain HTTP, on addresses that no network leads to; and the control port.
PLAIN = ("control", "metadata", "imds", "ecs")
HOSTS = "subjectAltName=IP:127.0.0.1,DNS:localhost,DNS:*.localhost"


def wanted() -> bool:
    return bool(os.environ.get("CLOUD_TLS"))


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, stderr=subprocess.DEVNULL)


def make(directory: Path) -> Path:
    """The authority's certificate in directory/tls; made unless it is there."""
    folder = directory / "tls"
    folder.mkdir(exist_ok=True)
    authority, key, request = folder / "ca.pem", folder / "server.key", folder / "server.csr"
    if authority.exists():
        return authority
    rsa = ("-newkey", "rsa:2048", "-nodes")
    (folder / "hosts").write_text(HOSTS, encoding="ascii")
    _openssl("req", *rsa, "-keyout", str(key), "-out", str(request), "-subj", "/CN=the stand-in cloud")
    making = folder / "ca.new"
    _openssl(
        *("req", "-x509", *rsa, "-keyout", str(folder / "ca.key"), "-out", str(making)),
        *("-days", "2", "-subj", "/CN=the stand-in's authority"),
    )
    _openssl(
        *("x509", "-req", "-in", str(request), "-CA", str(making), "-CAkey", str(folder / "ca.key")),
        *("-days", "2", "-extfile", str(folder / "hosts"), "-out", str(folder / "server.pem")),
    )
    making.rename(authority)
    return authority


def context(authority: Path) -> ssl.SSLContext:
    """What a listening port needs."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(authority.with_name("server.pem"), authority.with_name("server.key"))
    return made
