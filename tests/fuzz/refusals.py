"""Refusals of data that fits its schema: rules between fields, and names of things that must exist.

Each is let pass for the operations that may give it and for no others, by its own words. Anything else that
the schema lets through and the server refuses is a lie in the document.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData, Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.transport import Response
from schemathesis.openapi.checks import RejectedPositiveData


class Rule(NamedTuple):
    """A rule that no schema holds: where it is applied, to which field, and what it says."""

    operation: str
    field: str
    message: str

    def covers(self, operation: str, field: str, message: str) -> bool:
        texts = zip(self, (operation, field, message), strict=True)
        return all(re.fullmatch(pattern, text, re.DOTALL) for pattern, text in texts)


FILES: Final = ("application/x-ndjson", "text/csv")
PROMOTION: Final = r"(POST|PUT|PATCH) .*/promotions(/\{promotion_id\}(/duplicate)?)?"
CART: Final = r"POST .*/(evaluations|calculate-discount|apply-discount)"
APPLY: Final = r"POST .*/orders/\{order_id\}/apply-discount"
COUPON: Final = r"(POST|PATCH) .*/coupons/.*"
PART: Final = r"(rules|actions)\[.*"

RULES: Final = (
    # Names of things that must exist.
    Rule(r".*", r"(.*\.)?(channel|channels\[\d+\])", r"There is no channel .*"),
    Rule(PROMOTION, PART, r"There is no channel .*"),
    Rule(CART, r"promotion_ids\[\d+\]", r"There is no promotion \d+"),
    Rule(r".*", r"(.*\.)?(timezone|zone)", r".* is not an IANA time zone"),
    Rule(r".*", r"(.*\.)?currency", r".* is not a currency of ISO 4217"),
    Rule(r".*", r"(.*\.)?(countries\[\d+\]|shipping_country)", r".* is not a country of ISO 3166-1"),
    # Money has the decimals of its currency, and sums must fit and agree.
    Rule(r".*", r".*", r"has more than \d decimals for [A-Z]{3}"),
    Rule(r".*", r".*", r"cost more than \d+ minor units together"),
    Rule(r".*", r".*", r"must be between 0 and [\d.]+ for [A-Z]{3}"),
    Rule(r".*", r".*subtotal", r"does not agree with quantity \* unit_price"),
    # Texts must say something, and values be such as PostgreSQL and other readers of JSON can keep.
    Rule(r".*", r"(.*\.)?metadata\..*", r"must be between -\d+ and \d+"),
    Rule(r".*", r".*", r"must not contain the character NUL"),
    Rule(r".*", r"(.*\.)?(name|codes\[\d+\]|coupon_codes\[\d+\])", r"must not be blank"),
    Rule(r"PUT .*/customers/\{customer_id\}", "email", r"must be an e-mail address, like .*"),
    Rule(r".*", r".*", r"(holds|is) a number out of range.*"),
    Rule(r".*", r".*", r"must lie between the years 1 and 9999 in UTC"),
    Rule(PROMOTION, r".*", r"is finer than 4 decimals"),
    # Fields that go, or do not go, together.
    Rule(PROMOTION, "(start|end)_date", "must be (after start|before end)_date"),
    Rule(r"GET .*/promotions", "start_date_to", "must not be before start_date_from"),
    Rule(PROMOTION, "actions", "(is required with promotion_type custom|must not be empty)"),
    Rule(PROMOTION, r"\w+", "cannot be set with promotion_type custom; use rules and actions"),
    Rule(PROMOTION, r"rules|actions", "is only for promotion_type custom"),
    Rule(PROMOTION, r"discount_type|discount_value|tier_rules", r"is required( when discount_value is 0)?"),
    Rule(PROMOTION, r"discount_type", r"must be .* for a \w+"),
    Rule(PROMOTION, r"discount_value", r"must be (greater than 0|at most 100 when it is a percentage)"),
    Rule(PROMOTION, r"bogo_config|tier_rules", r"is only for promotion_type \w+"),
    Rule(PROMOTION, r"currency", r"cannot change: its amounts are in [A-Z]{3}"),
    Rule(PROMOTION, r"(.*\.)?tiers\[\d+\]", r"needs exactly one of \w+ and \w+"),
    Rule(PROMOTION, r"(.*\.)?tiers\[\d+\].*", r"is (the same as that of another tier|reached where .*)"),
    Rule(PROMOTION, PART, r"needs (exactly one of \w+ and \w+|include or exclude|\w+ or \w+)"),
    Rule(PROMOTION, PART, r"is (given twice|in include as well|nested more than \d+ levels deep)"),
    Rule(PROMOTION, PART, r"must not be (below minimum_price|empty)"),
    Rule(PROMOTION, r".*", r"must be greater than 0"),
    Rule(COUPON, r"coupon_config\.\w+", r"is another name of \w+; give one of them"),
    Rule(COUPON, r"coupon_config\.code_length", r"is \d+, but the pattern has \d+ places"),
    Rule(COUPON, r"coupon_config(\.pattern)?", r"(makes codes of \d+ characters; .*|must have a # and .*)"),
    Rule(COUPON, "count", r"\d+ codes.* would fill more than half of the .*"),
    Rule(CART, r"coupon_codes\[\d+\]", "is given twice"),
    # An order gets what its promotions give, or the reason for each that was named and gives nothing.
    Rule(APPLY, r"(promotion_ids|coupon_codes)\[\d+\]|promotions\.\d+", r".*\(\w+\)"),
    Rule(APPLY, "body", "No promotion applies to this order"),
    Rule(APPLY, "idempotency_key", r".*"),
    Rule(APPLY, "currency", r"is [A-Z]{3} in this order"),
    Rule(APPLY, "order_items", "are needed: the order is known without its items"),
    Rule(r"POST .*/orders/\{order_id\}/returns", r"items.*", r".*"),
    # The first row of a file names what the rows have.
    Rule(r"POST .*/import(/\w+)?", r".*", r"(is required as a|is not a known) column.*|is there twice"),
    Rule(r"POST .*/keys", "expires_at", "must lie in the future"),
    Rule(r"PUT .*/channels/\{code\}", r"name|currency|timezone", "is required for a new channel"),
    Rule(r"PUT .*/products/\{product_id\}", "price|cost", r"is stored in [A-Z]{3}; give it in .*"),
    Rule(r"PUT .*/orders/\{order_id\}", "total_amount", "is required for a new order without items"),
)


def is_told_only_in_words(failure: Failure, case: schemathesis.Case[Any], response: Response) -> bool:
    """Whether every reason of the refusal is a rule of `RULES`."""
    if isinstance(failure, AcceptedNegativeData):
        return _is_any_file(case)
    if not isinstance(failure, RejectedPositiveData) or response.status_code != 422:
        return False
    operation = f"{case.method} {case.path}"
    told = list(reasons(response.json()))
    return bool(told) and all(any(rule.covers(operation, *reason) for rule in RULES) for reason in told)


def _is_any_file(case: schemathesis.Case[Any]) -> bool:
    """Whether only the file is wrong: what is in it is told in the report, row by row."""
    if case.media_type not in FILES or case.meta is None:
        return False
    parts = case.meta.components.items()
    return all(place is ParameterLocation.BODY or part.mode.is_positive for place, part in parts)


def reasons(body: Any) -> Iterator[tuple[str, str]]:
    """Field and message, as the Aura contract names them and as the Sylius one does."""
    for told in body.get("errors", ()):
        yield told["field"], told["message"]
    for told in body.get("violations", ()):
        yield told["propertyPath"], told["message"]
