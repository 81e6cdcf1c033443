"""The form that asks for many coupons at once."""

from typing import Any, Final
from zoneinfo import ZoneInfo

from aurapromo.api.sylius.forms.node import Node, fields
from aurapromo.api.sylius.forms.values.moments import midnight
from aurapromo.api.sylius.forms.values.scalars import integer, record, text
from aurapromo.api.sylius.forms.values.words import CODE
from aurapromo.coupons.catalogue.service import Batch
from aurapromo.coupons.model import Terms

FIELDS: Final = ("amount", "prefix", "codeLength", "suffix", "usageLimit", "expiresAt")
NO_AMOUNT: Final = "Please enter amount of coupons to generate."
AMOUNT: Final = "Amount of coupons to generate must be at least 1."
LIMIT: Final = "Usage limit of generated coupons must be at least 1."
NO_LENGTH: Final = "Please enter coupon code length."
TOO_SHORT: Final = "Coupon code must be at least 1 characters long."
TOO_LONG: Final = "Coupon code must not be longer than 40 characters."
LOWEST: Final = -(2**31)
LONGEST: Final = 40
MOST: Final = 100_000
LONGEST_AFFIX: Final = 100


class GeneratorForm:
    """Raises FormRefused, but for what only the codes that there are can tell."""

    def __init__(self, data: Any, zone: ZoneInfo) -> None:
        self.node = Node(fields(*FIELDS))
        given = record(data, self.node, FIELDS)
        amount = _counted(given.get("amount"), self.node["amount"], NO_AMOUNT, AMOUNT)
        length = _counted(given.get("codeLength"), self.node["codeLength"], NO_LENGTH, TOO_SHORT)
        if length > LONGEST:
            self.node["codeLength"].refuse(TOO_LONG)
        if amount > MOST:
            self.node["amount"].refuse()
        limit = _counted(given.get("usageLimit"), self.node["usageLimit"], None, LIMIT)
        expires_at = midnight(given.get("expiresAt"), self.node["expiresAt"], zone)
        prefix, suffix = (_affix(given.get(name), self.node[name]) for name in ("prefix", "suffix"))
        self.node.check()
        self.batch = Batch(
            amount=amount,
            length=length,
            prefix=prefix,
            suffix=suffix,
            terms=Terms(max_uses=limit or None, expires_at=expires_at),
        )

    def refuse_more_than(self, possible: int) -> None:
        """Raises FormRefused when the batch wants more than there may be."""
        if self.batch.amount > possible:
            self.node.refuse(
                "Invalid coupons code length or coupons amount. It is not possible to generate "
                f"{self.batch.amount} unique coupons with code length equals {self.batch.length}. "
                f"Possible generate amount is {max(0, possible)}."
            )
            self.node.check()


def _counted(value: Any, node: Node, missing: str | None, too_few: str) -> int:
    """A number from 1 on; 0 where there is none, which only `missing` None allows."""
    found = integer(value, node, least=LOWEST)
    if node.errors:
        return 0
    if found is None:
        if missing is not None:
            node.refuse(missing)
        return 0
    if found < 1:
        node.refuse(too_few)
    return found


def _affix(value: Any, node: Node) -> str:
    found = text(value, node) or ""
    if not CODE.fullmatch(found) or len(found) > LONGEST_AFFIX:
        node.refuse()
    return found
