"""A key is looked up once and then trusted for a while; a revocation is not kept waiting."""

import asyncio
from datetime import datetime, timedelta
from typing import Any, Protocol

import pytest

from aurapromo.access import keys, service
from aurapromo.access.authenticator import Authenticator
from aurapromo.access.model import ApiKey, Outdated, Scope
from aurapromo.errors import Unauthorized
from aurapromo.platform.database import Database


class Moment(Protocol):
    now: datetime

    def move(self, seconds: float) -> None: ...

    def monotonic(self) -> float: ...


class Issue(Protocol):
    async def __call__(self, *scopes: Scope, **given: Any) -> tuple[int, str]: ...


async def stored(database: Database, secret: str) -> ApiKey:
    async with database.reading() as conn:
        (key,) = await service.newest(conn, before=None, limit=10)
    assert secret.startswith(key.prefix)
    return key


async def revoke(database: Database, key_id: int, now: datetime) -> None:
    async with database.writing() as tx:
        await service.revoke(tx, key_id, now=now)


async def test_a_caller_is_what_its_key_says(
    issue: Issue, authenticator: Authenticator, clock: Moment
) -> None:
    key_id, secret = await issue(Scope.READ, Scope.CHECKOUT, name="Web shop")
    caller = await authenticator.authenticate(secret, clock.now)
    assert (caller.id, caller.name, caller.contract) == (f"key:{key_id}", "Web shop", "aura")
    assert caller.scopes == {Scope.READ, Scope.CHECKOUT}
    assert caller.limits == "default"


async def test_an_unknown_and_a_wrong_key_are_refused_in_the_same_words(
    issue: Issue, authenticator: Authenticator, clock: Moment
) -> None:
    _, secret = await issue()
    said = set()
    for token in (keys.secret("aura", bytes(24)), secret[:-1] + "x", secret + "0", "ap_nonsense"):
        with pytest.raises(Unauthorized) as refused:
            await authenticator.authenticate(token, clock.now)
        said.add((type(refused.value), str(refused.value)))
    assert said == {(Unauthorized, "The API key is not known")}


async def test_a_known_key_needs_no_database(
    issue: Issue, authenticator: Authenticator, clock: Moment, database: Database
) -> None:
    _, secret = await issue()
    first = await authenticator.authenticate(secret, clock.now)
    await database.close()
    clock.move(4.9)
    assert await authenticator.authenticate(secret, clock.now) == first


async def test_a_revocation_elsewhere_is_seen_when_the_trust_runs_out(
    issue: Issue, authenticator: Authenticator, clock: Moment, database: Database
) -> None:
    key_id, secret = await issue()
    await authenticator.authenticate(secret, clock.now)
    await revoke(database, key_id, clock.now)
    clock.move(4.9)
    await authenticator.authenticate(secret, clock.now)
    clock.move(0.2)
    with pytest.raises(Outdated, match="revoked"):
        await authenticator.authenticate(secret, clock.now)


async def test_a_revocation_here_holds_at_once(
    issue: Issue, authenticator: Authenticator, clock: Moment, database: Database
) -> None:
    key_id, secret = await issue()
    await authenticator.authenticate(secret, clock.now)
    await revoke(database, key_id, clock.now)
    authenticator.forget(key_id)
    with pytest.raises(Outdated, match="revoked"):
        await authenticator.authenticate(secret, clock.now)


async def test_what_was_read_before_a_revocation_is_not_kept_after_it(
    issue: Issue, authenticator: Authenticator, clock: Moment, database: Database
) -> None:
    key_id, secret = await issue()
    reading = asyncio.create_task(authenticator.authenticate(secret, clock.now))
    await asyncio.sleep(0)  # the look-up is under way
    await revoke(database, key_id, clock.now)
    authenticator.forget(key_id)
    await asyncio.wait([reading])
    with pytest.raises(Outdated, match="revoked"):
        await authenticator.authenticate(secret, clock.now)


async def test_a_cached_key_expires_by_the_clock(
    issue: Issue, authenticator: Authenticator, clock: Moment
) -> None:
    _, secret = await issue(expires_at=clock.now + timedelta(seconds=2))
    await authenticator.authenticate(secret, clock.now)
    clock.move(2)
    with pytest.raises(Outdated, match="expired"):
        await authenticator.authenticate(secret, clock.now)


async def test_one_who_leaves_does_not_spoil_it_for_the_others(
    issue: Issue, authenticator: Authenticator, clock: Moment
) -> None:
    _, secret = await issue()
    callers = [asyncio.create_task(authenticator.authenticate(secret, clock.now)) for _ in range(5)]
    await asyncio.sleep(0)
    callers[0].cancel()
    done = await asyncio.gather(*callers, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert len({caller.id for caller in done[1:] if not isinstance(caller, BaseException)}) == 1
    assert not any(isinstance(caller, BaseException) for caller in done[1:])


async def test_the_cache_has_an_end(issue: Issue, clock: Moment, database: Database) -> None:
    small = Authenticator(database, ttl_s=60, monotonic=clock.monotonic, size=2)
    secrets = [(await issue())[1] for _ in range(3)]
    for secret in secrets:
        await small.authenticate(secret, clock.now)
    await database.close()
    for secret in secrets[1:]:
        await small.authenticate(secret, clock.now)
    with pytest.raises(Exception, match="database"):
        await small.authenticate(secrets[0], clock.now)


async def test_use_is_noted_at_most_once_a_minute(
    issue: Issue, authenticator: Authenticator, clock: Moment, database: Database
) -> None:
    _, secret = await issue()
    noted = []
    for _ in range(13):
        await authenticator.authenticate(secret, clock.now)
        noted.append((await stored(database, secret)).last_used_at)
        clock.move(5)
    assert noted[0] == clock.now - timedelta(seconds=65)
    assert noted[:12] == [noted[0]] * 12
    assert noted[12] == noted[0] + timedelta(seconds=60)


async def test_a_refused_key_is_not_in_use(
    issue: Issue, authenticator: Authenticator, clock: Moment, database: Database
) -> None:
    key_id, secret = await issue()
    await revoke(database, key_id, clock.now)
    with pytest.raises(Outdated):
        await authenticator.authenticate(secret, clock.now)
    assert (await stored(database, secret)).last_used_at is None
