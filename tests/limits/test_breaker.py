"""A server that does not answer is left alone, and tried again from time to time."""

from aurapromo.limits.breaker import Breaker


class Watch:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_everything_passes_until_something_fails() -> None:
    breaker = Breaker(pause_s=1.0, monotonic=Watch())
    assert [breaker.admits() for _ in range(3)] == [True] * 3
    breaker.failed()
    assert [breaker.admits() for _ in range(3)] == [False] * 3


def test_after_the_pause_one_call_tries_and_the_others_go_on_waiting() -> None:
    watch = Watch()
    breaker = Breaker(pause_s=1.0, monotonic=watch)
    breaker.failed()
    watch.seconds += 1.0
    assert [breaker.admits() for _ in range(3)] == [True, False, False]
    watch.seconds += 0.5
    breaker.failed()
    assert not breaker.admits()


def test_one_success_lets_everything_pass_again() -> None:
    watch = Watch()
    breaker = Breaker(pause_s=1.0, monotonic=watch)
    breaker.failed()
    watch.seconds += 1.0
    breaker.admits()
    breaker.succeeded()
    assert [breaker.admits() for _ in range(3)] == [True] * 3
    assert not breaker.open
