"""The table of the coupons' paths in the Aura contract.

A code only ever stands behind a fixed name, and beside those only numbers are taken, so that a coupon may
be called anything, also `bulk`.
"""

from typing import Any, Final

from aurapromo.access.model import RateClass, Scope
from aurapromo.api.aura.coupons import handlers
from aurapromo.api.aura.coupons.imports import import_coupons
from aurapromo.api.aura.coupons.validate import validate
from aurapromo.api.aura.imports.routes import BODY_LIMIT, CSV, NDJSON
from aurapromo.api.http.route import Handler, Route

TAG: Final = "coupons"
ALL: Final = "/coupons/{promotion_id}"
ONE: Final = "/coupons/codes/{code}"
SUMMER: Final[dict[str, Any]] = {
    "code": "SUMMER25",
    "max_uses": 100,
    "max_uses_per_customer": 1,
    "expires_at": "2024-08-31T23:59:59Z",
    "metadata": {"campaign": "summer_email"},
}
BULK: Final[dict[str, Any]] = {
    "count": 1000,
    "coupon_config": {
        "max_uses": 1,
        "max_uses_per_customer": 1,
        "expires_at": "2024-08-31T23:59:59Z",
        "code_length": 8,
        "code_prefix": "SUMMER",
        "exclude_ambiguous": True,
    },
}


def _get(path: str, handler: Handler, summary: str, *, description: str = "", produces: str = "") -> Route:
    """Codes are as good as money, so reading them takes the scope that makes them."""
    return Route(
        "GET",
        path,
        handler,
        scope=Scope.WRITE,
        rate=RateClass.COUPON,
        summary=summary,
        description=description,
        produces=produces or "application/json",
        tag=TAG,
        errors=(404,),
    )


ROUTES: Final = (
    Route(
        "POST",
        ALL,
        handlers.create,
        scope=Scope.WRITE,
        rate=RateClass.COUPON,
        status=201,
        body_optional=True,
        summary="Create a coupon",
        description="With its first coupon a promotion asks for a code, unless `requires_coupon` says else.",
        tag=TAG,
        errors=(404, 409),
        examples={"A code of one's own": SUMMER, "A drawn code": {"max_uses": 1}},
    ),
    Route(
        "POST",
        "/coupons/bulk/{promotion_id}",
        handlers.bulk,
        scope=Scope.WRITE,
        rate=RateClass.BULK,
        status=201,
        also=(202,),
        summary="Create many coupons with drawn codes",
        description="Up to 1,000 are all shown, of more the first 100 and where to read them. Over 100,000 "
        "are made in the background: 202, and where to see how far they are. A batch that would fill more "
        "than half of its key space is refused.",
        tag=TAG,
        errors=(404, 409),
        examples={
            "Eight characters": BULK,
            "A pattern": {"count": 500, "coupon_config": {"pattern": "VIP-##-####", "max_uses": 1}},
        },
    ),
    Route(
        "POST",
        "/coupons/validate/{coupon_code}",
        validate,
        scope=None,
        rate=RateClass.COUPON,
        idempotent=False,
        body_optional=True,
        summary="Check if a coupon is valid for a customer",
        description="Takes nothing. A key without the scope `checkout` gets one and the same answer about "
        "every code that cannot be used: there is none.",
        tag=TAG,
        examples={"A customer and an amount": {"customer_id": 456, "order_amount": 75.0}},
    ),
    _get(
        "/coupons/batches",
        handlers.list_batches,
        "List batches, newest first",
    ),
    _get("/coupons/batches/{batch_id}", handlers.read_batch, "See how far a batch is"),
    _get(ONE, handlers.read, "Get a coupon"),
    Route(
        "PATCH",
        ONE,
        handlers.change,
        scope=Scope.WRITE,
        summary="Change a coupon",
        description="Only the fields that are given change, null clears one. `status` disabled takes it out "
        "of use, active brings it back.",
        tag=TAG,
        errors=(404,),
        examples={"Two fields": {"max_uses": 200, "expires_at": None}},
    ),
    Route(
        "DELETE",
        ONE,
        handlers.disable,
        scope=Scope.WRITE,
        status=204,
        summary="Take a coupon out of use",
        description="It stays on record as disabled, and its code stays taken.",
        tag=TAG,
        errors=(404,),
    ),
    _get(ALL, handlers.page, "List the coupons of a promotion"),
    Route(
        "POST",
        f"{ALL}/import",
        import_coupons,
        scope=Scope.WRITE,
        rate=RateClass.BULK,
        idempotent=False,
        media=(CSV, NDJSON),
        body_limit=BODY_LIMIT,
        summary="Import coupons with codes of one's own",
        description="CSV with the names of the fields in its first row, or NDJSON. Good rows are stored "
        "while the file arrives, a thousand in a transaction; every other row is reported with its line "
        "and fields, also one whose code is taken.",
        tag=TAG,
        errors=(404, 409),
    ),
    _get(
        f"{ALL}/export.csv",
        handlers.export,
        "All coupons of a promotion or a batch as CSV",
        description="A stream, oldest first. A cell that a spreadsheet would take for a formula begins "
        "with an apostrophe.",
        produces="text/csv",
    ),
)
