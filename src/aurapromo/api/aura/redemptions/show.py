"""Redemptions, cancellations and returns as the contract shows them."""

from collections.abc import Callable, Mapping, Sequence

from aurapromo.api.aura.fields import ShopId, shown_id
from aurapromo.api.aura.money import digits_of, to_major
from aurapromo.api.aura.redemptions.checkout import GUEST
from aurapromo.api.aura.redemptions.life import (
    CancelOut,
    ListQuery,
    RedemptionCursor,
    RedemptionOut,
    RedemptionPage,
    ReturnedOut,
    ReturnIn,
    ReturnItem,
    ReturnOut,
)
from aurapromo.api.http.endpoint import encode
from aurapromo.errors import invalid
from aurapromo.redemptions.model import Order, Redemption
from aurapromo.redemptions.returns import Returning


def out(redemption: Redemption) -> RedemptionOut:
    digits = digits_of(redemption.currency)
    customer_id, email = shown_customer(redemption.customer_id)
    return RedemptionOut(
        id=redemption.id,
        promotion_id=redemption.promotion_id,
        promotion_name=redemption.promotion_name,
        promotion_version=redemption.promotion_version,
        coupon_code=redemption.coupon_code,
        order_id=shown_id(redemption.order_id),
        customer_id=customer_id,
        customer_email=email,
        channel=redemption.channel,
        currency=redemption.currency,
        status=redemption.state,
        reason=redemption.reason,
        discount_amount=to_major(redemption.discount + redemption.shipping_discount, digits),
        shipping_discount=to_major(redemption.shipping_discount, digits),
        cashback_amount=to_major(redemption.credit, digits),
        returned_amount=to_major(redemption.returned, digits),
        order_total=to_major(redemption.order_total, digits),
        expires_at=redemption.expires_at,
        created_at=redemption.created_at,
        updated_at=redemption.updated_at,
    )


def shown_customer(stored: str | None) -> tuple[ShopId | None, str | None]:
    """Id of a customer of the shop, or e-mail of a guest."""
    if stored is None:
        return None, None
    if stored.startswith(GUEST):
        return None, stored.removeprefix(GUEST)
    return shown_id(stored), None


def body(redemption: Redemption) -> bytes:
    return encode(out(redemption))


def cancelled(order_id: str, redemptions: Sequence[Redemption]) -> bytes:
    return encode(CancelOut(shown_id(order_id), "cancelled", [out(one) for one in redemptions]))


def returned(order: Order, result: Returning) -> bytes:
    digits = digits_of(order.cart.currency)
    items = [
        ReturnedOut(
            one.line,
            shown_id(order.cart.lines[one.line].product_id),
            one.units,
            to_major(one.price, digits),
            to_major(one.discount, digits),
            to_major(one.refund, digits),
        )
        for one in result.lines
    ]
    total = to_major(sum([one.refund for one in result.lines]), digits)
    return encode(ReturnOut(shown_id(order.id), order.cart.currency, total, items))


def picked(given: ReturnIn) -> Callable[[Order], Mapping[int, int]]:
    """Finds the lines that a return names; raises Invalid for more than are left of them."""

    def pick(order: Order) -> Mapping[int, int]:
        left = [line.quantity for line in order.cart.lines]
        for index, count in enumerate(order.returned or ()):
            left[index] -= count
        wanted: dict[int, int] = {}
        for at, item in enumerate(given.items):
            line = line_of(item, order, at)
            wanted[line] = wanted.get(line, 0) + item.quantity
            if wanted[line] > left[line]:
                raise invalid("items", at, "quantity", message=f"only {left[line]} are left to return")
        return wanted

    return pick


def line_of(item: ReturnItem, order: Order, at: int) -> int:
    lines = order.cart.lines
    found = [index for index, line in enumerate(lines) if line.product_id == str(item.product_id)]
    if item.index is not None:
        found = [item.index] if item.index < len(lines) else []
    if len(found) != 1:
        name = "product_id" if item.index is None else "index"
        message = "names more than one line; give its index" if found else "is no line of the order"
        raise invalid("items", at, name, message=message)
    return found[0]


def page(query: ListQuery, found: Sequence[Redemption]) -> RedemptionPage:
    """`found` has one more than `per_page` when there is more."""
    more = len(found) > query.per_page
    shown = found[: query.per_page]
    cursor = shown[-1].id if more else None
    return RedemptionPage([out(one) for one in shown], RedemptionCursor(query.per_page, cursor, more))
