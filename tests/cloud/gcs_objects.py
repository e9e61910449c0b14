"""Cloud Storage's objects as its JSON API shows them: names, resources, preconditions.

Sources: "Object naming" and "Bucket naming" guidelines, "Objects" resource, "Request
preconditions" (Cloud Storage documentation).
"""

from __future__ import annotations

import json
import re
import time
import urllib.parse

from account import EMAIL
from digests import crc32c_text, md5_text
from exchange import HttpError, Request
from google_errors import refusal
from state import Object

NAME_BYTES = 1024
BUCKET_NAME = re.compile(r"(?!goog)(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9._-]{1,220}[a-z0-9]")
CONDITION = "At least one of the pre-conditions you specified did not hold."

# Metadata a writer may set that the resource shows back as it came.
SETTABLE = ("contentEncoding", "contentLanguage", "contentDisposition", "cacheControl", "metadata",
            "storageClass", "kmsKeyName")  # fmt: skip


def good_bucket_name(name: str) -> bool:
    """3 to 63 characters, or dotted components of at most 63 up to 222."""
    if not BUCKET_NAME.fullmatch(name) or "google" in name or ".." in name:
        return False
    return len(name) <= 63 or ("." in name and all(len(part) <= 63 for part in name.split(".")))


def check_bucket_name(name: str) -> None:
    if not good_bucket_name(name):
        raise refusal(400, "invalid", f"Invalid bucket name: '{name}'")


def check_object_name(name: str | None) -> str:
    """The name when it is a lawful one."""
    if not name:
        raise refusal(400, "required", "Required", ("parameter", "name"))
    try:
        size = len(name.encode())
    except UnicodeEncodeError:
        raise refusal(400, "invalid", "The object name must be valid UTF-8.") from None
    if size > NAME_BYTES:
        raise refusal(
            400,
            "invalid",
            f"The maximum object length is {NAME_BYTES} characters, but got a name with {size} characters: "
            f"''{name[:32]}...''",
        )
    if "\r" in name or "\n" in name:
        raise refusal(400, "invalid", f"Disallowed unicode characters present in object name '{name!r}'")
    if name in (".", "..") or name.startswith(".well-known/acme-challenge/"):
        raise refusal(400, "invalid", f"Invalid object name: '{name}'")
    return name


def rfc3339(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{int(seconds * 1000) % 1000:03d}Z"


def etag(row: Object) -> str:
    """Changes with every generation and metageneration; opaque, base64-like."""
    return f"C{row.generation:x}/{row.metageneration:x}="


def resource(row: Object, base: str) -> dict[str, object]:
    """The Objects resource of a row; base is the service's own URL."""
    quoted = urllib.parse.quote(row.key, safe="")
    path = f"{base}/storage/v1/b/{row.bucket}/o/{quoted}"
    download = f"{base}/download/storage/v1/b/{row.bucket}/o/{quoted}"
    when = rfc3339(row.modified)
    return {
        "kind": "storage#object",
        "id": f"{row.bucket}/{row.key}/{row.generation}",
        "selfLink": path,
        "mediaLink": f"{download}?generation={row.generation}&alt=media",
        "name": row.key,
        "bucket": row.bucket,
        "generation": str(row.generation),
        "metageneration": str(row.metageneration),
        "contentType": row.content_type,
        "storageClass": "STANDARD",
        "size": str(row.size),
        "md5Hash": md5_text(row.md5),
        "crc32c": crc32c_text(row.crc32c),
        "etag": etag(row),
        "owner": {"entity": f"user-{EMAIL}"},
        "timeCreated": when,
        "updated": when,
        "timeStorageClassUpdated": when,
        **{name: value for name, value in json.loads(row.metadata).items() if name in SETTABLE},
    }


def no_object(bucket: str, name: str) -> HttpError:
    return refusal(404, "notFound", f"No such object: {bucket}/{name}")


def long_parameter(request: Request, name: str) -> int | None:
    """A query parameter that must be a 64-bit number; None when it is not there."""
    text = request.arg(name)
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,19}", text):
        message = f"Invalid value at '{name}': expected a number, found \"{text}\""
        raise refusal(400, "invalidParameter", message, ("parameter", name))
    return int(text)


def check_conditions(conditions: dict[str, int], row: Object | None, reading: bool = False) -> None:
    """Refuse unless the live object (None: there is none) is what the conditions say. When
    reading, an object that is the one not wanted is 304, not 412."""
    generation = row.generation if row else 0
    metageneration = row.metageneration if row else 0
    for name, wanted in conditions.items():
        actual = metageneration if "Metageneration" in name else generation
        negative = "NotMatch" in name
        if (actual == wanted) != negative:
            continue
        status = 304 if reading and negative else 412
        location = ("header", "If-None-Match" if negative else "If-Match")
        raise refusal(status, "conditionNotMet", CONDITION, location)


def read_conditions(request: Request) -> dict[str, int]:
    """The preconditions a request names."""
    names = ("ifGenerationMatch", "ifGenerationNotMatch", "ifMetagenerationMatch", "ifMetagenerationNotMatch")
    values = {name: long_parameter(request, name) for name in names}
    return {name: value for name, value in values.items() if value is not None}
