"""`aurapromo import`: from a shell, into a database or through a server."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

if TYPE_CHECKING:
    from tests.conftest import Server
    from tests.imports.conftest import Imports

COMMAND = Path(sys.executable).with_name("aurapromo")
VARIABLES = {name: value for name, value in os.environ.items() if not name.startswith("AURAPROMO_")}


def run(*arguments: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [str(COMMAND), "import", *(str(one) for one in arguments)]
    return subprocess.run(command, input=stdin, capture_output=True, text=True, env=VARIABLES, check=False)


def stored(database_url: str) -> list[Any]:
    with psycopg.connect(database_url) as conn:
        return [name for (name,) in conn.execute("SELECT id FROM customer ORDER BY id")]


def test_a_file_goes_into_the_database(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("id,first_name\n1,Alice\n2,Bob\n")
    done = run("customers", file, "--database-url", database_url)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("customers: 2 rows, 2 new, 0 updated, 0 failed")
    assert stored(database_url) == ["1", "2"]


def test_bad_rows_give_status_1_and_stand_in_a_file_of_their_own(database_url: str, tmp_path: Path) -> None:
    errors = tmp_path / "errors.ndjson"
    rows = '{"id": 1}\n{"id": 2, "email": "nobody"}\n{"id": 3, "grup": ""}\n'
    done = run("customers", "-", "--database-url", database_url, "--errors", errors, stdin=rows)
    assert (done.returncode, stored(database_url)) == (1, ["1"])
    assert "must be an e-mail address" in done.stderr
    found = [json.loads(line) for line in errors.read_text().splitlines()]
    assert [(one["row"], one["id"], one["errors"][0]["field"]) for one in found] == [
        (2, 2, "email"),
        (3, 3, "grup"),
    ]


def test_stop_and_dry_run_are_said_to_be_so(database_url: str) -> None:
    rows = '{"id": 1}\n{"id": -1}\n{"id": 3}\n'
    rehearsed = run("customers", "-", "--database-url", database_url, "--dry-run", stdin=rows)
    assert (rehearsed.returncode, stored(database_url)) == (1, [])
    assert "dry run, nothing stored" in rehearsed.stdout
    stopped = run("customers", "-", "--database-url", database_url, "--on-error", "stop", stdin=rows)
    assert (stopped.returncode, stored(database_url)) == (1, ["1"])
    assert "stopped there" in stopped.stdout


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        pytest.param(
            ["--database-url", "postgresql://nobody@127.0.0.1:1/x"], "cannot be used", id="database"
        ),
        pytest.param(["--url", "http://127.0.0.1:1"], "connect", id="server"),
    ],
)
def test_what_cannot_be_reached_gives_status_2(arguments: list[str], reason: str) -> None:
    done = run("customers", "-", *arguments, stdin="{}")
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_a_wrong_column_gives_status_2_and_its_name(database_url: str, tmp_path: Path) -> None:
    file = tmp_path / "customers.csv"
    file.write_text("id,frist_name\n1,Alice\n")
    done = run("customers", file, "--database-url", database_url)
    assert (done.returncode, stored(database_url)) == (2, [])
    assert "frist_name: is not a known column; did you mean first_name?" in done.stderr


def test_promotions_are_created_under_the_name_of_the_command(database_url: str) -> None:
    row = {
        "name": "Imported",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 10.0,
        "start_date": "2024-01-01T00:00:00Z",
        "end_date": "2124-01-01T00:00:00Z",
        "status": "active",
    }
    done = run("promotions", "-", "--database-url", database_url, stdin=json.dumps(row))
    assert (done.returncode, done.stderr) == (0, "")
    with psycopg.connect(database_url) as conn:
        assert conn.execute("SELECT name, status FROM promotion").fetchall() == [("Imported", "active")]
        assert conn.execute("SELECT DISTINCT actor FROM audit").fetchall() == [("cli",)]


def test_the_same_works_through_a_server(imports: "Imports", server: "Server", tmp_path: Path) -> None:
    errors = tmp_path / "errors.ndjson"
    through = ["--url", server.base_url, "--key", server.key, "--errors", errors]
    rows = json.dumps({"id": imports.own(1)}) + '\n{"id": -1}\n'
    done = run("customers", "-", *through, stdin=rows)
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith("customers: 2 rows, 1 new, 0 updated, 1 failed")
    assert [json.loads(line)["row"] for line in errors.read_text().splitlines()] == [2]
    assert imports.get(f"customers/{imports.own(1)}")["order_count"] == 0


def test_a_server_that_refuses_gives_status_2_and_its_reason(server: "Server") -> None:
    done = run("customers", "-", "--url", server.base_url, "--key", "wrong", stdin="{}")
    assert done.returncode == 2
    assert "answered 401" in done.stderr
