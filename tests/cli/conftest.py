"""Commands, run as an operator types them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from aurapromo.cli import main


class Done(NamedTuple):
    """What a command left behind."""

    returncode: int
    stdout: str
    stderr: str


class Commands:
    """Runs `aurapromo`, by default on the test's own database.

    In this process, since starting Python again and again would take most of the run.
    """

    def __init__(
        self, database_url: str, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]
    ) -> None:
        self._database_url = database_url
        self._patch = patch
        self._captured = captured

    def __call__(self, *words: object, **variables: str) -> Done:
        self._captured.readouterr()
        with self._patch.context() as patch:
            patch.setattr(sys, "argv", ["aurapromo", *map(str, words)])
            for name, text in self._variables(variables).items():
                patch.setenv(name, text)
            with pytest.raises(SystemExit) as left:
                main()
        said = self._captured.readouterr()
        return Done(int(left.value.code or 0), said.out, said.err)

    def apart(self, *words: object, **variables: str) -> Done:
        """The same in a process of its own."""
        done = subprocess.run(
            [Path(sys.executable).with_name("aurapromo"), *map(str, words)],
            env=os.environ | self._variables(variables),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    def _variables(self, given: dict[str, str]) -> dict[str, str]:
        # Wide enough for tables, and without colours.
        plain = {"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"}
        return {"AURAPROMO_DATABASE_URL": self._database_url} | plain | given


@pytest.fixture
def aurapromo(
    database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Commands:
    return Commands(database_url, monkeypatch, capsys)
