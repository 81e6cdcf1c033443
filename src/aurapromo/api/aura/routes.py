"""The Aura contract: every path in one table."""

from typing import Final

from aurapromo.api.aura import keys
from aurapromo.api.aura.coupons import routes as coupons
from aurapromo.api.aura.decisions import routes as decisions
from aurapromo.api.aura.imports import routes as imports
from aurapromo.api.aura.problems import ProblemBody, render
from aurapromo.api.aura.promotions import routes as promotions
from aurapromo.api.aura.redemptions import routes as redemptions
from aurapromo.api.aura.shop import routes as shop
from aurapromo.api.http.contract import Contract

CONTRACT: Final = Contract(
    name="aura",
    title="aurapromo: the Aura API",
    version="1",
    description=(
        "Decide, record and learn from promotions. Amounts are numbers in major units of the currency, "
        "times ISO 8601 with a zone (answers are in UTC), ids of the shop integers or strings."
    ),
    prefixes=("/api/v1", "/aura/api/v1"),
    routes=(
        *decisions.ROUTES,
        *promotions.ROUTES,
        *coupons.ROUTES,
        *redemptions.ROUTES,
        *shop.ROUTES,
        *imports.ROUTES,
        *keys.ROUTES,
    ),
    render=render,
    problem_body=ProblemBody,
    tags={
        "decisions": "What a cart gets, and why.",
        "promotions": "Plan, launch, change and end promotions.",
        "coupons": "Codes that open a promotion: one or a million, what they are and whether they hold.",
        "redemptions": "Take discounts at checkout under limits; hold, confirm, release, cancel, return.",
        "shop": "Facts that the shop tells us: channels, customers, products, stock, orders.",
        "imports": "Facts and promotions from files.",
        "keys": "API keys and what they may do.",
    },
)
