"""What a form can only know from the database: whether codes are taken, and whether what it names exists."""

from collections.abc import Collection

from aurapromo.api.sylius.forms.context import Context, Named, Thing
from aurapromo.facts import service as facts
from aurapromo.platform.database import Conn


async def check_named(conn: Conn, context: Context) -> None:
    """Refuse, at its field, what names something that is not known."""
    if not context.named:
        return
    products, taxons, groups = await facts.unknown(
        conn,
        products=_codes(context.named, Thing.PRODUCT),
        taxons=_codes(context.named, Thing.TAXON),
        groups=_codes(context.named, Thing.GROUP),
    )
    missing = {Thing.PRODUCT: products, Thing.TAXON: taxons, Thing.GROUP: groups}
    for one in context.named:
        if one.code in missing[one.thing]:
            one.node.refuse()


def _codes(named: Collection[Named], thing: Thing) -> list[str]:
    return [one.code for one in named if one.thing is thing]
