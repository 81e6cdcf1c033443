"""Rules about what is in the cart and what it costs. Each function makes one rule ready for many carts."""

from collections.abc import Callable

from aurapromo.engine.decision import Reason, RuleResult
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.eligibility.verdict import Check, at_least, judged
from aurapromo.engine.pricing.state import State
from aurapromo.engine.rules import (
    Brand,
    CartQuantity,
    Category,
    ContainsProduct,
    HasTaxon,
    ItemTotal,
    MinimumSubtotal,
    Product,
    TotalOfItemsFromTaxon,
)


def minimum_subtotal(rule: MinimumSubtotal) -> Check:
    def check(_question: Question, state: State) -> RuleResult:
        return at_least("minimum_subtotal", Reason.BELOW_MINIMUM, rule.amount, state.basket.total)

    return check


def item_total(rule: ItemTotal) -> Check:
    def check(question: Question, state: State) -> RuleResult:
        amount = rule.amounts.get(question.cart.channel or "")
        if amount is None:
            return other_channel("item_total", list(rule.amounts), question)
        return at_least("item_total", Reason.BELOW_ITEM_TOTAL, amount, sum(state.left))

    return check


def total_of_items_from_taxon(rule: TotalOfItemsFromTaxon) -> Check:
    kind = "total_of_items_from_taxon"

    def check(question: Question, state: State) -> RuleResult:
        threshold = rule.thresholds.get(question.cart.channel or "")
        if threshold is None:
            return other_channel(kind, list(rule.thresholds), question)
        lines = zip(question.cart.lines, state.left, strict=True)
        total = sum([left for line, left in lines if threshold.taxon in line.categories])
        return at_least(kind, Reason.BELOW_TAXON_TOTAL, threshold.amount, total)

    return check


def other_channel(kind: str, channels: list[str], question: Question) -> RuleResult:
    return judged(kind, Reason.WRONG_CHANNEL, expected=channels, actual=question.cart.channel)


def cart_quantity(rule: CartQuantity) -> Check:
    def check(question: Question, _state: State) -> RuleResult:
        return at_least("cart_quantity", Reason.TOO_FEW_UNITS, rule.count, question.units)

    return check


def has_taxon(rule: HasTaxon) -> Check:
    taxons = frozenset(rule.taxons)

    def check(question: Question, _state: State) -> RuleResult:
        found = taxons & question.categories
        reason = "" if found else Reason.TAXON_MISSING
        return judged("has_taxon", reason, expected=rule.taxons, actual=sorted(found))

    return check


def contains_product(rule: ContainsProduct) -> Check:
    def check(question: Question, _state: State) -> RuleResult:
        reason = "" if rule.product in question.products else Reason.PRODUCT_MISSING
        return judged("contains_product", reason, expected=rule.product)

    return check


def product(rule: Product) -> Check:
    return listed(rule, lambda question: question.products, Reason.PRODUCT_MISSING, Reason.PRODUCT_EXCLUDED)


def category(rule: Category) -> Check:
    return listed(
        rule, lambda question: question.categories, Reason.CATEGORY_MISSING, Reason.CATEGORY_EXCLUDED
    )


def brand(rule: Brand) -> Check:
    return listed(rule, lambda question: question.brands, Reason.BRAND_MISSING, Reason.BRAND_EXCLUDED)


def listed(
    rule: Product | Category | Brand,
    present: Callable[[Question], frozenset[str]],
    missing: Reason,
    unwanted: Reason,
) -> Check:
    """Some of `include` is present (if any are named) and nothing of `exclude`.

    `actual` says which of the names in question the cart has.
    """
    kind = str(rule.__struct_config__.tag)
    include, exclude = frozenset(rule.include), frozenset(rule.exclude)

    def check(question: Question, _state: State) -> RuleResult:
        names = present(question)
        if barred := exclude & names:
            return judged(kind, unwanted, expected=rule.exclude, actual=sorted(barred))
        found = include & names
        reason = missing if include and not found else ""
        return judged(kind, reason, expected=rule.include, actual=sorted(found))

    return check
