"""What settings make S3 refuse, and tell, of an object: who pays, who may, archives, keys, versions."""

from __future__ import annotations

from exchange import Request
from s3_errors import refusal
from s3_settings import Settings
from state import Object

ACTIONS = {
    "ListObjectsV2": "ListBucket",
    "GetObject": "GetObject",
    "HeadObject": "GetObject",
    "GetObjectAttributes": "GetObjectAttributes",
}


def check_access(request: Request, settings: Settings) -> None:
    """The caller is known; may he?"""
    action = ACTIONS.get(request.route, request.route)
    if action == "GetObject" and request.arg("versionId"):
        action = "GetObjectVersion"
    pays = request.headers.get("x-amz-request-payer") == "requester" and "Authorization" in request.headers
    if settings.denied(action) or (settings.payer == "requester" and not pays):
        raise refusal(request, "AccessDenied")


def check_readable(request: Request, settings: Settings) -> None:
    """Is what is there to be read as it is?"""
    if settings.encryption == "customer":
        raise refusal(
            request,
            "InvalidRequest",
            why="The object was stored using a form of Server Side Encryption. "
            "The correct parameters must be provided to retrieve the object.",
        )
    if settings.archived and request.method == "GET":
        name, _, tier = settings.archived.partition(":")
        details = {"StorageClass": name, **({"AccessTier": tier} if tier else {})}
        raise refusal(request, "InvalidObjectState", details)


def more_headers(row: Object, settings: Settings, version: str) -> dict[str, str]:
    headers = {}
    if settings.encryption:
        headers["x-amz-server-side-encryption"] = settings.encryption
    if settings.archived:
        headers["x-amz-storage-class"] = settings.archived.partition(":")[0]
    if settings.versions == "on":
        headers["x-amz-version-id"] = version or str(row.generation)
    if settings.payer == "requester":
        headers["x-amz-request-charged"] = "requester"
    return headers
