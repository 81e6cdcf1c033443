"""The engine's trace in the Aura contract: codes, sentences, amounts in major units."""

from collections.abc import Mapping
from typing import Any

from aurapromo.api.aura.decisions.sentences import AMOUNTS, sentence
from aurapromo.api.aura.decisions.types import RuleOut, StepOut
from aurapromo.api.aura.money import digits_of, to_major
from aurapromo.engine.decision import Outcome, RuleResult, Step


def step_out(step: Step, names: Mapping[int, str], currency: str) -> StepOut:
    return StepOut(
        promotion_id=step.promotion_id,
        promotion_name=names[step.promotion_id],
        outcome=step.outcome,
        reason=step.reason,
        message=step_sentence(step, names, currency),
        discount_amount=to_major(step.discount, digits_of(currency)),
        by_promotion_id=step.by,
        rules=[rule_out(result, currency) for result in step.rules],
    )


def step_sentence(step: Step, names: Mapping[int, str], currency: str) -> str:
    """Why the promotion applies or not, in one sentence; names the other one where there is one."""
    if step.outcome is Outcome.APPLIED:
        return "Applied"
    if step.outcome is Outcome.EXCLUDED_BY and step.by is not None and step.by in names:
        return f"Cannot be combined with {names[step.by]}"
    failed = next((result for result in step.rules if result.reason == step.reason), None)
    return sentence(step.reason, failed, currency)


def rule_out(result: RuleResult, currency: str) -> RuleOut:
    shown = _amount if result.type in AMOUNTS else _plain
    return RuleOut(
        type=result.type,
        passed=result.passed,
        message="" if result.passed else sentence(result.reason, result, currency),
        reason=result.reason,
        expected=shown(result.expected, currency),
        actual=shown(result.actual, currency),
        missing=shown(result.missing, currency),
        parts=[rule_out(part, currency) for part in result.parts],
    )


def _amount(value: Any, currency: str) -> Any:
    return to_major(value, digits_of(currency)) if isinstance(value, int) else _plain(value, currency)


def _plain(value: Any, _currency: str) -> Any:
    return sorted(value) if isinstance(value, set | frozenset) else value
