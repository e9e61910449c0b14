#!/usr/bin/env python3
"""Whether a profile's page is well-formed HTML5, runs nothing and fetches nothing.

usage: page.py FILE

Prints the text of the page, a line for each piece; ends 1 with the first thing that is wrong.
"""

from __future__ import annotations

import re
import sys
from html.parser import HTMLParser
from pathlib import Path

CONTENT = "a bdi body dd details dl dt h1 h2 head html i li p span style summary title ul".split()
EMPTY = ["meta"]
ATTRIBUTES = "aria-hidden charset class content href http-equiv id lang name open style".split()


class Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.declared = ""

    def wrong(self, what: str) -> None:
        line, column = self.getpos()
        sys.exit(f"page.py: {line}:{column}: {what}")

    def handle_decl(self, decl: str) -> None:
        self.declared = decl

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        if tag not in CONTENT + EMPTY or len(set(names)) < len(names):
            self.wrong(f"<{tag} {names}>")
        for name, value in attrs:
            if name not in ATTRIBUTES:
                self.wrong(f"attribute {name}")
            if name == "style" and not re.fullmatch(r"width:\d+\.\d%", value or ""):
                self.wrong(f"style {value}")
            if name == "id" and value in self.ids:
                self.wrong(f"id {value} twice")
        found = dict(attrs)
        self.ids.add(found.get("id") or "")
        self.links.add(found.get("href") or "#")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        if self.open[-1:] == ["style"]:
            if re.search(r"url|@import|expression|<", data):
                self.wrong("the style brings something in")
        elif data.strip():
            print(data.strip())


def main() -> None:
    page = Page()
    page.feed(Path(sys.argv[1]).read_bytes().decode("utf-8"))
    page.close()
    if page.declared.lower() != "doctype html" or page.open:
        sys.exit(f"page.py: {page.declared}, open at the end: {page.open}")
    for link in page.links:
        if link[0] != "#" or link[1:] not in page.ids:
            sys.exit(f"page.py: link to {link}")


if __name__ == "__main__":
    main()
