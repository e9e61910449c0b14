"""What a bucket, a key or an object asks for beyond names: a project that pays, a Cloud KMS key that may
be used, a storage class that exists, objects that must not be replaced or removed.

Sources: "Requester Pays", "Use customer-managed encryption keys", "Storage classes", "Object holds" and
"Use and lock retention policies" (Cloud Storage); the wording of the refusals is from knowledge of the
service.
"""

from __future__ import annotations

import re
from typing import Any

from exchange import Request
from google_errors import refusal

KMS_KEY = re.compile(r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+")
STORAGE_CLASSES = ("STANDARD", "NEARLINE", "COLDLINE", "ARCHIVE", "MULTI_REGIONAL", "REGIONAL",
                   "DURABLE_REDUCED_AVAILABILITY")  # fmt: skip


class Rules:
    """What tests set, each a set of names: requester_pays (buckets), hold and retention
    (BUCKET/OBJECT), kms (keys the service may use)."""

    NAMES = ("requester_pays", "hold", "retention", "kms")

    def __init__(self) -> None:
        self.names: dict[str, set[str]] = {name: set() for name in self.NAMES}

    def set(self, name: str, value: str) -> None:
        """One more; an empty value forgets all."""
        if value:
            self.names[name].add(value)
        else:
            self.names[name].clear()

    def check_payer(self, request: Request) -> None:
        """A session's URI was begun by somebody who pays."""
        pays = request.headers.get("X-Goog-User-Project") or request.arg("userProject")
        if request.params["bucket"] not in self.names["requester_pays"] or pays:
            return
        if not request.route.startswith("upload.c"):
            message = "Bucket is a requester pays bucket but no user project provided."
            raise refusal(400, "required", message)

    def check_removal(self, bucket: str, name: str) -> None:
        """An object may not be replaced or removed."""
        what = f"{bucket}/{name}"
        if what in self.names["hold"]:
            message = (
                f"Object '{what}' is under active Temporary hold and cannot be deleted, overwritten or "
                "archived until hold is removed."
            )
            raise refusal(403, "objectUnderActiveHold", message)
        if what in self.names["retention"]:
            message = (
                f"Object '{what}' is subject to bucket's retention policy or object retention and cannot be "
                "deleted or overwritten until 2037-12-31T00:00:00.000000000+00:00"
            )
            raise refusal(403, "retentionPolicyNotMet", message)

    def check_writing(self, request: Request, metadata: dict[str, Any]) -> None:
        """What is said of a new object; its key goes into metadata as the resource shows it."""
        wanted = metadata.get("storageClass", "STANDARD")
        if wanted not in STORAGE_CLASSES:
            raise refusal(400, "invalid", f"The storage class '{wanted}' is not valid.")
        custom = metadata.get("metadata", {})
        if not isinstance(custom, dict) or any(not isinstance(value, str) for value in custom.values()):
            raise refusal(400, "invalid", "Invalid value for: metadata: expected strings")
        key = request.arg("kmsKeyName")
        if key is None:
            return
        if not KMS_KEY.fullmatch(key):
            raise refusal(400, "invalid", f"Invalid Cloud KMS key name: '{key}'", ("parameter", "kmsKeyName"))
        if key not in self.names["kms"]:
            message = (
                "Permission denied on Cloud KMS key. Please ensure that your Cloud Storage service account "
                "has been authorized to use this key."
            )
            raise refusal(403, "forbidden", message)
        metadata["kmsKeyName"] = f"{key}/cryptoKeyVersions/1"
