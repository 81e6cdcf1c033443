"""The Sylius contract: every path in one table."""

from typing import Final

from aurapromo.api.http.contract import Contract
from aurapromo.api.sylius import channels, coupons, promotions
from aurapromo.api.sylius.evaluations import handlers as carts
from aurapromo.api.sylius.problems import ProblemBody, render

CONTRACT: Final = Contract(
    name="sylius",
    title="aurapromo: Sylius' Admin API",
    version="1",
    description=(
        "Promotions and coupons as Sylius' Admin API v1 has them. Amounts in a rule or an action come in "
        "major units and are shown in minor ones, percentages come as percent and are shown as fractions."
    ),
    prefixes=("/api/v1", "/sylius/api/v1"),
    routes=(*promotions.ROUTES, *coupons.ROUTES, *carts.ROUTES, *channels.ROUTES),
    render=render,
    problem_body=ProblemBody,
    tags={
        "promotions": "What is given, when, and to whom.",
        "coupons": "Codes that open a promotion.",
        "carts": "What a cart gets and why; orders completed and cancelled.",
        "channels": "Where the shop sells.",
    },
)
