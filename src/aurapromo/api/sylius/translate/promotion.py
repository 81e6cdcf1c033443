"""A promotion between Sylius' shape and ours."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from msgspec import UNSET

from aurapromo.api.sylius.forms.promotion import Before, Form
from aurapromo.api.sylius.translate import links, parts_out
from aurapromo.api.sylius.translate.dates import written
from aurapromo.api.sylius.translate.parts_in import actions_of, rules_of
from aurapromo.api.sylius.types import ChannelOut, Link, PartOut, PromotionLinks, PromotionOut, ShortPromotion
from aurapromo.facts.model import Channel
from aurapromo.promotions.model import Definition, Promotion
from aurapromo.promotions.service import Identity

#: Fields of the form by what they are called in our definition.
OURS: Final = {
    "name": "name",
    "description": "description",
    "exclusive": "exclusive",
    "usageLimit": "max_uses",
    "startsAt": "starts_at",
    "endsAt": "ends_at",
    "couponBased": "requires_coupon",
    "channels": "channels",
    "priority": "priority",
    "appliesToDiscounted": "applies_to_discounted",
}


def identity(form: Form, uuid: UUID) -> Identity:
    return Identity(uuid, form.values["code"], "sylius")


def before_of(promotion: Promotion) -> Before:
    """What the form has to know of the promotion that it changes."""
    kept = promotion.definition
    return Before(
        starts_at=kept.starts_at,
        ends_at=kept.ends_at,
        rules=[parts_out.type_of(rule) for rule in kept.rules],
        actions=[parts_out.type_of(action) for action in kept.actions],
    )


def edited(before: Definition, form: Form) -> Definition:
    """The definition with what the form says written over it."""
    given = {OURS[name]: value for name, value in form.values.items() if name in OURS}
    if form.rules is not None:
        given["rules"] = rules_of(form.rules, before.rules)
    if form.actions is not None:
        given["actions"] = actions_of(form.actions, before.actions)
    return msgspec.structs.replace(before, **given)


class Shower(msgspec.Struct, frozen=True):
    """What is needed to show promotions: the channels in their order, and the zone of dates."""

    channels: Sequence[Channel]
    zone: ZoneInfo

    def full(self, promotion: Promotion) -> PromotionOut:
        kept = promotion.definition
        return PromotionOut(
            id=promotion.id,
            code=promotion.code,
            name=kept.name,
            priority=kept.priority,
            exclusive=kept.exclusive,
            usage_limit=UNSET if kept.max_uses is None else kept.max_uses,
            used=promotion.counters.used,
            starts_at=UNSET if kept.starts_at is None else written(kept.starts_at, self.zone),
            ends_at=UNSET if kept.ends_at is None else written(kept.ends_at, self.zone),
            coupon_based=is_coupon_based(promotion),
            rules=self._rules(promotion),
            actions=self._actions(promotion),
            created_at=written(promotion.created_at, self.zone),
            updated_at=written(promotion.updated_at, self.zone),
            channels=[self.channel(one) for one in self._channels(kept)],
            applies_to_discounted=UNSET if kept.applies_to_discounted else False,
            links=links_of(promotion),
        )

    def channel(self, channel: Channel) -> ChannelOut:
        return ChannelOut(
            id=channel.id,
            code=channel.code,
            name=channel.name,
            description=UNSET if channel.description is None else channel.description,
            hostname=UNSET if channel.hostname is None else channel.hostname,
            color=UNSET if channel.color is None else channel.color,
            created_at=written(channel.created_at, self.zone),
            updated_at=written(channel.updated_at, self.zone),
            enabled=channel.enabled,
            tax_calculation_strategy=channel.tax_calculation_strategy,
            links={"self": Link(links.to("channels", channel.code))},
        )

    def _channels(self, kept: Definition) -> list[Channel]:
        """Those of the promotion; one that is for all has all."""
        return [one for one in self.channels if kept.channels is None or one.code in kept.channels]

    def _rules(self, promotion: Promotion) -> list[PartOut]:
        return [
            PartOut(id_, parts_out.type_of(rule), parts_out.rule_configuration(rule))
            for id_, rule in zip(promotion.rule_ids, promotion.definition.rules, strict=True)
        ]

    def _actions(self, promotion: Promotion) -> list[PartOut]:
        kept = promotion.definition
        currencies: Mapping[str, str] = {one.code: one.currency for one in self._channels(kept)}
        return [
            PartOut(
                id_,
                parts_out.type_of(action),
                parts_out.action_configuration(action, currencies, kept.currency),
            )
            for id_, action in zip(promotion.action_ids, kept.actions, strict=True)
        ]


def short(promotion: Promotion) -> ShortPromotion:
    kept = promotion.definition
    return ShortPromotion(promotion.id, promotion.code, kept.name, kept.priority, links_of(promotion))


def is_coupon_based(promotion: Promotion) -> bool:
    """Whether it asks for a coupon, also when it does so only because it has some."""
    asks = promotion.definition.requires_coupon
    return promotion.has_coupons if asks is None else asks


def links_of(promotion: Promotion) -> PromotionLinks:
    here = links.to("promotions", promotion.code)
    coupons = Link(f"{here}/coupons/") if is_coupon_based(promotion) else UNSET
    return PromotionLinks(Link(here), coupons)
