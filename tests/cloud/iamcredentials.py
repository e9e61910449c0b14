"""Google's IAM Service Account Credentials API: generateAccessToken.

Source: "Method: projects.serviceAccounts.generateAccessToken", "Create short-lived credentials for
a service account" (delegation chains), IAM documentation.
"""

from __future__ import annotations

import datetime
import re
import time
from typing import Any

import tokens
from account import EMAIL, PROJECT, Account
from google_errors import plain_failure, refusal
from google_files import POOL, WORKFORCE
from oauth import USER
from server import Cloud, Request, Response, Service, route

IAM_SCOPE = "https://www.googleapis.com/auth/iam"
MAX_SECONDS = 3600
NAME = re.compile(r"projects/-/serviceAccounts/([^/:]+)")


def account_of(name: str) -> str:
    return f"{name}@{PROJECT}.iam.gserviceaccount.com"


HOUR, MIDDLE, DEEP = account_of("hour"), account_of("middle"), account_of("deep")
STAFF = WORKFORCE.partition("/providers/")[0]
# Who has roles/iam.serviceAccountTokenCreator on which account.
CREATORS: dict[str, set[str]] = {
    HOUR: {
        EMAIL,
        USER,
        MIDDLE,
        f"principal:{POOL}/subject/system:serviceaccount:etl:pod",
        f"principal:{POOL}/subject/saml-pod",
        f"principal:{STAFF}/subject/dev",
    },
    MIDDLE: {EMAIL, USER},
    DEEP: {MIDDLE},
    account_of("locked"): set(),
}
# And who of AWS, as a principal set has it.
OF_AWS = f"principal:{POOL}/subject/arn:aws:"


class IamCredentials(Service):
    name = "iamcredentials"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self.routes = [
            route(
                "generateAccessToken",
                "POST",
                r"/v1/projects/(?P<project>[^/]+)/serviceAccounts/(?P<email>[^/:]+):generateAccessToken",
                self._generate,
            )
        ]

    def failure(self, request: Request, status: int) -> Response:
        return plain_failure(status)

    def expired(self, request: Request) -> Response:
        return tokens.expired_answer().response

    def auth(self, request: Request) -> None:
        tokens.require(request, self.state, IAM_SCOPE)

    def _generate(self, request: Request) -> Response:
        caller = tokens.require(request, self.state, IAM_SCOPE)
        try:
            body = request.json()
        except ValueError:
            body = None
        if not isinstance(body, dict) or set(body) - {"scope", "lifetime", "delegates"}:
            raise _invalid("Invalid JSON payload received.")
        if request.params["project"] != "-":
            raise _invalid("The project must be the wildcard '-'.")
        scopes = body.get("scope")
        if not isinstance(scopes, list) or not scopes or not all(_is_scope(scope) for scope in scopes):
            raise _invalid("Scope required.")
        seconds = _seconds(body.get("lifetime", f"{MAX_SECONDS}s"))
        email = request.params["email"]
        self._check_chain([caller, *_delegates(body.get("delegates") or []), email])
        seconds = min(seconds, self.cloud.services["oauth"].seconds)
        token = tokens.grant(self.state, " ".join(scopes), seconds, email)
        end = datetime.datetime.fromtimestamp(int(time.time()) + seconds, datetime.UTC)
        request.extra["of"] = email
        return Response.json({"accessToken": token, "expireTime": end.strftime("%Y-%m-%dT%H:%M:%SZ")})

    def _check_chain(self, chain: list[str]) -> None:
        """Each of the chain may make tokens of the next."""
        for member, target in zip(chain, chain[1:], strict=False):
            if target not in CREATORS:
                raise _error(404, "notFound", "Not found; Gaia id not found for email " + target, "NOT_FOUND")
            if member not in CREATORS[target] and not (target == HOUR and member.startswith(OF_AWS)):
                raise _error(
                    403,
                    "forbidden",
                    "Permission 'iam.serviceAccounts.getAccessToken' denied on resource (or it may not exist).",
                    "PERMISSION_DENIED",
                )


def _error(status: int, reason: str, message: str, code: str) -> Exception:
    return refusal(status, reason, message, code=code)


def _invalid(message: str) -> Exception:
    return refusal(400, "badRequest", message, code="INVALID_ARGUMENT")


def _is_scope(scope: Any) -> bool:
    return (
        isinstance(scope, str)
        and re.fullmatch(r"https://www\.googleapis\.com/auth/[a-z._-]+", scope) is not None
    )


def _seconds(lifetime: Any) -> int:
    found = re.fullmatch(r"(\d+)s", lifetime) if isinstance(lifetime, str) else None
    if not found or not 0 < int(found.group(1)) <= MAX_SECONDS:
        raise _invalid("The lifetime must be at most 3600s.")
    return int(found.group(1))


def _delegates(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise _invalid("Invalid delegates.")
    found = [NAME.fullmatch(name) if isinstance(name, str) else None for name in value]
    if not all(found):
        raise _invalid("Delegates must be projects/-/serviceAccounts/{ACCOUNT_EMAIL_OR_UNIQUEID}.")
    return [name.group(1) for name in found if name]


def create(cloud: Cloud, account: Account) -> Service:
    return IamCredentials(cloud, account)
