"""What a promotion needs at least, told without judging it, so that an index can leave it out."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

import msgspec

from aurapromo.engine.actions import Action, FreeShipping, ItemFilter, ShippingPercentageDiscount
from aurapromo.engine.cart import Cart
from aurapromo.engine.facts import Facts
from aurapromo.engine.pricing.plan import by_channel, filter_in
from aurapromo.engine.promotion import Promotion
from aurapromo.engine.rules import (
    All,
    AnyOf,
    Brand,
    CartQuantity,
    Category,
    Channel,
    ContainsProduct,
    CouponCode,
    CustomerGroup,
    CustomerSegment,
    HasTaxon,
    ItemTotal,
    MinimumSubtotal,
    Product,
    Rule,
    RuleRecord,
    ShippingCountry,
    TotalOfItemsFromTaxon,
)

Names = frozenset[str] | None


class Requirements(msgspec.Struct, frozen=True):
    """Necessary, not sufficient: a promotion with an unmet requirement cannot apply.

    Of each set of names the cart (its lines, channel, country, codes; the customer's segments or
    group) must have one; None asks for nothing, an empty set can never be met. `coupon`: a code of
    the promotion itself. `minimum_subtotal` is in minor units before any discount.
    """

    categories: Names = None
    products: Names = None
    brands: Names = None
    channels: Names = None
    countries: Names = None
    codes: Names = None
    segments: Names = None
    groups: Names = None
    coupon: bool = False
    minimum_subtotal: int = 0
    minimum_quantity: int = 0


NONE: Final = Requirements()
SETS: Final = ("categories", "products", "brands", "channels", "countries", "codes", "segments", "groups")


def requirements(promotion: Promotion) -> Requirements:
    """From the channels, the code, the rules, and what the actions work on.

    The actions of an exclusive promotion are not asked: by priority it blocks all others when it is
    eligible, even without an effect.
    """
    needed = [required_by(rule) for rule in promotion.rules]
    if promotion.channels is not None:
        needed.append(Requirements(channels=promotion.channels))
    if promotion.requires_coupon:
        needed.append(Requirements(coupon=True))
    if promotion.actions and not promotion.exclusive:
        needed.append(either([needed_for(action) for action in promotion.actions]))
    return both(needed)


def required_by(rule: Rule) -> Requirements:
    """Nothing for rules that no index knows; `not` forbids instead of asking."""
    needs = NEEDS.get(type(rule))
    return needs(rule) if needs else NONE


NEEDS: Final[Mapping[type[RuleRecord], Callable[[Any], Requirements]]] = {
    All: lambda rule: both([required_by(part) for part in rule.rules]),
    AnyOf: lambda rule: either([required_by(part) for part in rule.rules]),
    MinimumSubtotal: lambda rule: Requirements(minimum_subtotal=rule.amount),
    CartQuantity: lambda rule: Requirements(minimum_quantity=rule.count),
    Category: lambda rule: Requirements(categories=frozenset(rule.include) or None),
    Product: lambda rule: Requirements(products=frozenset(rule.include) or None),
    Brand: lambda rule: Requirements(brands=frozenset(rule.include) or None),
    Channel: lambda rule: Requirements(channels=frozenset(rule.include) or None),
    HasTaxon: lambda rule: Requirements(categories=frozenset(rule.taxons)),
    ContainsProduct: lambda rule: Requirements(products=frozenset({rule.product})),
    ShippingCountry: lambda rule: Requirements(countries=frozenset(rule.countries)),
    CustomerSegment: lambda rule: Requirements(segments=frozenset(rule.segments)),
    CustomerGroup: lambda rule: Requirements(groups=frozenset({rule.group})),
    ItemTotal: lambda rule: Requirements(channels=frozenset(rule.amounts)),
    TotalOfItemsFromTaxon: lambda rule: Requirements(channels=frozenset(rule.thresholds)),
    CouponCode: lambda rule: Requirements(codes=coupon_codes(rule), coupon=not rule.codes),
}


def coupon_codes(rule: CouponCode) -> Names:
    return frozenset([code.strip().upper() for code in rule.codes]) or None


def needed_for(action: Action) -> Requirements:
    """Without such a line (in such a channel) the action has no effect."""
    channels = by_channel(action)
    if channels is not None:
        needed = either([needed_for(plain) for plain in channels.values()])
        return both([needed, Requirements(channels=frozenset(channels))])
    if isinstance(action, FreeShipping | ShippingPercentageDiscount):
        return NONE
    return passed_by(filter_in(action))


def passed_by(wanted: ItemFilter) -> Requirements:
    return Requirements(
        categories=frozenset(wanted.categories) or None,
        products=frozenset(wanted.products) or None,
        brands=frozenset(wanted.brands) or None,
    )


def both(needed: Iterable[Requirements]) -> Requirements:
    """All of them at once. Of two sets for the same thing the smaller is kept: each is necessary."""
    return combined(needed, lambda sets: min([s for s in sets if s is not None], key=len, default=None), max)


def either(needed: Iterable[Requirements]) -> Requirements:
    """At least one of them: only what all ask for, and of that the least."""
    return combined(needed, union, min)


def union(sets: list[Names]) -> Names:
    known = [names for names in sets if names is not None]
    return frozenset().union(*known) if sets and len(known) == len(sets) else None


def combined(
    needed: Iterable[Requirements], names: Callable[[list[Names]], Names], number: Callable[..., int]
) -> Requirements:
    given = list(needed)
    sets = {field: names([getattr(one, field) for one in given]) for field in SETS}
    return Requirements(
        **sets,
        coupon=bool(number([one.coupon for one in given], default=False)),
        minimum_subtotal=number([one.minimum_subtotal for one in given], default=0),
        minimum_quantity=number([one.minimum_quantity for one in given], default=0),
    )


def can_meet(needed: Requirements, promotion_id: int, cart: Cart, facts: Facts) -> bool:
    """Whether the cart and the customer have all that is needed."""
    customer = facts.customer
    coupons = [facts.coupons.get(code) for code in cart.codes]
    present: list[tuple[Names, Iterable[str | None]]] = [
        (needed.categories, [name for line in cart.lines for name in line.categories]),
        (needed.products, [line.product_id for line in cart.lines]),
        (needed.brands, [line.brand_id for line in cart.lines]),
        (needed.channels, [cart.channel]),
        (needed.countries, [cart.shipping_country]),
        (needed.codes, cart.codes),
        (needed.segments, customer.segments if customer else ()),
        (needed.groups, [customer.group if customer else None]),
    ]
    return (
        all(wanted is None or not wanted.isdisjoint(names) for wanted, names in present)
        and (not needed.coupon or any(c is not None and c.promotion_id == promotion_id for c in coupons))
        and cart.subtotal >= needed.minimum_subtotal
        and cart.units >= needed.minimum_quantity
    )
