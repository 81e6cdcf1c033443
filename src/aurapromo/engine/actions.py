"""Every kind of action: what a promotion takes off or credits.

Amounts are minor units of the promotion's currency, percentages parts per million. Where Sylius
configures by channel, `channels` maps the channel's code to its own setting and replaces the plain
one; a channel that is not named gets nothing then.
"""

import msgspec


class ItemFilter(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which lines an action works on; empty means all, exclusions win, price bounds are inclusive."""

    categories: tuple[str, ...] = ()
    excluded_categories: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    excluded_products: tuple[str, ...] = ()
    brands: tuple[str, ...] = ()
    excluded_brands: tuple[str, ...] = ()
    minimum_price: int | None = None
    maximum_price: int | None = None


EVERYTHING = ItemFilter()


class ActionRecord(
    msgspec.Struct,
    frozen=True,
    tag_field="type",
    omit_defaults=True,
    forbid_unknown_fields=True,
    kw_only=True,
):
    """Base of the action records. `cap` is the most that the action takes off in one order."""

    cap: int | None = None


class OrderPercentageDiscount(ActionRecord, frozen=True, tag="order_percentage_discount", kw_only=True):
    """A percentage of what earlier promotions left of the filtered lines."""

    percentage: int
    filters: ItemFilter = EVERYTHING


class OrderFixedDiscount(ActionRecord, frozen=True, tag="order_fixed_discount", kw_only=True):
    """An amount off the filtered lines, at most what is left of them."""

    amount: int | None = None
    channels: dict[str, int] | None = None
    filters: ItemFilter = EVERYTHING


class UnitPercentage(msgspec.Struct, frozen=True, omit_defaults=True):
    percentage: int
    filters: ItemFilter = EVERYTHING


class UnitAmount(msgspec.Struct, frozen=True, omit_defaults=True):
    amount: int
    filters: ItemFilter = EVERYTHING


class UnitPercentageDiscount(ActionRecord, frozen=True, tag="unit_percentage_discount", kw_only=True):
    """A percentage of the original price off every filtered unit, at most what is left of it."""

    percentage: int | None = None
    filters: ItemFilter = EVERYTHING
    channels: dict[str, UnitPercentage] | None = None


class UnitFixedDiscount(ActionRecord, frozen=True, tag="unit_fixed_discount", kw_only=True):
    """An amount off every filtered unit, at most what is left of it."""

    amount: int | None = None
    filters: ItemFilter = EVERYTHING
    channels: dict[str, UnitAmount] | None = None


class ShippingPercentageDiscount(ActionRecord, frozen=True, tag="shipping_percentage_discount", kw_only=True):
    """A percentage of each shipment's fee, at most what is left of it."""

    percentage: int


class FreeShipping(ActionRecord, frozen=True, tag="free_shipping", kw_only=True):
    """The whole of what is left of the shipping fees."""


class BuyXGetY(ActionRecord, frozen=True, tag="buy_x_get_y", kw_only=True):
    """For every `buy` units of the trigger, `get` units of the target at `percentage` off.

    Units are pooled over lines; the cheapest target units are the reward; a trigger unit is never
    also rewarded, a unit is used by one such promotion only. `max_sets` limits how often.
    """

    buy: int = 1
    get: int = 1
    percentage: int = 1_000_000
    max_sets: int | None = None
    trigger: ItemFilter = EVERYTHING
    target: ItemFilter = EVERYTHING


class Tier(msgspec.Struct, frozen=True, omit_defaults=True):
    """One step, reached by amount or quantity (inclusive): a percentage or an amount off, with a cap."""

    minimum_amount: int | None = None
    minimum_quantity: int | None = None
    percentage: int | None = None
    amount: int | None = None
    cap: int | None = None


class Tiered(ActionRecord, frozen=True, tag="tiered", kw_only=True):
    """The highest tier that the filtered lines reach before any discount, on all that is left of them."""

    tiers: tuple[Tier, ...]
    filters: ItemFilter = EVERYTHING


class FixedPrice(ActionRecord, frozen=True, tag="fixed_price", kw_only=True):
    """Every `quantity` filtered units together cost `amount`; never more than before."""

    amount: int
    quantity: int = 1
    filters: ItemFilter = EVERYTHING


class Cashback(ActionRecord, frozen=True, tag="cashback", kw_only=True):
    """A credit, `percentage` of what is left of the filtered lines or a plain `amount`; takes nothing off."""

    percentage: int | None = None
    amount: int | None = None
    filters: ItemFilter = EVERYTHING


Action = (
    OrderPercentageDiscount | OrderFixedDiscount | UnitPercentageDiscount | UnitFixedDiscount
    | ShippingPercentageDiscount | FreeShipping | BuyXGetY | Tiered | FixedPrice | Cashback
)  # fmt: skip
