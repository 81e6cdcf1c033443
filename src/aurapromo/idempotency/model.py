"""Which call an Idempotency-Key stands for, and which of its answers are kept. Pure."""

import hashlib
from datetime import timedelta
from typing import Final

import msgspec

from aurapromo.errors import Conflict, FieldError, Invalid

KEPT_FOR: Final = timedelta(hours=24)


class Identity(msgspec.Struct, frozen=True):
    """A call as it is recognised when it comes again.

    `id` stands for who calls what under which key, `body_digest` for the bytes of the body.
    """

    id: bytes
    body_digest: bytes

    @property
    def lock(self) -> int:
        """The number of the advisory lock that whoever performs this call holds meanwhile."""
        return int.from_bytes(self.id[:8], "big", signed=True)


class Record(msgspec.Struct, frozen=True):
    """The first answer to a call, as it went over the wire; `headers` without those of the connection."""

    id: bytes
    body_digest: bytes
    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class KeyReused(Invalid):
    """The key came before with another body, so one of the two must be a mistake."""

    code = "IDEMPOTENCY_KEY_REUSED"

    def __init__(self) -> None:
        super().__init__([FieldError(("Idempotency-Key",), "was sent before with another body")])


class StillRunning(Conflict):
    """The first call with this key has not been answered yet."""

    code = "IDEMPOTENCY_KEY_IN_USE"
    retry_after_s = 1

    def __init__(self) -> None:
        super().__init__("The first call with this Idempotency-Key is still running; try again in a second")


class AnsweredBefore(Exception):
    """What a use case that keeps its own records raises when it finds one: answer this instead."""

    def __init__(self, record: Record) -> None:
        self.record = record
        super().__init__("answered before")


def identity(caller_id: str, target: tuple[str, bytes], key: str, body: bytes) -> Identity:
    """The identity of a call of `target`, which is method and path, with a key.

    A slash at the end of the path makes no difference, as nowhere else.
    """
    method, path = target
    who_what = msgspec.json.encode([caller_id, method, path.rstrip(b"/"), key])
    return Identity(hashlib.sha256(who_what).digest(), hashlib.sha256(body).digest())


def same(record: Record, call: Identity) -> Record:
    """The record, if it belongs to just this call. Raises KeyReused when its body was another one."""
    if record.body_digest != call.body_digest:
        raise KeyReused
    return record


def keeps(status: int) -> bool:
    """Whether an answer is one that the same call would get for good: done, or refused by the use case."""
    return 200 <= status < 300 or status in {404, 409, 422}


def concealed(answer: Record, secrets: tuple[str, ...]) -> Record:
    """The answer with null for those fields of its JSON object that are shown only once."""
    if not secrets:
        return answer
    shown = msgspec.json.decode(answer.body)
    body = msgspec.json.encode(shown | {name: None for name in secrets if name in shown})
    return msgspec.structs.replace(answer, body=body)
