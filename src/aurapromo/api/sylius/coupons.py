"""Coupons of a promotion over HTTP in Sylius' contract."""

from secrets import token_bytes
from typing import Annotated, Final

from msgspec import Meta

from aurapromo.access.model import RateClass, Scope
from aurapromo.api.http.route import Route
from aurapromo.api.sylius.forms.body import submitted
from aurapromo.api.sylius.forms.coupon import CouponForm
from aurapromo.api.sylius.forms.generator import GeneratorForm
from aurapromo.api.sylius.problems import NotCouponBased
from aurapromo.api.sylius.promotions import Listing, Plain, Submission, zone_of
from aurapromo.api.sylius.translate import coupon as translate
from aurapromo.api.sylius.translate import links
from aurapromo.api.sylius.translate.links import nested, place_of
from aurapromo.api.sylius.translate.promotion import is_coupon_based
from aurapromo.api.sylius.types import Code, CouponItems, CouponOut, CouponPage
from aurapromo.coupons import service as coupons
from aurapromo.coupons.catalogue import service as catalogue
from aurapromo.platform.database import Conn
from aurapromo.promotions import issuing
from aurapromo.promotions.catalogue import service as promotions
from aurapromo.promotions.model import Promotion

CouponCode = Annotated[str, Meta(description="Code of the coupon", examples=["SANTA2016"])]
TAKEN: Final = "This coupon already exists."


async def list_coupons(call: Listing, promotion: Code) -> CouponPage:
    query = nested(call.query)
    place, zone = place_of(query), zone_of(call)
    async with call.app.database.reading() as conn:
        owner = await promotions.by_code(conn, promotion)
        total = await catalogue.count(conn, owner.id)
        found = await catalogue.page(conn, owner.id, skip=place.skip, limit=place.limit)
    items = CouponItems([translate.short(one, owner.code, zone) for one in found])
    shown = links.links(f"{links.to('promotions', owner.code)}/coupons/", query, place, total)
    return CouponPage(place.page, place.limit, links.existing(place, total), total, shown, items)


async def create_coupon(call: Submission, promotion: Code) -> CouponOut:
    async with call.app.database.writing() as tx:
        owner = await coupon_based(tx, promotion)
        form = CouponForm(submitted(call.body), zone_of(call), is_new=True, partial=False)
        await check_code(tx, form)
        await issuing.expect_coupons(tx, owner.id)
        terms = translate.terms_of(form)
        made = await coupons.create(tx, owner.id, form.values["code"], terms, now=call.now)
    await call.app.book.refresh()
    return translate.full(made, owner.code, zone_of(call))


async def generate_coupons(call: Submission, promotion: Code) -> list[CouponOut]:
    async with call.app.database.writing() as tx:
        owner = await coupon_based(tx, promotion)
        form = GeneratorForm(submitted(call.body), zone_of(call))
        form.refuse_more_than(await catalogue.possible(tx, form.batch))
        await issuing.expect_coupons(tx, owner.id)
        made = await catalogue.generate(tx, owner.id, form.batch, entropy=token_bytes, now=call.now)
    await call.app.book.refresh()
    return [translate.full(one, owner.code, zone_of(call)) for one in made]


async def read_coupon(call: Plain, promotion: Code, code: CouponCode) -> CouponOut:
    async with call.app.database.reading() as conn:
        owner = await promotions.by_code(conn, promotion)
        found = await catalogue.get(conn, owner.id, code)
    return translate.full(found, owner.code, zone_of(call))


async def replace_coupon(call: Submission, promotion: Code, code: CouponCode) -> None:
    await _change(call, promotion, code, partial=False)


async def patch_coupon(call: Submission, promotion: Code, code: CouponCode) -> None:
    await _change(call, promotion, code, partial=True)


async def delete_coupon(call: Plain, promotion: Code, code: CouponCode) -> None:
    async with call.app.database.writing() as tx:
        owner = await promotions.by_code(tx, promotion)
        await catalogue.remove(tx, await catalogue.get(tx, owner.id, code))


async def coupon_based(conn: Conn, promotion: str) -> Promotion:
    """The promotion if it may have coupons; raises NotFound and NotCouponBased."""
    found = await promotions.by_code(conn, promotion)
    if not is_coupon_based(found):
        raise NotCouponBased("Only coupon based promotions can have coupons.")
    return found


async def check_code(conn: Conn, form: CouponForm) -> None:
    """Raises FormRefused."""
    code = form.values["code"]
    if code is not None and await coupons.taken(conn, [code]):
        form.node["code"].refuse(TAKEN)
    form.node.check()


async def _change(call: Submission, promotion: str, code: str, *, partial: bool) -> None:
    async with call.app.database.writing() as tx:
        owner = await promotions.by_code(tx, promotion)
        before = await catalogue.get(tx, owner.id, code)
        form = CouponForm(submitted(call.body), zone_of(call), is_new=False, partial=partial)
        form.node.check()
        await coupons.change(tx, before.code, lambda one: translate.edited(one, form), now=call.now)


HERE: Final = "/promotions/{promotion}/coupons/"
ONE: Final = f"{HERE}{{code}}"

ROUTES: Final[tuple[Route, ...]] = (
    Route(
        "GET",
        HERE,
        list_coupons,
        scope=Scope.READ,
        rate=RateClass.COUPON,
        tag="coupons",
        summary="List a promotion's coupons",
        description="Oldest first. `page` and `limit`.",
    ),
    Route(
        "POST",
        HERE,
        create_coupon,
        scope=Scope.WRITE,
        rate=RateClass.COUPON,
        tag="coupons",
        summary="Create a coupon",
        status=201,
        body_optional=True,
        errors=(404, 409),
        examples={"For ten uses": {"code": "SANTA2016", "usageLimit": 10, "expiresAt": "2026-12-31"}},
    ),
    Route(
        "POST",
        f"{HERE}generate",
        generate_coupons,
        scope=Scope.WRITE,
        rate=RateClass.BULK,
        tag="coupons",
        summary="Generate coupons",
        description="As many as asked for, as long as they fill no more than half of all possible codes.",
        status=201,
        body_optional=True,
        errors=(404, 409),
        examples={"Five codes": {"amount": 5, "codeLength": 8, "prefix": "XMAS-"}},
    ),
    Route(
        "GET",
        ONE,
        read_coupon,
        scope=Scope.READ,
        rate=RateClass.COUPON,
        tag="coupons",
        summary="Get a coupon",
    ),
    Route(
        "PUT",
        ONE,
        replace_coupon,
        scope=Scope.WRITE,
        tag="coupons",
        summary="Replace a coupon",
        description="What is left out is emptied; its code stays.",
        status=204,
        body_optional=True,
        examples={"Unlimited": {}},
    ),
    Route(
        "PATCH",
        ONE,
        patch_coupon,
        scope=Scope.WRITE,
        tag="coupons",
        summary="Change a coupon",
        status=204,
        body_optional=True,
        examples={"More uses": {"usageLimit": 100}},
    ),
    Route(
        "DELETE",
        ONE,
        delete_coupon,
        scope=Scope.WRITE,
        tag="coupons",
        summary="Delete a coupon",
        description="One that an order has used cannot be deleted (422).",
        status=204,
    ),
)
