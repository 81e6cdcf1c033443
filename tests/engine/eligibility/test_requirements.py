"""What an index may rely on; that it is never too much is a property in test_properties."""

import pytest
from tests.engine.world import a_cart, a_line, a_promotion, case, percent_off

from aurapromo.engine.actions import BuyXGetY, FreeShipping, ItemFilter, OrderFixedDiscount
from aurapromo.engine.eligibility.requirements import Requirements, can_meet, requirements
from aurapromo.engine.facts import Coupon, Customer, Facts
from aurapromo.engine.promotion import Promotion
from aurapromo.engine.rules import (
    All,
    AnyOf,
    Brand,
    CartQuantity,
    Category,
    ContainsProduct,
    CouponCode,
    CustomerGroup,
    CustomerSegment,
    HasTaxon,
    ItemTotal,
    MinimumSubtotal,
    Not,
    Product,
    Rule,
    ShippingCountry,
)


def names(*given: str) -> frozenset[str]:
    return frozenset(given)


HATS, MUGS = Category(include=("hats",)), Category(include=("mugs", "cups"))

BY_RULES = [
    case([], Requirements(), id="no rule asks for nothing"),
    case([MinimumSubtotal(50)], Requirements(minimum_subtotal=50), id="a minimum subtotal"),
    case([CartQuantity(3)], Requirements(minimum_quantity=3), id="a number of units"),
    case([HATS], Requirements(categories=names("hats")), id="a category"),
    case([Category(exclude=("hats",))], Requirements(), id="an exclusion asks for nothing"),
    case([HasTaxon(("a", "b"))], Requirements(categories=names("a", "b")), id="taxons are categories"),
    case([ContainsProduct("p")], Requirements(products=names("p")), id="a product"),
    case([Product(include=("p", "q"))], Requirements(products=names("p", "q")), id="one of some products"),
    case([Brand(include=("b",))], Requirements(brands=names("b")), id="a brand"),
    case([ShippingCountry(("DE",))], Requirements(countries=names("DE")), id="a country"),
    case([CustomerSegment(("vip",))], Requirements(segments=names("vip")), id="a segment"),
    case([CustomerGroup("retail")], Requirements(groups=names("retail")), id="a group"),
    case([ItemTotal({"WEB": 5})], Requirements(channels=names("WEB")), id="a threshold by channel"),
    case([CouponCode((" a ",))], Requirements(codes=names("A")), id="a code"),
    case([CouponCode()], Requirements(coupon=True), id="any code of its own"),
    case([MUGS, HATS], Requirements(categories=names("hats")), id="of two needs the narrower"),
    case([MinimumSubtotal(5), All((MinimumSubtotal(9),))], Requirements(minimum_subtotal=9), id="the higher"),
    case([AnyOf((HATS, MUGS))], Requirements(categories=names("hats", "mugs", "cups")), id="either category"),
    case([AnyOf((HATS, CartQuantity(2)))], Requirements(), id="alternatives of different kinds"),
    case(
        [AnyOf((MinimumSubtotal(9), MinimumSubtotal(5)))],
        Requirements(minimum_subtotal=5),
        id="the lower",
    ),
    case([AnyOf((CouponCode(), HATS))], Requirements(), id="a code or something else"),
    case([Not(HATS)], Requirements(), id="not asks for nothing"),
]


@pytest.mark.parametrize(("rules", "needed"), BY_RULES)
def test_rules_ask_for(rules: list[Rule], needed: Requirements) -> None:
    assert requirements(a_promotion(rules=rules)) == needed


HATS_ONLY, MUGS_ONLY = ItemFilter(categories=("hats",)), ItemFilter(categories=("mugs",))

BY_PROMOTION = [
    case(a_promotion(channels=names("WEB")), Requirements(channels=names("WEB")), id="its channels"),
    case(a_promotion(requires_coupon=True), Requirements(coupon=True), id="its code"),
    case(
        a_promotion(percent_off(5, filters=HATS_ONLY)),
        Requirements(categories=names("hats")),
        id="what its action works on",
    ),
    case(
        a_promotion(percent_off(5, filters=HATS_ONLY), BuyXGetY(target=MUGS_ONLY)),
        Requirements(categories=names("hats", "mugs")),
        id="what either action works on",
    ),
    case(
        a_promotion(percent_off(5, filters=HATS_ONLY), FreeShipping()),
        Requirements(),
        id="shipping needs nothing",
    ),
    case(
        a_promotion(OrderFixedDiscount(channels={"WEB": 5, "POS": 6})),
        Requirements(channels=names("WEB", "POS")),
        id="the channels an action names",
    ),
    case(
        a_promotion(percent_off(5, filters=HATS_ONLY), exclusive=True),
        Requirements(),
        id="an exclusive one blocks even without effect",
    ),
]


@pytest.mark.parametrize(("promotion", "needed"), BY_PROMOTION)
def test_promotions_ask_for(promotion: Promotion, needed: Requirements) -> None:
    assert requirements(promotion) == needed


CART = a_cart(
    a_line(100, 2, product="p", categories=["hats"], brand_id="b"),
    channel="WEB",
    shipping_country="DE",
    codes=("A",),
)
FACTS = Facts(
    customer=Customer("alice", segments=names("vip"), group="retail"), coupons={"A": Coupon("A", 1)}
)

MET = [
    case(Requirements(categories=names("hats", "x")), id="category"),
    case(Requirements(products=names("p")), id="product"),
    case(Requirements(brands=names("b")), id="brand"),
    case(Requirements(channels=names("WEB")), id="channel"),
    case(Requirements(countries=names("DE")), id="country"),
    case(Requirements(codes=names("A")), id="code"),
    case(Requirements(segments=names("vip")), id="segment"),
    case(Requirements(groups=names("retail")), id="group"),
    case(Requirements(coupon=True), id="coupon"),
    case(Requirements(minimum_subtotal=200), id="subtotal"),
    case(Requirements(minimum_quantity=2), id="quantity"),
]


@pytest.mark.parametrize("needed", MET)
def test_a_requirement_is_met_by_a_cart_that_has_it_and_not_by_an_empty_one(needed: Requirements) -> None:
    assert can_meet(needed, 1, CART, FACTS)
    assert not can_meet(needed, 1, a_cart(), Facts())
