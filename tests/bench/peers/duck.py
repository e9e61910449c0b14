"""duck.py IN: DuckDB, lines by "type" as they are, into TYPE.ndjson; as many threads as CPUs.

Lines are read as text and written as text, which is faster than to read and write values.
"""

import sys
from pathlib import Path

import duckdb

QUERY = r"""
COPY (SELECT line, line->>'$.type' AS type
      FROM read_csv(?, columns = {'line': 'VARCHAR'}, header = false, auto_detect = false,
                    delim = '\x01', quote = '', escape = '', max_line_size = 1048576))
TO 'duck' (FORMAT csv, HEADER false, DELIMITER '\x01', QUOTE '', ESCAPE '',
           PARTITION_BY (type), OVERWRITE_OR_IGNORE)
"""


def main() -> None:
    duckdb.execute("SET preserve_insertion_order = false")
    duckdb.execute(QUERY.replace(r"\x01", "\x01"), [sys.argv[1]])
    for folder in Path("duck").iterdir():
        kind = folder.name.removeprefix("type=")
        for number, part in enumerate(sorted(folder.iterdir())):
            part.rename(f"{kind}.{number}.ndjson" if number else f"{kind}.ndjson")


if __name__ == "__main__":
    main()
