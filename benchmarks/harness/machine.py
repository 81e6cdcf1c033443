"""What the figures were measured on, and what a process costs it."""

import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

PAGE: Final = os.sysconf("SC_PAGE_SIZE")
TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
MIB: Final = 2**20

_CORES: Final = sorted(os.sched_getaffinity(0))
#: The core of the server under test, and the one of everything else; the same where there is only one.
SERVER_CORE: Final = _CORES[0]
LOAD_CORE: Final = _CORES[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Processes started inside run on `core` alone, and so does this one while inside."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pid: int) -> float:
    """Processor time that the process has used since its start, in the kernel too."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


def resident_mib(pid: int) -> float:
    """Memory of the process that is in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE / MIB


def described() -> dict[str, str]:
    """Processor, cores, memory, system and Python."""
    cpu = next(
        (line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), ""
    )
    memory = os.sysconf("SC_PHYS_PAGES") * PAGE // MIB
    return {
        "processor": cpu.partition(":")[2].strip(),
        "cores": str(len(_CORES)),
        "memory": f"{memory / 1024:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
