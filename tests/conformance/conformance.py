"""Run the test modules beside this file, or those named, and count.

usage: conformance.py [MODULE ...]     (as test_gcs_clients; none: all, and with
                                        CONFORMANCE_LONG=1 in the environment long_*.py too)

With VERDICTS=FILE in the environment, what servers made of features is written there: service,
feature, server, verdict.

Last line: "N passed, N failed", and ", N skipped" when a test was, with the reason above it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import unittest
from pathlib import Path

from verdicts import Verdict

HERE = Path(__file__).resolve().parent


class Report(unittest.TestResult):
    """A line for each test as it ends; what went wrong below the line of a failed one."""

    def __init__(self) -> None:
        super().__init__()
        self.passed = 0
        self.verdicts: list[Verdict] = []
        self._began = 0.0

    def startTest(self, test: unittest.TestCase) -> None:
        super().startTest(test)
        self._began = time.monotonic()

    def _line(self, word: str, test: unittest.TestCase, after: str = "") -> None:
        module, _, rest = test.id().partition(".")
        name = f"{module}: {test.shortDescription() or test.id()}"
        if hasattr(test, "server"):
            name = f"{module}.{rest.partition('.')[0]}: {test.shortDescription()}"
        print(f"{word} {name} ({time.monotonic() - self._began:.1f} s){after}", flush=True)

    def addSuccess(self, test: unittest.TestCase) -> None:
        self.passed += 1
        verdict = getattr(test, "verdict", None)
        if verdict is not None:
            self.verdicts.append(verdict)
        self._line("ok", test, "; differs, as known" if verdict and verdict.word != "yes" else "")

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        super().addSkip(test, reason)
        self._line("skipped", test, f": {reason}")

    def _failed(self, test: unittest.TestCase, found: list[tuple[unittest.TestCase, str]]) -> None:
        self._line("not ok", test, "\n" + "".join(f"  {x}\n" for x in found[-1][1].splitlines()))

    def addFailure(self, test: unittest.TestCase, err: object) -> None:
        super().addFailure(test, err)  # type: ignore[arg-type]
        self._failed(test, self.failures)

    def addError(self, test: unittest.TestCase, err: object) -> None:
        super().addError(test, err)  # type: ignore[arg-type]
        self._failed(test, self.errors)

    def addSubTest(self, test: unittest.TestCase, subtest: unittest.TestCase, err: object) -> None:
        super().addSubTest(test, subtest, err)  # type: ignore[arg-type]
        if err is not None:
            failure = issubclass(err[0], test.failureException)  # type: ignore[index]
            self._failed(subtest, self.failures if failure else self.errors)


def main() -> None:
    # As Control-C, which unittest lets through.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    kinds = "test_*.py", *(["long_*.py"] if os.environ.get("CONFORMANCE_LONG") == "1" else [])
    names = sys.argv[1:] or sorted(path.stem for kind in kinds for path in HERE.glob(kind))
    report = Report()
    unittest.defaultTestLoader.loadTestsFromNames(names).run(report)
    if "VERDICTS" in os.environ:
        rows = "".join("\t".join(verdict) + "\n" for verdict in report.verdicts)
        Path(os.environ["VERDICTS"]).write_text(rows, encoding="utf-8")
    failed = len(report.failures) + len(report.errors)
    skipped = f", {len(report.skipped)} skipped" if report.skipped else ""
    print(f"{report.passed} passed, {failed} failed{skipped}")
    sys.exit(failed > 0 or report.passed == 0)


if __name__ == "__main__":
    main()
