"""The form of a channel, as far as it means something here."""

from collections.abc import Collection
from typing import Any, Final
from zoneinfo import available_timezones

from aurapromo.api.sylius.forms.node import Node, fields
from aurapromo.api.sylius.forms.values.scalars import flag, record, text
from aurapromo.api.sylius.forms.values.words import code_of, length
from aurapromo.facts.currency import currencies
from aurapromo.facts.model import Channel

#: Fields of the form by what they are called in our record.
OURS: Final = {
    "name": "name",
    "description": "description",
    "hostname": "hostname",
    "color": "color",
    "taxCalculationStrategy": "tax_calculation_strategy",
    "baseCurrency": "currency",
    "timezone": "timezone",
}
TAKEN: Final = "Channel code has to be unique."
STRATEGY: Final = "order_items_based"


class ChannelForm:
    """A submitted channel; raises FormRefused. What it leaves open is as in the default channel `home`."""

    def __init__(self, data: Any, taken: Collection[str], home: Channel) -> None:
        self.node = Node(fields(*OURS, "enabled", "code"))
        given = record(data, self.node, (*OURS, "enabled", "code"))
        found = {ours: text(given.get(name), self.node[name]) for name, ours in OURS.items()}
        length(found["name"], self.node["name"], "Channel name", "channel name")
        self.code = code_of(given.get("code"), self.node["code"], "channel") or ""
        if self.code in taken:
            self.node["code"].refuse(TAKEN)
        self.given: dict[str, Any] = found | {
            "currency": found["currency"] or home.currency,
            "timezone": found["timezone"] or home.timezone,
            "tax_calculation_strategy": found["tax_calculation_strategy"] or STRATEGY,
            "enabled": flag(given.get("enabled", True), self.node["enabled"]),
        }
        if self.given["currency"] not in currencies():
            self.node["baseCurrency"].refuse()
        if self.given["timezone"] not in available_timezones():
            self.node["timezone"].refuse()
        self.node.check()
