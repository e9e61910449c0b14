"""The stand-in Cloud Storage: who pays, holds and retention, Cloud KMS keys, storage classes."""

from __future__ import annotations

import json
import unittest

from test_gcs import GcsCase as _GcsCase

KEY = "projects/p/locations/us/keyRings/r/cryptoKeys/k"
BODY = json.dumps({"metadata": {"rows": "7"}, "storageClass": "NEARLINE"}).encode()


class Rules(_GcsCase):
    def test_a_bucket_whose_requester_pays_wants_a_project(self) -> None:
        self.ctl("mkbucket", "gs://paid")
        self.ctl("set", "gcs", "requester_pays=paid")
        path = "/storage/v1/b/paid/o"
        self.refused(self.ask(path), 400, "required")
        self.assertEqual(self.ask(path, X_Goog_User_Project="mine").status, 200)
        self.assertEqual(self.ask(path + "?userProject=mine").status, 200)

    def test_a_session_needs_no_project(self) -> None:
        self.ctl("mkbucket", "gs://session")
        self.ctl("set", "gcs", "requester_pays=session")
        path = "/upload/storage/v1/b/session/o?uploadType=resumable&name=o"
        self.refused(self.ask(path, "POST", b""), 400, "required")
        location = self.ask(path, "POST", b"", X_Goog_User_Project="mine").headers["Location"]
        self.assertEqual(self.ask(location.removeprefix(self.url), "PUT", b"x").status, 200)

    def held(self, rule: str, reason: str) -> None:
        name = f"{rule}.json"
        self.media(name, b"1")
        self.ctl("set", "gcs", f"{rule}=lake/{name}")
        self.refused(self.media(name, b"2"), 403, reason)
        self.refused(self.get(name, method="DELETE"), 403, reason)
        path = f"/upload/storage/v1/b/lake/o?uploadType=resumable&name={name}"
        self.refused(self.ask(path, "POST", b""), 403, reason)
        self.assertEqual(self.get(name, "?alt=media").body, b"1")

    def test_an_object_on_hold_stays(self) -> None:
        self.held("hold", "objectUnderActiveHold")

    def test_an_object_under_retention_stays(self) -> None:
        self.held("retention", "retentionPolicyNotMet")

    def test_a_key_must_be_one_that_the_service_may_use(self) -> None:
        self.refused(self.media("kms", b"1", f"&kmsKeyName={KEY}"), 403, "forbidden")
        self.refused(self.media("kms", b"1", "&kmsKeyName=k"), 400, "invalid")
        self.ctl("set", "gcs", f"kms={KEY}")
        row = self.media("kms", b"1", f"&kmsKeyName={KEY}").json()
        self.assertEqual(row["kmsKeyName"], KEY + "/cryptoKeyVersions/1")
        self.assertEqual(self.get("kms").json(), row)

    def test_a_storage_class_and_metadata_are_shown_back(self) -> None:
        path = "/upload/storage/v1/b/lake/o?uploadType=resumable&name=class"
        location = self.ask(path, "POST", BODY).headers["Location"]
        row = self.ask(location.removeprefix(self.url), "PUT", b"x").json()
        self.assertEqual((row["storageClass"], row["metadata"]), ("NEARLINE", {"rows": "7"}))
        self.refused(self.ask(path, "POST", b'{"storageClass": "COSY"}'), 400, "invalid")
        self.refused(self.ask(path, "POST", b'{"metadata": {"rows": 7}}'), 400, "invalid")


if __name__ == "__main__":
    unittest.main()
