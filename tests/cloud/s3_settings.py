"""What tests may set of the stand-in S3 beside its buckets and objects: `ctl set s3 NAME=VALUE`."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import Any

import s3_checksums
from s3_list import MAX_KEYS

# What a value must look like, by name; any whole number where nothing is said.
FORMS = {
    "checksum": "|".join(["none", *s3_checksums.KINDS, *s3_checksums.COMPOSITES]),
    "redirect": "301|307",
    "attributes": "on|off",
    "archived": "|[A-Z_]+(:[A-Z_]+)?",
    "encryption": "|AES256|aws:kms|customer",
    "deny": "|[A-Za-z,]+",
    "payer": "owner|requester",
    "public": "yes|no",
    "versions": "on|off",
}


@dataclass
class Settings:
    """clock_s: seconds the service's clock is ahead; date_s: seconds that the Date of its refusals is
    off that clock; checksum: the kind that objects are stored with; page: keys of a listing's page
    (the service may send fewer than 1000); redirect: how a bucket asked by path in another region is
    answered; part_bytes: objects of more were uploaded in parts of so many; attributes: whether
    GetObjectAttributes is there; synthetic: a listing is of so many made keys; archived: the objects'
    storage class, with the access tier of INTELLIGENT_TIERING behind a colon; encryption: under whose
    key they are; deny: actions refused (ListBucket); payer: who pays; public: whether requests may
    come unsigned; versions: whether objects have version ids (an older version ID of KEY is what was
    put as .versions/ID/KEY)."""

    clock_s: int = 0
    date_s: int = 0
    checksum: str = "crc32c"
    page: int = MAX_KEYS
    redirect: int = 301
    part_bytes: int = 0
    attributes: str = "on"
    synthetic: int = 0
    archived: str = ""
    encryption: str = ""
    deny: str = ""
    payer: str = "owner"
    public: str = "no"
    versions: str = "off"

    def set(self, args: dict[str, Any]) -> None:
        """Take the settings named, "default" for what it is at first, all=default for all of them;
        ValueError for any other."""
        kinds = {field.name: field for field in fields(self)}
        if args.get("all") == "default":
            args = {**dict.fromkeys(kinds, "default"), **args}
            del args["all"]
        for name, value in args.items():
            if name not in kinds:
                raise ValueError(f"no setting {name}={value}")
            if value == "default":
                setattr(self, name, kinds[name].default)
                continue
            if not re.fullmatch(FORMS.get(name, r"-?\d+"), value):
                raise ValueError(f"no setting {name}={value}")
            if name == "page" and not 0 < int(value) <= MAX_KEYS:
                raise ValueError(f"no setting {name}={value}")
            setattr(self, name, int(value) if isinstance(kinds[name].default, int) else value)

    def denied(self, action: str) -> bool:
        return action in self.deny.split(",")
