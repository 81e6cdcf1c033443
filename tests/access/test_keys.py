"""What a key looks like and when it holds; no database."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurapromo.access import keys
from aurapromo.access.model import ApiKey, Outdated, Scope
from aurapromo.errors import Unauthorized

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ENTROPY = st.binary(min_size=keys.ENTROPY_BYTES, max_size=keys.ENTROPY_BYTES)


def a_key(*, expires_at: datetime | None = None, revoked_at: datetime | None = None) -> ApiKey:
    return ApiKey(
        id=1,
        prefix="ap_sylius_abcd",
        name="a key",
        contract="sylius",
        scopes=frozenset({Scope.READ}),
        limits="none",
        expires_at=expires_at,
        revoked_at=revoked_at,
        last_used_at=None,
        created_at=NOON,
    )


@given(entropy=ENTROPY)
def test_a_key_can_be_copied_by_a_double_click_and_is_recognised(entropy: bytes) -> None:
    secret = keys.secret("aura", entropy)
    assert re.fullmatch(r"ap_aura_[0-9A-Za-z]{33}", secret)
    assert keys.well_formed(secret)


@given(one=ENTROPY, other=ENTROPY)
def test_different_chance_gives_different_keys(one: bytes, other: bytes) -> None:
    assert (keys.secret("aura", one) == keys.secret("aura", other)) == (one == other)


def test_a_key_needs_160_bits_of_chance() -> None:
    assert keys.secret("aura", bytes(20)) == "ap_aura_" + "0" * 27
    with pytest.raises(ValueError, match="entropy"):
        keys.secret("aura", bytes(19))


def test_what_is_shown_of_a_key_hides_160_bits() -> None:
    secret = keys.secret("aura", bytes(range(24)))
    shown = keys.prefix(secret)
    assert secret.startswith(shown)
    assert 62 ** (len(secret) - len(shown)) > 2**160


@pytest.mark.parametrize("token", ["", "ap_", "ap_aura_short", "x" * 41, "ap_aura_" + "é" * 33, "ap_aura_\n"])
def test_what_cannot_be_a_key_needs_no_look_up(token: str) -> None:
    assert not keys.well_formed(token)


@pytest.mark.parametrize("header", [b"Bearer ap_x", b"bearer ap_x", b"BEARER   ap_x "])
def test_the_scheme_is_read_without_case(header: bytes) -> None:
    assert keys.bearer(header) == "ap_x"


@pytest.mark.parametrize("header", [None, b"", b"Bearer", b"Bearer ", b"Basic YTpi", b"ap_x", b"\xff\xfe"])
def test_without_a_bearer_token_nobody_is_calling(header: bytes | None) -> None:
    with pytest.raises(Unauthorized, match="Bearer <key>"):
        keys.bearer(header)


def test_a_key_holds_until_it_expires() -> None:
    key = a_key(expires_at=NOON)
    assert keys.admitted(key, NOON - timedelta(microseconds=1)) is key
    with pytest.raises(Outdated, match="expired at 2026-01-31T12:00:00"):
        keys.admitted(key, NOON)


def test_a_key_that_holds_no_longer_still_says_its_contract() -> None:
    with pytest.raises(Outdated, match="revoked") as refused:
        keys.admitted(a_key(revoked_at=NOON, expires_at=NOON), NOON)
    assert refused.value.contract == "sylius"


def test_a_key_nobody_knows_is_refused() -> None:
    with pytest.raises(Unauthorized, match="is not known"):
        keys.admitted(None, NOON)
