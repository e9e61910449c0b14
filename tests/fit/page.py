"""The examples of man/hourtools-schema.7: commands, queries and the table of surprises, each as it is shown."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "cloud"))

from bq_testing import BigQueryCase  # noqa: E402

PAGE = HERE.parent.parent / "man" / "hourtools-schema.7"
TABLES = ("facts", "event")


def displays() -> list[str]:
    """The literal displays of the page, unescaped."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed", text, re.M | re.S)
    return [re.sub(r"^\\&", "", block, flags=re.M).replace("\\e", "\\") for block in found]


def commands(block: str) -> list[tuple[str, str]]:
    """Each command of a display, here documents included, and what is shown below it."""
    parts = re.split(r"^\$ ", block, flags=re.M)[1:]
    found = []
    for part in parts:
        body, end = re.match(r"[^\n]*\n", part)[0], 0  # type: ignore[index]
        if "<<" in body:
            end = part.index("\n.\n") + 3
        end = max(end, len(body))
        found.append((part[:end], part[end:]))
    return found


def queries(block: str) -> list[tuple[str, list[str]]]:
    """Each query of a display and its rows as shown."""
    return [
        (sql, rows.splitlines())
        for sql, rows in re.findall(r"(SELECT .*?;)\n((?:(?!SELECT ).*\n)*)", block, re.S)
    ]


class Page(BigQueryCase):
    def test_commands_print_and_queries_answer_what_is_shown(self) -> None:
        ran = asked = 0
        with tempfile.TemporaryDirectory() as where:
            for command, shown in (pair for block in displays() for pair in commands(block)):
                done = subprocess.run(
                    command, shell=True, cwd=where, capture_output=True, encoding="utf-8", check=False
                )
                self.assertEqual(done.stdout + done.stderr, shown, command)
                ran += 1
            for table in TABLES:
                schema = json.loads((Path(where) / f"{table}.json").read_text(encoding="utf-8"))
                self.loaded((Path(where) / f"{table}.fit").read_bytes(), table, schema)
        for sql, shown in (pair for block in displays() for pair in queries(block)):
            body = {"query": sql, "useLegacySql": False, "defaultDataset": {"datasetId": "ds"}}
            answer = self.ask("POST", "/queries", body).json()
            rows = [[cell["v"] for cell in row["f"]] for row in answer["rows"]]
            told = [" ".join("NULL" if v is None else v for v in row).split() for row in rows]
            self.assertEqual(told, [row.split() for row in shown], sql)
            asked += 1
        self.assertEqual((ran, asked), (6, 3))

    def test_the_table_of_what_one_would_not_expect(self) -> None:
        block = next(block for block in displays() if block.startswith("INTEGER "))
        for line in block.splitlines():
            name, value, written = re.fullmatch(r"(\w+) +(.+?) +(\S+|\".*\")", line).groups()  # type: ignore[union-attr]
            field = {"name": "v", "type": name}
            if name in ("REPEATED", "RECORD"):
                field |= {"type": "RECORD"} if name == "RECORD" else {"type": "INTEGER", "mode": name}
            if name == "RECORD":
                field["fields"] = [{"name": "a", "type": "STRING"}]  # type: ignore[assignment]
            self.assertEqual(self.fit(field, value), written, line)

    def fit(self, field: dict[str, str], value: str) -> str:
        with tempfile.TemporaryDirectory() as where:
            (Path(where) / "s.json").write_text(json.dumps([field]), encoding="utf-8")
            done = subprocess.run(
                ["ndfit", "-q", "-s", "s.json"], cwd=where, input=f'{{"v": {value}}}\n', check=False,
                capture_output=True, encoding="utf-8",
            )  # fmt: skip
        if done.returncode == 65:
            return "refused"
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout.removeprefix('{"v": ').removesuffix("}\n")


if __name__ == "__main__":
    unittest.main()
