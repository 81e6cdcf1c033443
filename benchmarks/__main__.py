"""`python -m benchmarks`: every benchmark, or one of them."""

import signal
import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer
from benchmarks.harness.report import Sheet, publish
from benchmarks.harness.rounds import QUICK, Effort
from benchmarks.suites import book, combinations, edge

SUITES: Final[dict[str, Callable[[Effort], list[Sheet]]]] = {
    "edge": edge.run,
    "book": book.run,
    "best": combinations.run,
}


def main(
    only: Annotated[str | None, typer.Option(help=f"One of {', '.join(SUITES)}.")] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="Fewer and shorter rounds, smaller books.")] = False,
) -> None:
    """Measure, print tables, and keep the figures in benchmarks/results."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end with us
    if only is not None and only not in SUITES:
        raise typer.BadParameter(f"there is no {only}; there are {', '.join(SUITES)}", param_hint="--only")
    for name in [only] if only else SUITES:
        publish(name, SUITES[name](QUICK if quick else Effort()))


if __name__ == "__main__":
    typer.run(main)
