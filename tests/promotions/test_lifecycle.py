"""The status table: what a promotion may become, and what it reads by the clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurapromo.promotions import lifecycle
from aurapromo.promotions.lifecycle import ImpossibleTransition, Verb
from aurapromo.promotions.model import Definition, Status

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
S, V = Status, Verb


def running(*, since: timedelta = DAY, until: timedelta = DAY) -> Definition:
    """Started `since` ago, over in `until`."""
    return Definition(name="x", currency="USD", starts_at=NOW - since, ends_at=NOW + until)


@pytest.mark.parametrize(
    ("verb", "before", "after"),
    [
        (V.ACTIVATE, S.DRAFT, S.ACTIVE),
        (V.ACTIVATE, S.PAUSED, S.ACTIVE),
        (V.ACTIVATE, S.ACTIVE, S.ACTIVE),
        (V.PAUSE, S.ACTIVE, S.PAUSED),
        (V.RESUME, S.PAUSED, S.ACTIVE),
        (V.END, S.ACTIVE, S.ENDED),
        (V.END, S.PAUSED, S.ENDED),
        (V.CANCEL, S.ACTIVE, S.CANCELLED),
        (V.ARCHIVE, S.DRAFT, S.ARCHIVED),
        (V.ARCHIVE, S.PAUSED, S.ARCHIVED),
        (V.ARCHIVE, S.ENDED, S.ARCHIVED),
        (V.ARCHIVE, S.CANCELLED, S.ARCHIVED),
    ],
)
def test_possible_steps(verb: Verb, before: Status, after: Status) -> None:
    assert lifecycle.after(verb, before, running(), NOW) is after


@pytest.mark.parametrize(
    ("verb", "before"),
    [
        (V.PAUSE, S.DRAFT),
        (V.PAUSE, S.PAUSED),
        (V.RESUME, S.DRAFT),
        (V.RESUME, S.ACTIVE),
        (V.END, S.DRAFT),
        (V.CANCEL, S.DRAFT),
        (V.ARCHIVE, S.ACTIVE),
        *[(verb, final) for verb in (V.ACTIVATE, V.PAUSE, V.RESUME, V.END, V.CANCEL)
          for final in (S.ENDED, S.CANCELLED, S.ARCHIVED)],
    ],
)  # fmt: skip
def test_impossible_steps_name_both_states(verb: Verb, before: Status) -> None:
    with pytest.raises(ImpossibleTransition) as refusal:
        lifecycle.after(verb, before, running(), NOW)
    assert before in str(refusal.value)
    assert lifecycle.TABLE[verb][1] in str(refusal.value)


def test_activation_before_the_start_is_scheduled() -> None:
    assert lifecycle.after(V.ACTIVATE, S.DRAFT, running(since=-DAY, until=2 * DAY), NOW) is S.SCHEDULED


def test_activation_after_the_end_names_the_end_date() -> None:
    with pytest.raises(ImpossibleTransition, match="2026-11-21T12:00:00Z"):
        lifecycle.after(V.ACTIVATE, S.DRAFT, running(since=2 * DAY, until=-DAY), NOW)


@pytest.mark.parametrize("status", [S.ACTIVE, S.SCHEDULED, S.PAUSED])
def test_past_its_end_it_reads_expired_and_cannot_come_back(status: Status) -> None:
    over = running(since=2 * DAY, until=-DAY)
    assert lifecycle.shown(status, over, NOW) is S.EXPIRED
    for verb in (V.ACTIVATE, V.RESUME):
        with pytest.raises(ImpossibleTransition, match="expired"):
            lifecycle.after(verb, status, over, NOW)


def test_the_first_instant_counts_and_the_last_does_not() -> None:
    period = running(since=timedelta(0), until=DAY)
    assert lifecycle.is_live(S.ACTIVE, period, NOW)
    assert not lifecycle.is_live(S.ACTIVE, period, NOW + DAY)
    assert lifecycle.is_live(S.SCHEDULED, period, NOW), "the clock starts it, nobody has to"


@given(
    status=st.sampled_from([status for status in S if status is not S.EXPIRED]),
    starts=st.none() | st.integers(-3, 3),
    lasts=st.none() | st.integers(1, 3),
    verb=st.sampled_from(V),
)
def test_every_step_ends_in_a_state_of_the_table_or_is_refused(
    status: Status, starts: int | None, lasts: int | None, verb: Verb
) -> None:
    starts_at = None if starts is None else NOW + starts * DAY
    ends_at = None if lasts is None else (starts_at or NOW) + lasts * DAY
    definition = Definition(name="x", currency="USD", starts_at=starts_at, ends_at=ends_at)
    try:
        after = lifecycle.after(verb, status, definition, NOW)
    except ImpossibleTransition:
        return
    assert after is not S.EXPIRED
    assert after in {lifecycle.TABLE[verb][1], S.SCHEDULED}
    assert lifecycle.shown(after, definition, NOW) is after
