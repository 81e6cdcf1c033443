"""The promotions of the demo shop, written as a caller of the Aura contract writes them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple

import msgspec

from aurapromo.api.aura.promotions.types import PromotionIn
from aurapromo.demo.catalogue import BOOKS, ELECTRONICS, SHOES
from aurapromo.promotions.lifecycle import Verb

ACTIVATE: Final = (Verb.ACTIVATE,)


class Planned(NamedTuple):
    """A promotion that runs from one day to another, counted from today, and what is done to it first.

    It stacks with others unless its body says that it does not.
    """

    body: Mapping[str, Any]
    first_day: int = -30
    last_day: int = 60
    verbs: tuple[Verb, ...] = ACTIVATE

    def request(self, now: datetime) -> PromotionIn:
        """The body of the call that makes it."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        dates = {
            "start_date": midnight + timedelta(days=self.first_day),
            "end_date": midnight + timedelta(days=self.last_day),
        }
        return msgspec.convert({"can_stack": True, **self.body, **dates}, PromotionIn)


PROMOTIONS: Final = (
    Planned({
        "name": "Season Sale",
        "description": "25% off, up to 50",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 25.0,
        "minimum_order_amount": 20.0,
        "maximum_discount_amount": 50.0,
        "priority": 5,
        "lane": "season",
        "metadata": {"campaign_id": "SEASON"},
    }),
    Planned({
        "name": "VIP Bonus",
        "description": "15% off for our best customers, up to 100",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 15.0,
        "maximum_discount_amount": 100.0,
        "target_customer_segments": ["vip"],
        "priority": 10,
    }),
    Planned({
        "name": "Twenty off large orders",
        "promotion_type": "fixed_amount_discount",
        "discount_type": "fixed_amount",
        "discount_value": 20.0,
        "minimum_order_amount": 150.0,
        "max_uses": 5000,
        "max_uses_per_customer": 3,
        "lane": "basket",
    }),
    Planned({
        "name": "The more the merrier",
        "description": "Competes with the twenty off large orders: both are in the lane of the basket",
        "promotion_type": "tiered_discount",
        "discount_type": "tiered",
        "discount_value": 0.0,
        "lane": "basket",
        "tier_rules": {
            "tiers": [
                {"min_amount": 100.0, "discount_percentage": 5.0},
                {"min_amount": 200.0, "discount_percentage": 10.0},
                {"min_amount": 400.0, "discount_percentage": 15.0, "maximum_discount": 150.0},
            ]
        },
    }),
    Planned({
        "name": "Buy one book, get one free",
        "promotion_type": "buy_one_get_one",
        "discount_type": "buy_x_get_y",
        "discount_value": 100.0,
        "applicable_categories": [int(BOOKS)],
        "bogo_config": {"buy_quantity": 1, "get_quantity": 1, "max_sets": 5},
    }),
    Planned({
        "name": "Free shipping from 75",
        "promotion_type": "free_shipping",
        "discount_type": "free_shipping",
        "discount_value": 100.0,
        "minimum_order_amount": 75.0,
    }),
    Planned({
        "name": "Newsletter cashback",
        "description": "5% back as credit for the next order",
        "promotion_type": "cashback",
        "discount_type": "cashback",
        "discount_value": 5.0,
        "target_customer_segments": ["newsletter"],
        "budget_amount": 2000.0,
    }),
    Planned({
        "name": "Shoe Week",
        "description": "Competes with the season sale in its lane; only shoes count",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 30.0,
        "applicable_categories": [int(SHOES)],
        "lane": "season",
    }, -3, 4),
    Planned({
        "name": "Staff Price",
        "description": "Stands alone: nothing else applies beside it",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 40.0,
        "target_customer_segments": ["staff"],
        "can_stack": False,
        "priority": 50,
    }, -300, 300),
    Planned({
        "name": "Friday night electronics",
        "promotion_type": "custom",
        "rules": [
            {"type": "time_window", "zone": "America/New_York", "weekdays": [4],
             "from_minute": 1080, "to_minute": 1380},
            {"type": "category", "include": [ELECTRONICS]},
        ],
        "actions": [
            {"type": "unit_percentage_discount", "percentage": 20.0,
             "filters": {"categories": [ELECTRONICS]}},
        ],
    }, -60, 300),
    Planned({
        "name": "Welcome",
        "description": "10% off the first order of customers of the last month, students at any time",
        "promotion_type": "custom",
        "rules": [
            {"type": "any", "rules": [
                {"type": "all", "rules": [
                    {"type": "first_order"}, {"type": "new_customer", "within_days": 30},
                ]},
                {"type": "customer_segment", "segments": ["student"]},
            ]},
        ],
        "actions": [{"type": "order_percentage_discount", "percentage": 10.0, "cap": 40.0}],
    }, -60, 300),
    Planned({
        "name": "Europe: ten euros off",
        "promotion_type": "fixed_amount_discount",
        "discount_type": "fixed_amount",
        "discount_value": 10.0,
        "minimum_order_amount": 60.0,
        "currency": "EUR",
        "channels": ["EU_WEB"],
    }),
    Planned({
        "name": "Next month's launch",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 15.0,
    }, 30, 45),
    Planned({
        "name": "Flash deal, on hold",
        "promotion_type": "fixed_amount_discount",
        "discount_type": "fixed_amount",
        "discount_value": 5.0,
    }, -2, 5, (Verb.ACTIVATE, Verb.PAUSE)),
    Planned({
        "name": "Birthday treat (draft)",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 12.5,
        "max_uses_per_customer": 1,
    }, 0, 365, ()),
    Planned({
        "name": "Last season",
        "promotion_type": "percentage_discount",
        "discount_type": "percentage",
        "discount_value": 20.0,
    }, -90, 10, (Verb.ACTIVATE, Verb.END)),
)  # fmt: skip
