"""Rules about the customer. One that is not known, or of whom the fact is not known, fails them."""

from datetime import timedelta

from aurapromo.engine.decision import Reason, RuleResult
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.eligibility.verdict import Check, judged
from aurapromo.engine.pricing.state import State
from aurapromo.engine.rules import CustomerGroup, CustomerSegment, FirstOrder, NewCustomer, NthOrder


def customer_segment(rule: CustomerSegment) -> Check:
    segments = frozenset(rule.segments)

    def check(question: Question, _state: State) -> RuleResult:
        customer = question.facts.customer
        if customer is None:
            return judged("customer_segment", Reason.CUSTOMER_UNKNOWN, expected=rule.segments)
        reason = Reason.WRONG_SEGMENT if segments.isdisjoint(customer.segments) else ""
        return judged("customer_segment", reason, expected=rule.segments, actual=sorted(customer.segments))

    return check


def customer_group(rule: CustomerGroup) -> Check:
    def check(question: Question, _state: State) -> RuleResult:
        customer = question.facts.customer
        if customer is None:
            return judged("customer_group", Reason.CUSTOMER_UNKNOWN, expected=rule.group)
        reason = "" if customer.group == rule.group else Reason.WRONG_GROUP
        return judged("customer_group", reason, expected=rule.group, actual=customer.group)

    return check


def nth_order(rule: NthOrder) -> Check:
    return order_number("nth_order", rule.nth, Reason.WRONG_ORDER_NUMBER)


def first_order(_rule: FirstOrder) -> Check:
    return order_number("first_order", 1, Reason.NOT_FIRST_ORDER)


def order_number(kind: str, nth: int, reason: Reason) -> Check:
    def check(question: Question, _state: State) -> RuleResult:
        customer = question.facts.customer
        if customer is None or customer.placed_orders is None:
            return judged(kind, Reason.CUSTOMER_UNKNOWN, expected=nth)
        number = customer.placed_orders + 1
        return judged(kind, "" if number == nth else reason, expected=nth, actual=number)

    return check


def new_customer(rule: NewCustomer) -> Check:
    """`actual` is the age of the account in whole days."""
    most = timedelta(days=rule.within_days)

    def check(question: Question, _state: State) -> RuleResult:
        customer = question.facts.customer
        if customer is None or customer.signed_up_at is None:
            return judged("new_customer", Reason.CUSTOMER_UNKNOWN, expected=rule.within_days)
        age = question.now - customer.signed_up_at
        reason = "" if age <= most else Reason.NOT_NEW_CUSTOMER
        return judged("new_customer", reason, expected=rule.within_days, actual=age.days)

    return check
