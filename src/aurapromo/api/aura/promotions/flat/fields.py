"""The flat fields in which the Aura contract writes a promotion, and what each of them accepts."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Final

import msgspec
from msgspec import UNSET, Meta, UnsetType

from aurapromo.api.aura.fields import ShopId
from aurapromo.errors import FieldError


class PromotionType(StrEnum):
    """What a promotion gives; `custom` is written with `rules` and `actions`."""

    PERCENTAGE_DISCOUNT = "percentage_discount"
    FIXED_AMOUNT_DISCOUNT = "fixed_amount_discount"
    BUY_ONE_GET_ONE = "buy_one_get_one"
    TIERED_DISCOUNT = "tiered_discount"
    FREE_SHIPPING = "free_shipping"
    CASHBACK = "cashback"
    CUSTOM = "custom"


class DiscountType(StrEnum):
    """How the discount is counted; must fit the promotion type."""

    PERCENTAGE = "percentage"
    FIXED_AMOUNT = "fixed_amount"
    FREE_SHIPPING = "free_shipping"
    BUY_X_GET_Y = "buy_x_get_y"
    TIERED = "tiered"
    CASHBACK = "cashback"


P, D = PromotionType, DiscountType
FITTING: Final[dict[PromotionType, tuple[DiscountType, ...]]] = {
    P.PERCENTAGE_DISCOUNT: (D.PERCENTAGE,),
    P.FIXED_AMOUNT_DISCOUNT: (D.FIXED_AMOUNT,),
    P.BUY_ONE_GET_ONE: (D.BUY_X_GET_Y, D.PERCENTAGE),
    P.TIERED_DISCOUNT: (D.TIERED, D.PERCENTAGE),
    P.FREE_SHIPPING: (D.FREE_SHIPPING, D.PERCENTAGE),
    P.CASHBACK: (D.CASHBACK, D.PERCENTAGE),
}
# The whole shipping fee comes off, and tiers carry their own values.
VALUE_HAS_NO_SAY: Final = frozenset({P.FREE_SHIPPING, P.TIERED_DISCOUNT})


class BogoConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many units are bought and how many come at `discount_value` percent off."""

    buy_quantity: Annotated[int, Meta(ge=1, le=1000, description="Units that have to be bought")] = 1
    get_quantity: Annotated[int, Meta(ge=1, le=1000, description="Units that are discounted")] = 1
    max_sets: Annotated[
        Annotated[int, Meta(ge=1)] | None,
        Meta(description="How often at most in one order (null = as often as it fits)", examples=[3]),
    ] = None


class TierRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One tier: reached at `min_amount` (inclusive), a percentage or an amount off the eligible items."""

    min_amount: Annotated[
        float, Meta(ge=0, description="Eligible amount from which it counts", examples=[100.0])
    ]
    discount_percentage: Annotated[
        float | None, Meta(description="Percent off; either this or discount_amount", examples=[10.0])
    ] = None
    discount_amount: Annotated[float | None, Meta(description="Amount off", examples=[15.0])] = None
    maximum_discount: Annotated[float | None, Meta(description="Cap of this tier", examples=[50.0])] = None

    def problems(self) -> Iterator[FieldError]:
        if (self.discount_percentage is None) == (self.discount_amount is None):
            yield FieldError((), "needs exactly one of discount_percentage and discount_amount")


class TierRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The tiers of a tiered discount; the highest one reached counts."""

    tiers: Annotated[
        list[TierRule],
        Meta(min_length=1, max_length=100, description="In any order; each min_amount once"),
    ]

    def problems(self) -> Iterator[FieldError]:
        amounts = [tier.min_amount for tier in self.tiers]
        for index, amount in enumerate(amounts):
            if amount in amounts[:index]:
                yield FieldError(("tiers", index, "min_amount"), "is the same as that of another tier")


Type = Annotated[PromotionType, Meta(description="Type of promotion", examples=["percentage_discount"])]
Discount = Annotated[
    DiscountType,
    Meta(description="How the discount is calculated; must fit promotion_type", examples=["percentage"]),
]
Value = Annotated[
    float,
    Meta(
        ge=0,
        description="Percent (25.0 is 25 %, at most 4 decimals) or an amount in major units of the currency; "
        "for buy_one_get_one the percentage off each free unit (100 = free)",
        examples=[25.0],
    ),
]
MinimumOrder = Annotated[
    float | None,
    Meta(description="Items total (before any discount) from which the promotion applies", examples=[50.0]),
]
MaximumDiscount = Annotated[float | None, Meta(description="Most it takes off one order", examples=[100.0])]
Segments = Annotated[
    Annotated[list[Annotated[str, Meta(min_length=1, max_length=100)]], Meta(max_length=1000)] | None,
    Meta(description="Customer segments to target; any one is enough", examples=[["premium", "loyal"]]),
]
Categories = Annotated[
    Annotated[list[ShopId], Meta(max_length=10_000)] | None,
    Meta(description="Only items of these categories count and are discounted", examples=[[1, 2, 3]]),
]
Bogo = Annotated[BogoConfig | None, Meta(description="Only for buy_one_get_one; default buy 1 get 1")]
Tiers = Annotated[TierRules | None, Meta(description="Only for tiered_discount")]


class Shorthand(msgspec.Struct, frozen=True, kw_only=True):
    """The part of an Aura promotion that stands for rules and actions, as the caller wrote it."""

    promotion_type: PromotionType
    discount_type: DiscountType | None = None
    discount_value: float | None = None
    minimum_order_amount: float | None = None
    maximum_discount_amount: float | None = None
    target_customer_segments: list[str] | None = None
    applicable_categories: list[Any] | None = None
    bogo_config: BogoConfig | None = None
    tier_rules: TierRules | None = None


FIELDS: Final = Shorthand.__struct_fields__


class ShorthandChange(msgspec.Struct, frozen=True, kw_only=True):
    """The same fields in an update: absent ones stay as they are."""

    promotion_type: Type | UnsetType = UNSET
    discount_type: Discount | UnsetType = UNSET
    discount_value: Value | UnsetType = UNSET
    minimum_order_amount: MinimumOrder | UnsetType = UNSET
    maximum_discount_amount: MaximumDiscount | UnsetType = UNSET
    target_customer_segments: Segments | UnsetType = UNSET
    applicable_categories: Categories | UnsetType = UNSET
    bogo_config: Bogo | UnsetType = UNSET
    tier_rules: Tiers | UnsetType = UNSET
