"""Customer facts remembered for a moment, so that a busy customer's decisions share one read."""

from collections import OrderedDict
from typing import Final

from aurapromo.engine.facts import Customer

MOST: Final = 10_000


class CustomerRecall:
    """Facts of the customers asked for last, each at most `ttl_s` seconds old.

    What this process changes it forgets at once; what others change is seen when the time is up.
    """

    def __init__(self, ttl_s: float, *, most: int = MOST) -> None:
        self._ttl_s = ttl_s
        self._most = most
        self._known: OrderedDict[str, tuple[float, Customer]] = OrderedDict()
        self.epoch = 0

    def get(self, customer_id: str, at: float) -> Customer | None:
        """The facts as of the last `ttl_s` seconds; `at` is of a clock that never goes back."""
        read_at, customer = self._known.get(customer_id, (at - self._ttl_s, None))
        return customer if at - read_at < self._ttl_s else None

    def keep(self, customer: Customer, read_at: float, *, epoch: int) -> None:
        """Remember what was read, unless something was forgotten since `epoch`, before the read."""
        if epoch != self.epoch or not self._ttl_s:
            return
        self._known[customer.id] = (read_at, customer)
        self._known.move_to_end(customer.id)
        if len(self._known) > self._most:
            self._known.popitem(last=False)

    def forget(self, customer_id: str | None = None) -> None:
        """Called after a change of the customer was committed; None means whoever it was."""
        self.epoch += 1
        if customer_id is None:
            self._known.clear()
        else:
            self._known.pop(customer_id, None)
