"""The Aura contract over HTTP, on the server that all tests share."""

import httpx
import pytest
from tests.api.aura.world import Aura


@pytest.fixture
def aura(client: httpx.Client) -> Aura:
    return Aura(client)
