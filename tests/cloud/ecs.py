"""The agents that give containers their role: Amazon ECS's by a path that is the task's secret, EKS
Pod Identity's by a token in a header.

Source: "Task IAM role" (Amazon ECS Developer Guide); "How EKS Pod Identity works" (Amazon EKS User Guide).
"""

from __future__ import annotations

import hmac

import aws_keys
from account import Account
from server import Cloud, HttpError, Request, Response, Service, route


class Ecs(Service):
    name = "ecs"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._secrets = account.keys["container"]
        self.state.create_tables(aws_keys.SCHEMA)
        self.routes = [
            route("task", "GET", "/v2/credentials/(?P<id>[^/]+)", self._task),
            route("pod", "GET", "/v1/credentials", self._pod),
        ]

    def failure(self, request: Request, status: int) -> Response:
        return Response.json(
            {"code": "Refused", "message": f"status {status}", "HTTPErrorCode": status}, status
        )

    def target_for_log(self, request: Request) -> str:
        return request.raw_target.replace(self._secrets["id"], "...")

    def _answer(self, role: str) -> Response:
        arn = aws_keys.session_arn(role, "container")
        key = aws_keys.grant(self.state, arn, self.cloud.services["sts"].life(21600))
        return Response.json(
            aws_keys.metadata_json(key, RoleArn=f"arn:aws:iam::{aws_keys.ACCOUNT_ID}:role/{role}")
        )

    def _task(self, request: Request) -> Response:
        if request.params["id"] != self._secrets["id"]:
            raise HttpError(self.failure(request, 404))
        return self._answer("task")

    def _pod(self, request: Request) -> Response:
        given = request.headers.get("Authorization") or ""
        if not hmac.compare_digest(given, self._secrets["authorization"]):
            raise HttpError(self.failure(request, 401 if not given else 403))
        return self._answer("task")


def create(cloud: Cloud, account: Account) -> Service:
    return Ecs(cloud, account)
