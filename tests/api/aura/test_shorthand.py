"""The flat fields of the Aura contract and the rules and actions that they stand for."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from aurapromo.api.aura.promotions.flat.compile import compiled
from aurapromo.api.aura.promotions.flat.fields import (
    FITTING,
    BogoConfig,
    DiscountType,
    PromotionType,
    Shorthand,
    TierRule,
    TierRules,
)
from aurapromo.api.aura.promotions.flat.recognise import kept, shorthand_of
from aurapromo.engine import actions as a
from aurapromo.engine import rules as r
from aurapromo.errors import Invalid
from aurapromo.promotions.model import Definition

P, D = PromotionType, DiscountType
FLAT_TYPES = [kind for kind in P if kind is not P.CUSTOM]

amounts = st.integers(1, 10**9).map(lambda cents: cents / 100)
percentages = st.integers(1, 1_000_000).map(lambda ppm: ppm / 10_000)
OFF = [("discount_percentage", percentages), ("discount_amount", amounts)]
ids = st.integers(0, 10**6) | st.text(
    st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=9
)


def flat(**changes: object) -> Shorthand:
    """25 % off everything, with changes."""
    plain = Shorthand(promotion_type=P.PERCENTAGE_DISCOUNT, discount_type=D.PERCENTAGE, discount_value=25.0)
    return msgspec.structs.replace(plain, **changes)


@st.composite
def tiers(draw: st.DrawFn) -> TierRules:
    minimums = draw(st.lists(st.integers(0, 10**7), min_size=1, max_size=4, unique=True))
    found = []
    for minimum in minimums:
        cap = draw(st.none() | amounts)
        field, values = draw(st.sampled_from(OFF))
        off = {field: draw(values)}
        found.append(TierRule(min_amount=minimum / 100, maximum_discount=cap, **off))
    return TierRules(found)


@st.composite
def shorthands(draw: st.DrawFn) -> Shorthand:
    kind = draw(st.sampled_from(FLAT_TYPES))
    return Shorthand(
        promotion_type=kind,
        discount_type=draw(st.sampled_from(FITTING[kind])),
        discount_value=draw(amounts if kind is P.FIXED_AMOUNT_DISCOUNT else percentages),
        minimum_order_amount=draw(st.none() | amounts),
        maximum_discount_amount=draw(st.none() | amounts),
        target_customer_segments=draw(st.none() | st.lists(st.text(min_size=1, max_size=9), max_size=3)),
        applicable_categories=draw(st.none() | st.lists(ids, max_size=3)),
        bogo_config=draw(st.none() | st.builds(BogoConfig, st.integers(1, 9), st.integers(1, 9)))
        if kind is P.BUY_ONE_GET_ONE
        else None,
        tier_rules=draw(st.none() | tiers()) if kind is P.TIERED_DISCOUNT else None,
    )


@given(shorthands())
def test_what_was_written_reads_back_as_it_was_written(written: Shorthand) -> None:
    rules, actions = compiled(written, "USD")
    stored = msgspec.json.decode(msgspec.json.encode(kept(written)))
    definition = Definition(name="x", currency="USD", rules=rules, actions=actions, shorthand=stored)
    assert shorthand_of(definition) == written


@given(shorthands())
def test_without_the_written_form_the_one_found_means_the_same(written: Shorthand) -> None:
    rules, actions = compiled(written, "USD")
    found = shorthand_of(Definition(name="x", currency="USD", rules=rules, actions=actions))
    assert found.promotion_type is written.promotion_type
    assert compiled(found, "USD") == (rules, actions)


@given(shorthands())
def test_a_written_form_that_no_longer_says_the_same_is_not_shown(written: Shorthand) -> None:
    definition = Definition(
        name="x",
        currency="USD",
        rules=(r.FirstOrder(),),
        actions=compiled(written, "USD").actions,
        shorthand=kept(written),
    )
    assert shorthand_of(definition).promotion_type is P.CUSTOM


@pytest.mark.parametrize(
    ("written", "rules", "actions"),
    [
        pytest.param(flat(), (), (a.OrderPercentageDiscount(percentage=250_000),), id="percentage"),
        pytest.param(
            flat(minimum_order_amount=50.0, target_customer_segments=["vip"], maximum_discount_amount=100.0),
            (r.MinimumSubtotal(5_000), r.CustomerSegment(("vip",))),
            (a.OrderPercentageDiscount(percentage=250_000, cap=10_000),),
            id="minimum, segment and cap",
        ),
        pytest.param(
            flat(applicable_categories=[1, "1b"]),
            (),
            (a.OrderPercentageDiscount(percentage=250_000, filters=a.ItemFilter(categories=("1", "1b"))),),
            id="categories compare as strings",
        ),
        pytest.param(
            flat(promotion_type=P.FIXED_AMOUNT_DISCOUNT, discount_type=D.FIXED_AMOUNT, discount_value=5.0),
            (),
            (a.OrderFixedDiscount(amount=500),),
            id="fixed amount",
        ),
        pytest.param(
            flat(promotion_type=P.BUY_ONE_GET_ONE, discount_type=D.BUY_X_GET_Y, discount_value=100.0),
            (),
            (a.BuyXGetY(buy=1, get=1, percentage=1_000_000),),
            id="buy one get one free by default",
        ),
        pytest.param(
            flat(promotion_type=P.FREE_SHIPPING, discount_type=D.FREE_SHIPPING, discount_value=0.0),
            (),
            (a.FreeShipping(),),
            id="free shipping",
        ),
        pytest.param(
            flat(promotion_type=P.CASHBACK, discount_type=D.CASHBACK, discount_value=2.555),
            (),
            (a.Cashback(percentage=25_550),),
            id="cashback with three decimals of a percent",
        ),
    ],
)
def test_the_flat_fields_stand_for_rules_and_actions(
    written: Shorthand, rules: tuple[r.Rule, ...], actions: tuple[a.Action, ...]
) -> None:
    assert compiled(written, "USD") == (rules, actions)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        pytest.param(flat(discount_value=100.5), "discount_value", id="over 100 percent"),
        pytest.param(flat(discount_value=2.55555), "discount_value", id="a percentage too fine"),
        pytest.param(flat(discount_value=0.0), "discount_value", id="nothing off"),
        pytest.param(flat(discount_value=None), "discount_value", id="no value"),
        pytest.param(flat(discount_type=None), "discount_type", id="no discount type"),
        pytest.param(flat(discount_type=D.FIXED_AMOUNT), "discount_type", id="types that do not fit"),
        pytest.param(flat(minimum_order_amount=0.001), "minimum_order_amount", id="a tenth of a cent"),
        pytest.param(flat(maximum_discount_amount=0.0), "maximum_discount_amount", id="a cap of nothing"),
        pytest.param(flat(bogo_config=BogoConfig()), "bogo_config", id="settings of another type"),
        pytest.param(
            flat(promotion_type=P.TIERED_DISCOUNT, discount_type=D.TIERED, discount_value=0.0),
            "tier_rules",
            id="no tiers and no value",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_by_field(written: Shorthand, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        compiled(written, "USD")
    assert field in [fault.path[0] for fault in refusal.value.fields]


def test_every_field_at_fault_is_named_at_once() -> None:
    with pytest.raises(Invalid) as refusal:
        compiled(flat(discount_value=101.0, minimum_order_amount=1.234, maximum_discount_amount=-1.0), "USD")
    assert {fault.path[0] for fault in refusal.value.fields} == {
        "discount_value",
        "minimum_order_amount",
        "maximum_discount_amount",
    }


@pytest.mark.parametrize(("currency", "minor"), [("JPY", 50), ("USD", 5_000), ("KWD", 50_000)])
def test_amounts_follow_the_digits_of_the_currency(currency: str, minor: int) -> None:
    assert compiled(flat(minimum_order_amount=50.0), currency).rules == (r.MinimumSubtotal(minor),)
