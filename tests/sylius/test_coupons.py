"""Coupons of a promotion in Sylius' contract."""

import re
from typing import Any

import pytest
from tests.sylius.conftest import Api, code

case = pytest.param
INVALID = "This value is not valid."


@pytest.fixture
def here(api: Api) -> str:
    """The path of a new promotion's coupons."""
    return f"/promotions/{api.create(couponBased=True)['code']}/coupons/"


def made(api: Api, here: str, **fields: Any) -> Any:
    answer = api.call("POST", here, {"code": code(), **fields})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_a_coupon_is_shown_with_all_that_it_has(api: Api, here: str) -> None:
    given = {"usageLimit": 10, "perCustomerUsageLimit": 0, "expiresAt": "2026-12-31"}
    body = made(api, here, **given)
    assert list(body) == [
        "id", "code", "usageLimit", "used", "expiresAt", "createdAt", "updatedAt", "perCustomerUsageLimit",
        "_links",
    ]  # fmt: skip
    assert body["expiresAt"] == "2026-12-31T00:00:00+0100"
    assert (body["usageLimit"], body["used"], body["perCustomerUsageLimit"]) == (10, 0, 0)
    path = f"/api/v1{here}{body['code']}"
    promotion = path.partition("/coupons/")[0]
    assert body["_links"] == {"self": {"href": path}, "promotion": {"href": promotion}}
    assert api.get(f"{here}{body['code']}") == body


def test_a_list_is_short_and_in_order_of_creation(api: Api, here: str) -> None:
    codes = [made(api, here)["code"] for _ in range(3)]
    page = api.get(f"{here}?limit=2")
    assert (page["page"], page["pages"], page["total"]) == (1, 2, 3)
    items = page["_embedded"]["items"]
    assert [item["code"] for item in items] == codes[:2]
    assert list(items[0]) == ["id", "code", "used", "_links"]
    assert list(items[0]["_links"]) == ["self"]
    assert api.call("GET", f"{here}?page=9").status_code == 404


FAULTS = [
    case({"code": ""}, "code", "Please enter coupon code.", id="no code"),
    case({"code": "x"}, "code", "Coupon code must be at least 2 characters long.", id="short"),
    case({"code": "x" * 256}, "code", "Coupon code must not be longer than 255 characters.", id="long"),
    case(
        {"code": "a b"},
        "code",
        "Coupon code can only be comprised of letters, numbers, dashes and underscores.",
        id="space",
    ),
    case({"usageLimit": 0}, "usageLimit", "Coupon usage limit must be at least 1.", id="limit of zero"),
    case({"usageLimit": "x"}, "usageLimit", INVALID, id="text as limit"),
    case({"perCustomerUsageLimit": -1}, "perCustomerUsageLimit", INVALID, id="below zero"),
    case({"expiresAt": {"date": "2020-01-01"}}, "expiresAt", INVALID, id="object as date"),
    case({"expiresAt": "2017-02-30"}, "expiresAt", INVALID, id="30 February"),
]


@pytest.mark.parametrize(("given", "field", "message"), FAULTS)
def test_a_field_that_cannot_be_accepted_says_so(
    api: Api, here: str, given: dict[str, Any], field: str, message: str
) -> None:
    tree = api.refusal("POST", here, {"code": code(), **given})
    assert list(tree["children"]) == ["usageLimit", "expiresAt", "perCustomerUsageLimit", "code"]
    assert {name: node for name, node in tree["children"].items() if node} == {field: {"errors": [message]}}


def test_unknown_fields_are_refused_and_a_longer_date_is_cut(api: Api, here: str) -> None:
    tree = api.refusal("POST", here, {"code": code(), "used": 1})
    assert tree["errors"] == ["This form should not contain extra fields."]
    body = made(api, here, expiresAt="2026-07-01T12:00:00+0000")
    assert body["expiresAt"] == "2026-07-01T00:00:00+0200"


def test_a_code_is_unique_over_all_promotions_whatever_its_case(api: Api, here: str) -> None:
    taken = made(api, here)["code"]
    other = f"/promotions/{api.create(couponBased=True)['code']}/coupons/"
    tree = api.refusal("POST", other, {"code": taken.upper()})
    assert tree["children"]["code"]["errors"] == ["This coupon already exists."]
    assert api.call("GET", f"{other}{taken}").status_code == 404


def test_put_clears_and_patch_keeps(api: Api, here: str) -> None:
    one = f"{here}{made(api, here, usageLimit=5, expiresAt='2030-01-01', perCustomerUsageLimit=1)['code']}"
    assert api.call("PATCH", one, {"usageLimit": 6}).status_code == 204
    assert (api.get(one)["usageLimit"], api.get(one)["perCustomerUsageLimit"]) == (6, 1)
    assert api.call("PUT", one, {}).status_code == 204
    assert {"usageLimit", "expiresAt", "perCustomerUsageLimit"}.isdisjoint(api.get(one))


def test_a_deleted_coupon_is_gone(api: Api, here: str) -> None:
    one = f"{here}{made(api, here)['code']}"
    assert [api.call(*call).status_code for call in (("DELETE", one), ("GET", one), ("DELETE", one))] == [
        204, 404, 404,
    ]  # fmt: skip


def test_only_coupon_based_promotions_have_coupons(api: Api) -> None:
    answer = api.call("POST", f"/promotions/{api.create()['code']}/coupons/", {})
    assert (answer.status_code, answer.json()) == (
        422,
        {"code": 422, "message": "Only coupon based promotions can have coupons."},
    )


def test_coupons_come_back_with_the_switch(api: Api, here: str) -> None:
    promotion = here.partition("/coupons/")[0]
    one = f"{here}{made(api, here)['code']}"
    api.call("PATCH", promotion, {"couponBased": False})
    assert "coupons" not in api.get(promotion)["_links"]
    api.call("PATCH", promotion, {"couponBased": True})
    assert "coupons" in api.get(promotion)["_links"]
    assert api.call("GET", one).status_code == 200


class TestGeneration:
    def test_codes_are_drawn_between_prefix_and_suffix(self, api: Api, here: str) -> None:
        asked = {"amount": 5, "codeLength": 6, "prefix": "X-", "suffix": "-Y", "usageLimit": 2}
        answer = api.call("POST", f"{here}generate", {**asked, "expiresAt": "2030-01-01"})
        assert answer.status_code == 201
        coupons = answer.json()
        assert all(re.fullmatch("X-[0-9A-F]{6}-Y", coupon["code"]) for coupon in coupons)
        assert {coupon["usageLimit"] for coupon in coupons} == {2}
        assert len({coupon["code"] for coupon in coupons}) == api.get(here)["total"] == 5

    @pytest.mark.parametrize(
        ("given", "field", "message"),
        [
            case({"codeLength": 6}, "amount", "Please enter amount of coupons to generate.", id="no amount"),
            case(
                {"amount": 0, "codeLength": 6},
                "amount",
                "Amount of coupons to generate must be at least 1.",
                id="none",
            ),
            case({"amount": 1}, "codeLength", "Please enter coupon code length.", id="no length"),
            case(
                {"amount": 1, "codeLength": 0},
                "codeLength",
                "Coupon code must be at least 1 characters long.",
                id="length of zero",
            ),
            case(
                {"amount": 1, "codeLength": 41},
                "codeLength",
                "Coupon code must not be longer than 40 characters.",
                id="too long",
            ),
            case(
                {"amount": 1, "codeLength": 6, "usageLimit": 0},
                "usageLimit",
                "Usage limit of generated coupons must be at least 1.",
                id="limit of zero",
            ),
        ],
    )
    def test_what_cannot_be_drawn_says_so(
        self, api: Api, here: str, given: dict[str, Any], field: str, message: str
    ) -> None:
        tree = api.refusal("POST", f"{here}generate", given)
        assert tree["children"][field] == {"errors": [message]}

    def test_half_of_all_codes_may_be_in_use(self, api: Api, here: str) -> None:
        prefix = f"{code()}-"
        asked = {"amount": 5, "codeLength": 1, "prefix": prefix}
        assert len(api.call("POST", f"{here}generate", asked).json()) == 5
        tree = api.refusal("POST", f"{here}generate", asked)
        (error,) = tree["errors"]
        assert error.startswith(
            "Invalid coupons code length or coupons amount. It is not possible to generate 5 "
        )
        assert error.endswith("with code length equals 1. Possible generate amount is 3.")
