"""Google's Security Token Service: what foreign identities show becomes an access token.

Source: "Method: token" (Security Token Service API), RFC 8693, AIP-4117; for an AWS identity
"GetCallerIdentity" (AWS STS API), whose signature is recomputed here instead of asked for there.
A small identity provider beside it (/idp) hands out the tokens that URL-sourced credentials ask for.
"""

from __future__ import annotations

import base64
import calendar
import email.utils
import hmac
import json
import secrets
import subprocess
import tempfile
import time
import urllib.parse
from collections.abc import Callable
from typing import Any

import aws_keys
import google_files
import sigv4
import tokens
from account import Account
from google_files import POOL, WORKFORCE
from oauth import read_form, read_jwt, verify_rs256
from server import Cloud, HttpError, Request, Response, Service, route

GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
TYPE = "urn:ietf:params:oauth:token-type:"
AWS_TYPE = "urn:ietf:params:aws:token-type:aws4_request"
BILLED = "staff-project"
AWS_SKEW_SECONDS = 15 * 60


def refuse(error: str, description: str, status: int = 400) -> HttpError:
    return HttpError(Response.json({"error": error, "error_description": description}, status))


def _wrong(description: str) -> HttpError:
    return refuse("invalid_grant", description)


class GoogleSts(Service):
    name = "google_sts"

    def __init__(self, cloud: Cloud, account: Account) -> None:
        super().__init__(cloud)
        self._account = account
        self._clock_s = 0
        self._rotate = False
        self._refresh_token = account.keys["google_workforce"]["refresh_token"]
        self.state.create_tables(tokens.SCHEMA)
        self.state.create_tables(aws_keys.SCHEMA)
        self.routes = [
            route("token", "POST", "/v1/token", self._timed(self._token)),
            route("oauthtoken", "POST", "/v1/oauthtoken", self._timed(self._oauthtoken)),
            route("idp", "GET", "/idp/token", self._idp),
        ]
        self.commands = {"set": self._set}
        # By the last part of the audience: the types of token that go there, and who reads them.
        self._providers: dict[str, tuple[set[str], Callable[[str, str], str]]] = {
            f"{POOL}/providers/aws": ({AWS_TYPE}, self._check_aws),
            f"{POOL}/providers/oidc": ({TYPE + "jwt", TYPE + "id_token"}, self._check_oidc),
            f"{POOL}/providers/saml": ({TYPE + "saml2"}, self._check_saml),
            WORKFORCE: ({TYPE + "jwt", TYPE + "id_token"}, self._check_oidc),
        }

    def exports(self) -> dict[str, str]:
        urls = {service.name: service.url for service in self.cloud.services.values()}
        google_files.write(self._account, urls, self.mint(), self.mint("https:" + WORKFORCE))
        return {}

    def _set(self, args: dict[str, Any]) -> None:
        """clock_s=SECONDS the service's clock, with its Date, is ahead; rotate=on: a refresh token is
        good once, and the answer has the next; off: the first one is good again."""
        for name, value in args.items():
            if name == "clock_s":
                self._clock_s = int(value)
            elif name == "rotate" and value in ("on", "off"):
                self._rotate = value == "on"
                self._refresh_token = self._account.keys["google_workforce"]["refresh_token"]
            else:
                raise ValueError(f"no setting {name}={value}")

    def failure(self, request: Request, status: int) -> Response:
        return refuse("internal_failure", "Backend Error", status).response

    def expired(self, request: Request) -> Response:
        return refuse("invalid_grant", "The provided token is expired.").response

    def target_for_log(self, request: Request) -> str:
        return request.raw_path

    def _now(self) -> float:
        return time.time() + self._clock_s

    def _timed(self, handler: Callable[[Request], Response]) -> Callable[[Request], Response]:
        """handler with the Date of this service's clock."""

        def answer(request: Request) -> Response:
            try:
                response = handler(request)
            except HttpError as refusal:
                response = refusal.response
            response.headers["Date"] = email.utils.formatdate(self._now(), usegmt=True)
            return response

        return answer

    def _client(self, request: Request) -> bool:
        """Whether the workforce's client shows itself; anything else in Authorization is refused."""
        value = request.headers.get("Authorization")
        if value is None:
            return False
        keys = self._account.keys["google_workforce"]
        pair = f"{keys['client_id']}:{keys['client_secret']}".encode()
        wanted = "Basic " + base64.b64encode(pair).decode()
        if not hmac.compare_digest(value.encode(), wanted.encode()):
            raise refuse("invalid_client", "The OAuth client was not found.", 401)
        return True

    def _granted(self, scope: str, principal: str) -> dict[str, Any]:
        seconds = self.cloud.services["oauth"].seconds
        token = tokens.grant(self.state, scope, seconds, principal)
        return {"access_token": token, "expires_in": seconds, "token_type": "Bearer"}

    def _token(self, request: Request) -> Response:
        client = self._client(request)
        form = read_form(request)
        for name in ("grant_type", "audience", "requested_token_type", "subject_token_type", "subject_token"):
            if not form.get(name):
                raise refuse("invalid_request", f"Missing required field: {name}")
        known = {"grant_type", "audience", "requested_token_type", "scope", "options"}
        unknown = set(form) - known - {"subject_token_type", "subject_token"}
        if unknown:
            raise refuse("invalid_request", f"Unknown field: {sorted(unknown)[0]}")
        if form["grant_type"] != GRANT:
            raise refuse("unsupported_grant_type", f"Unsupported grant type: {form['grant_type']}")
        if form["requested_token_type"] != TYPE + "access_token":
            raise refuse("invalid_request", "Unsupported requested token type.")
        if not form.get("scope", "").split():
            raise refuse("invalid_scope", "Scope is required.")
        provider = self._providers.get(form["audience"])
        if provider is None:
            raise refuse("invalid_target", 'The target service indicated by the "audience" is invalid.')
        self._check_options(form, client)
        types, check = provider
        if form["subject_token_type"] not in types:
            raise refuse("invalid_request", "The subject token type does not go with the provider.")
        principal = check(form["subject_token"], form["audience"])
        if "x-goog-cloud-target-resource" in form["subject_token"]:
            signed = urllib.parse.unquote(form["subject_token"]).partition("SignedHeaders=")[2]
            request.extra["target_signed"] = "x-goog-cloud-target-resource" in signed.partition(",")[0]
        answer = self._granted(form["scope"], principal)
        return Response.json({**answer, "issued_token_type": TYPE + "access_token"})

    def _check_options(self, form: dict[str, str], client: bool) -> None:
        """A workforce's requests are billed to a project, or to its client's."""
        try:
            options = json.loads(urllib.parse.unquote(form["options"])) if "options" in form else {}
        except ValueError:
            raise refuse("invalid_request", "Invalid options.") from None
        workforce = form["audience"] == WORKFORCE
        if not isinstance(options, dict) or set(options) - ({"userProject"} if workforce else set()):
            raise refuse("invalid_request", "Invalid options.")
        if workforce and not client and options.get("userProject") != BILLED:
            raise refuse("invalid_request", "A user project is required for workforce pools.", 403)

    def _check_aws(self, text: str, audience: str) -> str:
        try:
            value = json.loads(urllib.parse.unquote(text, errors="strict"))
            headers = [(item["key"], item["value"]) for item in value["headers"]]
            url = urllib.parse.urlsplit(value["url"])
            lower = {name.lower(): content for name, content in headers}
            claim = sigv4.read_header(lower["authorization"], lower["x-amz-date"])
            when = calendar.timegm(time.strptime(claim.timestamp, "%Y%m%dT%H%M%SZ"))
        except (ValueError, KeyError, TypeError):
            raise refuse("invalid_request", "Unable to parse the AWS subject token.") from None
        if value.get("method") != "POST" or len(lower) != len(headers):
            raise _wrong("The AWS request must be one POST, without repeated headers.")
        query = sorted(urllib.parse.parse_qsl(url.query))
        wanted_host = f"sts.{claim.region}.amazonaws.com"
        if url.scheme != "https" or url.netloc != wanted_host or lower.get("host") != wanted_host:
            raise _wrong("The AWS request does not go to the AWS STS endpoint of its region.")
        if url.path not in ("", "/") or query != [("Action", "GetCallerIdentity"), ("Version", "2011-06-15")]:
            raise _wrong("The AWS request is not GetCallerIdentity.")
        # To sign the target too is recommended, not required ("Exchange a token", IAM documentation).
        needed = {"host", "x-amz-date"} | ({"x-amz-security-token"} & set(lower))
        if needed - set(claim.signed):
            raise _wrong(
                "Received invalid AWS response of type SignatureDoesNotMatch: a header is not signed."
            )
        if lower.get("x-goog-cloud-target-resource") not in (audience, "https:" + audience):
            raise _wrong("The x-goog-cloud-target-resource header is not the audience.")
        if claim.service != "sts" or claim.terminal != "aws4_request":
            raise _wrong("The AWS signature is not of the service sts.")
        if abs(self._now() - when) > AWS_SKEW_SECONDS:
            raise _wrong("Received invalid AWS response of type SignatureDoesNotMatch: Signature expired.")
        canonical = sigv4.canonical_request(
            "POST",
            "/",
            sigv4.canonical_query(url.query),
            headers,
            claim.signed,
            sigv4.EMPTY_SHA256,
        )
        return self._aws_principal(claim, canonical, lower.get("x-amz-security-token"))

    def _aws_principal(self, claim: sigv4.Claim, canonical: str, session: str | None) -> str:
        key = aws_keys.find(self.state, self._account.keys, claim.access_key)
        if key is None or session != key.token:
            raise _wrong("Received invalid AWS response of type InvalidClientTokenId.")
        if key.expired:
            raise _wrong("Received invalid AWS response of type ExpiredToken.")
        text = sigv4.string_to_sign(claim.timestamp, claim.scope, canonical)
        wanted = sigv4.sign(key.secret, claim.scope, text)
        if not hmac.compare_digest(wanted.encode(), claim.signature.encode()):
            raise _wrong("Received invalid AWS response of type SignatureDoesNotMatch.")
        return f"principal:{POOL}/subject/{key.arn}"

    def _check_oidc(self, text: str, audience: str) -> str:
        try:
            header, claims, message, signature = read_jwt(text)
        except ValueError:
            raise refuse("invalid_request", "Unable to parse the ID Token.") from None
        if header.get("alg") != "RS256" or not verify_rs256(self._account.modulus, message, signature):
            raise _wrong("Invalid signature of the ID Token.")
        if claims.get("iss") != self.url + "/idp":
            raise _wrong("The issuer in ID Token does not match the expected one.")
        if claims.get("aud") not in (audience, "https:" + audience):
            raise _wrong(
                f"The audience in ID Token [{claims.get('aud')}] does not match the expected audience."
            )
        if not isinstance(claims.get("exp"), int) or claims["exp"] <= self._now():
            raise _wrong("The ID Token is expired.")
        if not isinstance(claims.get("iat"), int) or claims["iat"] > self._now() + 300:
            raise _wrong("The ID Token was issued in the future.")
        if not claims.get("sub"):
            raise _wrong("The mapped attribute google.subject is empty.")
        return f"principal:{audience.partition('/providers/')[0]}/subject/{claims['sub']}"

    def _check_saml(self, text: str, audience: str) -> str:
        if not hmac.compare_digest(text.encode(), self._account.keys["google_saml"].encode()):
            raise _wrong("Invalid SAML response.")
        return f"principal:{POOL}/subject/saml-pod"

    def _oauthtoken(self, request: Request) -> Response:
        if not self._client(request):
            raise refuse("invalid_client", "Client authentication is required.", 401)
        form = read_form(request)
        if form.get("grant_type") != "refresh_token":
            raise refuse("unsupported_grant_type", f"Unsupported grant type: {form.get('grant_type')}")
        wanted = self._refresh_token
        if not hmac.compare_digest(form.get("refresh_token", "").encode(), wanted.encode()):
            raise _wrong("The refresh token is invalid or expired.")
        principal = f"principal:{WORKFORCE.partition('/providers/')[0]}/subject/dev"
        if self._rotate:
            self._refresh_token = secrets.token_urlsafe(60)
        answer = self._granted(tokens.CLOUD_PLATFORM, principal)
        return Response.json({**answer, "refresh_token": self._refresh_token})

    def mint(self, audience: str = "https:" + POOL + "/providers/oidc", life: int = 3600, **more: Any) -> str:
        """An ID token of the provider at /idp."""
        now = int(time.time())
        claims = {
            "iss": self.url + "/idp",
            "aud": audience,
            "sub": "system:serviceaccount:etl:pod",
            "iat": now,
            "exp": now + life,
            **more,
        }
        parts = [{"alg": "RS256", "typ": "JWT", "kid": "idp"}, claims]
        encoded = (base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in parts)
        message = b".".join(encoded)
        with tempfile.NamedTemporaryFile("w", dir=self.state.tmp) as key:
            key.write(self._account.private_key)
            key.flush()
            command = ["openssl", "dgst", "-sha256", "-sign", key.name]
            done = subprocess.run(command, input=message, capture_output=True, check=True)
        return message.decode() + "." + base64.urlsafe_b64encode(done.stdout).rstrip(b"=").decode()

    def _idp(self, request: Request) -> Response:
        """A fresh token; what is in it may be asked for: aud, iss, sub, life (seconds)."""
        key = request.headers.get("X-Idp-Key", "")
        if request.headers.get("Metadata") != "true" or key != self._account.keys["google_idp"]:
            return Response.json({"error": "invalid_request"}, 403)
        changes: dict[str, Any] = {
            name: request.arg(name) for name in ("iss", "sub") if request.arg(name) is not None
        }
        audience = request.arg("aud") or "https:" + POOL + "/providers/oidc"
        token = self.mint(audience, int(request.arg("life") or 3600), **changes)
        if request.arg("format") == "json":
            return Response.json({"id": {"nested": True}, "id_token": token})
        return Response.text(token)


def create(cloud: Cloud, account: Account) -> Service:
    return GoogleSts(cloud, account)
