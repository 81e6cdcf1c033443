import httpx
import pytest
from tests.redemptions.world import Shop


@pytest.fixture
def shop(client: httpx.Client) -> Shop:
    """The shared server's checkout, for a test that makes its own promotions."""
    return Shop(client)
