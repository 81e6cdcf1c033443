"""Files to import over HTTP, with ids that no other test has."""

import json
import secrets
from collections.abc import Callable, Iterable
from typing import Any

import httpx
import pytest

NDJSON = "application/x-ndjson"
CSV = "text/csv"


def ndjson(rows: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(row).encode() + b"\n" for row in rows)


class Imports:
    """Imports through a server; `own` makes ids of this test's own."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self._mark = secrets.token_hex(4)

    def own(self, name: object) -> str:
        return f"{self._mark}-{name}"

    def send(self, kind: str, content: Any, media: str = NDJSON, **query: Any) -> httpx.Response:
        headers = {"Content-Type": media}
        return self.client.post(f"/api/v1/import/{kind}", content=content, headers=headers, params=query)

    def rows(self, kind: str, rows: Iterable[dict[str, Any]], **query: Any) -> dict[str, Any]:
        return self._report(self.send(kind, ndjson(rows), **query))

    def csv(self, kind: str, text: str, **query: Any) -> dict[str, Any]:
        return self._report(self.send(kind, text.encode(), CSV, **query))

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1/{path}")
        return answer.json() if answer.is_success else answer.status_code

    @staticmethod
    def _report(answer: httpx.Response) -> dict[str, Any]:
        assert answer.status_code == 200, answer.text
        report: dict[str, Any] = answer.json()
        return report


@pytest.fixture
def imports(client: httpx.Client) -> Imports:
    return Imports(client)


@pytest.fixture
def counts() -> Callable[[dict[str, Any]], tuple[int, ...]]:
    """Of a report: rows, created, updated, failed."""
    return lambda report: tuple(report[name] for name in ("rows", "created", "updated", "failed"))
