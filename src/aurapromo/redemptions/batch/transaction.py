"""One batch: what waits, in one transaction."""

from collections.abc import Sequence

from aurapromo.outbox import store as outbox
from aurapromo.platform.database import Conn
from aurapromo.redemptions.batch.locking import fetch, send, touched
from aurapromo.redemptions.batch.writing import write, write_totals
from aurapromo.redemptions.claims.accounts import Counter
from aurapromo.redemptions.claims.claim import Claim, Done, Verdict
from aurapromo.redemptions.claims.judge import judge
from aurapromo.redemptions.store import locks, reads


class Batch:
    """Claims on their way through one transaction. After `run` there is a verdict for each of them.

    `counters` are those that were changed. When the connection breaks, `was_committed` tells on another
    one what became of it.
    """

    def __init__(self, claims: Sequence[Claim]) -> None:
        self.claims = claims
        self.verdicts: list[Verdict] = []
        self.counters: list[Counter] = []
        self._xid: int | None = None

    async def run(self, conn: Conn) -> None:
        """Lock, judge, write, commit: two round trips, one to learn what is there and one to change it."""
        async with conn.pipeline(), conn.transaction():
            named = touched(self.claims)
            accounts = await fetch(conn, named, await send(conn, named))
            self._xid = accounts.xid
            counters, coupons = dict(accounts.counters), dict(accounts.coupons)
            self.verdicts = [judge(claim, accounts) for claim in self.claims]
            self.counters = [new for key, new in accounts.counters.items() if counters[key] is not new]
            changed = [new for key, new in accounts.coupons.items() if coupons[key] is not new]
            await write(conn, self.taken, accounts, named)
            await write_totals(conn, changed, self.counters)

    @property
    def taken(self) -> list[Claim]:
        """The claims that were taken; none before they are judged."""
        judged = zip(self.claims, self.verdicts, strict=False)
        return [claim for claim, verdict in judged if isinstance(verdict, Done)]

    async def was_committed(self, conn: Conn) -> bool | None:
        """Whether all of it is in the database; None as long as the transaction is still under way.

        Its status alone does not tell: after a crash PostgreSQL may give the same id to another
        transaction, since an id is safe on disk only with something that was written under it. So what
        it would have left behind decides, once it is over. Without a trace it may simply run again.
        """
        if self._xid is not None and await reads.in_progress(conn, self._xid):
            return None
        for claim in self.taken:
            if claim.events:
                return await outbox.has(conn, claim.events[0].id)
            if claim.record is not None:
                found = await locks.records(conn, [claim.record.id])
                return found.get(claim.record.id) == claim.record
        return False
