"""What holds for every file that is committed."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
GENERATED = {"uv.lock"}
#: Folders of people and machines: what names one works nowhere else.
SOMEBODYS = re.compile(r"(?<![\w.~/-])/(?:home|Users|root|work|workspace|mnt|opt)/[\w.-]+")


def texts() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607 as in a terminal
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if name in GENERATED or not path.is_file():
            continue
        content = path.read_bytes()
        if b"\0" not in content:
            yield name, content.decode()


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    found = {name: SOMEBODYS.findall(text) for name, text in texts() if name != here()}
    assert {name: folders for name, folders in found.items() if folders} == {}


def here() -> str:
    return str(Path(__file__).relative_to(ROOT))


def test_every_text_ends_with_one_line_break() -> None:
    ends = {name: text[-2:] for name, text in texts() if text}
    assert [name for name, end in ends.items() if not end.endswith("\n") or end == "\n\n"] == []
