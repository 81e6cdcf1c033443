"""The idempotency guard, between HTTP's answers and the records that are kept of them."""

from typing import Final

from aurapromo.api.http.contract import Answer
from aurapromo.api.http.errors import Headers
from aurapromo.api.http.guards import Attempt, Once, Perform
from aurapromo.idempotency import service
from aurapromo.idempotency.model import Record
from aurapromo.platform.database import Database

REPLAYED: Final[Headers] = ((b"idempotent-replayed", b"true"),)


def guard(database: Database) -> Once:
    """Performs a call with a key once, and answers its repetitions with the first answer."""

    async def once(attempt: Attempt, perform: Perform) -> Answer:
        call, route = attempt.call, attempt.route

        async def performed() -> Record:
            return await record_of(attempt, await perform())

        if route.own_record:
            record, before = await service.recorded(database, call, performed, now=attempt.now)
        else:
            record, before = await service.once(
                database, call, performed, now=attempt.now, secrets=route.secrets
            )
        return answer_of(record, REPLAYED if before else ())

    return once


async def record_of(attempt: Attempt, answer: Answer) -> Record:
    """The whole answer: what would have been streamed is read to its end."""
    body = answer.body
    if not isinstance(body, bytes):
        body = b"".join([part async for part in body])
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in answer.headers)
    return Record(attempt.call.id, attempt.call.body_digest, answer.status, headers, body)


def answer_of(record: Record, more: Headers) -> Answer:
    headers = tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in record.headers)
    return Answer(record.status, record.body, (*headers, *more))
