"""Whose AWS access key a request bears: the account's own keys, and temporary ones that STS, the
metadata services and the portal of this stand-in gave. The latter outlive a restart, as AWS's do."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from typing import Any

from state import State

ACCOUNT_ID = "123456789012"
SCHEMA = """
CREATE TABLE IF NOT EXISTS aws_keys (
    access_key TEXT PRIMARY KEY, secret TEXT NOT NULL, token TEXT NOT NULL, expires REAL NOT NULL, arn TEXT NOT NULL);
"""
OWN = ("permanent", "temporary", "expired", "powerless")


@dataclass(frozen=True)
class Key:
    """token is None for a key that goes without one; expires in seconds since 1970; arn is its owner."""

    access_key: str
    secret: str
    token: str | None
    expires: float
    arn: str

    @property
    def expired(self) -> bool:
        return self.expires <= time.time()


def iso(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def session_arn(role: str, session: str) -> str:
    return f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{role}/{session}"


def grant(state: State, arn: str, seconds: float) -> Key:
    """A new temporary key of arn, good for so many seconds."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    access_key = "ASIA" + "".join(secrets.choice(letters) for _ in range(16))
    # A "/" and a "+" in secret and token: who mistakes their text is found out.
    secret = f"{secrets.token_hex(9)}/{secrets.token_hex(9)}+Z"
    token = f"IQoJ{secrets.token_urlsafe(120)}/+=="
    key = Key(access_key, secret, token, time.time() + seconds, arn)
    with state.transaction() as db:
        db.execute(
            "INSERT INTO aws_keys VALUES (?, ?, ?, ?, ?)", (access_key, secret, token, key.expires, arn)
        )
    return key


def find(state: State, keys: dict[str, Any], access_key: str) -> Key | None:
    for name in OWN:
        pair = keys[name]
        if pair["access_key_id"] == access_key:
            arn = f"arn:aws:iam::{ACCOUNT_ID}:user/{name}"
            expires = 0.0 if name == "expired" else float("inf")
            return Key(access_key, pair["secret_access_key"], pair.get("session_token"), expires, arn)
    with state.lock:
        row = state.db.execute("SELECT * FROM aws_keys WHERE access_key = ?", (access_key,)).fetchone()
    return Key(*row) if row else None


def expire_all(state: State) -> None:
    """End every key granted so far, whatever life it was told."""
    with state.transaction() as db:
        db.execute("UPDATE aws_keys SET expires = 0")


def metadata_json(key: Key, **more: str) -> dict[str, str]:
    """As the metadata services of EC2 and ECS spell it."""
    return {
        "AccessKeyId": key.access_key,
        "SecretAccessKey": key.secret,
        "Token": str(key.token),
        "Expiration": iso(key.expires),
        **more,
    }
