#!/usr/bin/env python3
"""The usual Python splitter: parse each line, group by a key, write gzipped files. The peer of bench/hour.sh.

usage: split.py KEY DIR FILE…
"""

import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path


def main() -> None:
    key, directory, *files = sys.argv[1:]
    by_type: dict[str, list[str]] = defaultdict(list)
    for name in files:
        with gzip.open(name, "rt", encoding="utf-8") as lines:
            for line in lines:
                try:
                    by_type[str(json.loads(line)[key])].append(line)
                except (ValueError, KeyError):
                    by_type["_rejected"].append(line)
    Path(directory).mkdir(parents=True, exist_ok=True)
    for kind, lines in by_type.items():
        with gzip.open(f"{directory}/{kind}.json.gz", "wt", compresslevel=1, encoding="utf-8") as out:
            out.writelines(lines)


if __name__ == "__main__":
    main()
