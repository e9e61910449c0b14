"""The works of the transfer bench: what is moved, and the programs that move it.

In a command $NAME is a tool's path; $S3, $GCS, $WEB and $WEBS are servers; $IN is the folder of the
objects' files, $SETS the name of the set of objects, $PREFIX a prefix in the bucket that no other run
uses, $ROWS a split manifest, $LISTING and $CURL the objects as a listing and as options of curl.
What is read ends as the file copy (or as files below the folder copy/), where it is compared.
"""

from dataclasses import dataclass, field

from programs import Program

S3CAT = "AWS_ENDPOINT_URL=$S3 exec $s3cat"
GCSPUT = "STORAGE_EMULATOR_HOST=$GCS exec $gcsput"
JOBS = (1, 4, 8, 16)
S5CMD = "$s5cmd --endpoint-url $S3 --log error"
RCLONE = "$rclone --config $RCLONE_CONF"
GCLOUD = "CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE=$GCS/storage/v1/"
JOINED = "(cd got && find . -type f | LC_ALL=C sort | xargs cat)"


@dataclass(frozen=True)
class Set:
    """Objects of one kind."""

    name: str
    count: int
    bytes: int  # of each, about
    suffix: str = ""


LARGE = Set("large", 200, 5_000_000)
SMALL = Set("small", 20_000, 5_000)
UP_LARGE = Set("up-large", 40, 25_000_000)
UP_SMALL = Set("up-small", 2_000, 50_000)


@dataclass(frozen=True)
class TransferWork:
    name: str
    title: str
    set: Set
    programs: list[Program] = field(default_factory=list)
    packed: bool = False  # the objects are .gz
    share: float = 1
    cold: bool = False

    def scale(self) -> str:
        return f"{self.set.count:,} x {self.set.bytes / 1e6:g} MB"


def get(packed: bool) -> list[Program]:
    """Ours, and peers' output through igzip where the objects are packed."""
    pipe = "| $igzip -dc" if packed else ""
    first = "" if packed else "exec "
    return [
        *(
            Program(f"s3cat -j {j}", f"{S3CAT} -j {j} s3://logs/$SET/ >copy", "ours", needs="s3cat-j")
            for j in JOBS
        ),
        Program("s3cat", f"{S3CAT} s3://logs/$SET/ >copy", "ours"),
        Program("s5cmd cat", f'{first}{S5CMD} cat "s3://logs/$SET/*" {pipe} >copy'),
        Program(
            "s5cmd cp" + (", then igzip" if packed else ""),
            f'{S5CMD} cp "s3://logs/$SET/*" got/'
            + (f" && {JOINED} | $igzip -dc >copy" if packed else ""),
        ),
        Program("rclone cat", f"{first}{RCLONE} cat s3:logs/$SET {pipe} >copy"),
        Program(
            "aws s3 cp" + (", then igzip" if packed else ""),
            "$aws --endpoint-url $S3 s3 cp --quiet --recursive s3://logs/$SET/ got/"
            + (f" && {JOINED} | $igzip -dc >copy" if packed else ""),
            rounds=3,
        ),
    ]  # fmt: skip


PUT = [
    *(
        Program(f"gcsput -j {j}", f"{GCSPUT} -j {j} gs://logs/$PREFIX/ <$ROWS >put", "ours")
        for j in JOBS
    ),
    Program("rclone copy", f"exec {RCLONE} copy --gcs-bucket-policy-only $IN gcs:logs/$PREFIX"),
    Program(
        "gcloud storage cp",
        f'{GCLOUD} exec $gcloud storage cp --no-user-output-enabled -r "$IN/*" gs://logs/$PREFIX/',
        rounds=3,
    ),
]
WEB = [
    Program("s3cat, HTTP", "AWS_ENDPOINT_URL=$WEB exec $s3cat -m $LISTING >copy", "ours"),
    Program("curl, HTTP", "exec $curl -s -K $CURL >copy", "floor"),
    Program(
        "s3cat, TLS",
        "AWS_ENDPOINT_URL=$WEBS SSL_CERT_FILE=$CERT exec $s3cat -m $LISTING >copy",
        "ours",
    ),
    Program("curl, TLS", "exec $curl -s --cacert $CERT -K $CURLS >copy", "floor"),
]
WORKS = [
    TransferWork("get-large", "200 objects of 5 MB from S3", LARGE, get(False)),
    TransferWork("get-large-gz", "the same, .gz, decoded", LARGE, get(True), packed=True),
    TransferWork("get-small", "20,000 objects of 5 KB from S3", SMALL, get(False)),
    TransferWork("get-small-gz", "the same, .gz, decoded", SMALL, get(True), packed=True),
    TransferWork("put-large", "40 files of 25 MB to Cloud Storage", UP_LARGE, PUT),
    TransferWork("put-small", "2,000 files of 50 KB to Cloud Storage", UP_SMALL, PUT),
    TransferWork("web-large", "200 files of 5 MB from nginx", LARGE, WEB),
    TransferWork("web-small", "20,000 files of 5 KB from nginx", SMALL, WEB),
]
