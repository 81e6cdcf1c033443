"""Every stable reason code has a sentence, with the values of the rule where they are known."""

import pytest

from aurapromo.api.aura.decisions.sentences import (
    SENTENCES,
    money_text,
    percent_text,
    plain_sentence,
    sentence,
)
from aurapromo.engine.decision import Reason, RuleResult


@pytest.mark.parametrize("reason", [*Reason, "not_active", "excluded_by", "a_code_of_tomorrow"])
@pytest.mark.parametrize("expected", [5, "x", ("a", "b"), (), None], ids=repr)
def test_a_sentence_is_whole_whatever_is_known(reason: str, expected: object) -> None:
    result = RuleResult(
        "minimum_subtotal", passed=False, reason=reason, expected=expected, actual=4, missing=1
    )
    for text in (sentence(reason, result, "USD"), sentence(reason, None, "USD"), plain_sentence(reason)):
        assert text[0].isupper()
        assert text == text.strip()
        assert not text.endswith((":", "(", ","))
        assert "{" not in text


def test_every_reason_of_the_engine_has_a_sentence_of_its_own() -> None:
    assert set(Reason) <= SENTENCES.keys()


@pytest.mark.parametrize(
    ("minor", "currency", "text"),
    [
        (1250, "USD", "12.50"),
        (5, "USD", "0.05"),
        (1250, "JPY", "1250"),
        (1250, "KWD", "1.250"),
        (-5, "USD", "-0.05"),
    ],
)
def test_an_amount_has_all_decimals_of_its_currency(minor: int, currency: str, text: str) -> None:
    assert money_text(minor, currency) == text


@pytest.mark.parametrize(
    ("ppm", "text"),
    [(250_000, "25"), (125_000, "12.5"), (1, "0.0001"), (1_000_000, "100"), (333_333, "33.3333")],
)
def test_a_percentage_has_no_needless_decimals(ppm: int, text: str) -> None:
    assert percent_text(ppm) == text
