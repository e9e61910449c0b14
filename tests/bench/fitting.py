"""The programs of the bench that fit records to a schema or infer one: as in programs.py, and
$SCHEMA is the BigQuery schema of $IN.
"""

from dataclasses import replace

from programs import Program, slow


def ndfit(name: str, options: str, after: str = "") -> list[Program]:
    """ndfit on two threads and on one."""
    return [
        Program(
            f"{name} -j {threads}",
            f"$ndfit -j {threads} -s $SCHEMA {options} $IN {after}",
            "ours",
            needs="ndfit-j",
        )
        for threads in (2, 1)
    ]


def python(task: str, check: str) -> list[Program]:
    """What people write in Python, the fastest libraries first."""
    return [
        Program(
            f"Python {parser} + {library}",
            f"exec ${library} $peers/validate.py {parser} {library} {task} $SCHEMA $IN",
            check=check,
            part=part,
            rounds=3,
            needs=parser if parser == "orjson" else "",
        )
        for parser, library, part in (
            ("orjson", "fastjsonschema", 5),
            ("json", "fastjsonschema", 5),
            ("json", "jsonschema", 40),
        )
    ]


def duck(task: str, check: str) -> Program:
    command = f"exec $duckdb $peers/fit_duck.py {task} $SCHEMA $IN"
    return slow("DuckDB read_json, 2 threads", command, 5, check)


# The lines of those that don't fit, as the report names them, each once.
COUNT = "--rejects report 2>told; test $? -eq 1 && cut -f 2 report | sort -u | wc -l"
TELL = "| awk '{print \"refused\\t\" $1}' >counts"

FIT = [*ndfit("ndfit", "-o fitted.ndjson"), *python("fit", "bytes"), duck("fit", "values")]
CHANGE = [*ndfit("ndfit", "-o fitted.ndjson"), *python("change", "values")]
CHECK = [
    *(replace(p, check="counts") for p in ndfit("ndfit -n", "-n", f"{COUNT} {TELL}")),
    *python("check", "counts"),
    duck("check", "counts"),
]


def ndschema(name: str, options: str, check: str) -> list[Program]:
    return [
        Program(
            f"{name} -j {threads}", f"exec $ndschema -q -j {threads} {options} $IN", "ours", check
        )
        for threads in (2, 1)
    ]


INFER = [
    *ndschema("ndschema", ">schema.json", "columns"),
    *ndschema("ndschema --profile", "--profile >profile", "none"),
    slow(
        "DuckDB read_json, 2 threads",
        "exec $duckdb $peers/infer_duck.py $IN >schema.json",
        5,
        "columns",
    ),
    slow("genson", "exec $genson -m genson -d newline $IN >schema.json", 10, "columns"),
    slow(
        "bigquery-schema-generator",
        "exec $bigquery_schema_generator -m bigquery_schema_generator.generate_schema"
        " <$IN >schema.json 2>told",
        40,
        "columns",
    ),
]
