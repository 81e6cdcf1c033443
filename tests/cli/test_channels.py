"""`aurapromo channels`."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cli.conftest import Commands

A_CHANNEL = ("--code", "US_WEB", "--currency", "USD", "--timezone", "America/New_York")


def test_a_channel_is_added_then_changed(aurapromo: "Commands") -> None:
    added = aurapromo("channels", "create", *A_CHANNEL, "--name", "US Web", "--hostname", "localhost")
    assert (added.returncode, added.stderr) == (0, "channel US_WEB added\n")
    changed = aurapromo("channels", "create", *A_CHANNEL, "--name", "US Web Store")
    assert (changed.returncode, changed.stderr) == (0, "channel US_WEB changed\n")
    listed = aurapromo("channels", "list").stdout
    assert "US Web Store" in listed
    assert "default" in listed


def test_a_channel_needs_a_currency_and_a_zone_that_exist(aurapromo: "Commands") -> None:
    refused = aurapromo(
        "channels", "create", "--code", "X", "--name", "X", "--currency", "ABC", "--timezone", "Mars/Base"
    )
    assert refused.returncode == 1
    assert "currency: ABC is not a currency" in refused.stderr
    assert "timezone: Mars/Base is not" in refused.stderr
