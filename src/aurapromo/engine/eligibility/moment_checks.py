"""Rules about where, when and with which code the cart is bought."""

from datetime import datetime
from zoneinfo import ZoneInfo

from aurapromo.engine.decision import Reason, RuleResult
from aurapromo.engine.eligibility.question import Question
from aurapromo.engine.eligibility.verdict import Check, judged
from aurapromo.engine.pricing.state import State
from aurapromo.engine.rules import AbVariant, Channel, CouponCode, ShippingCountry, TimeWindow
from aurapromo.errors import invalid


def channel(rule: Channel) -> Check:
    def check(question: Question, _state: State) -> RuleResult:
        code = question.cart.channel
        wrong = code in rule.exclude or (bool(rule.include) and code not in rule.include)
        reason = Reason.WRONG_CHANNEL if wrong else ""
        return judged("channel", reason, expected=rule.include, actual=code)

    return check


def shipping_country(rule: ShippingCountry) -> Check:
    def check(question: Question, _state: State) -> RuleResult:
        country = question.cart.shipping_country
        reason = "" if country in rule.countries else Reason.WRONG_COUNTRY
        return judged("shipping_country", reason, expected=rule.countries, actual=country)

    return check


def time_window(rule: TimeWindow) -> Check:
    """Raises `Invalid` for a zone that the time zone database does not have."""
    try:
        zone = ZoneInfo(rule.zone)
    except (KeyError, ValueError, OSError):
        raise invalid("zone", message=f"{rule.zone!r} is not a time zone") from None

    def check(question: Question, _state: State) -> RuleResult:
        local = question.now.astimezone(zone)
        reason = "" if inside(rule, local) else Reason.OUTSIDE_TIME_WINDOW
        return judged("time_window", reason, expected=rule.zone, actual=local.isoformat(timespec="minutes"))

    return check


def inside(rule: TimeWindow, local: datetime) -> bool:
    """Whether the local time lies in the window; the hours after midnight belong to the day before."""
    minute, weekday = local.hour * 60 + local.minute, local.weekday()
    if rule.from_minute < rule.to_minute:
        return rule.from_minute <= minute < rule.to_minute and is_day(rule, weekday)
    begun_today = minute >= rule.from_minute and is_day(rule, weekday)
    begun_yesterday = minute < rule.to_minute and is_day(rule, (weekday - 1) % 7)
    return begun_today or begun_yesterday


def is_day(rule: TimeWindow, weekday: int) -> bool:
    return not rule.weekdays or weekday in rule.weekdays


def coupon(rule: CouponCode, promotion_id: int) -> Check:
    wanted = frozenset([code.strip().upper() for code in rule.codes])

    def check(question: Question, _state: State) -> RuleResult:
        codes = question.cart.codes
        if wanted:
            found = not wanted.isdisjoint(codes)
        else:
            known = [question.facts.coupons.get(code) for code in codes]
            own = [c for c in known if c is not None and c.promotion_id == promotion_id]
            found = any(c.refusal is None for c in own)
        reason = "" if found else Reason.COUPON_MISSING
        return judged("coupon", reason, expected=rule.codes, actual=codes)

    return check


def ab_variant(rule: AbVariant) -> Check:
    def check(question: Question, _state: State) -> RuleResult:
        variant = question.facts.assignments.get(rule.test)
        reason = "" if variant == rule.variant else Reason.OTHER_VARIANT
        return judged("ab_variant", reason, expected=rule.variant, actual=variant)

    return check
