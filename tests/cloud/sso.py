"""The portal of IAM Identity Center: GetRoleCredentials, to who brings a login's token.

Source: GetRoleCredentials (IAM Identity Center Portal API Reference).
"""

from __future__ import annotations

import hmac

import aws_keys
from account import Account
from server import Cloud, HttpError, Request, Response, Service, route

ROLE = "sso-loader"
NAMES = {401: "UnauthorizedException", 404: "ResourceNotFoundException", 429: "TooManyRequestsException"}


class Sso(Service):
    name = "sso"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._token = account.keys["sso"]["access_token"]
        self.state.create_tables(aws_keys.SCHEMA)
        self.routes = [route("GetRoleCredentials", "GET", "/federation/credentials", self._get)]

    def failure(self, request: Request, status: int) -> Response:
        name = NAMES.get(status, "InvalidRequestException")
        words = {401: "Session token not found or invalid", 404: "No access"}.get(status, name)
        return Response.json({"message": words, "__type": name}, status, {"x-amzn-ErrorType": name})

    def _get(self, request: Request) -> Response:
        token = request.headers.get("x-amz-sso_bearer_token") or ""
        if not request.arg("role_name") or not request.arg("account_id"):
            raise HttpError(self.failure(request, 400))
        if not hmac.compare_digest(token, self._token):
            raise HttpError(self.failure(request, 401))
        if request.arg("role_name") != ROLE or request.arg("account_id") != aws_keys.ACCOUNT_ID:
            raise HttpError(self.failure(request, 404))
        life = self.cloud.services["sts"].life(3600)
        key = aws_keys.grant(self.state, aws_keys.session_arn(ROLE, "person"), life)
        value = {
            "accessKeyId": key.access_key,
            "secretAccessKey": key.secret,
            "sessionToken": key.token,
            "expiration": int(key.expires * 1000),
        }
        return Response.json({"roleCredentials": value})


def create(cloud: Cloud, account: Account) -> Service:
    return Sso(cloud, account)
