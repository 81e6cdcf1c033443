"""Reads a request's amounts and percentages in the right currency, and keeps what is wrong with them."""

from collections.abc import Mapping

from aurapromo.api.aura import money
from aurapromo.api.aura.money import digits_of
from aurapromo.errors import FieldError, Invalid

Step = str | int


class Units:
    """Amounts in `currency`; `channels` maps the code of every channel that exists to its own.

    A value at fault reads as 0 and leaves a fault with its path; `check` raises them all.
    """

    def __init__(
        self, currency: str, channels: Mapping[str, str], faults: list[FieldError] | None = None
    ) -> None:
        self.currency = currency
        self.channels = channels
        self.faults: list[FieldError] = [] if faults is None else faults
        self._digits = digits_of(currency)

    def of_channel(self, code: str, *path: Step) -> "Units":
        """The same in the channel's currency; one that does not exist is a fault."""
        self.check_channel(code, *path)
        return Units(self.channels.get(code, self.currency), self.channels, self.faults)

    def check_channel(self, code: str, *path: Step) -> None:
        if code not in self.channels:
            self.faults.append(FieldError(path, f"There is no channel {code}"))

    def amount(self, value: float, *path: Step) -> int:
        """Minor units."""
        try:
            return money.to_minor(value, self._digits)
        except ValueError as error:
            self.faults.append(FieldError(path, f"{error} for {self.currency}"))
            return 0

    def optional(self, value: float | None, *path: Step) -> int | None:
        return None if value is None else self.amount(value, *path)

    def positive(self, value: float | None, *path: Step) -> int | None:
        """An amount above zero, if any is given."""
        if value is not None and value <= 0:
            self.faults.append(FieldError(path, "must be greater than 0"))
            return None
        return self.optional(value, *path)

    def percentage(self, value: float, *path: Step) -> int:
        """Parts per million; over 100 % is a fault."""
        if value > 100:
            self.faults.append(FieldError(path, "must be at most 100 when it is a percentage"))
            return 0
        try:
            return money.to_ppm(value)
        except ValueError as error:
            self.faults.append(FieldError(path, str(error)))
            return 0

    def major(self, minor: int) -> float:
        """An amount as it is shown."""
        return money.to_major(minor, self._digits)

    def check(self) -> None:
        """Raises Invalid with every fault so far."""
        if self.faults:
            raise Invalid(self.faults)
