"""The identity provider of the stand-in's pods: JWTs as Kubernetes projects them, and their check by
STS. Source: "IAM roles for service accounts" (Amazon EKS User Guide); AssumeRoleWithWebIdentity."""

from __future__ import annotations

import base64
import json
import subprocess
import tempfile
import time
from typing import Any

from account import EXPONENT, Account
from aws_keys import iso
from oauth import decode_part, verify_rs256
from sts_errors import refusal

AUDIENCE = "sts.amazonaws.com"
SUBJECT = "system:serviceaccount:default:loader"
KEY_ID = "stand-in-pods"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _part(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def jwks(account: Account) -> dict[str, Any]:
    """The key that the issuer publishes (it is the service account's; the stand-in has one)."""
    key = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": KEY_ID}
    return {"keys": [{**key, "n": _number(account.modulus), "e": _number(EXPONENT)}]}


def make(account: Account, issuer: str, **changes: Any) -> str:
    """A token good for an hour; changes replace its claims."""
    now = int(time.time())
    claims = {"iss": issuer, "aud": [AUDIENCE], "sub": SUBJECT, "iat": now, "nbf": now, "exp": now + 3600}
    claims |= changes
    header = {"alg": "RS256", "kid": KEY_ID, "typ": "JWT"}
    text = ".".join(_part(json.dumps(each).encode()) for each in (header, claims))
    with tempfile.NamedTemporaryFile("w", dir=account.dir) as key:
        key.write(account.private_key)
        key.flush()
        signature = subprocess.run(
            ["openssl", "dgst", "-sha256", "-sign", key.name],
            input=text.encode(),
            capture_output=True,
            check=True,
        ).stdout
    return f"{text}.{_part(signature)}"


def _read(account: Account, text: str) -> dict[str, Any]:
    try:
        parts = text.split(".")
        header, claims = (json.loads(decode_part(each)) for each in parts[:2])
        signature = decode_part(parts[2])
        known = len(parts) == 3 and header["alg"] == "RS256" and header["kid"] == KEY_ID
        claims["iss"], claims["exp"], claims["sub"], claims["aud"]
    except (ValueError, KeyError, IndexError, TypeError):
        why = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
        raise refusal("InvalidIdentityToken", why=why) from None
    message = text.rpartition(".")[0].encode()
    if not known or not verify_rs256(account.modulus, message, signature):
        raise refusal(
            "InvalidIdentityToken", why="Couldn't retrieve verification key from your identity provider"
        )
    return claims


def check(account: Account, issuer: str, text: str, now: float) -> str:
    """The subject of a token that this issuer signed for STS and that is good now."""
    claims = _read(account, text)
    if claims["iss"] != issuer:
        why = f"No OpenIDConnect provider found in your account for {claims['iss']}"
        raise refusal("InvalidIdentityToken", why=why)
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if AUDIENCE not in audience:
        raise refusal("InvalidIdentityToken", why="Incorrect token audience")
    if claims["exp"] <= now:
        why = f"Token expired: current date/time {iso(now)} must be before the expiration date/time {iso(claims['exp'])}"
        raise refusal("ExpiredTokenException", why=why)
    if claims.get("nbf", 0) > now + 300:
        raise refusal("InvalidIdentityToken", why="The token is not yet valid")
    return str(claims["sub"])
