"""No call, however odd, gets a 5xx or an answer that the document does not describe.

A run takes `AURAPROMO_FUZZ_SECONDS` (180) for all contracts together and draws from `AURAPROMO_FUZZ_SEED`
(1). What it finds it tells with the call as a `curl`, to be sent to a server of one's own.
"""

import logging
import os
import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import httpx
import pytest
from tests.fuzz.campaign import Target, run

from aurapromo.access.model import Scope
from aurapromo.api.http.contract import Contract
from aurapromo.server.application import CONTRACTS

if TYPE_CHECKING:
    from tests.conftest import Server

FreshServer = Callable[..., AbstractContextManager["Server"]]

SECONDS: Final = int(os.environ.get("AURAPROMO_FUZZ_SECONDS", "180"))
SEED: Final = int(os.environ.get("AURAPROMO_FUZZ_SEED", "1"))
log = logging.getLogger(__name__)

#: Contracts that cannot pass yet, and what they lack.
LACKING: Final = {
    "sylius": "its document does not say what the bodies of its forms are",
    "oauth": "nothing gives its calls a client and a user, so no token is ever issued",
}
#: Which credential a document's operations are called with, where it is not of the contract's own name.
CREDENTIALS: Final = {"oauth": "sylius"}
#: A run in which an operation never does its work has not tested it.
LEAST_SUCCESSES: Final = 3

SAMPLE: Final = re.compile(
    r'aurapromo_http_request_seconds_count\{contract="(?P<contract>\w*)",method="(?P<method>\w+)",'
    r'route="(?P<route>[^"]*)",status="(?P<status>\d+)"\} (?P<count>[\d.]+)'
)


class Answers(NamedTuple):
    """Some of a route's answers, by the server's own count."""

    contract: str
    operation: str
    status: int
    calls: int


def seconds(contract: Contract) -> int:
    """Its share of the run, by the number of its operations."""
    return max(1, SECONDS * len(contract.routes) // sum(len(one.routes) for one in CONTRACTS))


def cases() -> list[Any]:
    """The contracts; of those that lack something it is known that they fail."""
    return [
        pytest.param(
            contract,
            id=contract.name,
            marks=[pytest.mark.xfail(strict=True, reason=LACKING[contract.name])]
            if contract.name in LACKING
            else [],
        )
        for contract in CONTRACTS
    ]


def answers(client: httpx.Client) -> list[Answers]:
    samples = SAMPLE.finditer(client.get("/metrics").text)
    return [
        Answers(
            sample["contract"],
            f"{sample['method']} {sample['route']}",
            int(sample["status"]),
            int(float(sample["count"])),
        )
        for sample in samples
    ]


def target(client: httpx.Client, contract: Contract, spoken: str) -> Target:
    wanted = {"name": "fuzz", "scopes": list(Scope), "contract": spoken, "limits": "none"}
    made = client.post("/aura/api/v1/keys", json=wanted).raise_for_status().json()
    return Target(
        document_url=f"{client.base_url}/schema/{contract.name}.json",
        client=client,
        key=made["key"],
        key_id=made["id"],
        seconds=seconds(contract),
        seed=SEED,
    )


@pytest.mark.fuzz
@pytest.mark.timeout(2 * SECONDS + 300)
@pytest.mark.parametrize("contract", cases())
def test_every_answer_is_one_that_the_document_describes(
    fresh_server: FreshServer, contract: Contract
) -> None:
    # On paths that contracts share, the one under fire also answers callers without a key.
    spoken = CREDENTIALS.get(contract.name, contract.name)
    with fresh_server("--demo", anonymous_contract=spoken) as server, server.client() as client:
        found = run(target(client, contract, spoken))
        seen = answers(client)
    log.info("%s: %d calls, %d chains, seed %d", contract.name, found.calls, found.chains, SEED)
    if found.texts:
        pytest.fail(f"{len(found.texts)} findings with seed {SEED}:\n\n{found}", pytrace=False)

    defects = [answer for answer in seen if answer.status >= 500]
    assert defects == []

    successes = Counter[str]()
    for answer in seen:
        if answer.contract == contract.name and answer.status < 300:
            successes[answer.operation] += answer.calls
    idle = {
        operation: successes[operation]
        for operation in (f"{route.method} {route.path}" for route in contract.routes)
        if successes[operation] < LEAST_SUCCESSES
    }
    assert idle == {}, "never done enough; tests/fuzz/stage.py can give these operations something to work on"
