"""The matrix of README.md, feature by server, from what a run found.

usage: matrix.py VERDICTS README.md     (rewrites what is between README.md's two markers)
"""

from __future__ import annotations

import sys
from pathlib import Path

from differences import DIFFERENCES
from verdicts import Verdict

BEGIN, END = "<!-- matrix: written by tests/conformance/matrix -->", "<!-- end of matrix -->"
SERVICES = {
    "s3": ("S3, read by s3cat", ("versitygw", "moto", "stand-in")),
    "gcs": (
        "Cloud Storage, written by gcsput and read by gcscat",
        ("fake-gcs-server, memory", "fake-gcs-server, files", "stand-in"),
    ),
}


def table(service: str, verdicts: list[Verdict], notes: list[str]) -> list[str]:
    """A Markdown table; the reason for each difference is added to notes and numbered by it."""
    title, servers = SERVICES[service]
    words = {(x.feature, x.server): x.word for x in verdicts if x.service == service}
    lines = [f"### {title}", "", "| feature | " + " | ".join(servers) + " |"]
    lines.append("|---" * (len(servers) + 1) + "|")
    for feature in sorted({feature for feature, _ in words}, key=str.casefold):
        cells = []
        for server in servers:
            word = words.get((feature, server), "–")
            if word == "differs":
                why = DIFFERENCES[server, feature].why
                if why not in notes:
                    notes.append(why)
                word = f"differs ({notes.index(why) + 1})"
            cells.append(word)
        lines.append(f"| {feature} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def main() -> None:
    verdicts = [Verdict(*line.split("\t")) for line in Path(sys.argv[1]).read_text().splitlines()]
    readme = Path(sys.argv[2])
    before, _, rest = readme.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        sys.exit(f"{readme}: no '{BEGIN}' with '{END}' after it")
    notes: list[str] = []
    lines = [line for service in SERVICES for line in table(service, verdicts, notes)]
    lines += [f"{number}. {why}" for number, why in enumerate(notes, 1)]
    readme.write_text(f"{before}{BEGIN}\n\n" + "\n".join(lines) + f"\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
