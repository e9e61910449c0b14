"""Google's OAuth 2.0 token endpoint: the JWT bearer grant of service accounts (RFC 7523), and
refresh tokens of people.

Source: "Using OAuth 2.0 for Server to Server Applications", "Using OAuth 2.0 for Web Server
Applications" (Google Identity); self-signed tokens: AIP-4111. The signature is verified by hand,
RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2.2).
"""

from __future__ import annotations

import base64
import binascii
import email.utils
import hashlib
import hmac
import json
import time
import urllib.parse
from typing import Any

import tokens
from account import EMAIL, EXPONENT, Account
from server import Cloud, HttpError, Request, Response, Service, route

USER = "user:dev@example.com"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# Google's own libraries claim this audience whatever the key file's token_uri says.
PUBLIC_AUDIENCE = "https://oauth2.googleapis.com/token"
# What cloud-platform, agreed to at the login, covers.
COVERED = tuple(
    f"https://www.googleapis.com/auth/{name}" for name in ("cloud-platform", "devstorage.", "bigquery", "iam")
)
MAX_LIFE_SECONDS = 3600
SKEW_SECONDS = 300
SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
TIMEFRAME = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)


def _refuse(error: str, description: str, status: int = 400) -> HttpError:
    return HttpError(Response.json({"error": error, "error_description": description}, status))


def decode_part(text: str) -> bytes:
    """base64url without padding (RFC 7515 section 2); raises ValueError on anything else."""
    if not text or set(text) & set("+/= \n"):
        raise ValueError("not base64url")
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None


def verify_rs256(modulus: int, message: bytes, signature: bytes) -> bool:
    """True when signature is the key's over message; its padding must be exact to the byte."""
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= modulus:
        return False
    tail = b"\x00" + SHA256_INFO + hashlib.sha256(message).digest()
    wanted = b"\x00\x01" + b"\xff" * (size - 2 - len(tail)) + tail
    return hmac.compare_digest(pow(number, EXPONENT, modulus).to_bytes(size, "big"), wanted)


def read_jwt(text: str) -> tuple[dict[str, Any], dict[str, Any], bytes, bytes]:
    """Header, claims, what is signed and the signature; raises ValueError when it is no JWT."""
    parts = text.split(".")
    if len(parts) != 3:
        raise ValueError("not three parts")
    header, claims = (json.loads(decode_part(part)) for part in parts[:2])
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise ValueError("not objects")
    return header, claims, text.rpartition(".")[0].encode(), decode_part(parts[2])


def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, none of them twice; raises the endpoint's refusal."""
    kind = (request.headers.get("Content-Type") or "").split(";")[0].strip()
    if kind != "application/x-www-form-urlencoded":
        raise _refuse("invalid_request", f"Bad Request: Content-Type must be a form's, not {kind!r}")
    form = urllib.parse.parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    repeated = [name for name, values in form.items() if len(values) > 1]
    if repeated:
        raise _refuse("invalid_request", f"Parameter not allowed to repeat: {repeated[0]}")
    return {name: values[0] for name, values in form.items()}


class OAuth(Service):
    name = "oauth"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._account = account
        self.seconds = tokens.DEFAULT_SECONDS
        self._clock_s = 0
        self._revoked = False
        self._user = account.keys["google_user"]
        self.state.create_tables(tokens.SCHEMA)
        self.routes = [route("token", "POST", "/token", self._token)]
        self.commands = {"set": self._set}
        tokens.verify_jwt[:] = [self._self_signed]

    @property
    def token_uri(self) -> str:
        return self.url + "/token"

    def exports(self) -> dict[str, str]:
        self._account.write_credentials(self.token_uri)
        return {"GOOGLE_APPLICATION_CREDENTIALS": str(self._account.credentials_path)}

    def _set(self, args: dict[str, Any]) -> None:
        """ttl=SECONDS of tokens granted from now on; expire=all ends those granted so far;
        clock_s=SECONDS the endpoint's clock, with its Date, is ahead; refresh=revoked|good of the
        user's refresh token."""
        for name, value in args.items():
            if name == "ttl":
                self.seconds = int(value)
            elif name == "clock_s":
                self._clock_s = int(value)
            elif name == "refresh" and value in ("revoked", "good"):
                self._revoked = value == "revoked"
            elif (name, value) == ("expire", "all"):
                tokens.expire_all(self.state)
            else:
                raise ValueError(f"no setting {name}={value}")

    def failure(self, request: Request, status: int) -> Response:
        return Response.json({"error": "internal_failure", "error_description": "Backend Error"}, status)

    def expired(self, request: Request) -> Response:
        return _refuse("invalid_grant", TIMEFRAME).response

    def _token(self, request: Request) -> Response:
        try:
            response = self._granted(read_form(request))
        except HttpError as refusal:
            response = refusal.response
        response.headers["Date"] = email.utils.formatdate(self._now(), usegmt=True)
        return response

    def _granted(self, form: dict[str, str]) -> Response:
        grants = {GRANT: self._by_assertion, "refresh_token": self._by_refresh_token}
        grant_type = form.get("grant_type", "")
        if not grant_type:
            raise _refuse("invalid_request", "Missing required parameter: grant_type")
        if grant_type not in grants:
            raise _refuse("unsupported_grant_type", f"Invalid grant_type: {grant_type}")
        scopes, principal = grants[grant_type](form)
        token = tokens.grant(self.state, scopes, self.seconds, principal)
        answer = {"access_token": token, "expires_in": self.seconds, "token_type": "Bearer"}
        return Response.json(answer if grant_type == GRANT else {**answer, "scope": scopes})

    def _by_assertion(self, form: dict[str, str]) -> tuple[str, str]:
        if not form.get("assertion"):
            raise _refuse("invalid_request", "Missing required parameter: assertion")
        return self._check_assertion(form["assertion"]), EMAIL

    def _by_refresh_token(self, form: dict[str, str]) -> tuple[str, str]:
        for name in ("client_id", "client_secret", "refresh_token"):
            if not form.get(name):
                raise _refuse("invalid_request", f"Missing required parameter: {name}")
        if form["client_id"] != self._user["client_id"]:
            raise _refuse("invalid_client", "The OAuth client was not found.", 401)
        if not hmac.compare_digest(form["client_secret"].encode(), self._user["client_secret"].encode()):
            raise _refuse("invalid_client", "Unauthorized", 401)
        good = hmac.compare_digest(form["refresh_token"].encode(), self._user["refresh_token"].encode())
        if self._revoked or not good:
            raise _refuse("invalid_grant", "Token has been expired or revoked.")
        wanted = form.get("scope") or tokens.CLOUD_PLATFORM
        if not all(scope.startswith(COVERED) for scope in wanted.split()):
            raise _refuse("invalid_scope", "Some requested scopes were invalid.")
        return wanted, USER

    def _now(self) -> float:
        return time.time() + self._clock_s

    def _check_assertion(self, assertion: str) -> str:
        """The scopes of a good assertion; raises the service's refusal of a bad one."""
        try:
            header, claims, message, signature = read_jwt(assertion)
            algorithm, issuer = header.get("alg"), claims.get("iss")
        except ValueError:
            raise _refuse("invalid_request", "Bad Request: the assertion is not a JWT") from None
        if algorithm != "RS256":
            raise _refuse("invalid_grant", "Invalid JWT: the algorithm must be RS256")
        if issuer != EMAIL:
            raise _refuse("invalid_grant", "Invalid grant: account not found")
        known = header.get("kid", self._account.private_key_id) == self._account.private_key_id
        if not known or not verify_rs256(self._account.modulus, message, signature):
            raise _refuse("invalid_grant", "Invalid JWT Signature.")
        if claims.get("aud") not in (self.token_uri, PUBLIC_AUDIENCE):
            raise _refuse(
                "invalid_grant",
                f"Invalid JWT: Failed audience check. The right audience is {self.token_uri}",
            )
        self._check_times(claims.get("iat"), claims.get("exp"))
        scope = claims.get("scope")
        if not isinstance(scope, str) or not scope.split():
            raise _refuse("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return scope

    def _check_times(self, issued: object, expires: object) -> None:
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise _refuse("invalid_grant", TIMEFRAME)
        now = self._now()
        if issued > now + SKEW_SECONDS or expires < now - SKEW_SECONDS:
            raise _refuse("invalid_grant", TIMEFRAME)
        if not 0 < expires - issued <= MAX_LIFE_SECONDS:
            raise _refuse("invalid_grant", TIMEFRAME)

    def _self_signed(self, token: str) -> tuple[float, str, str]:
        """The end, scopes and principal of a token that the account signed itself."""
        try:
            header, claims, message, signature = read_jwt(token)
        except ValueError:
            raise _refuse("invalid_grant", "not a JWT") from None
        if header.get("alg") != "RS256" or header.get("kid") != self._account.private_key_id:
            raise _refuse("invalid_grant", "not its key")
        if not verify_rs256(self._account.modulus, message, signature):
            raise _refuse("invalid_grant", "Invalid JWT Signature.")
        if claims.get("iss") != EMAIL or claims.get("sub") != EMAIL or "aud" in claims:
            raise _refuse("invalid_grant", "not its account")
        self._check_times(claims.get("iat"), claims.get("exp"))
        return float(claims["exp"]), str(claims.get("scope", "")), EMAIL


def create(cloud: Cloud, account: Account) -> Service:
    return OAuth(cloud, account)
