"""The EC2 instance metadata service: session tokens (version 2), the instance's role.

Source: "Use the Instance Metadata Service to access instance metadata" (Amazon EC2 User Guide).
"""

from __future__ import annotations

import secrets
import time
from typing import Any

import aws_keys
from account import Account
from server import Cloud, HttpError, Request, Response, Service, route

ROLES = "/latest/meta-data/iam/security-credentials"
MAX_TTL = 21600
SERVER = {"Server": "EC2ws"}
PAGE = '<?xml version="1.0" encoding="iso-8859-1"?>\n<html><head><title>{0} - {1}</title></head></html>\n'
REASONS = {400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 405: "Not Allowed"}


class Imds(Service):
    name = "imds"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._tokens: dict[str, float] = {}
        self._role, self._v1, self._v2, self._stale = "instance", False, True, 0
        self.state.create_tables(aws_keys.SCHEMA)
        self.routes = [
            route("token", "PUT", "/latest/api/token", self._token),
            route("role", "GET", f"{ROLES}/?", self._list),
            route("credentials", "GET", f"{ROLES}/(?P<role>[^/]+)", self._credentials),
        ]
        self.commands = {"set": self._set}

    def _set(self, args: dict[str, Any]) -> None:
        """role=NAME of the instance (none: it has none); v1=on answers without a token too; v2=off
        knows no tokens; stale=SECONDS ago the keys given have
        ended, as it says (they work: the service could not renew them in time); forget=tokens."""
        for name, value in args.items():
            if name == "role":
                self._role = value if value != "none" else ""
            elif name == "v1" and value in ("on", "off"):
                self._v1 = value == "on"
            elif name == "v2" and value in ("on", "off"):
                self._v2 = value == "on"
            elif name == "stale":
                self._stale = int(value)
            elif name == "forget" and value == "tokens":
                self._tokens.clear()
            else:
                raise ValueError(f"no setting {name}={value}")

    def failure(self, request: Request, status: int) -> Response:
        text = PAGE.format(status, REASONS.get(status, "Error"))
        return Response(status, {"Content-Type": "text/html", **SERVER}, text.encode())

    def _refuse(self, request: Request, status: int) -> HttpError:
        return HttpError(self.failure(request, status))

    def auth(self, request: Request) -> None:
        """A request that came through a proxy is refused; any but a token's own needs one."""
        if request.headers.get("X-Forwarded-For") is not None:
            raise self._refuse(request, 403)
        if request.route == "token":
            return
        token = request.headers.get("X-aws-ec2-metadata-token")
        if token is None and self._v1:
            return
        if self._tokens.get(token or "", 0) <= time.time():
            raise self._refuse(request, 401)

    def _token(self, request: Request) -> Response:
        ttl = request.headers.get("X-aws-ec2-metadata-token-ttl-seconds") or ""
        if not self._v2:
            raise self._refuse(request, 405)
        if not ttl.isdigit() or not 1 <= int(ttl) <= MAX_TTL or request.body_size > 0:
            raise self._refuse(request, 400)
        token = "AQAEA" + secrets.token_urlsafe(40)
        self._tokens[token] = time.time() + int(ttl)
        headers = {"Content-Type": "text/plain", "X-Aws-Ec2-Metadata-Token-Ttl-Seconds": ttl, **SERVER}
        return Response(200, headers, token.encode())

    def _list(self, request: Request) -> Response:
        if not self._role:
            raise self._refuse(request, 404)
        return Response(200, {"Content-Type": "text/plain", **SERVER}, self._role.encode())

    def _credentials(self, request: Request) -> Response:
        if request.params["role"] != self._role:
            raise self._refuse(request, 404)
        life = self.cloud.services["sts"].life(21600)
        key = aws_keys.grant(self.state, aws_keys.session_arn(self._role, "i-0123456789abcdef0"), life)
        value = aws_keys.metadata_json(
            key, Code="Success", LastUpdated=aws_keys.iso(time.time()), Type="AWS-HMAC"
        )
        if self._stale:
            value["Expiration"] = aws_keys.iso(time.time() - self._stale)
        return Response.json(value, headers=SERVER)


def create(cloud: Cloud, account: Account) -> Service:
    return Imds(cloud, account)
