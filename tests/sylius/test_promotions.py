"""Promotions in Sylius' contract: paths and statuses, bodies, forms, lists, changes, deletions."""

import re
from typing import Any, ClassVar

import psycopg
import pytest
from tests.sylius.conftest import Api, code

case = pytest.param
DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]00")
INVALID = "This value is not valid."
BLANK = "This value should not be blank."
EXTRA = "This form should not contain extra fields."


def errors_at(tree: Any, *path: Any) -> list[str]:
    """The errors of the field to which the path leads; an empty path is the form itself."""
    for step in path:
        tree = tree["children"][step]
    return list(tree.get("errors", []))


def test_a_name_and_a_code_make_a_promotion_and_nothing_more_is_told(api: Api) -> None:
    named = code()
    body = api.create(code=named, name="Sunday promotion")
    dates = [body.pop(name) for name in ("createdAt", "updatedAt")]
    assert all(DATE.fullmatch(date) for date in dates)
    assert isinstance(body.pop("id"), int)
    assert isinstance(body.pop("priority"), int)
    assert body == {
        "code": named,
        "name": "Sunday promotion",
        "exclusive": False,
        "used": 0,
        "couponBased": False,
        "rules": [],
        "actions": [],
        "channels": [],
        "_links": {"self": {"href": f"/api/v1/promotions/{named}"}},
    }


def test_a_promotion_is_shown_with_all_that_it_has(api: Api) -> None:
    made = api.create(
        exclusive=True,
        couponBased=True,
        usageLimit=10,
        description="Not shown",
        startsAt={"date": "2017-12-05", "time": "11:00"},
        endsAt={"date": "2018-07-31", "time": "11:00"},
        channels=["WEB"],
        rules=[{"type": "nth_order", "configuration": {"nth": 3}}],
        actions=[{"type": "order_fixed_discount", "configuration": {"WEB": {"amount": 12}}}],
    )
    assert list(made) == [
        "id", "code", "name", "priority", "exclusive", "usageLimit", "used", "startsAt", "endsAt",
        "couponBased", "rules", "actions", "createdAt", "updatedAt", "channels", "_links",
    ]  # fmt: skip
    assert (made["startsAt"], made["endsAt"]) == ("2017-12-05T11:00:00+0100", "2018-07-31T11:00:00+0200")
    assert [(one["type"], one["configuration"]) for one in made["rules"]] == [("nth_order", {"nth": 3})]
    assert made["actions"][0]["configuration"] == {"WEB": {"amount": 1200}}
    (channel,) = made["channels"]
    assert list(channel) == [
        "id", "code", "name", "hostname", "createdAt", "updatedAt", "enabled", "taxCalculationStrategy",
        "_links",
    ]  # fmt: skip
    assert channel["_links"] == {"self": {"href": "/api/v1/channels/WEB"}}
    here = f"/api/v1/promotions/{made['code']}"
    assert made["_links"] == {"self": {"href": here}, "coupons": {"href": f"{here}/coupons/"}}
    assert api.get(f"/promotions/{made['code']}") == made


def test_an_empty_body_is_an_empty_form_and_every_field_is_listed(api: Api) -> None:
    answer = api.call("POST", "/promotions/")
    count = len(api.refusal("POST", "/promotions/", {})["children"]["channels"]["children"])
    assert list(answer.json()["errors"]["children"]) == [
        "name", "description", "exclusive", "usageLimit", "startsAt", "endsAt", "priority", "couponBased",
        "rules", "actions", "channels", "code",
    ]  # fmt: skip
    moment: dict[str, Any] = {"children": {"date": {}, "time": {}}}
    assert answer.status_code == 400
    assert answer.json() == {
        "code": 400,
        "message": "Validation Failed",
        "errors": {
            "children": {
                "name": {"errors": ["Please enter promotion name."]},
                "description": {},
                "exclusive": {},
                "usageLimit": {},
                "startsAt": moment,
                "endsAt": moment,
                "priority": {},
                "couponBased": {},
                "rules": {},
                "actions": {},
                "channels": {"children": [{}] * count},
                "code": {"errors": ["Please enter promotion code."]},
            }
        },
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        case("GET", "/promotions/", 200, id="list"),
        case("GET", "/promotions", 200, id="list without the slash"),
        case("GET", "/promotions/nobody", 404, id="get"),
        case("PUT", "/promotions/nobody", 404, id="put"),
        case("PATCH", "/promotions/nobody", 404, id="patch"),
        case("DELETE", "/promotions/nobody", 404, id="delete"),
        case("DELETE", "/promotions/", 405, id="wrong method"),
        case("GET", "/promotions/nobody/coupons/", 404, id="coupons"),
        case("POST", "/promotions/nobody/coupons/", 404, id="new coupon"),
        case("GET", "/promotions/nobody/coupons/x", 404, id="coupon"),
        case("GET", "/nothing", 404, id="nothing there"),
    ],
)
def test_what_is_not_there_is_answered_in_the_shape_of_sylius(
    api: Api, method: str, path: str, status: int
) -> None:
    answer = api.call(method, path)
    assert answer.status_code == status
    words = {404: "Not Found", 405: "Method Not Allowed"}
    if status != 200:
        assert answer.json() == {"code": status, "message": words[status]}


@pytest.mark.parametrize("body", ['{"name"', '"text"', "7", "null", "[" * 100, b"\xff"])
def test_what_is_no_object_is_invalid_json(api: Api, body: Any) -> None:
    answer = api.call("POST", "/promotions/", body)
    assert answer.status_code == 400
    assert answer.json() == {"code": 400, "message": "Invalid json message received"}


FIELDS = [
    case({"name": " "}, ["name"], "Please enter promotion name.", id="blank name"),
    case({"name": "x"}, ["name"], "Promotion name must be at least 2 characters long.", id="short name"),
    case(
        {"name": "x" * 256},
        ["name"],
        "Promotion name must not be longer than 255 characters.",
        id="long name",
    ),
    case({"name": ["x"]}, ["name"], INVALID, id="list as name"),
    case(
        {"code": "a b"},
        ["code"],
        "Promotion code can only be comprised of letters, numbers, dashes and underscores.",
        id="space in code",
    ),
    case(
        {"code": "ü"},
        ["code"],
        "Promotion code can only be comprised of letters, numbers, dashes and underscores.",
        id="umlaut in code",
    ),
    case({"code": ""}, ["code"], "Please enter promotion code.", id="no code"),
    case(
        {"description": "x"},
        ["description"],
        "Promotion description must be at least 2 characters long.",
        id="short description",
    ),
    case(
        {"description": "x" * 256},
        ["description"],
        "Promotion description must not be longer than 255 characters.",
        id="long description",
    ),
    case(
        {
            "startsAt": {"date": "2020-01-02", "time": "00:00"},
            "endsAt": {"date": "2020-01-01", "time": "00:00"},
        },
        ["endsAt"],
        "End date cannot be set prior start date.",
        id="backwards",
    ),
    case({"startsAt": "2020-01-01"}, ["startsAt"], INVALID, id="date as text"),
    case({"startsAt": {"date": "2017-02-30", "time": "00:00"}}, ["startsAt"], INVALID, id="30 February"),
    case({"startsAt": {"date": "2017-2-3", "time": "00:00"}}, ["startsAt"], INVALID, id="no zeros"),
    case({"startsAt": {"date": "2017-02-03"}}, ["startsAt"], INVALID, id="no time"),
    case({"startsAt": {"date": "2017-02-03", "time": "10:00:00"}}, ["startsAt"], INVALID, id="seconds"),
    case({"usageLimit": "many"}, ["usageLimit"], INVALID, id="text as limit"),
    case({"usageLimit": -1}, ["usageLimit"], INVALID, id="limit below zero"),
    case({"priority": []}, ["priority"], None, id="empty list as priority"),
    case({"exclusive": ["x"]}, ["exclusive"], INVALID, id="list as flag"),
    case({"channels": ["MOON"]}, ["channels"], INVALID, id="unknown channel"),
    case({"rules": "x"}, ["rules"], INVALID, id="text as rules"),
    case({"unknown": 1}, [], EXTRA, id="unknown field"),
]


@pytest.mark.parametrize(("given", "path", "message"), FIELDS)
def test_a_field_that_cannot_be_accepted_says_so_at_its_place(
    api: Api, given: dict[str, Any], path: list[Any], message: str | None
) -> None:
    tree = api.refusal("POST", "/promotions/", {"code": code(), "name": "Any", **given})
    assert errors_at(tree, *path) == [message or INVALID]


def test_a_code_belongs_to_one_promotion(api: Api) -> None:
    made = api.create()
    tree = api.refusal("POST", "/promotions/", {"code": made["code"], "name": "Any"})
    assert errors_at(tree, "code") == ["The promotion with given code already exists."]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        case({"exclusive": "false"}, {"exclusive": True}, id="false in quotes is true"),
        case({"exclusive": 0}, {"exclusive": True}, id="zero is true"),
        case({"exclusive": None}, {"exclusive": False}, id="null is false"),
        case({"usageLimit": "10"}, {"usageLimit": 10}, id="number in quotes"),
        case({"usageLimit": 1.7}, {"usageLimit": 1}, id="fraction is cut"),
        case({"usageLimit": True}, {"usageLimit": 1}, id="true is one"),
        case({"usageLimit": 0}, {"usageLimit": 0}, id="a limit of zero"),
        case({"name": "  Any  "}, {"name": "Any"}, id="trimmed"),
        case({"name": 12}, {"name": "12"}, id="number as name"),
        case({"used": 7}, {"used": 7}, id="used"),
        case({"channels": "WEB"}, {}, id="one channel as text"),
        case({"rules": {"a": {"type": "cart_quantity", "configuration": {"count": 1}}}}, {}, id="object"),
        case({"startsAt": {"date": "", "time": ""}}, {}, id="empty date"),
        case({"appliesToDiscounted": False}, {"appliesToDiscounted": False}, id="of version 2"),
    ],
)
def test_values_are_read_as_symfony_reads_them(
    api: Api, given: dict[str, Any], shown: dict[str, Any]
) -> None:
    made = api.create(**given)
    assert {name: made[name] for name in shown} == shown


CONFIGURATIONS = [
    case("rules", "cart_quantity", {"count": "5"}, {"count": 5}, id="cart_quantity"),
    case("rules", "nth_order", {"nth": 3}, {"nth": 3}, id="nth_order"),
    case("rules", "item_total", {"WEB": {"amount": 12}}, {"WEB": {"amount": 1200}}, id="item_total"),
    case("rules", "has_taxon", {"taxons": "mugs,caps"}, {"taxons": ["mugs", "caps"]}, id="has_taxon"),
    case("rules", "has_taxon", {"taxons": ["mugs"]}, {"taxons": ["mugs"]}, id="has_taxon as list"),
    case(
        "rules",
        "total_of_items_from_taxon",
        {"WEB": {"taxon": "mugs", "amount": 12}},
        {"WEB": {"taxon": "mugs", "amount": 1200}},
        id="total_of_items_from_taxon",
    ),
    case("rules", "contains_product", {"product_code": "MUG"}, {"product_code": "MUG"}, id="product"),
    case("rules", "customer_group", {"group_code": "retail"}, {"group_code": "retail"}, id="group"),
    case("rules", "shipping_country", {"country": "US"}, {"country": "US"}, id="country"),
    *(
        case(
            "actions", "order_fixed_discount", {"WEB": {"amount": given}}, {"WEB": {"amount": minor}},
            id=f"amount {given}",
        )
        for given, minor in (
            (12, 1200), (12.345, 1235), (0.005, 1), (0.004, 0), ("12,99", 1299), (1234567.89, 123456789),
        )
    ),
    *(
        case(
            "actions", kind, {"percentage": given}, {"percentage": fraction}, id=f"{kind} {given}"
        )
        for kind in ("order_percentage_discount", "shipping_percentage_discount")
        for given, fraction in ((15, 0.15), (12.5, 0.125), (100, 1), (0, 0), (2.555, 0.02555))
    ),
    case(
        "actions",
        "unit_fixed_discount",
        {"WEB": {"amount": 12}},
        {
            "WEB": {
                "amount": 1200,
                "filters": {
                    "price_range_filter": [],
                    "taxons_filter": {"taxons": []},
                    "products_filter": {"products": []},
                },
            }
        },
        id="filters are filled",
    ),
    case(
        "actions",
        "unit_percentage_discount",
        {
            "WEB": {
                "percentage": 15,
                "filters": {
                    "price_range_filter": {"min": 1, "max": 12000},
                    "taxons_filter": {"taxons": "mugs"},
                    "products_filter": {"products": "A,B"},
                },
            }
        },
        {
            "WEB": {
                "percentage": 0.15,
                "filters": {
                    "price_range_filter": {"min": 100, "max": 1200000},
                    "taxons_filter": {"taxons": ["mugs"]},
                    "products_filter": {"products": ["A", "B"]},
                },
            }
        },
        id="all filters",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("field", "kind", "given", "shown"), CONFIGURATIONS)
def test_configurations_come_in_major_units_and_go_out_in_minor_ones(
    api: Api, field: str, kind: str, given: Any, shown: Any
) -> None:
    made = api.create(**{field: [{"type": kind, "configuration": given}]})
    (part,) = made[field]
    assert isinstance(part["id"], int)
    assert (part["type"], part["configuration"]) == (kind, shown)
    whole = part["configuration"].get("percentage", 0.5)
    assert not isinstance(whole, float) or 0 < whole < 1  # PHP writes 1 and 0 as integers


FAULTS = [
    case("rules", {"type": "nth_order"}, [0, "configuration", "nth"], BLANK, id="nth"),
    case(
        "rules",
        {"type": "cart_quantity", "configuration": {"count": "x"}},
        [0, "configuration", "count"],
        INVALID,
        id="count",
    ),
    case(
        "rules", {"type": "contains_product"}, [0, "configuration", "product_code"], BLANK, id="product_code"
    ),
    case("rules", {"type": "customer_group"}, [0, "configuration", "group_code"], BLANK, id="group_code"),
    case("rules", {"type": "item_total"}, [0, "configuration", "WEB", "amount"], BLANK, id="no channel"),
    case(
        "rules",
        {"type": "item_total", "configuration": {"WEB": {"amount": -1}}},
        [0, "configuration", "WEB", "amount"],
        INVALID,
        id="amount below zero",
    ),
    case(
        "rules",
        {"type": "shipping_country", "configuration": {"country": "XX"}},
        [0, "configuration", "country"],
        INVALID,
        id="no country",
    ),
    case(
        "rules",
        {"type": "item_total", "configuration": {"MOON": {"amount": 1}}},
        [0, "configuration"],
        EXTRA,
        id="unknown channel",
    ),
    case("rules", {"type": "nth_order", "configuration": {"nth": 1, "x": 1}}, [], EXTRA, id="unknown key"),
    case("rules", {"configuration": {"nth": 1}}, [], EXTRA, id="no type"),
    case("rules", {"type": "full_moon"}, [0, "type"], INVALID, id="unknown type"),
    case("rules", {}, [0, "type"], BLANK, id="nothing"),
    case(
        "actions",
        {"type": "order_percentage_discount", "configuration": {"percentage": 120}},
        [0, "configuration", "percentage"],
        "The maximum value of a percentage discount is 100%.",
        id="more than all",
    ),
    case(
        "actions",
        {"type": "order_percentage_discount", "configuration": {"percentage": -20}},
        [0, "configuration", "percentage"],
        "The value of a percentage discount must be at least 0%.",
        id="less than nothing",
    ),
    case(
        "actions",
        {"type": "order_percentage_discount", "configuration": {"percentage": 2.55555}},
        [0, "configuration", "percentage"],
        INVALID,
        id="finer than kept",
    ),
    case(
        "actions",
        {
            "type": "unit_fixed_discount",
            "configuration": {"WEB": {"amount": 1, "filters": {"price_range_filter": {"min": "x"}}}},
        },
        [0, "configuration", "WEB", "filters", "price_range_filter", "min"],
        INVALID,
        id="text as price",
    ),
]


@pytest.mark.parametrize(("field", "part", "path", "message"), FAULTS)
def test_a_part_that_cannot_be_accepted_says_so_at_its_place(
    api: Api, field: str, part: Any, path: list[Any], message: str
) -> None:
    tree = api.refusal("POST", "/promotions/", {"code": code(), "name": "Any", field: [part]})
    assert errors_at(tree, field, *path) == [message]


class TestLists:
    def test_a_page_is_one_of_hal(self, api: Api) -> None:
        mark = code()
        codes = [api.create(code=f"{mark}-{number}", name="Any")["code"] for number in range(3)]
        query = f"?sorting[code]=asc&limit=2&criteria[search]={mark}&x=a b"
        kept = f"sorting%5Bcode%5D=asc&criteria%5Bsearch%5D={mark}&x=a%20b"
        page = api.get(f"/promotions/{query}")
        links = {name: link["href"] for name, link in page.pop("_links").items()}
        (items,) = page.pop("_embedded").values()
        assert page == {"page": 1, "limit": 2, "pages": 2, "total": 3}
        assert [item["code"] for item in items] == codes[:2]
        assert list(items[0]) == ["id", "code", "name", "priority", "_links"]
        base = f"/api/v1/promotions/?{kept}"
        assert links == {
            "self": f"{base}&page=1&limit=2",
            "first": f"{base}&page=1&limit=2",
            "last": f"{base}&page=2&limit=2",
            "next": f"{base}&page=2&limit=2",
        }

    def test_beyond_the_end_is_the_last_page(self, api: Api) -> None:
        mark = api.create()["code"]
        page = api.get(f"/promotions/?page=99&criteria[search]={mark}")
        assert (page["page"], page["total"]) == (1, 1)
        assert page["_links"]["self"]["href"].endswith("page=1&limit=10")

    @pytest.mark.parametrize("query", ["page=0", "page=x", "limit=0", "limit=-1", "limit=x"])
    def test_what_is_no_page_is_not_found(self, api: Api, query: str) -> None:
        assert api.call("GET", f"/promotions/?{query}").status_code == 404

    @pytest.mark.parametrize("query", ["sorting[id]=asc", "sorting[code]=up", "criteria[search][type]=like"])
    def test_what_cannot_be_asked_for_is_refused(self, api: Api, query: str) -> None:
        answer = api.call("GET", f"/promotions/?{query}&criteria[search][value]=x")
        assert (answer.status_code, answer.json()["code"]) == (400, 400)

    @pytest.mark.parametrize(
        ("criteria", "found"),
        [
            case("[search]={mark}", "abc", id="bare text"),
            case("[search][value]={mark}-B", "b", id="contains, whatever the case"),
            case("[search][type]=equal&criteria[search][value]={mark}-a", "a", id="equal"),
            case("[search][type]=starts_with&criteria[search][value]={mark}-c", "c", id="starts with"),
            case("[search][type]=in&criteria[search][value]={mark}-a, {mark}-c", "ac", id="in"),
            case("[search][type]=contains&criteria[search][value]={mark}_b", "b", id="signs of LIKE"),
            case("[search]={mark}&criteria[couponBased]=true", "b", id="coupon based"),
            case("[search]={mark}&criteria[couponBased]=yes", "ac", id="anything else is not"),
            case("[search]={mark}&criteria[couponBased]=0", "abc", id="zero is off"),
            case("[search]={mark}&criteria[moon]=full", "abc", id="unknown criteria do nothing"),
        ],
    )
    def test_criteria_choose(self, api: Api, criteria: str, found: str) -> None:
        mark = code()
        for letter in "abc":
            api.create(code=f"{mark}-{letter}", couponBased=letter == "b")
        page = api.get(f"/promotions/?sorting[code]=asc&criteria{criteria.replace('{mark}', mark)}")
        assert "".join(item["code"][-1] for item in page["_embedded"]["items"]) == found

    def test_not_equal_is_about_both_fields_and_not_contains_about_either(self, api: Api) -> None:
        mark = code()
        api.create(code=mark, name="Other")
        for kind, expected in (("not_equal", False), ("not_contains", True)):
            query = f"criteria[search][type]={kind}&criteria[search][value]={mark}&limit=100000"
            codes = [item["code"] for item in api.get(f"/promotions/?{query}")["_embedded"]["items"]]
            assert (mark in codes) is expected


class TestChanges:
    whole: ClassVar[dict[str, Any]] = {
        "usageLimit": 3,
        "exclusive": True,
        "couponBased": True,
        "channels": ["WEB"],
        "startsAt": {"date": "2020-01-01", "time": "10:00"},
        "rules": [
            {"type": "nth_order", "configuration": {"nth": 3}},
            {"type": "cart_quantity", "configuration": {"count": 2}},
        ],
        "actions": [{"type": "order_percentage_discount", "configuration": {"percentage": 10}}],
    }

    def changed(self, api: Api, method: str, body: Any) -> tuple[Any, Any]:
        before = api.create(**self.whole)
        answer = api.call(method, f"/promotions/{before['code']}", body)
        assert (answer.status_code, answer.content) == (204, b"")
        return before, api.get(f"/promotions/{before['code']}")

    def test_put_empties_what_it_leaves_out(self, api: Api) -> None:
        before, after = self.changed(api, "PUT", {"name": "Other"})
        assert after["name"] == "Other"
        assert (after["exclusive"], after["couponBased"]) == (False, False)
        assert (after["rules"], after["actions"], after["channels"]) == ([], [], [])
        assert {"usageLimit", "startsAt"}.isdisjoint(after)
        assert after["createdAt"] == before["createdAt"]

    def test_put_needs_a_name_and_does_not_mind_a_code(self, api: Api) -> None:
        before = api.create()
        here = f"/promotions/{before['code']}"
        tree = api.refusal("PUT", here, {})
        assert (errors_at(tree, "name"), errors_at(tree, "code")) == (["Please enter promotion name."], [])
        assert api.call("PUT", here, {"name": "Other", "code": "a b"}).status_code == 204
        assert api.get(here)["code"] == before["code"]

    def test_patch_leaves_alone_what_it_leaves_out(self, api: Api) -> None:
        before, after = self.changed(api, "PATCH", {})
        assert after == before

    @pytest.mark.parametrize(
        ("body", "shown"),
        [
            case({"exclusive": False}, {"exclusive": False}, id="a flag"),
            case({"channels": []}, {"channels": []}, id="channels are replaced"),
            case({"startsAt": None}, {"startsAt": None}, id="null clears a date"),
            case(
                {"startsAt": {"time": "12:30"}}, {"startsAt": "2020-01-01T12:30:00+0100"}, id="only the time"
            ),
            case({"usageLimit": None}, {"usageLimit": None}, id="null clears a limit"),
        ],
    )
    def test_patch_changes_what_it_names(self, api: Api, body: Any, shown: dict[str, Any]) -> None:
        _, after = self.changed(api, "PATCH", body)
        assert {name: after.get(name) for name in shown} == shown

    def test_rules_are_matched_by_their_place(self, api: Api) -> None:
        rules = [
            {"type": "cart_quantity", "configuration": {"count": 9}},
            {"type": "nth_order", "configuration": {"nth": 1}},
            {"type": "has_taxon", "configuration": {"taxons": "mugs"}},
        ]
        before, after = self.changed(api, "PATCH", {"rules": rules})
        first, second, third = after["rules"]
        assert [one["id"] for one in (first, second)] == [one["id"] for one in before["rules"]]
        assert first["configuration"] == {"count": 9}  # nothing of the other type stays
        assert third["id"] not in [one["id"] for one in before["rules"]]

    def test_a_rule_without_a_type_keeps_the_one_in_its_place(self, api: Api) -> None:
        _, after = self.changed(api, "PATCH", {"rules": [{"configuration": {"nth": 5}}]})
        assert [(one["type"], one["configuration"]) for one in after["rules"]] == [("nth_order", {"nth": 5})]

    def test_a_refused_change_changes_nothing(self, api: Api) -> None:
        before = api.create()
        here = f"/promotions/{before['code']}"
        api.refusal("PATCH", here, {"name": "Other", "usageLimit": "x"})
        assert api.get(here) == before

    def test_a_deleted_promotion_is_gone_and_its_codes_are_free(self, api: Api) -> None:
        made = api.create(couponBased=True)
        here = f"/promotions/{made['code']}"
        coupon = code()
        assert api.call("POST", f"{here}/coupons/", {"code": coupon}).status_code == 201
        assert api.call("DELETE", here).status_code == 204
        assert api.call("GET", here).status_code == 404
        assert api.call("DELETE", here).status_code == 404
        again = api.create(code=made["code"], couponBased=True)
        assert api.call("POST", f"{here}/coupons/", {"code": coupon}).status_code == 201
        assert again["id"] != made["id"]


def test_codes_must_exist_once_something_of_their_kind_is_known(api: Api, plain: Any) -> None:
    taxon, group = code(), code()
    with plain.client() as aura:
        aura.put(f"/aura/api/v1/products/{code()}", json={"taxons": [taxon]}).raise_for_status()
        aura.put(f"/aura/api/v1/customers/{code()}", json={"group": group}).raise_for_status()
    try:
        good = [
            {"type": "has_taxon", "configuration": {"taxons": taxon}},
            {"type": "customer_group", "configuration": {"group_code": group}},
        ]
        assert len(api.create(rules=good)["rules"]) == 2
        bad = [{"type": "has_taxon", "configuration": {"taxons": f"{taxon},{code()}"}}]
        tree = api.refusal("POST", "/promotions/", {"code": code(), "name": "Any", "rules": bad})
        assert errors_at(tree, "rules", 0, "configuration", "taxons") == [INVALID]
    finally:
        plain_again(plain)


def plain_again(server: Any) -> None:
    with psycopg.connect(server.database_url) as conn:
        conn.execute("DELETE FROM product")
        conn.execute("DELETE FROM customer")
