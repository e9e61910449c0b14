"""AWS STS: AssumeRole, AssumeRoleWithWebIdentity, GetCallerIdentity; and, on the same port, the
identity provider whose tokens it takes. Source: AWS Security Token Service API Reference."""

from __future__ import annotations

import email.utils
import re
import time
import urllib.parse
import uuid
from dataclasses import dataclass
from typing import Any

import aws_keys
import sts_auth
import webtokens
from account import Account
from aws_keys import ACCOUNT_ID
from s3_errors import element
from server import Cloud, HttpError, Request, Response, Service, route
from sts_errors import BY_STATUS, ERRORS, NAMESPACE, error_answer, refusal

VERSION = "2011-06-15"
SESSION = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
ROLE_ARN = re.compile(rf"arn:aws:iam::{ACCOUNT_ID}:role/(?:[\w+=,.@/-]*/)?([\w+=,.@-]+)", re.ASCII)
EXTERNAL = re.compile(r"[\w+=,.@:/-]{2,1224}", re.ASCII)
DEFAULT_SECONDS, LEAST_SECONDS = 3600, 900


@dataclass(frozen=True)
class Role:
    """trusts are the owners (users, or roles by name) that may assume it; max_seconds its
    MaxSessionDuration; federated: the identity provider's pods may."""

    trusts: tuple[str, ...] = ()
    external_id: str | None = None
    max_seconds: int = 43200
    federated: bool = False


ROLES = {
    "loader": Role(("user/permanent", "user/temporary", "instance", "task", "sso-loader")),
    "reader": Role(("loader",)),  # by role chaining alone
    "partner": Role(("user/permanent",), external_id="partner-42"),
    "brief": Role(("user/permanent",), max_seconds=3600),
    "pod": Role(federated=True),
    "closed": Role(),
}


def _owner(arn: str) -> str:
    """ "user/NAME", or the role's name of a session."""
    path = arn.rpartition(":")[2].split("/")
    return path[1] if path[0] == "assumed-role" else "/".join(path)


class Sts(Service):
    name = "sts"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._account = account
        self._clock_s = 0
        self.seconds = 0.0
        self.state.create_tables(aws_keys.SCHEMA)
        self.routes = [
            route("discovery", "GET", "/oidc/.well-known/openid-configuration", self._discovery),
            route("keys", "GET", "/oidc/keys", lambda request: Response.json(webtokens.jwks(account))),
            route("call", "POST", "/", self._call),
        ]
        self._actions = {
            "AssumeRole": self._assume_role,
            "AssumeRoleWithWebIdentity": self._with_web_identity,
            "GetCallerIdentity": self._get_caller_identity,
        }
        self.commands = {"set": self._set, "token": self._token, "grant": self._grant}

    @property
    def issuer(self) -> str:
        return self.url + "/oidc"

    def _discovery(self, request: Request) -> Response:
        return Response.json({"issuer": self.issuer, "jwks_uri": self.issuer + "/keys"})

    def _set(self, args: dict[str, Any]) -> None:
        """ttl=SECONDS that temporary keys of any service live from now on, whatever was asked (0: as
        asked); clock_s=SECONDS the service's clock is ahead; expire=all ends the keys granted so far."""
        for name, value in args.items():
            if name == "ttl":
                self.seconds = float(value)
            elif name == "clock_s":
                self._clock_s = int(value)
            elif name == "expire" and value == "all":
                aws_keys.expire_all(self.state)
            else:
                raise ValueError(f"no setting {name}={value}")

    def _token(self, args: dict[str, Any]) -> str:
        """A pod's token; sub=, aud=, iss= and life=SECONDS (may be negative) change its claims."""
        life = int(args.pop("life", 3600))
        return webtokens.make(self._account, self.issuer, exp=int(time.time()) + life, **args)

    def _grant(self, args: dict[str, Any]) -> dict[str, str]:
        """A temporary key of arn=ARN."""
        return aws_keys.metadata_json(aws_keys.grant(self.state, args["arn"], self.life(DEFAULT_SECONDS)))

    def life(self, asked: float) -> float:
        return self.seconds or asked

    def _now(self) -> float:
        return time.time() + self._clock_s

    def failure(self, request: Request, status: int) -> Response:
        code = BY_STATUS.get(status, "InternalFailure")
        return error_answer(code, status, ERRORS[code][1])

    def expired(self, request: Request) -> Response:
        return refusal("ExpiredToken").response

    def _call(self, request: Request) -> Response:
        form = {
            name: values[0] for name, values in urllib.parse.parse_qs(request.body.decode("latin-1")).items()
        }
        action = form.get("Action", "")
        request.extra["action"] = action
        try:
            if form.get("Version") != VERSION or action not in self._actions:
                raise refusal("InvalidAction", why=action)
            response = self._actions[action](request, form)
        except HttpError as refused:
            response = refused.response
        response.headers["Date"] = email.utils.formatdate(self._now(), usegmt=True)
        return response

    def _answer(self, action: str, fields: str) -> Response:
        request_id = str(uuid.uuid4())
        body = (
            f'<{action}Response xmlns="{NAMESPACE}">\n<{action}Result>{fields}</{action}Result>\n'
            f"<ResponseMetadata>{element('RequestId', request_id)}</ResponseMetadata>\n</{action}Response>\n"
        )
        return Response(200, {"Content-Type": "text/xml", "x-amzn-RequestId": request_id}, body.encode())

    def _session(self, form: dict[str, str]) -> tuple[str, Role, str]:
        """Name and trust of the role asked for, and the session's name, well formed."""
        found = ROLE_ARN.fullmatch(form.get("RoleArn", ""))
        session = form.get("RoleSessionName", "")
        if not found:
            raise refusal("ValidationError", why=f"{form.get('RoleArn')} is invalid")
        if not SESSION.fullmatch(session):
            why = (
                f"1 validation error detected: Value '{session}' at 'roleSessionName' failed to satisfy "
                r"constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*"
            )
            raise refusal("ValidationError", why=why)
        return found.group(1), ROLES.get(found.group(1), Role()), session

    def _duration(self, form: dict[str, str], role: Role, chained: bool) -> float:
        text = form.get("DurationSeconds", str(DEFAULT_SECONDS))
        if not text.isdigit() or not LEAST_SECONDS <= int(text) <= 43200:
            why = f"1 validation error detected: Value '{text}' at 'durationSeconds' failed to satisfy constraint"
            raise refusal("ValidationError", why=why)
        if chained and int(text) > 3600:
            why = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
            raise refusal("ValidationError", why=why)
        if int(text) > role.max_seconds:
            why = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
            raise refusal("ValidationError", why=why)
        return float(text)

    def _granted(self, action: str, arn: str, seconds: float, more: str = "") -> Response:
        key = aws_keys.grant(self.state, arn, self.life(seconds) + self._clock_s)
        fields = {
            "AccessKeyId": key.access_key,
            "SecretAccessKey": key.secret,
            "SessionToken": str(key.token),
            "Expiration": aws_keys.iso(key.expires),
        }
        credentials = "".join(element(name, text) for name, text in fields.items())
        user = element("Arn", arn) + element("AssumedRoleId", "AROA:" + arn.rpartition("/")[2])
        return self._answer(
            action,
            f"{more}<AssumedRoleUser>{user}</AssumedRoleUser><Credentials>{credentials}</Credentials>",
        )

    def _assume_role(self, request: Request, form: dict[str, str]) -> Response:
        key = sts_auth.caller(request, self.state, self._account.keys, self._now())
        name, role, session = self._session(form)
        external = form.get("ExternalId")
        if external is not None and not EXTERNAL.fullmatch(external):
            raise refusal("ValidationError", why="1 validation error detected: externalId")
        seconds = self._duration(form, role, "assumed-role" in key.arn)
        if _owner(key.arn) not in role.trusts or role.external_id not in (None, external):
            why = (
                f"User: {key.arn} is not authorized to perform: sts:AssumeRole on resource: {form['RoleArn']}"
            )
            raise refusal("AccessDenied", why=why)
        request.extra["as"] = key.arn
        return self._granted("AssumeRole", aws_keys.session_arn(name, session), seconds)

    def _with_web_identity(self, request: Request, form: dict[str, str]) -> Response:
        name, role, session = self._session(form)
        seconds = self._duration(form, role, chained=False)
        subject = webtokens.check(self._account, self.issuer, form.get("WebIdentityToken", ""), self._now())
        if not role.federated or subject != webtokens.SUBJECT:
            raise refusal("AccessDenied", why="Not authorized to perform sts:AssumeRoleWithWebIdentity")
        more = element("SubjectFromWebIdentityToken", subject) + element("Audience", webtokens.AUDIENCE)
        return self._granted("AssumeRoleWithWebIdentity", aws_keys.session_arn(name, session), seconds, more)

    def _get_caller_identity(self, request: Request, form: dict[str, str]) -> Response:
        key = sts_auth.caller(request, self.state, self._account.keys, self._now())
        fields = (("Arn", key.arn), ("UserId", key.access_key), ("Account", ACCOUNT_ID))
        return self._answer("GetCallerIdentity", "".join(element(name, text) for name, text in fields))


def create(cloud: Cloud, account: Account) -> Service:
    return Sts(cloud, account)
