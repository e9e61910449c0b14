"""What a server makes of a feature: as documented, or otherwise, and how that is seen."""

from __future__ import annotations

import functools
import re
import unittest
from collections.abc import Callable
from typing import NamedTuple

from differences import DIFFERENCES


class Verdict(NamedTuple):
    service: str
    feature: str
    server: str
    word: str  # "yes" or "differs"


def feature(service: str, name: str) -> Callable:
    """The test shows whether the server has the feature. Where DIFFERENCES has the server's name
    for it, the test must fail with the words given there: a difference that is gone is told."""

    def mark(test: Callable) -> Callable:
        @functools.wraps(test)
        def judged(self: unittest.TestCase) -> None:
            known = DIFFERENCES.get((self.server, name))
            self.verdict = Verdict(service, name, self.server, "differs" if known else "yes")
            if known is None:
                test(self)
                return
            try:
                test(self)
            except AssertionError as seen:
                if not re.search(known.seen, str(seen), re.DOTALL):
                    raise
                return
            raise AssertionError(f"{self.server} has {name} as documented: DIFFERENCES is old")

        return judged

    return mark
