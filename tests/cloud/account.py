"""The credentials the stand-in hands out: made at the first start on a directory, kept in it
with mode 0600, never in the repository."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = "stand-in"
EMAIL = f"loader@{PROJECT}.iam.gserviceaccount.com"
EXPONENT = 65537


def write_private(path: Path, text: str) -> None:
    """Write path with mode 0600 from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
        out.write(text)


def _random_text(length: int, alphabet: str) -> str:
    return "".join(secrets.choice(alphabet) for _ in range(length))


def _make_keys() -> dict[str, Any]:
    upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    # A "/" and a "+" in every secret: a program that mistakes the secret's text shows at once.
    base64ish = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

    def pair(prefix: str) -> dict[str, str]:
        secret = f"{_random_text(19, base64ish)}/{_random_text(19, base64ish)}+"
        return {"access_key_id": prefix + _random_text(16, upper), "secret_access_key": secret}

    return {
        "permanent": pair("AKIA"),
        "temporary": {**pair("ASIA"), "session_token": _random_text(200, base64ish) + "=="},
        "expired": {**pair("ASIA"), "session_token": _random_text(200, base64ish) + "=="},
        # A key that exists but may do nothing: AccessDenied.
        "powerless": pair("AKIA"),
        # What names a container's task, and what a pod's agent compares.
        "container": {"id": _random_text(36, base64ish), "authorization": _random_text(80, base64ish)},
        "sso": {"access_token": _random_text(120, base64ish)},
        "slack": {
            "team": "T" + _random_text(8, upper),
            "app": "B" + _random_text(8, upper),
            "hook": _random_text(24, base64ish),
            "bot": f"xoxb-{_random_text(12, '0123456789')}-{_random_text(24, base64ish)}",
        },
    }


@dataclass(frozen=True)
class Account:
    """keys is keys.json; modulus is the service account's public key."""

    dir: Path
    keys: dict[str, Any]
    private_key: str
    private_key_id: str
    modulus: int

    @property
    def credentials_path(self) -> Path:
        return self.dir / "service-account.json"

    def write_credentials(self, token_uri: str) -> None:
        """The service-account JSON as the console hands it out, leading to token_uri."""
        value = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": self.private_key_id,
            "private_key": self.private_key,
            "client_email": EMAIL,
            "client_id": "100000000000000000001",
            "token_uri": token_uri,
        }
        write_private(self.credentials_path, json.dumps(value, indent=2) + "\n")


def _openssl(*arguments: str, text: str = "") -> str:
    return subprocess.run(
        ["openssl", *arguments], input=text, capture_output=True, text=True, check=True
    ).stdout


def open_account(directory: Path) -> Account:
    """The directory's credentials, made when they are not there yet."""
    path = directory / "keys.json"
    if not path.exists():
        keys = _make_keys()
        keys["google"] = {
            "private_key_id": secrets.token_hex(20),
            "private_key": _openssl("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
        }
        write_private(path, json.dumps(keys, indent=2) + "\n")
    keys = json.loads(path.read_text(encoding="utf-8"))
    google = keys["google"]
    modulus = _openssl("rsa", "-noout", "-modulus", text=google["private_key"])
    return Account(
        directory, keys, google["private_key"], google["private_key_id"], int(modulus.partition("=")[2], 16)
    )
