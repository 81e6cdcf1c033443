"""`aurapromo settings`, and settings that cannot be read."""

from typing import TYPE_CHECKING

import pytest

from aurapromo.cli.showing import masked

if TYPE_CHECKING:
    from tests.cli.conftest import Commands


def test_every_variable_is_shown_with_its_value_now_but_no_password(aurapromo: "Commands") -> None:
    shown = aurapromo(
        "settings", AURAPROMO_DATABASE_URL="postgresql://me:s3cret@db/shop", AURAPROMO_POOL_SIZE="7"
    )
    assert shown.returncode == 0
    assert "postgresql://me:***@db/shop" in shown.stdout
    assert "s3cret" not in shown.stdout
    (pool,) = [line for line in shown.stdout.splitlines() if "AURAPROMO_POOL_SIZE" in line]
    assert pool.split()[1:3] == ["10", "7"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("redis://:pw@cache:6379/0", "redis://:***@cache:6379/0", id="a password without a user"),
        pytest.param("postgresql://me@db/shop", "postgresql://me@db/shop", id="no password"),
        pytest.param("postgresql://me:p%40ss@[::1]:5432/x", "postgresql://me:***@[::1]:5432/x", id="IPv6"),
        pytest.param(
            "postgresql://db/x?password=pw&a=b", "postgresql://db/x?password=***&a=b", id="a parameter"
        ),
        pytest.param("America/New_York", "America/New_York", id="no URL"),
    ],
)
def test_secrets_are_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        pytest.param("AURAPROMO_POOL_SIZE", "many", id="not a number"),
        pytest.param("AURAPROMO_POOL_SIZE", "0", id="too small"),
        pytest.param("AURAPROMO_DEFAULT_TIMEZONE", "Mars/Base", id="no such zone"),
        pytest.param("AURAPROMO_ACCESS_LOG", "perhaps", id="neither true nor false"),
    ],
)
def test_a_setting_that_cannot_be_read_stops_every_command(
    aurapromo: "Commands", variable: str, text: str
) -> None:
    refused = aurapromo("keys", "list", **{variable: text})
    assert refused.returncode == 2
    assert refused.stderr.startswith(f"aurapromo: {variable}")
    assert len(refused.stderr.splitlines()) == 1


def test_help_is_given_to_those_who_say_nothing(aurapromo: "Commands") -> None:
    told = aurapromo()
    assert all(command in told.stdout + told.stderr for command in ("serve", "migrate", "keys", "settings"))
