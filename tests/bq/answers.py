#!/usr/bin/env python3
"""A BigQuery that answers what files say, for what the stand-in would never answer.

usage: answers.py DIR     prints its port

A request for .../NAME?... gets DIR/NAME.json, with a page token DIR/NAME-TOKEN.json; when there is
none, 404 as BigQuery has it for a table. Each target goes to DIR/asked, a line each.
"""

from __future__ import annotations

import sys
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

MISSING = b'{"error":{"code":404,"message":"Not found: Table p:d.t","errors":[{"reason":"notFound"}]}}'
DIR = Path(sys.argv[1])


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        with (DIR / "asked").open("a") as asked:
            print(self.path, file=asked)
        path, _, query = self.path.partition("?")
        name = urllib.parse.unquote(path.rpartition("/")[2])
        token = urllib.parse.parse_qs(query).get("pageToken", [""])[0]
        file = DIR / f"{name}{'-' * bool(token)}{token}.json"
        data = file.read_bytes() if file.exists() else MISSING
        self.send_response(200 if file.exists() else 404)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *words: object) -> None:
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
print(server.server_port, flush=True)
server.serve_forever()
