"""The targets of ndfit and ndschema."""

from collections.abc import Callable

from targets import Results, Target, best_peer, peak, ratio, seconds

MIB_BASE, MIB_THREAD = 32, 16


def rate(work: str, program: str) -> Callable[[Results], float]:
    """GB a second."""
    return lambda r: r[work][program].mb / 1e3 / seconds(r, work, program)


def cpu_rate(work: str, program: str) -> Callable[[Results], str]:
    """The same by CPU time, which a machine that does other things disturbs less."""
    return lambda r: f"{r[work][program].mb / 1e3 / r[work][program].cpu_seconds():.2f} by CPU time"


def margin(work: str, program: str) -> Target:
    """Speed in that of the fastest peer."""
    return Target(
        f"{work}: {program}",
        "> 1 x fastest peer",
        lambda r: best_peer(r, work).seconds() / seconds(r, work, program),
        1,
        False,
        lambda r: best_peer(r, work).program.name,
    )


def at_least(work: str, program: str, limit: float) -> Target:
    wanted = f">= {limit:g} GB/s"
    return Target(
        f"{work}: {program}",
        wanted,
        rate(work, program),
        limit,
        False,
        cpu_rate(work, program),
    )


def scaling(work: str, program: str) -> Target:
    figure = ratio(work, f"{program} -j 1", f"{program} -j 2")
    return Target(f"{work}: {program} -j 2", ">= 1.6 x its -j 1", figure, 1.6, False)


WORKS = ("fit", "change", "check", "schema")
FITTING_TARGETS = [
    at_least("fit", "ndfit -j 1", 0.6),
    at_least("check", "ndfit -n -j 1", 0.6),
    at_least("change", "ndfit -j 1", 0.3),
    at_least("schema", "ndschema -j 1", 0.4),
    at_least("schema", "ndschema --profile -j 1", 0.4),
    scaling("fit", "ndfit"),
    scaling("check", "ndfit -n"),
    scaling("change", "ndfit"),
    scaling("schema", "ndschema"),
    margin("fit", "ndfit -j 2"),
    margin("change", "ndfit -j 2"),
    margin("check", "ndfit -n -j 2"),
    margin("schema", "ndschema -j 2"),
    *(
        Target(
            f"peak MiB, fitting, -j {threads}",
            f"<= {MIB_BASE + MIB_THREAD * threads}",
            lambda r, j=f"-j {threads}": peak(r, WORKS, j),
            MIB_BASE + MIB_THREAD * threads,
            True,
        )
        for threads in (1, 2)
    ),
]
