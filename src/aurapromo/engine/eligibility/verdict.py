from collections.abc import Callable
from typing import Any

from aurapromo.engine.decision import RuleResult
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.pricing.state import State

Check = Callable[[Question, State], RuleResult]


def judged(kind: str, reason: str, *, expected: Any = None, actual: Any = None) -> RuleResult:
    """The result of one rule: passed when there is no `reason`."""
    return RuleResult(kind, not reason, reason, expected, actual)


def at_least(kind: str, reason: str, expected: int, actual: int) -> RuleResult:
    """The result of a threshold, with the nearest miss."""
    if actual >= expected:
        return RuleResult(kind, passed=True, expected=expected, actual=actual)
    missing = expected - actual
    return RuleResult(kind, passed=False, reason=reason, expected=expected, actual=actual, missing=missing)
