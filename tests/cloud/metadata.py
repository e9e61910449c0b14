"""The metadata server of a Google virtual machine: tokens and the project, to who asks rightly.

Source: "VM metadata" and "Authenticate workloads ... using service accounts" (Compute Engine).
"""

from __future__ import annotations

from typing import Any

import tokens
from account import EMAIL, PROJECT, Account
from server import Cloud, HttpError, Request, Response, Service, route

BASE = "/computeMetadata/v1"
ACCOUNT = f"{BASE}/instance/service-accounts/(?:default|{EMAIL.replace('.', '[.]')})"
FLAVOR = {"Metadata-Flavor": "Google", "Server": "Metadata Server for VM"}
SCOPES = tokens.CLOUD_PLATFORM


class Metadata(Service):
    name = "metadata"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self.state.create_tables(tokens.SCHEMA)
        self.routes = [
            route("ping", "GET", "/?", lambda request: self._text("computeMetadata/\n")),
            route("account", "GET", f"{ACCOUNT}/?", self._account, recursive="true"),
            route("token", "GET", f"{ACCOUNT}/token", self._token),
            route("email", "GET", f"{ACCOUNT}/email", lambda request: self._text(EMAIL)),
            route("scopes", "GET", f"{ACCOUNT}/scopes", lambda request: self._text(SCOPES + "\n")),
            route("universe", "GET", f"{BASE}/universe/universe-domain", self._universe),
            route("project-id", "GET", f"{BASE}/project/project-id", lambda request: self._text(PROJECT)),
        ]

        self._universe_domain = ""
        self.commands = {"set": self._set}

    def _set(self, args: dict[str, Any]) -> None:
        """universe=DOMAIN of the machine; empty: an older server, that knows of none."""
        for name, value in args.items():
            if name != "universe":
                raise ValueError(f"no setting {name}={value}")
            self._universe_domain = value

    def _universe(self, request: Request) -> Response:
        return self._text(self._universe_domain) if self._universe_domain else self.failure(request, 404)

    def exports(self) -> dict[str, str]:
        # A host and port, without a scheme: Google's own libraries read it so.
        return {"GCE_METADATA_HOST": self.url.removeprefix("http://")}

    def _text(self, text: str) -> Response:
        return Response(200, {"Content-Type": "application/text", **FLAVOR}, text.encode())

    def auth(self, request: Request) -> None:
        if request.headers.get("X-Forwarded-For") is not None:
            raise HttpError(Response.text("X-Forwarded-For is not allowed.\n", 403, FLAVOR))
        if request.route != "ping" and request.headers.get("Metadata-Flavor") != "Google":
            raise HttpError(Response.text("Missing Metadata-Flavor:Google header.\n", 403, FLAVOR))

    def failure(self, request: Request, status: int) -> Response:
        return Response.text(f"Error {status}\n", status, FLAVOR)

    def _account(self, request: Request) -> Response:
        value = {"aliases": ["default"], "email": EMAIL, "scopes": SCOPES.split()}
        return Response.json(value, headers=FLAVOR)

    def _token(self, request: Request) -> Response:
        # Knobs of token life are the OAuth service's: one place for both ways to a token.
        seconds = self.cloud.services["oauth"].seconds
        wanted = (request.arg("scopes") or SCOPES).replace(",", " ")
        token = tokens.grant(self.state, wanted, seconds)
        return Response.json(
            {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}, headers=FLAVOR
        )


def create(cloud: Cloud, account: Account) -> Service:
    return Metadata(cloud, account)
