"""Nothing that callers or operators meet is left without words, and the generated pages are current."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from aurapromo.api.document.openapi import document, undescribed
from aurapromo.api.http.contract import Contract
from aurapromo.api.http.errors import kind_of
from aurapromo.cli import showing
from aurapromo.errors import AuraPromoError
from aurapromo.platform.settings import described
from aurapromo.server.application import CONTRACTS

ROOT = Path(__file__).parents[2]
SETTINGS = ROOT / "docs" / "settings.md"

each_contract = pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)


def errors(root: type[AuraPromoError] = AuraPromoError) -> Iterator[type[AuraPromoError]]:
    for child in root.__subclasses__():
        yield child
        yield from errors(child)


@pytest.mark.parametrize("error", list(errors()), ids=lambda error: error.__name__)
def test_every_error_has_a_status_a_code_and_a_meaning(error: type[AuraPromoError]) -> None:
    assert 400 <= kind_of(error).status < 600
    assert error.code == error.code.upper() != AuraPromoError.code
    assert error.__doc__


@each_contract
def test_every_route_says_who_may_call_it(contract: Contract) -> None:
    open_to_all = {route.path for route in contract.routes if route.scope is None and not route.public}
    # Whoever may not check out learns nothing there that a customer could not try.
    assert open_to_all <= {"/coupons/validate/{coupon_code}"}


@each_contract
def test_the_document_explains_everything_in_it(contract: Contract) -> None:
    assert undescribed(document(contract)) == []


@each_contract
def test_every_tag_of_a_route_is_introduced(contract: Contract) -> None:
    assert {route.tag for route in contract.routes} == set(contract.tags)


def test_the_page_of_settings_is_the_generated_one() -> None:
    assert SETTINGS.read_text() == showing.document(), "run `make docs`"


def test_every_setting_means_something() -> None:
    assert [variable for variable, _, meaning in described() if len(meaning) < 10] == []
