"""Windows in the memory of one process."""

from hypothesis import given
from hypothesis import strategies as st

from aurapromo.limits.local import SWEEP_AFTER, LocalWindows

NOON = 1_769_860_800.0  # 2026-01-31T12:00:00Z


async def test_a_window_begins_with_its_first_call_and_lasts_its_seconds() -> None:
    windows = LocalWindows()
    first = await windows.hit("a", limit=2, window_s=60, now=NOON + 17)
    assert (first.count, first.ends_at) == (1, NOON + 77)
    last = await windows.hit("a", limit=2, window_s=60, now=NOON + 76.999)
    assert (last.count, last.ends_at) == (2, first.ends_at)
    next_one = await windows.hit("a", limit=2, window_s=60, now=NOON + 77)
    assert (next_one.count, next_one.ends_at) == (1, NOON + 137)


async def test_refused_calls_do_not_prolong_the_window() -> None:
    windows = LocalWindows()
    counts = [(await windows.hit("a", limit=2, window_s=60, now=NOON)).count for _ in range(5)]
    assert counts == [1, 2, 3, 3, 3]
    later = await windows.hit("a", limit=2, window_s=60, now=NOON + 60)
    assert later.count == 1


async def test_windows_that_are_over_are_forgotten() -> None:
    windows = LocalWindows()
    for number in range(SWEEP_AFTER):
        await windows.hit(f"old {number}", limit=1, window_s=1, now=NOON)
    await windows.hit("new", limit=1, window_s=1, now=NOON + 1)
    assert list(windows._windows) == ["new"]


@given(
    calls=st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0, 40, allow_nan=False)), min_size=1, max_size=60
    ),
    limit=st.integers(1, 5),
)
async def test_no_window_lets_more_through_than_its_limit(calls: list[tuple[str, float]], limit: int) -> None:
    windows = LocalWindows()
    now = NOON
    let_through: dict[tuple[str, float], int] = {}
    for key, pause_s in calls:
        now += pause_s
        window = await windows.hit(key, limit=limit, window_s=60, now=now)
        assert now < window.ends_at <= now + 60
        if window.count <= limit:
            let_through[key, window.ends_at] = let_through.get((key, window.ends_at), 0) + 1
    assert max(let_through.values()) <= limit
