"""What every route can rely on, over a real server."""

import socket
from typing import Protocol

import httpx
import pytest

from aurapromo.api.http.route import Call, Route

PRICE = "/api/v1/promotions/5/price"


class Server(Protocol):
    """What `conftest.Server` offers."""

    port: int

    def client(self, **headers: str) -> httpx.Client: ...


LINE = {"product_id": 7, "quantity": 2, "unit_price": 29.99, "subtotal": 59.98}


def test_a_typed_body_reaches_the_handler_and_a_typed_value_comes_back(ours: httpx.Client) -> None:
    body = {"order_items": [LINE], "placed_at": "2026-01-31T10:00:00+02:00"}
    answer = ours.post(PRICE, json=body)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "discount_amount": 15.0,
        "at": "2026-01-31T12:00:00Z",
        "placed_at": "2026-01-31T08:00:00Z",
        "caller": "ours",
    }


@pytest.mark.parametrize(
    ("path", "name"),
    [
        pytest.param(
            "/api/v1/promotions/active", "the active ones", id="a literal segment goes before a parameter"
        ),
        pytest.param(
            "/api/v1/promotions/active/", "the active ones", id="a slash at the end makes no difference"
        ),
        pytest.param("/toy/api/v1/promotions/x", "x", id="the contract's own prefix"),
        pytest.param(
            "/api/v1/promotions/a%2Fb%20%C3%A4", "a/b ä", id="a parameter is percent-decoded, slash too"
        ),
    ],
)
def test_paths_that_are_found(ours: httpx.Client, path: str, name: str) -> None:
    answer = ours.get(path)
    assert (answer.status_code, answer.json()) == (200, {"name": name})


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/",
        "/api/v1",
        "/api/v1/nothing",
        "/api/v1/promotions//price",
        "/api/v1/promotions/x%00y",
        "/api/v1/twins/x",
    ],
)
def test_paths_that_are_not(ours: httpx.Client, path: str) -> None:
    answer = ours.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize("promotion_id", ["abc", "-1", "1.5", "9223372036854775808", "5x"])
def test_a_segment_that_cannot_be_an_id_names_nothing(ours: httpx.Client, promotion_id: str) -> None:
    assert ours.post(f"/api/v1/promotions/{promotion_id}/price", json={}).status_code == 404


def test_a_broken_escape_in_a_path_is_malformed(ours: httpx.Client) -> None:
    assert ours.get("/api/v1/promotions/%ff").json()["code"] == "MALFORMED"
    assert ours.get("/api/v1/promotions/%zz").json()["code"] == "MALFORMED"


def test_another_method_is_refused_with_those_allowed(ours: httpx.Client) -> None:
    answer = ours.patch("/api/v1/promotions")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD")


def test_a_number_may_be_percent_encoded_like_anything_else(ours: httpx.Client) -> None:
    assert ours.post("/api/v1/promotions/%35/price", json={"order_items": [LINE]}).status_code == 200


def test_options_names_the_methods(ours: httpx.Client) -> None:
    answer = ours.options("/api/v1/promotions")
    assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD", b"")


def test_head_has_the_headers_of_get_and_no_body(ours: httpx.Client) -> None:
    head, get = ours.head("/api/v1/promotions/x"), ours.get("/api/v1/promotions/x")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize("path", [PRICE, "/api/v1/nothing"])
def test_without_a_key_nothing_is_told_not_even_what_exists(stranger: httpx.Client, path: str) -> None:
    answer = stranger.post(path, content=b"{")
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["error"] == "Unauthorized"


def test_a_public_route_needs_no_key(stranger: httpx.Client) -> None:
    assert stranger.get("/api/v1/ping").json() == {"name": "anonymous"}


def test_a_key_without_the_scope_is_forbidden(server: Server) -> None:
    with server.client(authorization="Bearer reader") as reader:
        assert reader.get("/api/v1/promotions").status_code == 200
        answer = reader.post("/api/v1/take")
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert "write" in answer.json()["detail"]


def test_the_credential_decides_the_contract_on_shared_paths(server: Server) -> None:
    with server.client(authorization="Bearer twin") as twin:
        assert twin.get("/api/v1/twins/x").json() == {"name": "x"}
        assert twin.get("/api/v1/promotions").json() == {"code": 404}
        assert twin.get("/toy/api/v1/promotions").status_code == 200
    with server.client(authorization="Bearer wrong") as nobody:
        assert nobody.get("/twin/api/v1/twins/x").json() == {"code": 401}


def test_a_credential_that_has_ended_is_still_answered_in_its_contract(server: Server) -> None:
    with server.client(authorization="Bearer old twin") as former:
        assert former.get("/api/v1/twins/x").json() == {"code": 401}
        assert former.get("/toy/api/v1/promotions").json()["code"] == "UNAUTHORIZED"


def test_the_limiter_refuses_before_the_body_is_looked_at(server: Server) -> None:
    with server.client(authorization="Bearer spent") as spent:
        answer = spent.post(PRICE, content=b"{")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert answer.headers["x-ratelimit-class"] == "discount"
    assert answer.json()["error"] == "Rate limit exceeded"


def test_the_limiters_headers_stand_on_answers_too(ours: httpx.Client) -> None:
    assert ours.post("/api/v1/wrap").headers["x-ratelimit-class"] == "bulk"


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ('Application/JSON;charset="UTF-8"', 200),
        ("application/vnd.shop+json", 200),
        (None, 200),
        ("application/json; charset=latin-1", 415),
        ("text/plain", 415),
        ("application/x-www-form-urlencoded", 415),
        ("multipart/form-data; boundary=x", 415),
    ],
)
def test_media_types(ours: httpx.Client, content_type: str | None, status: int) -> None:
    headers = {} if content_type is None else {"content-type": content_type}
    assert ours.post("/api/v1/wrap", content=b"{}", headers=headers).status_code == status


def test_a_compressed_body_is_refused(ours: httpx.Client) -> None:
    answer = ours.post("/api/v1/wrap", content=b"\x1f\x8b", headers={"content-encoding": "gzip"})
    assert answer.status_code == 415


def test_an_optional_body_may_be_absent(ours: httpx.Client) -> None:
    answer = ours.post("/api/v1/wrap", content=b"", headers={"content-type": "text/plain"})
    assert answer.json() == {"colour": "red"}


def test_a_body_that_is_needed_may_not(ours: httpx.Client) -> None:
    assert ours.post(PRICE).json()["code"] == "MALFORMED"


def test_a_body_over_the_limit_is_refused_by_its_declared_length(server: Server) -> None:
    head = (
        f"POST {PRICE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ours\r\nContent-Length: {10**12}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(head.encode())
        assert raw.recv(65536).split(b"\r\n")[0].split()[1] == b"413"


def test_a_body_over_the_limit_is_refused_when_no_length_is_declared(ours: httpx.Client) -> None:
    answer = ours.post("/api/v1/wrap", content=(b" " * 65536 for _ in range(17)))
    assert (answer.status_code, answer.headers["connection"]) == (413, "close")


def test_a_body_of_exactly_the_limit_is_read(ours: httpx.Client) -> None:
    assert ours.post("/api/v1/wrap", content=b"{}".ljust(1024 * 1024)).status_code == 200
    assert ours.post("/api/v1/wrap", content=b"{}".ljust(1024 * 1024 + 1)).status_code == 413


def test_a_route_may_read_its_body_as_it_comes_under_a_limit_of_its_own(ours: httpx.Client) -> None:
    headers = {"content-type": "text/csv"}
    answer = ours.post("/api/v1/import", content=(b"x" * 1000 for _ in range(1500)), headers=headers)
    assert answer.json() == {"name": "1500000"}
    too_much = ours.post("/api/v1/import", content=(b"x" * 1000 for _ in range(2001)), headers=headers)
    assert too_much.status_code == 413


def test_an_answer_may_be_streamed(ours: httpx.Client) -> None:
    answer = ours.get("/api/v1/export.csv")
    assert (answer.headers["content-type"], answer.text) == ("text/csv", "a,b\n1,2\n")


def test_an_answer_without_content_has_none(ours: httpx.Client) -> None:
    answer = ours.delete("/api/v1/things")
    assert (answer.status_code, answer.content) == (204, b"")
    assert "content-type" not in answer.headers


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("shop-42_a.b", True),
        ("x" * 128, True),
        ("x" * 129, False),
        ("a b", False),
        ("<script>", False),
    ],
)
def test_a_sane_request_id_is_kept_and_any_other_replaced(ours: httpx.Client, given: str, kept: bool) -> None:
    answer = ours.get("/api/v1/nothing", headers={"x-request-id": given})
    assert (answer.headers["x-request-id"] == given) is kept


def test_every_request_gets_an_id_of_its_own(ours: httpx.Client) -> None:
    ids = {ours.get("/api/v1/promotions").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3


def test_a_mistake_of_ours_is_a_500_that_tells_nothing(ours: httpx.Client) -> None:
    answer = ours.get("/api/v1/broken")
    assert (answer.status_code, answer.json()["code"]) == (500, "INTERNAL_ERROR")
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text


def test_a_database_that_is_away_is_a_503_with_a_time_to_come_back(ours: httpx.Client) -> None:
    answer = ours.get("/api/v1/away")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "7")


def test_a_key_makes_a_repeated_call_count_once_whether_it_succeeded_or_not(ours: httpx.Client) -> None:
    first, again = (ours.post("/api/v1/take", headers={"idempotency-key": "k1"}) for _ in range(2))
    assert (first.status_code, first.json(), first.headers["x-left"]) == (201, {"name": "1 left"}, "1")
    assert (again.status_code, again.json()) == (201, {"name": "1 left"})
    assert ours.post("/api/v1/take").status_code == 201
    refused = [ours.post("/api/v1/take", headers={"idempotency-key": '"k2"'}) for _ in range(2)]
    assert [answer.status_code for answer in refused] == [409, 409]


@pytest.mark.parametrize("key", ["", '""', "x" * 256, "tab\tinside", "two words", '"'])
def test_an_idempotency_key_that_cannot_be_kept_is_refused(ours: httpx.Client, key: str) -> None:
    answer = ours.post("/api/v1/take", headers={"idempotency-key": key})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "Idempotency-Key")


def test_a_client_that_leaves_is_no_error(server: Server, ours: httpx.Client) -> None:
    head = f"POST {PRICE} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ours\r\nContent-Length: 100\r\n\r\n{{"
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as raw:
        raw.sendall(head.encode())
    counted = 'method="POST",route="/promotions/{promotion_id}/price",status="499"'
    assert any(counted in ours.get("/metrics").text for _ in range(200))


def test_a_table_whose_path_and_handler_disagree_is_refused() -> None:
    async def read(call: Call[object, None, None], other: int) -> None: ...

    with pytest.raises(TypeError, match="different parameters"):
        Route("GET", "/things/{thing_id}", read, scope=None, summary="", tag="")
