"""What a schema does not say, for callers who mean it.

Data that only fits the schema is refused at the first rule that needs words: a currency that does not exist,
a tier with both kinds of discount. So most drawn calls are mended before they are sent, the rest goes out
as it was drawn.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import schemathesis

Body = dict[str, Any]

#: Words of which the shop knows some, by the name of the field.
KNOWN: Final[Mapping[str, Any]] = {
    "channel": "default",
    "channels": ["default"],
    "countries": ["US"],
    "currency": "USD",
    "email": "alice@example.com",
    "shipping_country": "US",
    "timezone": "America/New_York",
    "weekdays": ["MO"],
    "zone": "UTC",
}
#: Of two such fields one is enough, and both are too many.
EITHER_OR: Final = (
    ("discount_percentage", "discount_amount"),
    ("percentage", "amount"),
    ("prefix", "code_prefix"),
    ("suffix", "code_suffix"),
    ("code_length", "pattern"),
    ("unit_price", "subtotal"),
)
SHORTHAND: Final = (
    "applicable_categories",
    "bogo_config",
    "discount_type",
    "discount_value",
    "maximum_discount_amount",
    "minimum_order_amount",
    "target_customer_segments",
    "tier_rules",
)
OWN: Final = ("rules", "actions")
LATE: Final = "2999-12-31T00:00:00Z"
#: Larger batches of coupons are made long after the answer, and would fill the memory of the machine.
LARGEST_BATCH: Final = 2_000
WHOLE: Final = 2**53


def written(body: Any) -> Any:
    """The body as it goes out: 3.0 as 3, and batches of a size that can be made."""
    if isinstance(body, float) and body.is_integer() and abs(body) < WHOLE:
        return int(body)
    if isinstance(body, list):
        return [written(item) for item in body]
    if isinstance(body, dict):
        plain = {name: written(value) for name, value in body.items()}
        if isinstance(plain.get("count"), int):
            plain["count"] = min(plain["count"], LARGEST_BATCH)
        return plain
    return body


def mend(case: schemathesis.Case[Any]) -> None:
    """Puts right what can be put right without knowing the operation."""
    case.query.pop("batch_id", None)  # hardly ever one of the promotion in the path
    for part in _objects(case.body):
        for name in KNOWN.keys() & part.keys():
            part[name] = part[name] and KNOWN[name]
        for kept, dropped in EITHER_OR:
            if part.get(kept) is not None:
                part.pop(dropped, None)
        if {"include", "exclude"} <= part.keys() or part.get("type") in {"product", "category"}:
            part |= {"include": ["1"], "exclude": []}
        if "end_date" in part:
            part["end_date"] = LATE
        if "promotion_type" in part:
            _settle_kind(part)
        part |= {name: round(value, 2) for name, value in part.items() if isinstance(value, float)}


def _settle_kind(promotion: Body) -> None:
    """A custom promotion has rules and actions, any other the shorthand."""
    custom = promotion["promotion_type"] == "custom"
    for name in SHORTHAND if custom else OWN:
        promotion.pop(name, None)
    if custom:
        promotion["actions"] = promotion.get("actions") or [{"type": "free_shipping"}]
        return
    fixed = promotion["promotion_type"] == "fixed_amount_discount"
    promotion |= {"discount_type": "fixed_amount" if fixed else "percentage", "discount_value": 10}
    for name, kind in (("bogo_config", "buy_one_get_one"), ("tier_rules", "tiered_discount")):
        if promotion["promotion_type"] != kind:
            promotion.pop(name, None)


def _objects(value: object) -> Iterator[Body]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _objects(inner)
