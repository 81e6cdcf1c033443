"""What a decision before the ledger must know of coupon codes: whose they are. All else the ledger judges."""

from collections.abc import Sequence
from typing import Final

from aurapromo.platform.database import Database
from aurapromo.redemptions.model import Code
from aurapromo.redemptions.store import reads

REMEMBERED: Final = 50_000


class Codes:
    """The codes that were asked for of late. What they remember is judged again by the ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, Code] = {}

    async def find(self, codes: Sequence[str], *, fresh: bool) -> dict[str, Code]:
        """Those of the codes that exist; `fresh` asks the database in any case."""
        if not fresh and all(code in self._known for code in codes):
            return {code: self._known[code] for code in codes}
        async with self._database.reading() as conn:
            found = {one.code: one for one in await reads.codes(conn, codes)}
        if len(self._known) > REMEMBERED:
            self._known.clear()
        self._known.update(found)
        return found
