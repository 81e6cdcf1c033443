"""The table of the promotions' paths in the Aura contract."""

from typing import Any, Final

from aurapromo.access.model import Scope
from aurapromo.api.aura.promotions import handlers, history
from aurapromo.api.http.route import Route

TAG: Final = "promotions"
ONE: Final = "/promotions/{promotion_id}"
SUMMER_SALE: Final[dict[str, Any]] = {
    "name": "Summer Sale 2024",
    "description": "Great summer discounts on all products",
    "promotion_type": "percentage_discount",
    "discount_type": "percentage",
    "discount_value": 25.0,
    "start_date": "2024-06-01T00:00:00Z",
    "end_date": "2024-08-31T23:59:59Z",
    "max_uses": 1000,
    "minimum_order_amount": 50.0,
    "maximum_discount_amount": 100.0,
    "priority": 5,
    "can_stack": True,
    "target_customer_segments": ["premium", "loyal"],
    "applicable_categories": [1, 2, 3],
    "metadata": {"campaign_id": "SUMMER2024", "marketing_channel": "email"},
}
TIERS: Final[dict[str, Any]] = {
    "name": "The more, the better",
    "promotion_type": "tiered_discount",
    "discount_type": "tiered",
    "discount_value": 0,
    "start_date": "2024-06-01T00:00:00Z",
    "end_date": "2024-08-31T23:59:59Z",
    "tier_rules": {
        "tiers": [
            {"min_amount": 50.0, "discount_percentage": 5.0},
            {"min_amount": 100.0, "discount_amount": 15.0},
        ]
    },
}
CUSTOM: Final[dict[str, Any]] = {
    "name": "Morning coffee",
    "promotion_type": "custom",
    "start_date": "2024-06-01T00:00:00Z",
    "end_date": "2024-08-31T23:59:59Z",
    "rules": [{"type": "time_window", "zone": "Europe/Paris", "from_minute": 360, "to_minute": 600}],
    "actions": [
        {"type": "unit_percentage_discount", "percentage": 20.0, "filters": {"categories": ["coffee"]}}
    ],
}


def moving(verb: str, summary: str) -> Route:
    """The route of one step in a promotion's life."""
    return Route(
        "POST",
        f"{ONE}/{verb}",
        getattr(handlers, verb),
        scope=Scope.WRITE,
        summary=summary,
        tag=TAG,
        errors=(404, 409),
    )


ROUTES: Final = (
    Route(
        "POST",
        "/promotions",
        handlers.create,
        scope=Scope.WRITE,
        status=201,
        summary="Create a promotion",
        description="It is a draft until it is activated.",
        tag=TAG,
        examples={"Percentage": SUMMER_SALE, "Tiers": TIERS, "Rules and actions": CUSTOM},
    ),
    Route("GET", "/promotions", handlers.page, scope=Scope.READ, summary="List promotions", tag=TAG),
    Route("GET", ONE, handlers.read, scope=Scope.READ, summary="Get a promotion", tag=TAG, errors=(404,)),
    Route(
        "PUT",
        ONE,
        handlers.update,
        scope=Scope.WRITE,
        summary="Update a promotion",
        description="Only the fields that are given change.",
        tag=TAG,
        errors=(404, 409),
        examples={"Two fields": {"name": "Summer Sale", "priority": 7}},
    ),
    Route(
        "PATCH",
        ONE,
        handlers.update,
        scope=Scope.WRITE,
        summary="Update a promotion (the same as PUT)",
        tag=TAG,
        errors=(404, 409),
        examples={"One field": {"discount_value": 30.0}},
    ),
    Route(
        "DELETE",
        ONE,
        handlers.archive,
        scope=Scope.WRITE,
        status=204,
        summary="Archive a promotion",
        description="It leaves the lists and can never be live again; what it did stays on record.",
        tag=TAG,
        errors=(404, 409),
    ),
    moving("activate", "Activate a draft, or resume a paused promotion"),
    moving("pause", "Pause a promotion"),
    moving("resume", "Resume a paused promotion"),
    moving("end", "End a promotion for good"),
    moving("cancel", "Cancel a promotion for good"),
    Route(
        "POST",
        f"{ONE}/duplicate",
        handlers.duplicate,
        scope=Scope.WRITE,
        status=201,
        body_optional=True,
        summary="Copy a promotion as a new draft",
        tag=TAG,
        errors=(404,),
        examples={"Another name": {"name": "Autumn Sale"}},
    ),
    Route(
        "GET",
        f"{ONE}/versions",
        history.versions,
        scope=Scope.READ,
        summary="What the promotion was after each change",
        tag=TAG,
        errors=(404,),
    ),
    Route(
        "GET",
        f"{ONE}/audit",
        history.audit,
        scope=Scope.READ,
        summary="Who changed the promotion, when and how",
        tag=TAG,
        errors=(404,),
    ),
)
