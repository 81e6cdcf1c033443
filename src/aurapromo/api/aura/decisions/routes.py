"""The table of the paths that decide, in the Aura contract."""

from typing import Any, Final

from aurapromo.access.model import RateClass, Scope
from aurapromo.api.aura.decisions.calculate import calculate
from aurapromo.api.aura.decisions.evaluate import evaluate
from aurapromo.api.http.route import Route

TAG: Final = "decisions"
ITEM: Final[dict[str, Any]] = {
    "product_id": 1,
    "quantity": 2,
    "unit_price": 29.99,
    "subtotal": 59.98,
    "category_id": 5,
}

ROUTES: Final = (
    Route(
        "POST",
        "/promotions/{promotion_id}/calculate-discount",
        calculate,
        scope=Scope.CHECKOUT,
        rate=RateClass.DISCOUNT,
        idempotent=False,
        summary="What one promotion would take off a cart",
        description="The answer is what checkout would give now; `preview` prices it as if it were live.",
        tag=TAG,
        errors=(404,),
        examples={"A cart": {"order_items": [ITEM], "customer_id": 456, "existing_discounts": 10.0}},
    ),
    Route(
        "POST",
        "/evaluations",
        evaluate,
        scope=Scope.CHECKOUT,
        rate=RateClass.DISCOUNT,
        idempotent=False,
        summary="The best combination of all live promotions for a cart",
        description="Discounts per promotion, line and unit, and the reason for each promotion considered.",
        tag=TAG,
        examples={"A cart": {"order_items": [ITEM], "customer_id": 456, "shipping_amount": 4.99}},
    ),
)
