"""The one way in: credential, path, scope, limit, body, handler, answer, in this order, for every route.

Nothing that a client sends gives a 5xx; a mistake of ours gives the contract's 500 without internals.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import structlog
from starlette.types import Receive, Scope, Send

from aurapromo.access.model import Caller, Outdated, RateClass
from aurapromo.api.http.contract import Answer, Contract, Problem
from aurapromo.api.http.endpoint import Disconnected, Endpoint
from aurapromo.api.http.errors import Defect, Headers, MethodNotAllowed, RateLimited, headers_of, kind_of
from aurapromo.api.http.guards import Attempt, Guards, Limit, Perform
from aurapromo.api.http.mount import Face, Mount
from aurapromo.api.http.operate import Entry, Journal
from aurapromo.api.http.route import Call
from aurapromo.api.reading import request_id
from aurapromo.errors import AuraPromoError, Forbidden, NotFound, Unauthorized
from aurapromo.idempotency import keys
from aurapromo.idempotency.model import identity
from aurapromo.platform.clock import Clock, monotonic

log = structlog.get_logger("aurapromo.http")

#: Whoever calls a public route without a credential.
ANONYMOUS: Final = Caller(id="anonymous", name="", contract="aura", scopes=frozenset(), limits="none")


class Visit:
    """One request on its way in; what is known of it grows as it goes."""

    __slots__ = (
        "caller",
        "contract",
        "headers",
        "limits",
        "method",
        "now",
        "path",
        "query",
        "request_id",
        "route",
    )

    def __init__(self, scope: Scope, contract: Contract, now: datetime) -> None:
        self.method: str = scope["method"]
        self.path: bytes = scope["raw_path"]
        self.query: bytes = scope["query_string"]
        self.headers: dict[bytes, bytes] = dict(scope["headers"])
        self.now = now
        self.contract = contract
        self.caller: Caller = ANONYMOUS
        self.route = ""
        self.limits: Headers = ()
        self.request_id = ""

    def entry(self, status: int, seconds: float) -> Entry:
        return Entry(
            self.contract.name, self.route, self.method, status, seconds, self.request_id, self.caller.id
        )

    def problem(self, error: AuraPromoError) -> Answer:
        """The error in the words of the contract."""
        headers = headers_of(error)
        if self.method == "OPTIONS" and isinstance(error, MethodNotAllowed):
            return Answer(204, headers=headers)  # what OPTIONS asks for is just this header
        path = self.path.decode("latin-1")
        accept = self.headers.get(b"accept", b"")
        return self.contract.render(Problem(error, kind_of(type(error)), path, accept, self.now, headers))


class Gate:
    """Lets requests through to the handlers of the contracts."""

    def __init__(
        self, app: Any, guards: Guards, clock: Clock, journal: Journal, request_ids: Iterator[str]
    ) -> None:
        self._app = app
        self._guards = guards
        self._clock = clock
        self._journal = journal
        self._request_ids = request_ids

    async def serve(self, mount: Mount, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request below `mount`."""
        started = monotonic()
        visit = Visit(scope, mount.stranger.contract, self._clock())
        visit.request_id = request_id.given(visit.headers) or next(self._request_ids)
        status = 499  # what others log too when the client has left
        self._journal.in_flight += 1
        try:
            answer = await self._answer(visit, mount, receive)
            status = answer.status
            await deliver(visit, answer, send)
        except Disconnected:
            return
        finally:
            self._journal.in_flight -= 1
            self._journal.record(visit.entry(status, monotonic() - started))

    async def _answer(self, visit: Visit, mount: Mount, receive: Receive) -> Answer:
        try:
            endpoint, parameters = await self._admit(visit, mount)
            return await self._call(visit, endpoint, parameters, receive)
        except AuraPromoError as error:
            return visit.problem(error)
        except Disconnected:
            raise
        except Exception:
            log.exception("request failed", route=visit.route, request_id=visit.request_id)
            return visit.problem(Defect())

    async def _admit(self, visit: Visit, mount: Mount) -> tuple[Endpoint, Mapping[str, Any]]:
        try:
            visit.caller = await self._guards.authenticate(visit.headers, visit.query, visit.now)
            face = mount.face(visit.caller.contract)
        except Unauthorized as refusal:
            face = _public(visit, mount, refusal)
        visit.contract = face.contract
        found = face.paths.find(visit.path[len(mount.prefix) :])
        if found is None:
            raise NotFound("There is nothing at this path")
        methods, parameters = found
        endpoint = methods.get(visit.method)
        if endpoint is None:
            raise MethodNotAllowed(tuple(methods))
        visit.route = endpoint.route.path
        if endpoint.scope is not None and endpoint.scope not in visit.caller.scopes:
            raise Forbidden(f"This call needs a key with the scope {endpoint.scope}")
        if self._guards.limit is not None and visit.caller.limits != "none":
            await self._count(visit, self._guards.limit, endpoint.route.rate)
        return endpoint, parameters

    async def _count(self, visit: Visit, limit: Limit, rate: RateClass) -> None:
        allowance = await limit(visit.caller, rate, visit.now)
        visit.limits = allowance.headers
        if allowance.retry_after_s is not None:
            raise RateLimited(allowance.retry_after_s)

    async def _call(
        self, visit: Visit, endpoint: Endpoint, parameters: Mapping[str, Any], receive: Receive
    ) -> Answer:
        query = endpoint.query(visit.query)
        body, raw = await endpoint.body(visit.headers, receive)
        key = keys.sent(visit.headers, body) if endpoint.route.repeatable else None
        known = None if key is None else identity(visit.caller.id, (visit.method, visit.path), key, raw)
        call = Call(
            app=self._app,
            caller=visit.caller,
            query=query,
            body=body,
            request_id=visit.request_id,
            now=visit.now,
            identity=known,
            headers=visit.headers,
        )
        if known is None:
            return await endpoint.perform(call, parameters)
        attempt = Attempt(known, endpoint.route, visit.now)
        return await self._once(visit, attempt, lambda: endpoint.perform(call, parameters))

    async def _once(self, visit: Visit, attempt: Attempt, perform: Perform) -> Answer:
        async def answered() -> Answer:
            try:
                return await perform()
            except AuraPromoError as error:
                return visit.problem(error)

        once = self._guards.once
        return await (answered() if once is None else once(attempt, answered))


def _public(visit: Visit, mount: Mount, refusal: Unauthorized) -> Face:
    """The contract of a public route, the only ones that do without a credential; raises `refusal`."""
    if isinstance(refusal, Outdated):
        visit.contract = mount.face(refusal.contract).contract
    face = mount.public(visit.path, visit.method)
    if face is None:
        raise refusal
    return face


async def deliver(visit: Visit, answer: Answer, send: Send) -> None:
    """Sends the answer; of a HEAD only its headers."""
    headers = [*answer.headers, *visit.limits, (b"x-request-id", visit.request_id.encode())]
    body = answer.body
    if isinstance(body, bytes) and answer.status != 204:
        headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    if visit.method == "HEAD":
        body = b""
    if not isinstance(body, bytes):
        async for part in body:
            await send({"type": "http.response.body", "body": part, "more_body": True})
        body = b""
    await send({"type": "http.response.body", "body": body})
