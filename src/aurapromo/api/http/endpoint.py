"""A route made ready to be called: everything that can be worked out before the first request is."""

from collections.abc import AsyncIterator, Callable, Mapping
from types import NoneType
from typing import Any, Final

import msgspec
from starlette.types import Message, Receive

from aurapromo.api.http.contract import Answer
from aurapromo.api.http.errors import Headers, TooLarge, UnsupportedMedia
from aurapromo.api.http.route import Call, Chunks, Raw, Reply, Route
from aurapromo.api.reading.decode import body_reader
from aurapromo.api.reading.query import query_reader
from aurapromo.errors import Invalid, Malformed

JSON: Final = "application/json"
encode: Final = msgspec.json.Encoder(decimal_format="number").encode


class Disconnected(Exception):
    """Nobody is there any more to answer."""


class Endpoint:
    """One route with its readers."""

    def __init__(self, route: Route) -> None:
        self.route = route
        self.scope = route.scope
        self.handler = route.handler
        self.read_query = query_reader(route.query)
        self._no_query = _default(self.read_query)
        self._limit = route.body_limit
        self._kind = route.body
        self._status = route.status
        self._media = frozenset(media.encode() for media in route.media)
        self._json = JSON in route.media
        self._read_json = None if route.body in {NoneType, bytes, Chunks} else body_reader(route.body)

    def query(self, query_string: bytes) -> Any:
        if not query_string and self._no_query is not None:
            return self._no_query.value
        return self.read_query(query_string)

    async def body(self, headers: Mapping[bytes, bytes], receive: Receive) -> tuple[Any, bytes]:
        """The body as the handler wants it, and its bytes as far as they were read here."""
        if self._kind is NoneType:
            return None, b""
        self._check_media(headers)
        if self._kind is Chunks:
            return Chunks(chunks(receive, self._limit), self._media_type(headers)), b""
        raw = await whole(receive, self._limit)
        if self._read_json is None:
            return raw, raw
        if not raw:
            if not self.route.body_optional:
                raise Malformed("The body is empty; this call needs a JSON object")
            return self._read_json(b"{}"), raw
        return self._read_json(raw), raw

    async def perform(self, call: Call[Any, Any, Any], parameters: Mapping[str, Any]) -> Answer:
        """Calls the handler and puts what it returns into bytes."""
        value = await self.handler(call, **parameters)
        if isinstance(value, Reply):
            return Answer(value.status, encode(value.value), (*CONTENT_JSON, *_raw(value.headers)))
        if isinstance(value, Raw):
            kind = (b"content-type", value.media_type.encode("latin-1"))
            return Answer(value.status, value.content, (kind, *_raw(value.headers)))
        if value is None and self.route.answer is NoneType:
            return Answer(self.route.status)
        return Answer(self._status, encode(value), CONTENT_JSON)

    def _check_media(self, headers: Mapping[bytes, bytes]) -> None:
        length = headers.get(b"content-length", b"")
        # More digits than any limit has are a size too large as well.
        if length.isdigit() and (len(length) > 18 or int(length) > self._limit):
            raise TooLarge(f"The body may have at most {self._limit} bytes")
        given = headers.get(b"content-type")
        if given is not None and given not in self._media and length != b"0":
            self._check_parameters(given.lower())
        if headers.get(b"content-encoding", b"identity") != b"identity":
            raise UnsupportedMedia("The body must not be compressed")

    def _media_type(self, headers: Mapping[bytes, bytes]) -> str:
        """The bare media type of a body that was checked; of an empty one it may be any."""
        given = headers.get(b"content-type", self.route.media[0].encode())
        return given.partition(b";")[0].strip().lower().decode("latin-1")

    def _check_parameters(self, given: bytes) -> None:
        media, _, parameters = given.partition(b";")
        media = media.strip()
        is_json = self._json and media.startswith(b"application/") and media.endswith(b"+json")
        if media not in self._media and not is_json:
            raise UnsupportedMedia(f"The body must be of type {' or '.join(self.route.media)}")
        _, _, charset = parameters.replace(b" ", b"").replace(b'"', b"").partition(b"charset=")
        if charset.partition(b";")[0] not in {b"", b"utf-8", b"utf8", b"us-ascii"}:
            raise UnsupportedMedia("The body must be in UTF-8")


CONTENT_JSON: Final[Headers] = ((b"content-type", JSON.encode()),)


class _Default(msgspec.Struct, frozen=True):
    value: Any


def _default(read: Callable[[bytes], Any]) -> _Default | None:
    """What an empty query string reads as, unless something is required."""
    try:
        return _Default(read(b""))
    except Invalid:
        return None


def _raw(headers: tuple[tuple[str, str], ...]) -> Headers:
    return tuple((name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers)


async def whole(receive: Receive, limit: int) -> bytes:
    """The whole body. Raises TooLarge as soon as it has more than `limit` bytes, whatever was declared."""
    message = await receive()
    first: bytes = message.get("body", b"")
    if message["type"] == "http.request" and len(first) <= limit and not message.get("more_body", False):
        return first
    return b"".join([chunk async for chunk in chunks(receive, limit, message)])


async def chunks(receive: Receive, limit: int, message: Message | None = None) -> AsyncIterator[bytes]:
    """The body piece by piece, under the same limit; `message` is one already received."""
    room = limit
    more = True
    while more:
        message = message or await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        chunk: bytes = message.get("body", b"")
        room -= len(chunk)
        if room < 0:
            raise TooLarge(f"The body may have at most {limit} bytes")
        more = message.get("more_body", False)
        message = None
        yield chunk
