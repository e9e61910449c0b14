"""A page of a bucket's keys: objects and common prefixes in the order of their UTF-8 bytes."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass, field

from state import Object, State


@dataclass
class Page:
    """entries are objects and common prefixes in key order; last is where the next page begins."""

    objects: list[Object] = field(default_factory=list)
    prefixes: list[str] = field(default_factory=list)
    last: str = ""
    truncated: bool = False

    def count(self) -> int:
        return len(self.objects) + len(self.prefixes)


def collect(
    state: State, service: str, bucket: str, prefix: str, delimiter: str, after: str, limit: int
) -> Page:
    """Up to limit entries after the key (or common prefix) `after`."""
    page = Page(last=after)
    while True:
        rows = state.keys(service, bucket, prefix, page.last, limit + 1)
        for row in rows:
            if row.key <= page.last:
                continue
            cut = row.key.find(delimiter, len(prefix)) if delimiter else -1
            if page.count() >= limit:
                page.truncated = True
                return page
            if cut < 0:
                page.objects.append(row)
                page.last = row.key
            else:
                common = row.key[: cut + len(delimiter)]
                page.prefixes.append(common)
                # Everything under a common prefix sorts before this; go on behind it.
                page.last = common + "\U0010ffff"
                break
        else:
            return page


def page_token(last: str) -> str:
    """The opaque token that leads behind `last`."""
    return base64.urlsafe_b64encode(last.encode()).decode()


def token_key(token: str) -> str:
    """What page_token was given; raises ValueError on a token it never made."""
    try:
        key = base64.b64decode(token, altchars=b"-_", validate=True).decode("utf-8")
    except binascii.Error:
        raise ValueError("not a page token") from None
    if not key:
        raise ValueError("not a page token")
    return key
