"""fit_duck.py check|fit SCHEMA IN: DuckDB's read_json with explicit columns, on all CPUs.

fit writes every column of every record, null or not, to fitted.ndjson. check reads all columns and
counts the records in which the last one is null as its value was none of its type.
"""

import sys
from pathlib import Path

import duckdb
from columns import duck_columns, load

READ = "read_json(?, format = 'newline_delimited', columns = ?, ignore_errors = ?)"


def main() -> None:
    task, schema, path = sys.argv[1:]
    columns = duck_columns(load(schema))
    if task == "fit":
        query = f"COPY (SELECT * FROM {READ}) TO 'fitted.ndjson' (FORMAT json)"
        duckdb.execute(query, [path, columns, False])
        return
    query = f"SELECT count(*) - count(log_offset), bit_xor(hash(t)) FROM {READ} t"
    found = duckdb.execute(query, [path, columns, True]).fetchone()
    assert found is not None
    Path("counts").write_text(f"refused\t{found[0]}\n")


if __name__ == "__main__":
    main()
