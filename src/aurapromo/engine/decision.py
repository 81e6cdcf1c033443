"""The answer of the engine, with a reason for every promotion considered."""

from enum import StrEnum
from typing import Any

import msgspec

Run = tuple[int, int]  # (number of units, discount of each in minor units)


class Outcome(StrEnum):
    """What became of a promotion that was considered."""

    APPLIED = "applied"
    NOT_ELIGIBLE = "not_eligible"
    BEATEN = "beaten"
    EXCLUDED_BY = "excluded_by"
    LIMIT_REACHED = "limit_reached"
    NO_EFFECT = "no_effect"


class Reason(StrEnum):
    """Why a promotion does not apply. The codes are stable; the sentence is made where it is shown."""

    # Conditions of the promotion itself.
    NOT_STARTED = "not_started"  # its period begins later
    EXPIRED = "expired"  # its period is over
    WITHHELD = "withheld"  # the caller left it out
    USAGE_LIMIT_REACHED = "usage_limit_reached"  # redeemed and held uses are all there are
    BUDGET_EXHAUSTED = "budget_exhausted"  # the discount does not fit into what is left of the budget
    CUSTOMER_LIMIT_REACHED = "customer_limit_reached"  # this customer has had all of his uses
    CUSTOMER_UNKNOWN = "customer_unknown"  # asks something of a customer that is not known
    WRONG_CHANNEL = "wrong_channel"  # not for the cart's channel
    CURRENCY_MISMATCH = "currency_mismatch"  # has plain amounts in another currency than the cart
    COUPON_MISSING = "coupon_missing"  # needs a code that the cart does not carry
    NOT_GRANTED = "not_granted"  # only for customers with a grant
    OTHER_VARIANT = "other_variant"  # the customer is not assigned to this variant of the A/B test
    HELD_OUT = "held_out"  # the customer belongs to the holdout
    EXCLUSIVE = "exclusive"  # combines with nothing: neither another promotion nor a prior discount
    # Rules.
    BELOW_MINIMUM = "below_minimum"  # items before discounts total less
    BELOW_ITEM_TOTAL = "below_item_total"  # items after earlier discounts total less
    BELOW_TAXON_TOTAL = "below_taxon_total"  # items of the taxon total less
    TOO_FEW_UNITS = "too_few_units"  # not enough units in the cart, or for one whole set
    WRONG_SEGMENT = "wrong_segment"  # the customer is in none of the segments
    WRONG_GROUP = "wrong_group"  # the customer is of another group
    WRONG_ORDER_NUMBER = "wrong_order_number"  # not the customer's n-th order
    NOT_FIRST_ORDER = "not_first_order"  # the customer has ordered before
    NOT_NEW_CUSTOMER = "not_new_customer"  # signed up too long ago
    TAXON_MISSING = "taxon_missing"  # no product of these taxons
    PRODUCT_MISSING = "product_missing"  # none of these products
    PRODUCT_EXCLUDED = "product_excluded"  # a product that must not be in the cart
    CATEGORY_MISSING = "category_missing"  # nothing of these categories
    CATEGORY_EXCLUDED = "category_excluded"  # something of a category that must not be in the cart
    BRAND_MISSING = "brand_missing"  # nothing of these brands
    BRAND_EXCLUDED = "brand_excluded"  # something of a brand that must not be in the cart
    WRONG_COUNTRY = "wrong_country"  # not sent to one of these countries
    OUTSIDE_TIME_WINDOW = "outside_time_window"  # not on these days or hours
    RULE_HOLDS = "rule_holds"  # a rule holds that must not
    NO_ALTERNATIVE_HOLDS = "no_alternative_holds"  # none of the alternatives holds
    # No effect.
    NO_ACTIONS = "no_actions"  # has nothing to take off
    NO_MATCHING_ITEMS = "no_matching_items"  # no line passes the filters
    NOTHING_LEFT = "nothing_left"  # what it works on is already free
    ROUNDS_TO_NOTHING = "rounds_to_nothing"  # less than half a minor unit
    NO_TIER_REACHED = "no_tier_reached"  # below the lowest tier
    NO_SHIPPING_FEE = "no_shipping_fee"  # no fee is known
    CHANNEL_NOT_CONFIGURED = "channel_not_configured"  # names amounts for other channels only
    # Combination with others.
    BETTER_COMBINATION = "better_combination"  # another combination gives the customer more
    LANE = "lane"  # another promotion of its lane applies
    MAX_PROMOTIONS = "max_promotions"  # as many promotions apply as may


class RuleResult(msgspec.Struct, frozen=True):
    """How one rule (or built-in condition) was judged.

    `reason` is a stable code, empty when it passed. `expected` and `actual` are plain values (minor
    units for amounts); `missing` is how much more would have been enough, in the rule's own unit.
    `parts` are the results inside `all`, `any` and `not`.
    """

    type: str
    passed: bool
    reason: str = ""
    expected: Any = None
    actual: Any = None
    missing: int | None = None
    parts: tuple["RuleResult", ...] = ()


class Step(msgspec.Struct, frozen=True):
    """The trace entry of one promotion. `by` names the promotion that excluded or beat it."""

    promotion_id: int
    outcome: Outcome
    reason: str = ""
    discount: int = 0
    by: int | None = None
    rules: tuple[RuleResult, ...] = ()


class Part(msgspec.Struct, frozen=True):
    """What one action of a promotion took off the lines, as runs of equal units; minor units."""

    units: tuple[tuple[Run, ...], ...]
    unit_level: bool


class Applied(msgspec.Struct, frozen=True):
    """What one promotion did. All amounts in minor units.

    `lines` has the discount of each cart line, in order; `units` the same as runs of equal units
    (each line's runs cover its quantity), or nothing when they were not asked for; `shipping` the
    discount per shipment; `credit` takes nothing off. `unit_level`: some action of it works on
    units. `parts` has the actions one by one when more than one took something off the lines.
    Discounts are never negative, but for the minor unit that Sylius' allocator may take back.
    """

    promotion_id: int
    lines: tuple[int, ...]
    units: tuple[tuple[Run, ...], ...]
    shipping: tuple[int, ...] = ()
    credit: int = 0
    unit_level: bool = False
    parts: tuple[Part, ...] = ()

    @property
    def discount(self) -> int:
        """Line and shipping discount together."""
        return sum(self.lines) + sum(self.shipping)


class Appraisal(msgspec.Struct, frozen=True):
    """What one promotion by itself gives a cart; minor units.

    `step` has its discount and the reasons; `basis` is what its action works on before any discount:
    the lines that pass its filters, or the shipping fees. With several actions it is all lines.
    """

    step: Step
    credit: int
    basis: int


class Decision(msgspec.Struct, frozen=True):
    """What a cart gets. Minor units of the cart's currency.

    `applied` stands in order of application, `trace` in stacking order. `optimal` says that no
    combination is better; when the search ran out of its node budget it is false and `bound` is the
    most that any combination could take off. `explored` counts the combinations that were priced.
    """

    items_total: int
    shipping_total: int
    applied: tuple[Applied, ...]
    trace: tuple[Step, ...]
    strategy: str
    optimal: bool
    explored: int
    bound: int

    @property
    def consuming(self) -> tuple[int, ...]:
        """The promotions that use up one of their uses when this decision is redeemed."""
        return tuple(applied.promotion_id for applied in self.applied)

    @property
    def line_discount(self) -> int:
        return sum([sum(applied.lines) for applied in self.applied])

    @property
    def shipping_discount(self) -> int:
        return sum([sum(applied.shipping) for applied in self.applied])

    @property
    def credit(self) -> int:
        return sum([applied.credit for applied in self.applied])
