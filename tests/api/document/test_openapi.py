"""The OpenAPI document of a small contract, and the page that shows it."""

import copy
import json
import re
from collections.abc import AsyncIterator
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import httpx
import jsonschema_rs
import msgspec
import pytest
import schemathesis
from msgspec import Meta
from starlette.applications import Starlette

from aurapromo.access.model import RateClass, Scope
from aurapromo.api.aura.problems import ProblemBody, render
from aurapromo.api.document import page
from aurapromo.api.document.openapi import document, undescribed
from aurapromo.api.document.schemas import PLACE, schemas
from aurapromo.api.http.contract import Contract
from aurapromo.api.http.route import Call, Chunks, Raw, Reply, Route

Id = Annotated[int, Meta(ge=1, description="The thing's id", examples=[7])]


class ThingIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: Annotated[str, Meta(min_length=1, description="What it is called", examples=["Kite"])]
    count: Annotated[int | None, Meta(description="How many there are", examples=[3])] = None


class ThingOut(msgspec.Struct, frozen=True):
    """A thing as it is kept."""

    uuid: Annotated[UUID, Meta(description="Its name in the world", examples=[str(UUID(int=1))])]
    name: Annotated[str, Meta(description="What it is called", examples=["Kite"])]


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    size: Annotated[int | None, Meta(description="How many to a page", examples=[20])] = None
    ids: Annotated[list[int], Meta(description="Only these", examples=[[1, 2]])] = []


async def create(call: Call[None, None, ThingIn]) -> Reply[ThingOut]:
    raise NotImplementedError


async def listing(call: Call[None, Page, None]) -> list[ThingOut]:
    raise NotImplementedError


async def read(call: Call[None, None, None], thing_id: Id) -> ThingOut:
    raise NotImplementedError


async def remove(call: Call[None, None, None], thing_id: Id) -> None:
    raise NotImplementedError


async def export(call: Call[None, None, None]) -> Raw:
    raise NotImplementedError


async def load(call: Call[None, None, Chunks]) -> ThingOut:
    raise NotImplementedError


CONTRACT = Contract(
    name="things",
    title="Things",
    version="1",
    description="All about things",
    prefixes=("/api/v1", "/things/api/v1"),
    render=render,
    problem_body=ProblemBody,
    tags={"small-things": "What is small"},
    routes=(
        Route(
            "POST",
            "/things",
            create,
            scope=Scope.WRITE,
            rate=RateClass.BULK,
            summary="Make a thing",
            tag="small-things",
            status=201,
            also=(200,),
            examples={"a kite": {"name": "Kite", "count": 1}},
        ),
        Route("GET", "/things", listing, scope=Scope.READ, summary="List things", tag="small-things"),
        Route("GET", "/things/{thing_id}", read, scope=None, public=True, summary="Read", tag="small-things"),
        Route(
            "DELETE",
            "/things/{thing_id}",
            remove,
            scope=Scope.ADMIN,
            status=204,
            summary="X",
            tag="small-things",
        ),
        Route(
            "GET",
            "/things.csv",
            export,
            scope=Scope.READ,
            produces="text/csv",
            summary="X",
            tag="small-things",
        ),
        Route(
            "POST",
            "/things/import",
            load,
            scope=Scope.WRITE,
            idempotent=False,
            media=("text/csv", "application/x-ndjson"),
            summary="X",
            tag="small-things",
        ),
    ),
)


@pytest.fixture(scope="module")
def whole() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(msgspec.json.encode(document(CONTRACT)))
    return told


def test_the_document_is_valid_openapi_with_all_operations(whole: dict[str, Any]) -> None:
    loaded = schemathesis.openapi.from_dict(copy.deepcopy(whole))
    loaded.validate()
    assert sum(1 for _ in loaded.get_all_operations()) == len(CONTRACT.routes)


def test_each_example_fits_the_schema_of_its_body(whole: dict[str, Any]) -> None:
    content = whole["paths"]["/api/v1/things"]["post"]["requestBody"]["content"]["application/json"]
    schema = {**content["schema"], "components": whole["components"]}
    for example in content["examples"].values():
        jsonschema_rs.validate(schema, example["value"])
    with pytest.raises(jsonschema_rs.ValidationError):
        jsonschema_rs.validate(schema, {"name": "", "colour": "red"})


def test_operation_ids_come_from_tag_and_handler(whole: dict[str, Any]) -> None:
    ids = [operation["operationId"] for path in whole["paths"].values() for operation in path.values()]
    assert ids == [
        f"small_things_{name}" for name in ("create", "listing", "read", "remove", "export", "load")
    ]


@pytest.mark.parametrize(
    ("method", "path", "statuses"),
    [
        ("post", "/things", {200, 201, 400, 401, 403, 409, 413, 415, 422, 429, 500, 503}),
        ("get", "/things", {200, 400, 401, 403, 422, 429, 500, 503}),
        ("get", "/things/{thing_id}", {200, 400, 404, 422, 500, 503}),
        ("delete", "/things/{thing_id}", {204, 400, 401, 403, 404, 422, 429, 500, 503}),
    ],
)
def test_an_operation_names_every_status_it_can_answer(
    whole: dict[str, Any], method: str, path: str, statuses: set[int]
) -> None:
    operation = whole["paths"]["/api/v1" + path][method]
    assert {int(status) for status in operation["responses"]} == statuses


def test_scope_rate_class_and_safety_of_repeating_are_told(whole: dict[str, Any]) -> None:
    create = whole["paths"]["/api/v1/things"]["post"]
    assert (create["x-scope"], create["x-rate-class"]) == ("write", "bulk")
    assert "`write`" in create["description"]
    assert [parameter["name"] for parameter in create["parameters"]] == ["Idempotency-Key"]
    assert "security" not in create
    assert whole["paths"]["/api/v1/things/{thing_id}"]["get"]["security"] == []


def test_a_query_parameter_is_never_null_and_integers_have_64_bits(whole: dict[str, Any]) -> None:
    size, ids = whole["paths"]["/api/v1/things"]["get"]["parameters"]
    bounds = {"format": "int64", "minimum": -(2**63), "maximum": 2**63 - 1}
    assert size["schema"] == {"type": "integer", "examples": [20], **bounds}
    assert ids["schema"]["items"] == {"type": "integer", **bounds}
    assert (size["description"], size["required"]) == ("How many to a page", False)


def test_types_of_one_name_are_told_apart_by_their_capability() -> None:
    def query(capability: str, word: str) -> Any:
        state = StrEnum("State", {word: word}, module=f"shop.{capability}.model")  # type: ignore[misc]
        return msgspec.defstruct("Query", [("state", state)], module=f"shop.{capability}.queries")

    asked = [query("tills", "open"), query("orders", "paid")]
    roots, components = schemas(asked)
    assert [root["$ref"] for root in roots] == [PLACE + "TillsQuery", PLACE + "OrdersQuery"]
    assert components["TillsQuery"]["properties"]["state"] == {"$ref": PLACE + "TillsState"}
    assert (components["TillsState"]["enum"], components["OrdersState"]["enum"]) == (["open"], ["paid"])


def test_bodies_that_are_not_json_are_binary_of_their_own_type(whole: dict[str, Any]) -> None:
    asked = whole["paths"]["/api/v1/things/import"]["post"]["requestBody"]["content"]
    assert set(asked) == {"text/csv", "application/x-ndjson"}
    answered = whole["paths"]["/api/v1/things.csv"]["get"]["responses"]["200"]["content"]
    assert answered == {"text/csv": {"schema": {"type": "string", "format": "binary"}}}


def test_an_empty_stream_is_as_good_as_none(whole: dict[str, Any]) -> None:
    operations = whole["paths"]["/api/v1/things/import"], whole["paths"]["/api/v1/things"]
    assert [place["post"]["requestBody"]["required"] for place in operations] == [False, True]


def test_nothing_in_it_is_left_undescribed(whole: dict[str, Any]) -> None:
    assert undescribed(whole) == []


def test_what_lacks_a_description_is_found(whole: dict[str, Any]) -> None:
    poorer = copy.deepcopy(whole)
    del poorer["components"]["schemas"]["ThingIn"]["properties"]["name"]["description"]
    del poorer["paths"]["/api/v1/things"]["get"]["parameters"][0]["description"]
    poorer["paths"]["/api/v1/things"]["post"]["summary"] = ""
    assert undescribed(poorer) == [
        "POST /api/v1/things: summary",
        "GET /api/v1/things: parameter size",
        "ThingIn.name",
    ]


@pytest.fixture
async def browser() -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(Starlette(routes=page.routes([CONTRACT])))
    async with httpx.AsyncClient(transport=transport, base_url="http://things.test") as client:
        yield client


async def test_the_page_loads_only_from_this_host_and_runs_no_inline_script(
    browser: httpx.AsyncClient,
) -> None:
    answer = await browser.get("/docs")
    assert "default-src 'none'; script-src 'self';" in answer.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|href)="([^"]+)"', answer.text)
    assert all(address.startswith(("/docs", "#")) for address in loaded)
    assert not re.search(r"<script(?![^>]*src=)|\son\w+=|\sstyle=", answer.text)
    for address in loaded:
        if address.startswith("/docs/assets/"):
            assert (await browser.get(address)).status_code == 200


async def test_the_page_offers_the_document_that_is_served(
    browser: httpx.AsyncClient, whole: dict[str, Any]
) -> None:
    assert 'data-document="/schema/things.json"' in (await browser.get("/docs")).text
    answer = await browser.get("/schema/things.json")
    assert (answer.headers["content-type"], answer.json()) == ("application/json", whole)
    assert (await browser.get("/schema/other.json")).status_code == 404


@pytest.mark.parametrize("name", ["nothing.js", "__init__.py", "..%2Fpage.py"])
async def test_no_other_file_can_be_had(browser: httpx.AsyncClient, name: str) -> None:
    assert (await browser.get(f"/docs/assets/{name}")).status_code == 404


async def test_the_errors_that_problems_point_to_are_explained(browser: httpx.AsyncClient) -> None:
    text = (await browser.get("/docs/errors")).text
    assert '<tr id="validation_error"><td>422</td>' in text
    assert "No credential, or one that is wrong, expired or revoked." in text
