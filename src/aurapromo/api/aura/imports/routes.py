"""Imports over HTTP: stored while the body arrives, and no faster read than stored."""

from typing import Any, Final

from aurapromo.access.model import RateClass, Scope
from aurapromo.api.aura.imports.kinds import CUSTOMERS, ORDERS, PRODUCTS, Kind
from aurapromo.api.aura.imports.promotions import Promotions
from aurapromo.api.aura.imports.rows import CsvRows, JsonRows
from aurapromo.api.aura.imports.run import Importer, Job
from aurapromo.api.aura.imports.types import ImportQuery, ImportReport
from aurapromo.api.aura.promotions.handlers import actor
from aurapromo.api.http.route import Call, Chunks, Handler, Route
from aurapromo.app import App

NDJSON: Final = "application/x-ndjson"
CSV: Final = "text/csv"
#: A stream needs no bound; this one only keeps sizes within what HTTP can declare.
BODY_LIMIT: Final = 10**17

Import = Call[App, ImportQuery, Chunks]


async def import_customers(call: Import) -> ImportReport:
    return await _run(call, CUSTOMERS)


async def import_products(call: Import) -> ImportReport:
    return await _run(call, PRODUCTS)


async def import_orders(call: Import) -> ImportReport:
    return await _run(call, ORDERS)


async def import_promotions(call: Import) -> ImportReport:
    try:
        return await _run(call, Promotions(actor(call)))
    finally:
        await call.app.book.refresh()


async def _run(call: Import, kind: Kind[Any]) -> ImportReport:
    app, reader = call.app, CsvRows if call.body.media_type == CSV else JsonRows
    job = Job(kind=kind, options=call.query, database=app.database, clock=app.clock)
    return await Importer(job).run(call.body, reader(kind.shape))


def _route(handler: Handler, what: str, fields: str) -> Route:
    return Route(
        "POST",
        f"/import/{what}",
        handler,
        scope=Scope.WRITE,
        rate=RateClass.BULK,
        idempotent=False,
        media=(NDJSON, CSV),
        body_limit=BODY_LIMIT,
        tag="imports",
        summary=f"Import {what} from a file",
        description=f"{fields} NDJSON has one object a line; CSV has the same names in its first row, lists "
        "as `a|b` or JSON, objects as JSON, and an empty cell leaves its field out. Any number of rows, each "
        "up to 1 MiB. Good rows are stored while the file arrives, some hundreds in a transaction; every "
        "other row is reported with its line and fields.",
    )


_FACTS: Final = "Each row has an `id` and the fields of the PUT of one; it means the same as that PUT."

ROUTES: Final = (
    _route(import_customers, "customers", _FACTS),
    _route(import_products, "products", _FACTS),
    _route(import_orders, "orders", _FACTS),
    _route(
        import_promotions,
        "promotions",
        "Each row has the fields of POST /promotions, and may have a `code` and `status` active, which "
        "activates it. A row with a code is stored once, however often it is sent.",
    ),
)
