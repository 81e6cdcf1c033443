"""What a promotion has to do with it when coupons of it are made."""

from aurapromo.platform.database import Conn
from aurapromo.promotions import lifecycle, service
from aurapromo.promotions.model import Promotion
from aurapromo.promotions.service import PromotionNotFound
from aurapromo.promotions.store import coupons, writes


async def expect_coupons(tx: Conn, promotion_id: int) -> Promotion:
    """To be called in every transaction that adds coupons, before it does.

    With its first coupon a promotion begins to ask for a code, so every book has to read it again.
    Raises PromotionNotFound, and ImpossibleTransition when the promotion is over.
    """
    promotion = await service.get(tx, promotion_id)
    lifecycle.ensure_editable(promotion.status)
    if promotion.has_coupons:
        is_there = await coupons.hold(tx, promotion_id)
    else:
        # The book's row before the promotion's, as every writer of promotions does.
        version = await writes.bump_book(tx)
        is_there = await coupons.mark(tx, promotion_id, version)
        await writes.announce(tx, version)
    if not is_there:
        raise PromotionNotFound(f"There is no promotion {promotion_id}.")
    return promotion
