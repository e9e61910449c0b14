"""lines.py json|orjson [IN]: the loop that people write in Python, lines by "type" as they are."""

import importlib
import sys
from typing import BinaryIO


def main() -> None:
    loads = importlib.import_module(sys.argv[1]).loads
    files: dict[str, BinaryIO] = {}
    source = open(sys.argv[2], "rb") if len(sys.argv) > 2 else sys.stdin.buffer
    for line in source:
        kind = loads(line)["type"]
        out = files.get(kind)
        if out is None:
            out = files[kind] = open(f"{kind}.ndjson", "wb", buffering=1 << 18)
        out.write(line)
    for out in files.values():
        out.close()


if __name__ == "__main__":
    main()
