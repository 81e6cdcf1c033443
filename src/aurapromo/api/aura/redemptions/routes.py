"""The table of the paths that redeem, in the Aura contract."""

from typing import Any, Final

from aurapromo.access.model import Scope
from aurapromo.api.aura.redemptions import handlers as h
from aurapromo.api.http.route import Route

TAG: Final = "redemptions"
ITEM: Final[dict[str, Any]] = {
    "product_id": 1,
    "quantity": 2,
    "unit_price": 29.99,
    "subtotal": 59.98,
    "category_id": 5,
}
ORDER: Final[dict[str, Any]] = {"customer_id": 456, "order_items": [ITEM]}

ROUTES: Final = (
    Route(
        "POST",
        "/orders/{order_id}/apply-discount",
        h.apply,
        scope=Scope.CHECKOUT,
        own_record=True,
        summary="Apply discounts to an order, or hold them",
        description=(
            "Decides again and takes what applies, under all limits. The same order and cart once more is "
            "the same redemption. When nothing that was asked for applies, nothing is taken: 422, or 409 "
            "when a limit is used up, with the reason for each promotion and code."
        ),
        tag=TAG,
        errors=(404, 409, 422, 503),
        examples={
            "A coupon": {**ORDER, "coupon_codes": ["SUMMER25"]},
            "Hold all that applies": {**ORDER, "mode": "hold", "hold_seconds": 600},
        },
    ),
    Route(
        "POST",
        "/redemptions/{redemption_id}/confirm",
        h.confirm,
        scope=Scope.CHECKOUT,
        own_record=True,
        summary="Redeem what is held",
        description="Once more changes nothing. After the hold has expired it is a 409 `HOLD_EXPIRED`.",
        tag=TAG,
        errors=(404, 409, 503),
    ),
    Route(
        "POST",
        "/redemptions/{redemption_id}/release",
        h.release,
        scope=Scope.CHECKOUT,
        own_record=True,
        summary="Give back what is held",
        tag=TAG,
        errors=(404, 409, 503),
    ),
    Route(
        "POST",
        "/orders/{order_id}/cancel",
        h.cancel,
        scope=Scope.CHECKOUT,
        own_record=True,
        summary="Cancel an order",
        description="Gives back the uses and budgets of everything that it has, held or redeemed.",
        tag=TAG,
        errors=(404, 503),
    ),
    Route(
        "POST",
        "/orders/{order_id}/returns",
        h.give_back,
        scope=Scope.CHECKOUT,
        own_record=True,
        summary="Return units of an order",
        description=(
            "The refund of each unit is its price less what it was given at checkout; the discount of what "
            "stays is not touched, and of equal units the most discounted go back first."
        ),
        tag=TAG,
        errors=(404, 409, 422, 503),
        examples={"One unit": {"items": [{"index": 0, "quantity": 1}]}},
    ),
    Route(
        "GET",
        "/redemptions",
        h.page,
        scope=Scope.READ,
        summary="List redemptions",
        tag=TAG,
    ),
    Route(
        "GET",
        "/redemptions/{redemption_id}",
        h.read,
        scope=Scope.READ,
        summary="Get a redemption",
        tag=TAG,
        errors=(404,),
    ),
    Route(
        "GET",
        "/promotions/{promotion_id}/redemptions",
        h.page_of_promotion,
        scope=Scope.READ,
        summary="List the redemptions of a promotion",
        tag=TAG,
        errors=(404,),
    ),
)
