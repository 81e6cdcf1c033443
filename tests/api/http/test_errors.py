"""Statuses of errors, and the words in which the Aura contract tells them."""

import importlib
import pkgutil
from collections.abc import Iterator

import httpx
import pytest

import aurapromo
from aurapromo.api.http.errors import kind_of
from aurapromo.errors import AuraPromoError


def every_error(of: type[AuraPromoError] = AuraPromoError) -> Iterator[type[AuraPromoError]]:
    for error in of.__subclasses__():
        yield error
        yield from every_error(error)


def test_every_error_of_the_service_has_a_status_and_a_code_of_its_own_kind() -> None:
    for module in pkgutil.walk_packages(aurapromo.__path__, "aurapromo."):
        if "migrations" not in module.name:
            importlib.import_module(module.name)
    errors = list(every_error())
    assert len(errors) > 10
    for error in errors:
        assert 400 <= kind_of(error).status <= 503
        assert error.code != AuraPromoError.code


def test_an_error_that_no_row_covers_is_a_mistake_that_shows() -> None:
    with pytest.raises(LookupError):
        kind_of(AuraPromoError)


def test_a_refused_field_is_told_in_the_documents_keys_and_in_those_of_rfc_9457(ours: httpx.Client) -> None:
    answer = ours.post("/api/v1/promotions/5/price?page=1", json={})
    assert answer.json()["errors"][0]["field"] == "page"
    line = {"product_id": 1, "quantity": 0, "unit_price": 1, "subtotal": 1}
    answer = ours.post("/api/v1/promotions/5/price", json={"order_items": [line], "a/b": 1})
    assert answer.status_code == 422
    assert answer.json() == {
        "error": "Validation failed",
        "detail": "order_items[0].quantity: must be at least 1; a/b: is not a known field",
        "code": "VALIDATION_ERROR",
        "timestamp": "2026-01-31T12:00:00Z",
        "type": "/docs/errors#validation_error",
        "title": "Validation failed",
        "status": 422,
        "instance": "/api/v1/promotions/5/price",
        "errors": [
            {
                "field": "order_items[0].quantity",
                "pointer": "#/order_items/0/quantity",
                "message": "must be at least 1",
            },
            {"field": "a/b", "pointer": "#/a~1b", "message": "is not a known field"},
        ],
    }


def test_an_error_about_no_field_has_no_list_of_fields(ours: httpx.Client) -> None:
    assert "errors" not in ours.get("/api/v1/nothing").json()


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/json"),
        ("application/json", "application/json"),
        ("application/problem+json", "application/problem+json"),
        ("application/problem+json, application/json;q=0.5", "application/problem+json"),
    ],
)
def test_the_media_type_of_an_error_is_the_one_asked_for(ours: httpx.Client, accept: str, media: str) -> None:
    assert ours.get("/api/v1/nothing", headers={"accept": accept}).headers["content-type"] == media
